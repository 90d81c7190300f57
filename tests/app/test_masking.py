"""What is hidden from those who may not see personal data, and how a pseudonym works."""

import numpy as np
import pytest

from vitrail.app.masking import Pseudonyms, hidden_text, is_personal, is_personal_name
from vitrail.model.catalogue import Field

NAMES = Pseudonyms(b"k" * 32)


def test_a_pseudonym_leads_back_to_its_profile():
    numbers = np.array([0, 1, 41, 2**40])
    assert [NAMES.number(each) for each in NAMES.of(numbers)] == numbers.tolist()


def test_pseudonyms_are_distinct_and_always_the_same():
    first = NAMES.of(np.arange(100_000))
    assert len(set(first)) == 100_000
    assert first == NAMES.of(np.arange(100_000))


def test_another_workspace_has_others():
    other = Pseudonyms(b"o" * 32)
    mine = NAMES.of(np.arange(10_000))
    assert not set(mine) & set(other.of(np.arange(10_000)))
    assert {other.number(each) for each in mine} == {None}


@pytest.mark.parametrize("text", ["", "p-", "p-0", "A", "p-" + "a" * 26, "p-" + "a" * 25, "x" * 10_000, "é"])
def test_a_guess_is_no_pseudonym(text: str):
    assert NAMES.number(text) is None


@pytest.mark.parametrize(
    "name",
    [
        "email",
        "e_mail",
        "Email",
        "user_email",
        "courriel",
        "adresse_mail",
        "phone",
        "telephone",
        "téléphone",
        "mobile",
        "gsm",
        "first_name",
        "firstName",
        "last_name",
        "LastName",
        "nom",
        "prénom",
        "Prenom",
        "nom_client",
        "date_naissance",
        "dateNaissance",
        "birth_date",
        "birthday",
        "street",
        "rue",
        "adresse",
        "billing_address",
        "iban",
        "name",
        "full_name",
        "ip",
    ],
)
def test_a_trait_that_says_who_somebody_is_is_told_by_its_name(name: str):
    assert is_personal_name(name, of_trait=True)


@pytest.mark.parametrize(
    "name",
    [
        "country",
        "amount",
        "product_name",
        "segment_name",
        "orders",
        "nombre",
        "denomination",
        "telescope",
        "nominal",
        "mailing_count",
        "score",
        "tags",
        "city",
        "rfm",
        "phonetic",
        "category",
        "consented",
    ],
)
def test_others_are_not(name: str):
    assert not is_personal_name(name, of_trait=True)


def test_a_product_has_a_name_too():
    assert not is_personal_name("name", of_trait=False)


@pytest.mark.parametrize("declared", [{"identity": "loyalty"}, {"sensitive": True}, {"compare": "surname"}])
def test_what_was_declared_counts_whatever_the_name(declared: dict):
    assert is_personal(Field("x1", "text", "x1", **declared), of_trait=True)


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("call anne@example.org now", "call ••• now"),
        ("+33 6 12 34 56 78", "•••"),
        ("06.12.34.56.78 or a@b.fr", "••• or •••"),
        ("order 1234", "order 1234"),
        ("2026-11-26", "2026-11-26"),
        ("19.90 EUR", "19.90 EUR"),
    ],
)
def test_addresses_and_numbers_are_hidden_wherever_they_are(text: str, hidden: str):
    assert hidden_text(text) == hidden
