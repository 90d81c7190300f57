from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.collect.contents import snapshot, us
from vitrail.collect.declare import Declaration, declare
from vitrail.collect.files.asking import Unanswered
from vitrail.collect.load import load_events, load_profiles
from vitrail.collect.parsed import plain
from vitrail.collect.text import folded
from vitrail.model.catalogue import Field
from vitrail.model.errors import UserError
from vitrail.warehouse.store import Store

LOCAL_MIDNIGHT = 1_735_689_600_000_000
LOCAL_MORNING = LOCAL_MIDNIGHT + 8 * 3_600_000_000


def load_texts(store: Store, tmp_path: Path, values: list[str], answers: dict[str, str] | None = None) -> str:
    """The type given to a column with these cells in a CSV file."""
    path = tmp_path / "column.csv"
    path.write_text("\n".join(["id;v", *(f"{number};{value}" for number, value in enumerate(values))]) + "\n")
    load_profiles(store, path, key="id", answers=answers or {})
    return store.catalogue.traits["v"].type


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["1", "-20", "0"], "integer"),
        (["1", "2.5"], "decimal"),
        (["1", "2,5"], "decimal"),
        (["1,5", "2.5"], "decimal"),
        (["1,5", "2.5", "1.234"], "text"),
        (["1 200,50", "3", "12 345"], "decimal"),
        (["123 456 789"], "text"),
        (["01", "2"], "text"),
        (["1E10", "2"], "text"),
        (["1234567890123456789"], "text"),
        (["2025-01-31", ""], "date"),
        (["31/01/2025", "01/02/2025"], "date"),
        (["31/02/2025", "28/02/2025"], "date"),
        (["2025-01-31 10:00", "2025-01-31T10:00:00Z"], "instant"),
        (["31/01/2025 10:00", "01/02/2025 08:30:10"], "instant"),
        (["01/31/2025", "02/28/2025"], "date"),
        (["31.1.2025", "1.2.2025"], "date"),
        (["31/01/2025 8h05", "1/2/2025 18:30"], "instant"),
        (["1 234,56 €", "12 €"], "decimal"),
        (["1.234,50", "3"], "decimal"),
        (["(5,00)", "12,5"], "decimal"),
        (["12", "NULL", "#N/A"], "integer"),
        (["oui", "NON"], "boolean"),
        (["vrai", "false"], "boolean"),
        (["0", "1"], "integer"),
        (["o", "n"], "text"),
        (["1", "2", "trois"], "text"),
    ],
)
def test_the_whole_column_decides_its_type(store: Store, tmp_path: Path, values: list[str], expected: str):
    assert load_texts(store, tmp_path, values) == expected


def test_a_late_cell_decides_as_much_as_an_early_one(store: Store, tmp_path: Path):
    assert load_texts(store, tmp_path, ["1"] * 200_000 + ["x"] * 1001) == "text"


@pytest.mark.parametrize(
    ("cells", "key", "answer", "value"),
    [
        (["01/02/2025", "03/04/2025"], "day-month:v", "day", date(2025, 2, 1)),
        (["01/02/2025", "03/04/2025"], "day-month:v", "month", date(2025, 1, 2)),
        (["31/12/68", "01/01/24"], "century:v", "past", date(1968, 12, 31)),
        (["1,234", "2,500"], "decimal:v", "comma", Decimal("1.234")),
        (["1,234", "2,500"], "decimal:v", "point", Decimal(1234)),
        (["€ 1.234", "€ 1.500"], "decimal:v", "comma", Decimal(1234)),
    ],
)
def test_what_reads_in_two_ways_is_asked(
    store: Store, tmp_path: Path, cells: list[str], key: str, answer: str, value: object
):
    with pytest.raises(Unanswered) as question:
        load_texts(store, tmp_path, cells)
    assert [each.key for each in question.value.questions] == [key]
    assert store.version.number == 0
    load_texts(store, tmp_path, cells, answers={key: answer})
    assert snapshot(store)["0"]["v"] == value


@pytest.mark.parametrize(("cell", "mark"), [("3.5", "comma"), ("1.2.345", "comma"), ("12,5", "point")])
def test_a_number_with_the_other_mark_is_refused(store: Store, tmp_path: Path, cell: str, mark: str):
    load_texts(store, tmp_path, ["1 234,50 €" if mark == "comma" else "$1,234.50"])
    path = tmp_path / "more.csv"
    path.write_text(f'id;v\n7;"{cell}"\n')
    report = load_profiles(store, path, key="id", answers={"decimal:v": mark})
    assert (report.accepted, report.rejected) == (0, 1)


@pytest.mark.parametrize(
    ("answers", "code"),
    [({"decimal:v": "."}, "no_such_answer"), ({"dacimal:v": "comma"}, "no_such_question")],
)
def test_what_answers_no_question_is_refused(
    store: Store, tmp_path: Path, answers: dict[str, str], code: str
):
    with pytest.raises(UserError) as refusal:
        load_texts(store, tmp_path, ["1"], answers=answers)
    assert [each.code for each in refusal.value.problems] == [code]


def test_a_decimal_among_whole_numbers_is_told_as_such(store: Store, tmp_path: Path):
    load_texts(store, tmp_path, ["1"])
    (tmp_path / "more.csv").write_text("id;v\n7;2.5\n")
    report = load_profiles(store, tmp_path / "more.csv", key="id")
    assert "decimal" in report.groups[0].repair.en and not report.groups[0].answer


def test_dates_of_a_spreadsheet_as_numbers_are_asked(store: Store, tmp_path: Path):
    path = tmp_path / "people.csv"
    path.write_text("id;date de naissance\n1;25659\n")
    with pytest.raises(Unanswered) as question:
        load_profiles(store, path, key="id")
    assert question.value.questions[0].key == "serial:date de naissance"
    load_profiles(store, path, key="id", answers={"serial": "1900"})
    assert snapshot(store)["1"] == {"date_de_naissance": date(1970, 4, 1)}


@pytest.mark.parametrize(
    ("cell", "value"),
    [("12 €", "12"), ("1,5 %", "0.015"), ("$3", "3"), ("1.234,50", "1234.5"), ("(5,00)", "-5")],
)
def test_amounts_lose_their_unit(store: Store, tmp_path: Path, cell: str, value: str):
    load_texts(store, tmp_path, [cell])
    assert snapshot(store)["0"]["v"] == Decimal(value)


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (pa.array([1], pa.int8()), "integer"),
        (pa.array([1.5], pa.float32()), "decimal"),
        (pa.array([Decimal("1.5")]), "decimal"),
        (pa.array([True]), "boolean"),
        (pa.array([date(2025, 1, 1)]), "date"),
        (pa.array([datetime(2025, 1, 1, tzinfo=UTC)]), "instant"),
        (pa.array(["x"], pa.large_string()), "text"),
        (pa.array(["x"]).dictionary_encode(), "text"),
        (pa.array([["x"]]), "texts"),
    ],
)
def test_arrow_types_are_kept(store: Store, cells: pa.Array, expected: str):
    load_profiles(store, pa.table({"id": ["a"], "v": cells}), key="id")
    assert store.catalogue.traits["v"].type == expected


def test_a_type_vitrail_does_not_keep_is_refused(store: Store):
    with pytest.raises(UserError) as refusal:
        load_profiles(store, pa.table({"id": ["a"], "v": [{"x": 1}], "w": [b"x"]}), key="id")
    assert [problem.path for problem in refusal.value.problems] == ["v", "w"]


def test_an_empty_column_waits_for_its_type(store: Store):
    load_profiles(store, pa.table({"id": ["a"], "v": pa.nulls(1)}), key="id")
    assert "v" not in store.catalogue.traits


@pytest.mark.parametrize(
    ("first", "later", "fits"),
    [
        (pa.array([1]), pa.array([2.0]), True),
        (pa.array([1]), pa.array([2.5]), False),
        (pa.array([1]), pa.array(["2"]), True),
        (pa.array([1]), pa.array(["two"]), False),
        (pa.array(["x"]), pa.array([2]), False),
        (pa.array([True]), pa.array([1]), False),
        (pa.array([1.5]), pa.array([10**14]), False),
        (pa.array([date(2025, 1, 1)]), pa.array(["02/01/2025"]), True),
        (pa.array([date(2025, 1, 1)]), pa.array([LOCAL_MORNING], pa.timestamp("us")), False),
        (pa.array([date(2025, 1, 1)]), pa.array([LOCAL_MIDNIGHT], pa.timestamp("us")), True),
    ],
)
def test_a_value_that_does_not_fit_is_refused_and_never_bent(
    store: Store, first: pa.Array, later: pa.Array, fits: bool
):
    load_profiles(store, pa.table({"id": ["a"], "v": first}), key="id")
    report = load_profiles(store, pa.table({"id": ["b"], "v": later}), key="id")
    assert (report.accepted, report.rejected) == ((1, 0) if fits else (0, 1))


def test_a_refusal_tells_line_column_found_and_expected(store: Store, tmp_path: Path):
    declare(store, Declaration(traits=(Field(name="age", type="integer", column=""),)))
    path = tmp_path / "people.csv"
    path.write_text("id;age;city\na;12;Paris\nb;douze;Lyon\nc;13\n", encoding="utf-8")
    report = load_profiles(store, path, key="id")
    told = [(reject.line, reject.column, reject.found, reject.expected) for reject in report.rejects]
    assert told == [(3, "age", "douze", "integer"), (4, "", "2", "3")]
    assert report.rejects[0].message.fr.startswith("« age » : « douze »")
    assert pq.read_table(report.rejects_path).num_rows == 2


def test_decimals_are_rounded_half_away_from_zero_and_counted(store: Store):
    cells = pa.array([Decimal("1.00005"), Decimal("-1.00005"), Decimal("1.00004"), Decimal("2")])
    report = load_profiles(store, pa.table({"id": list("abcd"), "v": cells}), key="id")
    found = [str(snapshot(store)[key]["v"]) for key in "abcd"]
    assert found == ["1.0001", "-1.0001", "1.0000", "2.0000"]
    assert [warning.code for warning in report.warnings] == ["decimals_rounded"]
    assert "3 numbers" in report.warnings[0].message.en


def test_not_a_number_is_unknown_and_minus_zero_is_zero(store: Store):
    declare(store, Declaration(traits=(Field(name="v", type="float", column=""),)))
    load_profiles(store, pa.table({"id": ["a", "b"], "v": [float("nan"), -0.0]}), key="id")
    assert str(snapshot(store)["b"]["v"]) == "0.0"
    assert "a" not in snapshot(store)


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2025-03-30 02:30:00", "2025-03-30T01:30:00Z"),
        ("2025-10-26 02:30:00", "2025-10-26T00:30:00Z"),
        ("2025-07-01 10:00:00", "2025-07-01T08:00:00Z"),
        ("2025-07-01T10:00:00.5+02:00", "2025-07-01T08:00:00.5+00:00"),
    ],
)
def test_local_times_follow_the_zone(store: Store, text: str, instant: str):
    load_profiles(store, pa.table({"id": ["a"], "x": ["1"], "when": [text]}), key="id", at="when")
    assert store.source().traits.observations[0].first_us == us(instant)


def test_sets_are_sorted_without_repetition(store: Store):
    load_profiles(store, pa.table({"id": ["a"], "v": [["b", "e\u0301", "b", None]]}), key="id")
    assert snapshot(store)["a"]["v"] == ["b", "é"]


def test_columns_get_plain_names_unlike_reserved_ones(store: Store):
    load_profiles(
        store, pa.table({"id ": ["a"], "Code postal": ["59"], "code-postal": ["1"], "value": [2]}), key="id "
    )
    columns = {name: field.column for name, field in store.catalogue.traits.items()}
    assert columns == {"Code postal": "code_postal", "code-postal": "code_postal_2", "value": "value_2"}


def test_identifiers_are_texts_or_whole_numbers(store: Store):
    table = pa.table({"id": [1.0, 2.5, None], "v": [1, 2, 3]})
    report = load_profiles(store, table, key="id")
    assert [(reject.line, reject.found) for reject in report.rejects] == [(2, "2.5"), (3, "")]
    assert list(snapshot(store)) == ["1"]


def test_part_of_a_large_frame_keeps_its_texts():
    frame = pa.array(["Ab", "Été", "CD"] * 100, pa.large_string())
    assert folded(plain(frame.slice(150, 3))).to_pylist() == ["ab", "été", "cd"]


def test_figures_that_stay_texts_are_told(store: Store, tmp_path: Path):
    path = tmp_path / "people.csv"
    path.write_text("id;v\n1;1,5\n2;2.5\n3;1.234\n", encoding="utf-8")
    report = load_profiles(store, path, key="id")
    assert [warning.code for warning in report.warnings] == ["figures_as_text"]


@pytest.mark.parametrize("cell", ["85123A", "01 23 45 67 89", "007", "rue de Paris", "1.2.3.4"])
def test_codes_are_texts_without_a_word(store: Store, tmp_path: Path, cell: str):
    path = tmp_path / "people.csv"
    path.write_text(f"id;v\n1;{cell}\n", encoding="utf-8")
    assert load_profiles(store, path, key="id").warnings == ()


def test_spaces_between_thousands_are_read(store: Store, tmp_path: Path):
    path = tmp_path / "people.csv"
    path.write_text("id;v\n1;1 200,50\n2;1\u202f000\n", encoding="utf-8")
    load_profiles(store, path, key="id", types={"v": "decimal"})
    assert [row["v"] for row in snapshot(store).values()] == [Decimal("1200.5"), Decimal(1000)]


# --- the times of events ------------------------------------------------------------------------


def load_times(store: Store, tmp_path: Path, *times: str):
    path = tmp_path / "events.csv"
    path.write_text("\n".join(["id;at", *(f"{number};{at}" for number, at in enumerate(times))]) + "\n")
    return load_events(store, "visit", data=path, profile="id", at="at")


@pytest.mark.parametrize("time", ["31/01/2025 14:30", "31/01/2025 14:30:00+01:00", "31/01/2025", "20250131"])
def test_french_and_short_times_are_read(store: Store, tmp_path: Path, time: str):
    assert load_times(store, tmp_path, time).created == 1


def test_a_month_that_comes_first_proves_it(store: Store, tmp_path: Path):
    assert load_times(store, tmp_path, "02/01/2025", "01/31/2025").created == 2


def test_times_whose_order_nothing_proves_are_asked(store: Store, tmp_path: Path):
    with pytest.raises(Unanswered):
        load_times(store, tmp_path, "02/01/2025")
