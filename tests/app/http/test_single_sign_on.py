"""Signing in through an identity provider that really runs: the way in, and the ways to cheat."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest

import vitrail
from tests.app.accounts.people import CLI
from tests.app.http.identity_provider import CLIENT, SECRET, IdentityProvider, providing
from tests.app.http.serving import Served, make_workspace, serving
from tests.app.http.visiting import Visitor, make_user
from vitrail.app.accounts.oidc.identity import Expected
from vitrail.app.accounts.oidc.provider import Provider
from vitrail.app.accounts.oidc.settings import read_settings
from vitrail.app.accounts.oidc.tokens import check_token
from vitrail.app.accounts.trail import find_user, list_users
from vitrail.app.accounts.users import add_user, disable_user
from vitrail.model.errors import UserError


@pytest.fixture(scope="module")
def provider() -> Iterator[IdentityProvider]:
    with providing() as running:
        yield running


@pytest.fixture(scope="module")
def served(provider: IdentityProvider, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("single")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VITRAIL_SECRET_KEY_FILE", str(folder / "keys" / "shop.key"))
        settings = {
            "OIDC_ISSUER": provider.issuer,
            "OIDC_CLIENT": CLIENT,
            "OIDC_SECRET": SECRET,
            "OIDC_NAME": "Example <b>",
            "OIDC_DOMAINS": "rule.example=analyst",
            "OIDC_PRIVATE": "1",
            "EGRESS_ALLOW": "127.0.0.1",
        }
        for name, value in settings.items():
            patch.setenv(f"VITRAIL_{name}", value)
        root = folder / "shop"
        with serving(root, make_workspace(root), options=("--requests-a-second", "0")) as server:
            make_user(server, "owner", "owner@example.org")
            yield server


def invite(served: Served, name: str) -> str:
    with vitrail.open(served.root) as ws:
        user, _ = add_user(ws.store, f"{name}@example.org", role="marketer", name=name, by=CLI)
    return user.email


def at_provider(visitor: Visitor, back: str = "/") -> httpx2.Response:
    """Go to the provider, sign in there; answers where it sends the browser."""
    out = visitor.client.get("/account/oidc", params={"next": back})
    assert out.status_code == 303
    return httpx2.get(out.headers["location"], timeout=60)


def come_back(visitor: Visitor, sent: httpx2.Response) -> httpx2.Response:
    return visitor.client.get(sent.headers["location"])


def sign_in(served: Served, back: str = "/") -> tuple[Visitor, httpx2.Response]:
    visitor = Visitor(served)
    return visitor, come_back(visitor, at_provider(visitor, back))


def test_who_is_invited_comes_in(served: Served, provider: IdentityProvider):
    provider.comes(invite(served, "ann"))
    visitor, answer = sign_in(served, "/segments")
    assert (answer.status_code, answer.headers["location"]) == (303, "/segments")
    assert visitor.is_in


def test_the_page_offers_it_and_shows_no_markup_of_its_name(served: Served):
    page = Visitor(served).go("/account/sign-in?next=/segments").text
    assert "/account/oidc?next=%2Fsegments" in page and "Example &lt;b&gt;" in page


def test_who_is_not_invited_stays_outside(served: Served, provider: IdentityProvider):
    provider.comes("stranger@example.org")
    visitor, answer = sign_in(served)
    assert answer.status_code == 403 and not visitor.is_in


def test_a_rule_of_a_domain_makes_an_account_with_its_role(served: Served, provider: IdentityProvider):
    provider.comes("new@rule.example", name="New <script>")
    assert sign_in(served)[0].is_in
    with vitrail.open(served.root) as ws:
        user = find_user(ws.store, "new@rule.example")
    assert (user.role, user.password) == ("analyst", "")


def test_another_domain_that_ends_so_is_not_the_domain(served: Served, provider: IdentityProvider):
    provider.comes("new@evilrule.example")
    assert sign_in(served)[1].status_code == 403


def test_once_bound_the_subject_counts_and_not_the_address(served: Served, provider: IdentityProvider):
    provider.comes(invite(served, "bob"), "subject-of-bob")
    assert sign_in(served)[0].is_in
    provider.comes("changed@example.org", "subject-of-bob")
    assert sign_in(served)[0].is_in
    provider.comes("bob@example.org", "somebody-else")
    assert sign_in(served)[1].status_code == 403


def test_an_account_that_is_closed_stays_closed(served: Served, provider: IdentityProvider):
    provider.comes(invite(served, "cyd"))
    assert sign_in(served)[0].is_in
    with vitrail.open(served.root) as ws:
        disable_user(ws.store, "cyd@example.org", by=CLI)
    assert sign_in(served)[1].status_code == 403


def test_keys_are_looked_up_once_while_they_stay(served: Served, provider: IdentityProvider):
    provider.comes(invite(served, "dan"))
    assert sign_in(served)[0].is_in
    before = provider.asked_for_keys
    assert sign_in(served)[0].is_in
    assert provider.asked_for_keys == before


LIES: dict[str, dict[str, object]] = {
    "another nonce": {"nonce": "0"},
    "no nonce": {"nonce": None},
    "another audience": {"aud": "other"},
    "an audience among others, for another party": {"aud": [CLIENT, "other"], "azp": "other"},
    "an audience among others, for nobody": {"aud": [CLIENT, "other"]},
    "expired": {"exp": 1_000_000_000},
    "no end": {"exp": None},
    "made long ago": {"iat": 1_000_000_000},
    "made tomorrow": {"iat": 32_000_000_000},
    "not yet": {"nbf": 32_000_000_000},
    "another issuer": {"iss": "https://evil.example"},
    "no subject": {"sub": None},
    "a subject that is a number": {"sub": 7},
    "an address nobody verified": {"email_verified": False},
    "an address verified by a word": {"email_verified": "true"},
    "an end that is true": {"exp": True},
}


@pytest.fixture(scope="module")
def victim(served: Served) -> str:
    return invite(served, "victim")


@pytest.mark.parametrize("lie", LIES)
def test_a_token_that_lies_opens_nothing(served: Served, provider: IdentityProvider, victim: str, lie: str):
    provider.comes(victim, "not-bound-yet")
    provider.lies = LIES[lie]
    visitor, answer = sign_in(served)
    assert answer.status_code == 403 and not visitor.is_in
    assert "location" not in answer.headers


@pytest.mark.parametrize("alg", ["none", "HS256", "RS384", "PS512"])
def test_a_token_signed_in_another_way_opens_nothing(
    served: Served, provider: IdentityProvider, victim: str, alg: str
):
    provider.comes(victim, "not-bound-yet")
    provider.alg = alg
    visitor, answer = sign_in(served)
    assert answer.status_code == 403 and not visitor.is_in


def test_the_key_of_somebody_else_opens_nothing(served: Served, provider: IdentityProvider, victim: str):
    provider.comes(victim, "not-bound-yet")
    visitor = Visitor(served)
    kept, sent = provider.key, at_provider(visitor)
    forged = provider.new_key()
    forged_id, provider.key = forged, forged
    answer_of = provider.answer
    provider.answer = lambda scope, body, headers: (  # type: ignore[method-assign]
        (200, [], {"keys": [kept.as_dict(private=False)]})
        if scope["path"] == "/keys"
        else answer_of(scope, body, headers)
    )
    try:
        assert come_back(visitor, sent).status_code == 403
    finally:
        provider.answer, provider.key = answer_of, kept  # type: ignore[method-assign]
    assert forged_id.kid != kept.kid


def test_a_state_opens_once(served: Served, provider: IdentityProvider):
    provider.comes(invite(served, "eve"))
    visitor = Visitor(served)
    sent = at_provider(visitor)
    cookies = dict(visitor.client.cookies)
    assert come_back(visitor, sent).status_code == 303
    again = Visitor(served)
    again.client.cookies.update(cookies)
    assert come_back(again, sent).status_code == 403 and not again.is_in


def test_sign_ins_that_are_made_up_close_the_door_to_nobody(served: Served, provider: IdentityProvider):
    provider.comes(invite(served, "flo"))
    visitor = Visitor(served)
    state = parse_qs(urlsplit(at_provider(visitor).headers["location"]).query)["state"][0]
    asked = {"code": "made up", "state": state}
    assert visitor.client.get("/account/oidc/back", params=asked).status_code == 403
    with vitrail.open(served.root) as ws:
        kept = {row[0] for name, row in ws.store.ledger.every_row() if name == "oidc_states"}
    assert hashlib.sha256(state.encode()).hexdigest() not in kept


def test_a_sign_in_somebody_else_began_is_refused(served: Served, provider: IdentityProvider):
    provider.comes(invite(served, "fay"))
    sent = at_provider(Visitor(served))
    other = Visitor(served)
    at_provider(other)
    assert come_back(other, sent).status_code == 403 and not other.is_in
    assert come_back(Visitor(served), sent).status_code == 403


def test_a_code_for_another_browser_is_refused_by_its_verifier(served: Served, provider: IdentityProvider):
    provider.comes(invite(served, "gus"))
    mine, theirs = Visitor(served), Visitor(served)
    stolen = parse_qs(urlsplit(at_provider(theirs).headers["location"]).query)["code"][0]
    sent = urlsplit(at_provider(mine).headers["location"])
    state = parse_qs(sent.query)["state"][0]
    answer = mine.client.get("/account/oidc/back", params={"code": stolen, "state": state})
    assert answer.status_code == 403 and not mine.is_in


def test_another_issuer_in_the_answer_is_refused(served: Served, provider: IdentityProvider, victim: str):
    provider.comes(victim, "not-bound-yet")
    visitor = Visitor(served)
    told = parse_qs(urlsplit(at_provider(visitor).headers["location"]).query)
    asked = {"code": told["code"][0], "state": told["state"][0], "iss": "https://evil.example"}
    assert visitor.client.get("/account/oidc/back", params=asked).status_code == 403


@pytest.mark.parametrize("back", ["//evil.example", "https://evil.example", "/\\evil.example", "/\tx", "x"])
def test_nobody_is_sent_elsewhere_afterwards(served: Served, provider: IdentityProvider, back: str):
    provider.comes("new@rule.example")
    assert sign_in(served, back)[1].headers["location"] == "/"


def test_a_provider_that_refuses_tells_nothing_of_why(served: Served):
    visitor = Visitor(served)
    visitor.client.get("/account/oidc")
    answer = visitor.client.get("/account/oidc/back", params={"error": "<script>", "state": "x"})
    assert answer.status_code == 403 and "<script>" not in answer.text


SILENT = {"email": None, "email_verified": None}
ELSEWHERE = {
    "hal": ({"sub": "hal", "email_verified": True}, True),
    "ida": ({"sub": "ida", "email_verified": False}, False),
    "joe": ({"sub": "somebody-else", "email_verified": True}, False),
    "kim": ({"email_verified": True}, False),
}


@pytest.mark.parametrize("name", ELSEWHERE)
def test_a_token_without_an_address_lets_one_ask_for_it(
    served: Served, provider: IdentityProvider, name: str
):
    about, is_in = ELSEWHERE[name]
    provider.comes(invite(served, name), name)
    provider.lies, provider.elsewhere = SILENT, about | {"email": f"{name}@example.org"}
    assert sign_in(served)[0].is_in is is_in


def test_a_flood_of_unknown_keys_is_looked_up_once_a_minute(
    provider: IdentityProvider, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("VITRAIL_EGRESS_ALLOW", "127.0.0.1")
    settings, now = {"ISSUER": provider.issuer, "CLIENT": CLIENT, "PRIVATE": "1"}, [0.0]
    told = read_settings({f"VITRAIL_OIDC_{name}": value for name, value in settings.items()})
    known, before = Provider(told, clock=lambda: now[0]), provider.asked_for_keys
    for moment in (0.0, 1.0, 2.0, 60.0, 61.5, 62.0):
        now[0] = moment
        known.keys(moment > 0)
    assert provider.asked_for_keys - before == 3


def test_new_keys_and_curves_are_believed_after_a_look(
    provider: IdentityProvider, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("vitrail.app.accounts.oidc.provider.ANEW", 0.0)
    known = Provider(
        read_settings(
            {
                "VITRAIL_OIDC_ISSUER": provider.issuer,
                "VITRAIL_OIDC_CLIENT": CLIENT,
                "VITRAIL_OIDC_PRIVATE": "1",
            }
        )
    )
    monkeypatch.setenv("VITRAIL_EGRESS_ALLOW", "127.0.0.1")
    for kind, alg in (("RSA", "RS256"), ("RSA", "PS256"), ("EC", "ES256")):
        provider.new_key(kind)
        provider.comes("ann@example.org")
        provider.alg = alg
        expected = Expected(provider.issuer, CLIENT, "n", int(time.time()))
        assert check_token(provider.signed("n"), known.keys, expected=expected).email == "ann@example.org"


@pytest.mark.parametrize(
    "wrong",
    [
        {"VITRAIL_OIDC_ISSUER": "http://login.example"},
        {"VITRAIL_OIDC_ISSUER": "https://"},
        {"VITRAIL_OIDC_ISSUER": "https://login.example", "VITRAIL_OIDC_CLIENT": ""},
        {"VITRAIL_OIDC_DOMAINS": "example.com=owner"},
        {"VITRAIL_OIDC_DOMAINS": "example.com"},
    ],
)
def test_half_a_setting_is_refused(wrong: dict[str, str]):
    right = {"VITRAIL_OIDC_ISSUER": "https://login.example", "VITRAIL_OIDC_CLIENT": "v"}
    assert read_settings(right) is not None and read_settings({}) is None
    with pytest.raises(UserError):
        read_settings(right | wrong)


def test_nobody_was_added_by_any_lie(served: Served):
    with vitrail.open(served.root) as ws:
        found = {each.email for each in list_users(ws.store)}
    assert not {each for each in found if "stranger" in each or "evil" in each}
