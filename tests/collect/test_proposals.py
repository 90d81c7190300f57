import os
from pathlib import Path

import pytest

from vitrail.collect.files.limits import Limits
from vitrail.collect.files.opening import open_file
from vitrail.collect.meanings import is_code, meaning
from vitrail.collect.proposal import propose
from vitrail.model.errors import UserError


@pytest.mark.parametrize(
    ("name", "samples", "expected"),
    [
        ("Courriel", ["a@x.fr", "b.c@y.com"], "email"),
        ("contact", ["a@x.fr", "b.c@y.com"], "email"),
        ("Tél. portable", ["06 12 34 56 78", "+33612345678"], "phone"),
        ("Tél.", ["oui", "non"], ""),
        ("Code postal", ["01000", "75001"], "postcode"),
        ("CP", ["01000"], "postcode"),
        ("N° SIRET", ["12345678901234"], "company_number"),
        ("Né(e) le", ["01/02/1990"], "birth_date"),
        ("customerId", ["12"], "customer"),
        ("Opt-in e-mail", ["oui"], "consent"),
        ("couleur", ["bleu"], ""),
    ],
)
def test_a_column_is_known_by_its_name_and_its_cells(name: str, samples: list[str], expected: str):
    assert meaning(name, samples) == expected


def test_codes_are_told_from_numbers():
    assert [name for name in ("CP", "EAN13", "Montant", "Carte fidélité") if is_code(name)] == [
        "CP",
        "EAN13",
        "Carte fidélité",
    ]


def test_orders_are_proposed_as_events(tmp_path: Path):
    (tmp_path / "commandes.csv").write_text(
        "Commande;Client;Date;Montant\n1;A;2026-01-31;12,50\n2;A;2026-02-01;8\n3;B;2026-02-02;1\n"
    )
    found = propose(tmp_path / "commandes.csv")
    assert (found.kind, found.name, found.part("profile"), found.part("at")) == (
        "events",
        "commandes",
        "Client",
        "Date",
    )


def test_customers_are_proposed_with_their_identities(tmp_path: Path):
    (tmp_path / "clients.csv").write_text("id;nom;mail;CP\n1;Zoé;z@x.fr;75001\n2;Léo;l@x.fr;59000\n")
    found = propose(tmp_path / "clients.csv")
    assert (found.kind, found.part("key")) == ("profiles", "id")
    assert {each.name: each.identity for each in found.columns if each.identity} == {"mail": "email"}
    assert {each.name: each.type for each in found.columns}["CP"] == "text"


def test_customers_of_whom_a_few_stand_twice_are_still_proposed_as_customers(tmp_path: Path):
    path = tmp_path / "clients.csv"
    rows = [f"C{number};Zoé;{number}@exemple.fr" for number in range(100)]
    path.write_text("\n".join(["Identifiant;Prénom;E-mail", *rows, "C1;Zoé;autre@exemple.fr", ""]))
    proposal = propose(path)
    assert (proposal.kind, proposal.part("key")) == ("profiles", "Identifiant")


def test_a_reader_that_says_nothing_is_stopped(tmp_path: Path):
    os.mkfifo(tmp_path / "pipe.csv")
    with pytest.raises(UserError) as refusal:
        open_file(tmp_path / "pipe.csv", {}, limits=Limits(silence=3.0))
    assert refusal.value.problems[0].code == "too_slow"


def test_a_reader_takes_no_module_from_the_current_folder(tmp_path: Path, monkeypatch):
    (tmp_path / "csv.py").write_text("raise SystemExit(1)\n")
    (tmp_path / "clients.csv").write_text("id;v\na;x\n")
    monkeypatch.chdir(tmp_path)
    assert open_file(Path("clients.csv"), {}).names == ("id", "v")
