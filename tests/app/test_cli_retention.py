"""Retention and small groups from the command line."""

from pathlib import Path

import pytest

from tests.app.terminal import answer, make_shop, run

RULES = """edition: 2026
contacts: [order]
people:
  - {key: old, name: {fr: Anciens, en: Old}, who: did(order), days: 365}
"""


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    made = make_shop(tmp_path / "shop")
    (tmp_path / "retention.yaml").write_text(RULES, "utf-8")
    run("retention", "define", str(tmp_path / "retention.yaml"), workspace=made)
    return made


def test_the_plan_shows_who_would_go(shop: Path):
    done = run("retention", "plan", workspace=shop, language="fr")
    assert done.exit_code == 1
    assert "Anciens" in done.output and "D" in done.output and "effacés" in done.output


def test_the_run_lets_exactly_them_go(shop: Path):
    seal = answer(run("retention", "plan", "--json", workspace=shop))["seal"]
    done = run("retention", "run", "--seal", seal, "--wait", "0", "--yes", "--json", workspace=shop)
    assert (done.exit_code, answer(done)["erased"]) == (0, {"old": 1})
    assert answer(run("count", "true", "--json", workspace=shop))["count"] == 3
    assert run("retention", "plan", workspace=shop).exit_code == 0


def test_another_seal_is_refused(shop: Path):
    done = run("retention", "run", "--seal", "0" * 64, "--yes", workspace=shop)
    assert done.exit_code == 2
    assert answer(run("count", "true", "--json", workspace=shop))["count"] == 4


def test_without_an_answer_nothing_goes(shop: Path):
    assert run("retention", "run", workspace=shop).exit_code == 2
    assert answer(run("count", "true", "--json", workspace=shop))["count"] == 4


def test_by_itself_is_a_choice(shop: Path):
    assert answer(run("retention", "rules", "--json", workspace=shop))["by_itself"] is False
    run("retention", "switch", "--on", workspace=shop)
    assert answer(run("retention", "rules", "--json", workspace=shop))["by_itself"] is True


def test_wrong_rules_are_refused_with_their_places(shop: Path):
    file = shop.parent / "wrong.yaml"
    file.write_text("edition: 2026\ncontacts: [open]\npeople: [{key: x, name: {en: X}, whom: y}]\n", "utf-8")
    done = run("retention", "define", str(file), "--json", workspace=shop)
    assert done.exit_code == 2 and answer(done)["problems"]


def test_the_size_of_a_small_group_is_shown_and_chosen(shop: Path):
    assert answer(run("small-groups", "--json", workspace=shop)) == {"smallest_group": 20}
    assert answer(run("small-groups", "50", "--json", workspace=shop)) == {"smallest_group": 50}
    assert run("small-groups", "2", workspace=shop).exit_code == 2
