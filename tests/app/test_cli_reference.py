from pathlib import Path

import pytest

from tests.app.terminal import answer, codes, run

ADDRESS = """edition: 2026
traits:
  postcode: {type: text, geography: postcode}
  town: {type: text, geography: city}
"""
COMMUNES = '[{"code": "35238", "nom": "Rennes", "codesPostaux": ["35000", "35200"], "population": 227830}]'


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """Two customers with a postcode that is declared to be one."""
    folder = tmp_path / "shop"
    run("init", str(folder))
    (tmp_path / "words.yaml").write_text(ADDRESS)
    (tmp_path / "people.csv").write_text("id,postcode,town\nA,35200,Rennes\nB,01000,Bourg\n")
    run("declare", str(tmp_path / "words.yaml"), workspace=folder)
    run("import", "profiles", str(tmp_path / "people.csv"), "--key", "id", workspace=folder)
    return folder


def test_a_declared_postcode_is_asked_about_at_once(shop: Path):
    assert run("members", 'region = "Bretagne" and holiday_zone = "B"', workspace=shop).stdout == "A\n"


def test_communes_are_given_by_a_file(shop: Path, tmp_path: Path):
    (tmp_path / "communes.json").write_text(COMMUNES)
    result = run("reference", "update", "--from", str(tmp_path / "communes.json"), "--json", workspace=shop)
    assert answer(result)["rows"] == 2
    assert run("members", 'commune = "Rennes"', workspace=shop).stdout == "A\n"
    shown = answer(run("reference", "show", "--json", workspace=shop))
    assert shown["inputs"] == {"postcode": "postcode", "city": "town"}
    assert "commune_code" in shown["computed"] and len(shown["editions"]) == 1


def test_a_file_of_something_else_changes_nothing(shop: Path, tmp_path: Path):
    result = run("reference", "update", "--from", str(tmp_path / "people.csv"), "--json", workspace=shop)
    assert (result.exit_code, codes(result)) == (2, ["reference_unknown"])
    assert answer(run("reference", "show", "--json", workspace=shop))["editions"] == []


@pytest.mark.parametrize(
    ("language", "words"), [("fr", "calculé à partir de postcode"), ("en", "computed from")]
)
def test_a_person_reads_what_follows_from_what(shop: Path, language: str, words: str):
    assert words in run("reference", "show", workspace=shop, language=language).stdout


def test_school_holidays_become_segments(shop: Path, tmp_path: Path):
    file = tmp_path / "holidays.yaml"
    assert run("reference", "holidays", "--to", str(file), workspace=shop).exit_code == 0
    applied = run("apply", str(file), "--yes", "--json", workspace=shop)
    assert applied.exit_code == 0, applied.output
    assert "on_school_holiday" in file.read_text()


def test_without_a_postcode_there_is_no_zone(tmp_path: Path):
    run("init", str(tmp_path / "empty"))
    result = run(
        "reference", "holidays", "--to", str(tmp_path / "x.yaml"), "--json", workspace=tmp_path / "empty"
    )
    assert (result.exit_code, codes(result)) == (2, ["no_postcode"])
