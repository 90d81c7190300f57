from pathlib import Path

import pytest

from tests.app.terminal import answer, codes, run
from tests.collect.duplicates.people import strangers
from tests.copies import Mould

COLUMNS = ("id", "given_name", "surname", "birth_date", "postcode")
ANNE = ("Anne", "Kerouedan", "1980-05-07", "35000")


def make(folder: Path) -> None:
    """Anne, who is there twice, among strangers."""
    file, words = folder.parent / "people.csv", folder.parent / "words.yaml"
    others = [(each["given"], each["surname"], each["birth"], each["postcode"]) for each in strangers(80)]
    people = [ANNE, ("ANNE", "Kérouédan", *ANNE[2:]), *others]
    lines = [",".join((f"C{n}", *each)) for n, each in enumerate(people)]
    file.write_text("\n".join((",".join(COLUMNS), *lines)))
    run("init", str(folder))
    words.write_text("edition: 2026\ntraits: {postcode: {type: text, compare: postcode}, "
        "given_name: {type: text, compare: given_name}, surname: {type: text, compare: surname}, "
        "birth_date: {type: date, compare: birth_date}}")  # fmt: skip
    run("declare", str(words), workspace=folder)
    loaded = run("import", "profiles", str(file), "--key", "id", workspace=folder)
    assert loaded.exit_code == 0, loaded.output
    assert answer(run("duplicates", "find", "--json", workspace=folder))["proposed"] == 1


@pytest.fixture(scope="module")
def shops(tmp_path_factory: pytest.TempPathFactory) -> Mould:
    return Mould(tmp_path_factory.mktemp("pairs"), make)


@pytest.fixture
def shop(shops: Mould, tmp_path: Path) -> Path:
    return shops.cast(tmp_path / "shop")


@pytest.mark.parametrize(
    ("language", "words"), [("fr", "date de naissance la même"), ("en", "birth date the same")]
)
def test_a_pair_is_listed_with_its_reasons(shop: Path, language: str, words: str):
    shown = run("duplicates", "list", workspace=shop, language=language).stdout
    assert "C0 · C1" in shown
    assert words in " ".join(shown.split())


def test_a_pair_is_shown_side_by_side(shop: Path):
    found = answer(run("duplicates", "show", "C1", "C0", "--json", workspace=shop))
    assert found["values"]["surname"] == ["Kerouedan", "Kérouédan"]
    assert sum(each["bits"] for each in found["pair"]["reasons"]) > 10
    assert "Kérouédan" in run("duplicates", "show", "C0", "C1", workspace=shop).stdout


def test_a_merged_pair_is_one_customer_and_comes_apart_again(shop: Path):
    everybody = int(run("count", "true", workspace=shop).stdout)
    told = answer(run("duplicates", "merge", "C0", "C1", "--why", "same", "--json", workspace=shop))
    assert int(run("count", "true", workspace=shop).stdout) == everybody - 1
    assert answer(run("duplicates", "find", "--json", workspace=shop))["proposed"] == 0
    run("undo", str(told["decision"]), "--yes", workspace=shop)
    assert int(run("count", "true", workspace=shop).stdout) == everybody
    assert listed(shop, "merged") == [] and listed(shop, "apart") == [["C0", "C1"]]
    assert answer(run("duplicates", "find", "--json", workspace=shop))["kept_apart"] == 1


def listed(shop: Path, state: str) -> list[list[str]]:
    found = answer(run("duplicates", "list", "--state", state, "--json", workspace=shop))["pairs"]
    return [each["keys"] for each in found]


def test_a_merge_that_is_taken_back_and_made_again_is_a_merge(shop: Path):
    told = answer(run("duplicates", "merge", "C0", "C1", "--json", workspace=shop))
    run("undo", str(told["decision"]), "--yes", workspace=shop)
    run("undo", str(told["decision"] + 1), "--yes", workspace=shop)
    assert listed(shop, "apart") == [] and listed(shop, "merged") == [["C0", "C1"]]


def test_a_pair_above_what_was_set_is_merged_at_once(shop: Path):
    assert answer(run("duplicates", "find", "--merge-above", "0.9", "--json", workspace=shop))["merged"] == [
        ["C0", "C1"]
    ]
    (merged,) = answer(run("duplicates", "list", "--state", "merged", "--json", workspace=shop))["pairs"]
    assert merged["keys"] == ["C0", "C1"]


def test_a_pair_kept_apart_leaves_the_queue(shop: Path):
    run("duplicates", "apart", "C0", "C1", "--why", "twins", "--who", "claire", workspace=shop)
    assert answer(run("duplicates", "find", "--json", workspace=shop))["kept_apart"] == 1
    verdicts = answer(run("duplicates", "show", "C0", "C1", "--json", workspace=shop))["verdicts"]
    assert [(each["by"], each["why"]) for each in verdicts] == [("claire", "twins")]


def test_what_is_no_pair_is_refused(shop: Path):
    result = run("duplicates", "merge", "C0", "C5", "--json", workspace=shop)
    assert (result.exit_code, codes(result)) == (2, ["no_pair"])
