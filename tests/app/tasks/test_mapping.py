"""What a person says of a file becomes the recipe of its import."""

from pathlib import Path

import pytest

from vitrail.app.tasks.kept import ColumnSaid, Said
from vitrail.app.tasks.mapping import ConsentColumn, mapped
from vitrail.collect.proposal import Proposal, propose
from vitrail.model.catalogue import Catalogue, Field

CUSTOMERS = (
    "N° client;Prénom;E-mail;Inscription;Newsletter;Ville\n"
    "C1;Ana;ana@example.org;2024-05-13;oui;Lyon\n"
    "C2;Léo;leo@example.org;2025-01-31;non;Lille\n"
)


@pytest.fixture
def found(tmp_path: Path) -> Proposal:
    path = tmp_path / "clients.csv"
    path.write_text(CUSTOMERS, "utf-8")
    return propose(path)


def test_what_is_proposed_needs_no_word(found: Proposal):
    plan = mapped(found, Said(), catalogue=Catalogue())
    assert (plan.recipe.kind, plan.recipe.columns.key, plan.missing) == ("profiles", "N° client", ())
    assert plan.recipe.columns.created == "Inscription"
    assert plan.recipe.identities == {"E-mail": "email"}


def test_a_column_of_consent_waits_for_its_purpose(found: Proposal):
    plan = mapped(found, Said(), catalogue=Catalogue())
    assert plan.roles["Newsletter"] == "consent"
    assert plan.consents == ()
    assert "Newsletter" in plan.recipe.ignore


def test_a_consent_is_read_besides_the_customers(found: Proposal):
    said = Said(columns={"Newsletter": ColumnSaid("consent", "", "prospecting_email", "email")})
    plan = mapped(found, said, catalogue=Catalogue())
    assert plan.consents == (ConsentColumn("Newsletter", "prospecting_email", "email"),)
    assert "Newsletter" not in plan.recipe.types


def test_columns_are_renamed_and_left_out(found: Proposal):
    said = Said(columns={"Ville": ColumnSaid("text", "city"), "Prénom": ColumnSaid("ignored")})
    plan = mapped(found, said, catalogue=Catalogue())
    assert plan.recipe.rename == {"Ville": "city"}
    assert plan.recipe.types["city"] == "text"
    assert "Prénom" in plan.recipe.ignore


def test_a_known_trait_keeps_its_type(found: Proposal):
    known = Catalogue(traits={"Ville": Field("Ville", "text", "ville")})
    assert "Ville" not in mapped(found, Said(), catalogue=known).recipe.types


def test_a_part_of_another_kind_does_not_count(found: Proposal):
    said = Said(kind="profiles", columns={"Inscription": ColumnSaid("at")})
    assert mapped(found, said, catalogue=Catalogue()).recipe.columns.at is None
