"""A few broken cells in a column of numbers or dates: what becomes of them is asked, never decided."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path

import pytest

from tests.collect.contents import snapshot
from tests.storage import clock, store
from vitrail.collect.files.asking import Unanswered
from vitrail.collect.load import load_profiles
from vitrail.collect.proposal import Proposal, propose
from vitrail.model.reports import LoadReport
from vitrail.warehouse.store import Store

__all__ = ["clock", "store"]

AMOUNTS = [f"{number},50" for number in range(299)]


def written(folder: Path, cells: Sequence[str], *, name: str = "Montant") -> Path:
    path = folder / "clients.csv"
    rows = [f"C{number};{cell}" for number, cell in enumerate(cells)]
    path.write_text("\n".join([f"Client;{name}", *rows, ""]))
    return path


def proposed(folder: Path, cells: Sequence[str], *, name: str = "Montant") -> Proposal:
    return propose(written(folder, cells, name=name), kind="profiles")


def load(store: Store, path: Path, answers: Mapping[str, str]) -> LoadReport:
    return load_profiles(store, path, key="Client", answers=answers)


@pytest.mark.parametrize(
    ("name", "cells", "kind"),
    [
        ("Montant", [*AMOUNTS, "12,3O"], "decimal"),
        ("Montant", ["12,3O", *AMOUNTS], "decimal"),
        ("Points", [*map(str, range(299)), "aucun"], "integer"),
        ("Né le", [*(f"{day}/03/1990" for day in range(1, 29)), *["31/12/1985"] * 80, "inconnu"], "date"),
        ("Vu", [*["2025-03-04T10:00:00Z"] * 99, "?"], "instant"),
    ],
)
def test_a_broken_cell_makes_no_text_of_a_column(tmp_path: Path, name: str, cells: list[str], kind: str):
    found = proposed(tmp_path, cells, name=name)
    assert found.columns[1].type == kind
    assert [question.key for question in found.questions] == [f"unreadable:{name}"]


def test_the_question_tells_how_many_cells_and_shows_them(tmp_path: Path):
    (question,) = proposed(tmp_path, [*AMOUNTS, "12,3O", "offert", "offert"]).questions
    assert question.text.en.startswith("“Montant”: 3 cells of 302 cannot be read as numbers.")
    assert question.samples == ("12,3O", "offert")


@pytest.mark.parametrize(
    ("name", "cells"),
    [
        ("Montant", [*AMOUNTS[:97], "un", "deux", "trois"]),
        ("Client n°", [*map(str, range(1000, 1299)), "12B"]),
        ("Code postal", [*map(str, range(75000, 75299)), "2A004"]),
        ("zone", [*map(str, range(10000, 10299)), "01000"]),
        ("contact", [*map(str, range(612345000, 612345299)), "+33 6 12 34 56 78"]),
        ("contact", [*map(str, range(612345000, 612345299)), "06 12 34 56 78"]),
        ("Prénom", [*map(str, range(299)), "Zoé"]),
    ],
)
def test_codes_names_and_columns_with_many_such_cells_are_texts(tmp_path: Path, name: str, cells: list[str]):
    found = proposed(tmp_path, cells, name=name)
    assert (found.columns[1].type, found.questions) == ("text", ())


def test_a_load_asks_before_anything_goes_in(store: Store, tmp_path: Path):
    with pytest.raises(Unanswered, match=r"12,3O"):
        load(store, written(tmp_path, [*AMOUNTS, "12,3O"]), {})
    assert store.version.number == 0


@pytest.mark.parametrize(
    ("said", "accepted", "refused", "kind"),
    [("refuse", 299, 1, "decimal"), ("empty", 300, 0, "decimal"), ("text", 300, 0, "text")],
)
def test_what_was_answered_is_done(
    store: Store, tmp_path: Path, *, said: str, accepted: int, refused: int, kind: str
):
    report = load(store, written(tmp_path, [*AMOUNTS, "12,3O"]), {"unreadable:Montant": said})
    assert (report.accepted, report.rejected) == (accepted, refused)
    assert store.catalogue.traits["Montant"].type == kind


def test_cells_that_are_left_empty_are_counted(store: Store, tmp_path: Path):
    report = load(store, written(tmp_path, [*AMOUNTS, "12,3O"]), {"unreadable:Montant": "empty"})
    assert [warning.code for warning in report.warnings] == ["cells_left_empty"]
    column = store.catalogue.traits["Montant"].column
    found = snapshot(store)
    assert ("C299" in found, found["C1"][column]) == (False, Decimal("1.50"))


def test_a_column_that_is_known_refuses_what_does_not_fit(store: Store, tmp_path: Path):
    load(store, written(tmp_path, AMOUNTS), {})
    report = load(store, written(tmp_path, [*AMOUNTS, "12,3O"]), {})
    assert (report.accepted, report.rejected) == (299, 1)


def test_the_time_of_events_is_not_asked_about(tmp_path: Path):
    rows = [f"{number};C{number % 9};2025-03-04T10:{number % 60:02}:00Z;8" for number in range(99)]
    path = tmp_path / "commandes.csv"
    path.write_text("\n".join(["Commande;Client;Date;Montant", *rows, "99;C1;hier;8", ""]))
    found = propose(path)
    assert (found.part("at"), found.questions) == ("Date", ())


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        (["12.50", "12,50", "7"], "decimal"),
        (["12.50"] * 99 + ["0,5"], "decimal"),
        (["12.50", "12,50", "1.234"], "text"),
        (["1.234,50", "1,234.50"], "text"),
    ],
    ids=["as many", "one comma", "perhaps thousands", "two marks in a cell"],
)
def test_commas_and_points_stand_side_by_side_where_neither_can_mean_thousands(
    tmp_path: Path, cells: list[str], kind: str
):
    assert proposed(tmp_path, cells).columns[1].type == kind


def test_both_marks_are_read_and_told(store: Store, tmp_path: Path):
    report = load(store, written(tmp_path, ["12.50", "12,25"]), {})
    assert [each.code for each in report.warnings] == ["two_decimal_marks"]
    assert store.catalogue.traits["Montant"].type == "decimal"
