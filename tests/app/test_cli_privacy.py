"""The rights of people from the command line."""

from pathlib import Path

import pytest

import vitrail
from tests.app.terminal import answer, codes, make_shop, run
from vitrail.consent.rights import erasing


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return make_shop(tmp_path / "shop")


def test_an_erasure_is_asked_for_first(shop: Path):
    told = run("privacy", "erase", "A", workspace=shop)
    assert told.exit_code == 2
    assert answer(run("count", "did(order) or not did(order)", "--json", workspace=shop))["count"] == 4


def test_a_trial_shows_what_would_go(shop: Path):
    held = answer(run("privacy", "erase", "A", "--dry-run", "--json", workspace=shop))["holders"]
    assert (held["keys"], held["events"], held["consents"]) == (1, 2, 0)


def test_an_erasure_is_told_with_its_search(shop: Path):
    told = run("privacy", "erase", "A", "--yes", "--wait", "0", "--json", workspace=shop)
    (done,) = answer(told)["erasures"]
    assert (told.exit_code, done["traces"], done["steps"]["events"]) == (0, [], 2)


def test_an_import_says_who_was_turned_away(shop: Path, tmp_path: Path):
    run("privacy", "erase", "A", "--yes", "--wait", "0", workspace=shop)
    (tmp_path / "back.csv").write_text("id,country\nA,FR\n")
    told = run("import", "profiles", str(tmp_path / "back.csv"), "--key", "id", "--yes", workspace=shop)
    assert told.exit_code == 1 and "erased on request" in " ".join(told.stdout.split())
    assert "All refused rows" not in told.stdout


def test_it_speaks_french(shop: Path):
    told = run("privacy", "erase", "A", "--yes", "--wait", "0", workspace=shop, language="fr")
    assert "Événements" in told.stdout
    assert "traces : 0" in told.stdout.replace("\u202f", " ").replace("\xa0", " ")


def test_a_customer_nobody_has_is_not_erased(shop: Path):
    assert codes(run("privacy", "erase", "AA", "--yes", "--json", workspace=shop)) == ["unknown_profile"]


def test_what_was_stopped_is_finished_by_the_next_refresh(shop: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(erasing.time, "sleep", lambda _seconds: None)
    with vitrail.open(shop) as ws:
        erasing.begin(ws.store, ws.privacy._people(("A",)), said=erasing.Said())
    run("refresh", workspace=shop)
    assert answer(run("privacy", "resume", "--json", workspace=shop))["erasures"] == []
    assert answer(run("count", "did(order) or not did(order)", "--json", workspace=shop))["count"] == 3


def test_an_objection_is_noted_and_lifted(shop: Path):
    made = answer(
        run("privacy", "object", "A", "--proof", "letter", "--who", "ana", "--json", workspace=shop)
    )
    assert [(act["right"], act["step"], act["by"]) for act in made["acts"]] == [
        ("objection", "raised", "ana")
    ]
    assert run("privacy", "lift", "A", "--right", "objection", workspace=shop).exit_code == 0
    again = run("privacy", "lift", "A", "--right", "objection", "--json", workspace=shop)
    assert codes(again) == ["nothing_to_lift"]


@pytest.mark.parametrize("command", ["access", "port"])
def test_somebody_is_given_their_data(shop: Path, command: str):
    told = answer(run("privacy", command, "A", "--to", str(shop.parent / "a.zip"), "--json", workspace=shop))
    assert Path(told["file"]).stat().st_size > 0


def test_a_folder_that_does_not_exist_is_told(shop: Path):
    told = run("privacy", "access", "A", "--to", str(shop / "no" / "a.zip"), "--json", workspace=shop)
    assert codes(told) == ["no_such_folder"]


def test_what_is_wrong_is_put_right(shop: Path):
    assert run("privacy", "rectify", "A", "--set", "country=BE", workspace=shop).exit_code == 0
    assert answer(run("count", 'country = "BE"', "--json", workspace=shop))["count"] == 2
    (made,) = answer(run("privacy", "rectified", "--json", workspace=shop))["rectifications"]
    assert (made["trait"], made["wrong"]) == ("country", ["FR"])


def test_a_correction_without_its_equals_sign_is_refused(shop: Path):
    assert codes(run("privacy", "rectify", "A", "--set", "country", "--json", workspace=shop)) == [
        "bad_value"
    ]
