"""Keeping secrets from the command line."""

from pathlib import Path

import pytest

import vitrail
from tests.app.terminal import answer, codes, run


@pytest.fixture
def shop(tmp_path: Path, monkeypatch) -> Path:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    vitrail.create(tmp_path / "shop").close()
    return tmp_path / "shop"


def test_a_secret_is_listed_by_name_alone(shop: Path):
    assert run("secrets", "set", "CRM_TOKEN", workspace=shop, answer="pat-1234\n").exit_code == 0
    told = run("secrets", "list", "--json", workspace=shop)
    assert [each["name"] for each in answer(told)["secrets"]] == ["CRM_TOKEN"]
    assert "pat-1234" not in told.stdout + run("secrets", "list", workspace=shop).stdout


def test_a_removed_secret_is_gone(shop: Path):
    run("secrets", "set", "CRM_TOKEN", workspace=shop, answer="pat-1234\n")
    assert run("secrets", "remove", "CRM_TOKEN", workspace=shop).exit_code == 0
    assert answer(run("secrets", "list", "--json", workspace=shop))["secrets"] == []


def test_a_new_key_is_told(shop: Path):
    run("secrets", "set", "CRM_TOKEN", workspace=shop, answer="pat-1234\n")
    assert answer(run("secrets", "rotate", "--json", workspace=shop)) == {"sealed": 1}


@pytest.mark.parametrize(
    ("words", "typed", "code"),
    [
        (("set", "CRM-TOKEN"), "x\n", "bad_secret_name"),
        (("set", "VITRAIL_SECRET_KEY"), "x\n", "bad_secret_name"),
        (("set", "CRM_TOKEN"), "\n", "empty_secret"),
        (("remove", "CRM"), "", "unknown_secret"),
    ],
)
def test_what_cannot_be_done_is_said(shop: Path, words: tuple[str, ...], typed: str, code: str):
    found = run("secrets", *words, "--json", workspace=shop, answer=typed)
    assert (found.exit_code, codes(found)) == (2, [code])


def test_a_source_reads_what_is_kept(shop: Path, tmp_path: Path):
    file = tmp_path / "till.csv"
    file.write_text("id\nA\n")
    definition = tmp_path / "sources.yaml"
    definition.write_text(
        "edition: 2026\nsources:\n"
        "  - {key: till, kind: folder, path: '${TILL_FOLDER}', pattern: '*.csv', settle: 0 seconds,\n"
        "     load: {kind: profiles, columns: {key: id}}}\n"
    )
    run("secrets", "set", "TILL_FOLDER", workspace=shop, answer=f"{tmp_path}\n")
    assert run("source", "apply", str(definition), workspace=shop).exit_code == 0
    assert answer(run("pull", "till", "--json", workspace=shop))["pulls"][0]["accepted"] == 1
