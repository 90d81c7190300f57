"""No cell of ours runs in a spreadsheet, and what was marked comes back as it was."""

import csv
import io
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import vitrail
from tests.collect.contents import snapshot
from vitrail.app.rejects import write_refused_rows
from vitrail.collect.files.formulas import harmless, original, originals

LEADS = [
    '=cmd|"/c calc"!A1', "=1+1", "+1+cmd|x", "-2+3+cmd|x", "@SUM(A1)", "\t=1+1", "\r=1+1", "\n=1+1", " =1+1",
    "  \t@x", "＝1+1", "＋1", "－1", "＠x", '=HYPERLINK("http://x")', "-1+1", "+A1", "=", "@", "\u00a0=1",
    "=DDE()", "+cmd", "-cmd", "%0A-cmd=1"[3:],
]  # fmt: skip
FIGURES = ["+33 6 12 34 56 78", "+33612345678", "-12.50", "-1 234,56", "+1 (212) 555-0100"[:9], "-5", "(3)"]


@pytest.mark.parametrize("text", LEADS)
def test_a_text_that_would_run_is_marked(text: str):
    assert harmless(text) == f"'{text}"


@pytest.mark.parametrize("text", [*FIGURES, "Léo", "", "a=1", "x@y.fr", "'", "l'été"])
def test_figures_telephones_and_words_stay(text: str):
    assert harmless(text) == text


@given(st.text(alphabet=st.sampled_from("'=+-@\t\r\n 05a,()＝"), max_size=8) | st.text(max_size=8))
@example("'=1")
@example("''-5")
def test_what_was_marked_comes_back(text: str):
    marked = harmless(text)
    assert original(marked) == text
    assert originals(pa.array([marked, None])).to_pylist() == [text, None]


@given(st.text(alphabet=st.sampled_from("'=+-@\t\r\n 05a,()＝"), max_size=8))
def test_nothing_that_is_written_runs(text: str):
    written = harmless(text)
    runs = written.lstrip()[:1] in tuple("=+-@＝＋－＠") and written.lstrip()[:1] != ""
    assert not runs or all(letter in "+-0123456789 ().," for letter in written)


@given(st.lists(st.text(max_size=4), min_size=2, max_size=6, unique=True))
def test_two_texts_never_become_one(texts: list[str]):
    assert len({harmless(text) for text in texts}) == len(texts)


def refused_file(tmp_path: Path, cells: list[str]) -> bytes:
    """The file of the refused rows of an import whose every row is refused for its date."""
    rows = io.StringIO(newline="")
    writer = csv.writer(rows)
    writer.writerow(["id", "=name", "born"])
    writer.writerows([[f"c{number}", cell, "never"] for number, cell in enumerate(cells)])
    writer.writerow(["ok", "Léo", "1990-01-01"])
    (tmp_path / "in.csv").write_text(rows.getvalue(), "utf-8", newline="")
    written = io.BytesIO()
    with vitrail.create(tmp_path / "shop") as ws:
        ws.catalogue.declare(traits={"born": "date"})
        report = ws.load_profiles(tmp_path / "in.csv", key="id")
        assert report.rejected == len(cells)
        write_refused_rows(ws.store.path / report.rejects_path, written, language="en")
    return written.getvalue()


NASTY = ["=1+1", "'=1+1", "''=x", "@x", "+33 6 12", "-5", "'-5", "'", "Léo", "-cmd"]


def test_refused_rows_do_not_run(tmp_path: Path):
    content = refused_file(tmp_path, NASTY).decode("utf-8-sig")
    cells = [cell for row in csv.reader(io.StringIO(content)) for cell in row]
    assert [cell for cell in cells if cell.startswith(("=", "@", "-c"))] == []
    assert "'=name" in cells


def test_refused_rows_come_back_exactly(tmp_path: Path):
    repaired = refused_file(tmp_path, NASTY).replace(b",never", b",1990-01-01")
    (tmp_path / "back.csv").write_bytes(repaired)
    with vitrail.open(tmp_path / "shop") as ws:
        assert ws.load_profiles(tmp_path / "back.csv", key="id").rejected == 0
        kept = snapshot(ws.store)
    found = {
        next(value for name, value in kept[f"c{n}"].items() if "name" in name) for n in range(len(NASTY))
    }
    assert found == set(NASTY)


def test_refused_rows_of_a_file_without_header_come_back_with_one(tmp_path: Path):
    (tmp_path / "in.csv").write_text("c1;7\nc2;never\n")
    (tmp_path / "back.csv").write_text(
        "vitrail_line;vitrail_column;vitrail_reason;column_1;column_2\n2;column_2;why;c2;8\n"
    )
    answers = {"header": "none"}
    with vitrail.create(tmp_path / "shop") as ws:
        ws.load_profiles(tmp_path / "in.csv", key="column_1", types={"column_2": "integer"}, answers=answers)
        report = ws.load_profiles(tmp_path / "back.csv", key="column_1", answers=answers)
        assert (report.created, report.rejected, ws.count("column_2 = 8")) == (1, 0, 1)
