"""Letting sources send, from the command line."""

from pathlib import Path

import pytest

import vitrail
from tests.app.terminal import answer, codes, run


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    vitrail.create(tmp_path / "shop").close()
    return tmp_path / "shop"


def keys(shop: Path) -> dict[str, str]:
    found = answer(run("source", "list", "--json", workspace=shop))["sources"]
    return {source["name"]: source["key"] for source in found}


def test_a_source_is_added_listed_and_removed(shop: Path):
    key = run("source", "add", "site", workspace=shop).stdout.strip()
    assert key.startswith("wk_")
    assert keys(shop) == {"site": key}
    assert run("source", "remove", "site", workspace=shop).exit_code == 0
    assert keys(shop) == {}


def test_another_key_takes_the_place_of_the_first(shop: Path):
    first = run("source", "add", "site", workspace=shop).stdout.strip()
    second = run("source", "rotate", "site", workspace=shop).stdout.strip()
    assert first != second
    assert keys(shop) == {"site": second}


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("add", "site"), "source_exists"),
        (("add", "Mon site"), "bad_source_name"),
        (("rotate", "sit"), "unknown_source"),
        (("remove", "sit"), "unknown_source"),
    ],
)
def test_what_cannot_be_done_is_said(shop: Path, words: tuple[str, ...], code: str):
    run("source", "add", "site", workspace=shop)
    found = run("source", *words, "--json", workspace=shop)
    assert (found.exit_code, codes(found)) == (2, [code])
