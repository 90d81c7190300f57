"""Users, API keys and the audit trail from the command line."""

import json
from pathlib import Path

import pyarrow as pa
import pytest

import vitrail
from tests.app.terminal import answer, codes, run
from tests.ledger.databases import behind_its_back


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    vitrail.create(tmp_path / "shop").close()
    return tmp_path / "shop"


def ask(shop: Path, *words: str):
    return run(*words, "--json", workspace=shop)


def shown(shop: Path, *words: str) -> list[str]:
    return [each["act"] for each in answer(ask(shop, "audit", "show", *words))["acts"]]


def test_somebody_is_invited_by_a_link(shop: Path):
    told = answer(ask(shop, "users", "add", "anne@example.org", "--role", "marketer", "--name", "Anne"))
    assert told["link"].startswith("http://127.0.0.1:8110/account/link/")
    [user] = answer(ask(shop, "users", "list"))["users"]
    assert (user["email"], user["role"], user["invited"]) == ("anne@example.org", "marketer", True)


def test_the_link_stands_alone_on_standard_output(shop: Path):
    told = run("users", "link", "--address", "https://crm.example.org/", workspace=shop)
    assert told.stdout.startswith("https://crm.example.org/account/link/")
    assert len(told.stdout.splitlines()) == 1


def test_a_role_changes_and_an_account_closes(shop: Path):
    ask(shop, "users", "add", "anne@example.org", "--role", "marketer")
    assert answer(ask(shop, "users", "role", "anne@example.org", "reader"))["role"] == "reader"
    assert answer(ask(shop, "users", "disable", "anne@example.org"))["disabled"]
    assert codes(ask(shop, "users", "link", "anne@example.org")) == ["user_disabled"]
    assert not answer(ask(shop, "users", "enable", "anne@example.org"))["disabled"]
    assert answer(ask(shop, "users", "sessions", "anne@example.org"))["sessions"] == []


def test_an_unknown_user_is_refused(shop: Path):
    told = ask(shop, "users", "disable", "nobody@example.org")
    assert (told.exit_code, codes(told)) == (2, ["unknown_user"])


def test_a_key_is_shown_once(shop: Path):
    made = answer(ask(shop, "keys", "add", "notebook", "--allow", "view_segments"))
    [listed] = answer(ask(shop, "keys", "list"))["keys"]
    assert made["secret"].startswith(f"vk_{listed['id']}_")
    assert "secret" not in listed
    assert ask(shop, "keys", "revoke", listed["id"]).exit_code == 0
    assert answer(ask(shop, "keys", "list"))["keys"] == []


def test_the_trail_tells_what_was_done(shop: Path, tmp_path: Path):
    ask(shop, "users", "add", "anne@example.org", "--role", "marketer")
    ask(shop, "keys", "add", "notebook", "--allow", "export")
    assert [each["act"] for each in answer(ask(shop, "audit", "show"))["acts"]] == ["key.add", "user.add"]
    assert [each["act"] for each in answer(ask(shop, "audit", "show", "--about", "key"))["acts"]] == [
        "key.add"
    ]
    file = tmp_path / "trail.jsonl"
    assert answer(ask(shop, "audit", "export", str(file)))["entries"] == 3
    lines = [json.loads(line)["act"] for line in file.read_text().splitlines()]
    assert lines == ["user.add", "key.add", "audit.export"]
    assert codes(ask(shop, "audit", "export", str(file))) == ["file_exists"]


def test_a_trail_changed_from_outside_is_found(shop: Path):
    ask(shop, "users", "add", "anne@example.org", "--role", "marketer")
    assert ask(shop, "audit", "verify").exit_code == 0
    with vitrail.open(shop) as ws:
        behind_its_back(ws.store.ledger, "audit", statement="UPDATE audit SET actor = 'x'")
    told = ask(shop, "audit", "verify")
    assert (told.exit_code, answer(told)["broken"]["position"]) == (1, 1)


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("words", ["users list", "keys list", "audit show", "audit verify"])
def test_lists_are_drawn_in_both_languages(shop: Path, words: str, language: str):
    ask(shop, "users", "add", "anne@example.org", "--role", "marketer")
    ask(shop, "keys", "add", "notebook", "--allow", "export")
    assert run(*words.split(), workspace=shop, language=language).exit_code == 0


def test_looks_at_customers_and_what_is_taken_away_are_on_the_trail(shop: Path, tmp_path: Path):
    with vitrail.open(shop) as ws:
        ws.load_profiles(pa.table({"id": ["Ana", "Bruno"], "country": ["FR", "BE"]}), key="id")
        ws.define(vitrail.Segment("fr", {"fr": "France", "en": "France"}, 'country = "FR"'))
        ws.refresh()
    ask(shop, "profile", "Ana")
    ask(shop, "explain", 'country = "FR"', "--profile", "Bruno")
    ask(shop, "members", 'country = "FR"')
    run("export", "fr", "--to", str(tmp_path / "fr.csv"), workspace=shop)
    assert shown(shop)[:4] == ["segment.export", "people.list", "profile.view", "profile.view"]


def test_the_trail_tells_of_customers_by_their_number(shop: Path):
    with vitrail.open(shop) as ws:
        ws.load_profiles(pa.table({"id": ["Ana", "Bruno"]}), key="id")
    ask(shop, "profile", "Bruno")
    assert "Bruno" not in ask(shop, "audit", "show").stdout
