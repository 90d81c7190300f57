"""Signing in through `oidc-provider`, a certified implementation of OpenID Connect, with its own pages."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit

import httpx2

import vitrail
from tests.app.accounts.people import CLI
from tests.app.http.serving import Served
from tests.app.http.visiting import Visitor
from tests.single_sign_on.conftest import Running
from vitrail.app.accounts.trail import find_user
from vitrail.app.accounts.users import add_user


def invite(served: Served, email: str) -> None:
    with vitrail.open(served.root) as ws:
        add_user(ws.store, email, role="marketer", name=email.partition("@")[0], by=CLI)


def through(provider: Running, place: str, who: str) -> str:
    """Go through the pages of the provider as somebody; answers where it sends the browser at last."""
    with httpx2.Client(timeout=30) as browser:
        for _ in range(12):
            page = browser.get(place)
            while page.status_code in (302, 303):
                place = urljoin(place, page.headers["location"])
                if not place.startswith(provider.issuer):
                    return place
                page = browser.get(place)
            action = re.search(r'action="([^"]+)"', page.text)
            prompt = re.search(r'name="prompt" value="([^"]+)"', page.text)
            assert action and prompt, page.text
            form = {"prompt": prompt[1], "login": who, "password": "any"}
            sent = browser.post(urljoin(place, action[1]), data=form)
            place = urljoin(place, sent.headers["location"])
    raise AssertionError("the provider goes round in circles")


def way_out(visitor: Visitor) -> str:
    out = visitor.client.get("/account/oidc", params={"next": "/segments"})
    assert out.status_code == 303
    return out.headers["location"]


def come(served: Served, provider: Running, who: str) -> tuple[Visitor, httpx2.Response]:
    visitor = Visitor(served)
    return visitor, visitor.client.get(through(provider, way_out(visitor), who))


def changed(place: str, **parts: str | None) -> str:
    """The same address with other parts."""
    told = urlsplit(place)
    given = {name: values[0] for name, values in parse_qs(told.query).items()} | parts
    return told._replace(query=urlencode({name: each for name, each in given.items() if each})).geturl()


def test_who_is_invited_comes_in_and_is_bound_to_the_subject(served: Served, provider: Running):
    invite(served, "ann@example.org")
    visitor, answer = come(served, provider, "ann")
    assert (answer.status_code, answer.headers["location"]) == (303, "/segments")
    assert visitor.is_in
    assert come(served, provider, "ann")[0].is_in


def test_who_is_not_known_here_stays_outside(served: Served, provider: Running):
    visitor, answer = come(served, provider, "stranger")
    assert answer.status_code == 403 and not visitor.is_in


def test_an_address_nobody_verified_finds_no_account(served: Served, provider: Running):
    invite(served, "victim@example.org")
    visitor, answer = come(served, provider, "doubtful")
    assert answer.status_code == 403 and not visitor.is_in
    with vitrail.open(served.root) as ws:
        assert not find_user(ws.store, "victim@example.org").password


def test_a_sign_in_without_the_verifier_is_not_answered(served: Served, provider: Running):
    """The provider asks for PKCE, and the code of one browser is nothing in another."""
    mine, other = Visitor(served), Visitor(served)
    stolen = through(provider, way_out(mine), "ann")
    theirs = through(provider, way_out(other), "ann")
    mixed = changed(theirs, code=parse_qs(urlsplit(stolen).query)["code"][0])
    assert other.client.get(mixed).status_code == 403 and not other.is_in


def test_another_nonce_is_refused(served: Served, provider: Running):
    visitor = Visitor(served)
    answer = visitor.client.get(through(provider, changed(way_out(visitor), nonce="of-another"), "ann"))
    assert answer.status_code == 403 and not visitor.is_in


def test_a_code_for_another_client_is_refused(served: Served, provider: Running):
    visitor = Visitor(served)
    answer = visitor.client.get(through(provider, changed(way_out(visitor), client_id="another"), "ann"))
    assert answer.status_code == 403 and not visitor.is_in


def test_who_says_no_at_the_provider_comes_back_to_an_explanation(served: Served, provider: Running):
    visitor = Visitor(served)
    state = parse_qs(urlsplit(way_out(visitor)).query)["state"][0]
    refused = {"error": "access_denied", "state": state, "iss": provider.issuer}
    answer = visitor.client.get("/account/oidc/back", params=refused)
    assert answer.status_code == 403 and not visitor.is_in


def test_signing_out_ends_the_session_here(served: Served, provider: Running):
    visitor, _ = come(served, provider, "ann")
    visitor.go("/account")
    visitor.send("/account/sign-out")
    assert not visitor.is_in


def test_other_keys_of_the_provider_are_looked_up(served: Served, provider: Running):
    """Last of all: the provider starts again, with a key nobody has seen."""
    invite(served, "bob@example.org")
    assert come(served, provider, "ann")[0].is_in
    provider.stop()
    provider.start(f"{served.url}/account/oidc/back")
    visitor, answer = come(served, provider, "bob")
    assert answer.status_code == 303 and visitor.is_in
