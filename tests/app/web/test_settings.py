"""The pages of settings over HTTP: users, keys and the workspace, changed by forms."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

import httpx2
import pytest

import vitrail
from tests.app.accounts.people import CLI
from tests.app.http.serving import Served, make_workspace, serving
from tests.app.http.visiting import Visitor, make_user
from vitrail.app.accounts.trail import find_user
from vitrail.app.accounts.users import add_user
from vitrail.app.workspace_settings import settings_of
from vitrail.ledger.audit import Asked, acts


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    root = tmp_path_factory.mktemp("settings") / "shop"
    with serving(root, make_workspace(root)) as served:
        yield served


@pytest.fixture(scope="module")
def owner(small: Served) -> Visitor:
    visitor = Visitor(small)
    visitor.sign_in(make_user(small, "owner").email)
    return visitor


def text(visitor: Visitor) -> str:
    return unescape(re.sub(r"<[^>]+>", " ", visitor.page.text))


def secret(visitor: Visitor) -> str:
    return unescape(re.search(r'class="secret">([^<]+)<', visitor.page.text)[1])


def written_keys(visitor: Visitor) -> set[str]:
    visitor.go("/data/sending")
    return set(re.findall(r"<code>(wk_[^<]+)</code>", visitor.page.text))


def test_somebody_is_invited_by_a_link_that_opens_once(small: Served, owner: Visitor):
    owner.go("/settings/users")
    owner.send("/settings/users", email="zoe@example.org", name="Zoé", role="analyst")
    link = secret(owner)
    assert link.startswith(small.url)
    guest = Visitor(small)
    guest.go(link.removeprefix(small.url))
    guest.send(
        link.removeprefix(small.url), password="quatre mots sans rapport 77", name="Zoé", language="en"
    )
    assert guest.go(link.removeprefix(small.url)).status_code == 404
    guest.sign_in("zoe@example.org", "quatre mots sans rapport 77")
    assert guest.is_in
    owner.go("/settings/users")
    assert link not in owner.page.text


def test_a_wrong_address_is_said_and_nothing_typed_is_lost(owner: Visitor):
    owner.go("/settings/users")
    answer = owner.send("/settings/users", email="no address", name="Jo", role="reader")
    assert answer.status_code == 422
    assert 'value="Jo"' in owner.page.text


def test_the_last_owner_is_offered_no_way_out_and_has_none(small: Served, owner: Visitor):
    owner.go("/settings/users")
    with vitrail.open(small.root) as ws:
        me = find_user(ws.store, "owner@example.org").id
    assert f'id="role-{me}"' not in owner.page.text
    for fields in ({"do": "close"}, {"do": "role", "role": "reader"}):
        answer = owner.send(f"/settings/users/{me}", **fields)
        assert answer.status_code == 422
        assert "last owner" in text(owner)


def test_closing_an_account_ends_its_sessions(small: Served, owner: Visitor):
    guest = Visitor(small)
    user = make_user(small, "reader", "remy@example.org")
    guest.sign_in(user.email)
    owner.go("/settings/users")
    assert owner.send(f"/settings/users/{user.id}", do="close").status_code == 303
    assert not guest.is_in
    owner.go("/settings/users")
    owner.send(f"/settings/users/{user.id}", do="open")
    guest.sign_in(user.email)
    assert guest.is_in


def test_a_role_is_changed(small: Served, owner: Visitor):
    user = make_user(small, "reader", "anna@example.org")
    owner.go("/settings/users")
    assert owner.send(f"/settings/users/{user.id}", do="role", role="marketer").status_code == 303
    with vitrail.open(small.root) as ws:
        assert find_user(ws.store, user.id).role == "marketer"


def test_an_api_key_is_shown_once_opens_and_is_revoked(small: Served, owner: Visitor):
    owner.go("/settings/keys")
    owner.send("/settings/keys", do="add", name="nightly", permission="view_segments")
    headers = {"authorization": f"Bearer {secret(owner)}"}
    assert httpx2.get(f"{small.url}/api/segments", headers=headers, timeout=60).status_code == 200
    assert httpx2.get(f"{small.url}/api/users", headers=headers, timeout=60).status_code == 403
    owner.go("/settings/keys")
    assert headers["authorization"].removeprefix("Bearer ") not in owner.page.text
    key = re.search(r'name="key" value="([^"]+)"', owner.page.text)[1]
    assert owner.send("/settings/keys", do="revoke", key=key).status_code == 303
    assert httpx2.get(f"{small.url}/api/segments", headers=headers, timeout=60).status_code == 401


def test_a_key_without_a_permission_is_not_made(owner: Visitor):
    owner.go("/settings/keys")
    assert owner.send("/settings/keys", do="add", name="idle").status_code == 422


def test_write_keys_have_their_home_among_the_data(owner: Visitor):
    owner.go("/settings")
    assert 'href="/data/sending"' in owner.page.text
    before = written_keys(owner)
    owner.send("/data/sending", do="add", name="till", kind="store")
    added = written_keys(owner)
    owner.send("/data/sending", do="rotate", name="till")
    assert before < added
    assert len(written_keys(owner) - added) == 1


def test_the_name_of_the_workspace_is_on_every_page(owner: Visitor):
    owner.go("/settings/workspace")
    assert owner.send("/settings/workspace", name="Boutique d’été", smallest_group="25").status_code == 303
    owner.go("/segments")
    assert "Boutique d’été" in unescape(owner.page.text)
    owner.go("/settings/workspace")
    assert owner.send("/settings/workspace", name="Shop", smallest_group="2").status_code == 422
    assert 'value="2"' in owner.page.text, "what was typed is there to be mended"
    owner.go("/settings/workspace")
    assert 'value="25"' in owner.page.text


@pytest.mark.parametrize("number", ["many", "2"])
def test_all_that_is_wrong_in_the_settings_is_said_at_once(small: Served, owner: Visitor, number: str):
    owner.go("/settings/workspace")
    owner.send("/settings/workspace", name=" ", smallest_group=number, language="de")
    assert len(re.findall(r'class="notice bad" role', owner.page.text)) == 3
    with vitrail.open(small.root) as ws:
        assert settings_of(ws.store).language == "fr"


def test_the_default_language_is_spoken_to_those_who_chose_none(small: Served, owner: Visitor):
    german = Visitor(small, **{"accept-language": "de"})
    assert 'lang="fr"' in german.go("/account/sign-in").text
    owner.go("/settings/workspace")
    owner.send("/settings/workspace", name="Shop", smallest_group="20", language="en")
    assert 'lang="en"' in german.go("/account/sign-in").text
    with vitrail.open(small.root) as ws:
        assert add_user(ws.store, "new@example.org", role="reader", name="", by=CLI)[0].language == "en"
        with ws.store.ledger.reading() as connection:
            (told,) = acts(connection, Asked(act="settings.change"), limit=1)
    assert told.act.details["language"] == "fr → en"
    owner.go("/settings/workspace")
    owner.send("/settings/workspace", name="Shop", smallest_group="20", language="fr")


def test_the_examination_says_what_was_found(owner: Visitor):
    owner.go("/settings/upkeep")
    owner.send("/settings/upkeep")
    assert "No backup was ever made" in text(owner)
    assert 'id="found"' in owner.page.text


@pytest.mark.parametrize("role", ["marketer", "analyst", "reader", "privacy_officer"])
def test_other_roles_are_drawn_their_account_alone(small: Served, role: str):
    visitor = Visitor(small)
    visitor.sign_in(make_user(small, role, f"{role}.alone@example.org").email)
    visitor.go("/settings")
    assert set(re.findall(r'href="(/settings/[^"]+)"', visitor.page.text)) == set()
    assert "/account" in visitor.page.text
