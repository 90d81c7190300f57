"""One form for each identity, and what is none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vitrail.collect.identity.forms import Reject, normalise
from vitrail.model.identities import KINDS


@pytest.mark.parametrize(
    ("kind", "written", "form"),
    [
        ("email", "  Anne.Durand@Exemple.FR ", "anne.durand@exemple.fr"),
        ("email", "anne@école.fr", "anne@xn--cole-9oa.fr"),
        ("email", "Rene\u0301@mairie.fr", "ren\u00e9@mairie.fr"),
        ("phone", "06 98 76 54 31", "+33698765431"),
        ("phone", "(0033) 6.98.76.54.31", "+33698765431"),
        ("phone", "+33 (0)1 44 55 66 12", "+33144556612"),
        ("phone", "0692 55 34 16", "+262692553416"),  # La Réunion
        ("phone", "0639 69 12 21", "+262639691221"),  # Mayotte
        ("phone", "0690 33 22 11", "+590690332211"),  # Guadeloupe
        ("phone", "0694 20 11 31", "+594694201131"),  # Guyane
        ("phone", "0596 55 12 21", "+596596551221"),  # Martinique
        ("phone", "+687 78 12 31", "+687781231"),  # Nouvelle-Calédonie
        ("phone", "+44 20 7946 0958", "+442079460958"),
        ("loyalty_card", " 2450-11 00987x ", "24501100987X"),
        ("device_id", "6D92078A-8246-4BA4-AE5B-76104861E7DC", "6d92078a-8246-4ba4-ae5b-76104861e7dc"),
        ("key", " C-42 ", "C-42"),
    ],
)
def test_an_identity_has_one_form(kind, written, form):
    assert normalise(kind, written) == form


@pytest.mark.parametrize(
    ("kind", "written"),
    [
        *((kind, text) for kind in KINDS for text in ("null", "NONE", "guest", "0", "-1", "n/a", "Unknown")),
        ("email", "test@test.com"),
        ("email", "noreply@boutique.fr"),
        ("email", "no-reply@boutique.fr"),
        ("email", "toto@toto.fr"),
        ("email", "xxxx@boutique.fr"),
        ("email", "anne@example.com"),
        ("phone", "0000000000"),
        ("phone", "06 00 00 00 00"),
        ("phone", "0612345678"),
        ("loyalty_card", "0000000000"),
        ("loyalty_card", "99999"),
        ("device_id", "00000000-0000-0000-0000-000000000000"),
    ],
)
def test_a_filler_is_no_identity(kind, written):
    assert normalise(kind, written) == Reject("forbidden")


@pytest.mark.parametrize(
    ("kind", "written"),
    [("email", "anne"), ("email", "anne@@x.fr"), ("email", "anne@poste"), ("email", "a b@c.fr"),
     ("phone", "06 12"), ("phone", "+33 6 98 76"), ("phone", "demain"), ("key", "k" * 600)],
)  # fmt: skip
def test_what_cannot_be_read_is_no_identity(kind, written):
    assert normalise(kind, written) == Reject("malformed")


@pytest.mark.parametrize("address", ["durand@durand.fr", "o'brien@mail.ie", "anne+achats@exemple.fr"])
def test_an_odd_address_may_be_real(address):
    assert normalise("email", address) == address


@given(kind=st.sampled_from(KINDS), written=st.text(max_size=40) | st.emails())
def test_a_form_is_its_own_form(kind, written):
    form = normalise(kind, written)
    assert isinstance(form, Reject) or normalise(kind, form) == form
