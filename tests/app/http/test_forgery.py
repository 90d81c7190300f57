"""Changes are taken from our own pages alone, and cookies are closed to others."""

from itertools import count

import pytest

from tests.app.accounts.people import PASSWORD
from tests.app.http.serving import Served
from tests.app.http.visiting import Visitor, make_key, make_user


@pytest.fixture
def visitor(served: Served) -> Visitor:
    found = Visitor(served)
    found.sign_in(make_user(served, "marketer", f"m{next(NUMBERS)}@example.org").email)
    found.go("/account")
    return found


NUMBERS = count()
CASES = [
    ({"sec-fetch-site": "same-origin"}, True, 303),
    ({"sec-fetch-site": "same-origin", "origin": "HERE"}, True, 303),
    ({"sec-fetch-site": "same-origin", "origin": "null"}, True, 303),
    ({"sec-fetch-site": "same-origin"}, False, 403),
    ({"sec-fetch-site": "cross-site"}, True, 403),
    ({"sec-fetch-site": "same-site"}, True, 403),
    ({"sec-fetch-site": "none"}, True, 403),
    ({"sec-fetch-site": "cross-site", "origin": "HERE"}, True, 403),
    ({"origin": "HERE"}, True, 303),
    ({"origin": "HERE"}, False, 403),
    ({"origin": "https://evil.example"}, True, 403),
    ({"origin": "http://127.0.0.1:1"}, True, 403),
    ({"origin": "null"}, True, 403),
    ({}, True, 303),
    ({}, False, 403),
]


@pytest.mark.parametrize(("said", "token", "status"), CASES)
def test_a_change_comes_from_our_own_pages(served, visitor, said: dict[str, str], token: bool, status: int):
    headers = {name: value.replace("HERE", served.url) for name, value in said.items()}
    visitor.client.headers.pop("sec-fetch-site")
    fields = {"language": "en", "csrf": visitor.token if token else "x"}
    answer = visitor.client.post("/account/language", data=fields, headers=headers)
    assert answer.status_code == status


@pytest.mark.parametrize("how", ["none", "empty", "of another", "of before", "in the address", "as JSON"])
def test_other_tokens_are_refused(served: Served, visitor: Visitor, how: str):
    mine, other = visitor.token, Visitor(served)
    other.go("/account/sign-in")
    before = other.token
    other.sign_in(make_user(served, "marketer", f"o{next(NUMBERS)}@example.org").email)
    other.go("/account")
    post = visitor.client.post
    answer = {
        "none": lambda: post("/account/language", data={"language": "en"}),
        "empty": lambda: post("/account/language", data={"language": "en", "csrf": ""}),
        "of another": lambda: post("/account/language", data={"language": "en", "csrf": other.token}),
        "of before": lambda: post("/account/language", data={"language": "en", "csrf": before}),
        "in the address": lambda: post(f"/account/language?csrf={mine}", data={"language": "en"}),
        "as JSON": lambda: post("/account/language", json={"language": "en", "csrf": mine}),
    }[how]()
    assert answer.status_code == 403


def test_a_script_of_ours_sends_the_token_in_a_header(visitor: Visitor):
    answer = visitor.client.post(
        "/account/language", data={"language": "en"}, headers={"x-csrf-token": visitor.token}
    )
    assert answer.status_code == 303


def test_signing_in_cannot_be_forged_either(served: Served):
    visitor = Visitor(served)
    who = make_user(served, "marketer", "login@example.org").email
    fields = {"email": who, "password": PASSWORD, "csrf": "x"}
    assert visitor.client.post("/account/sign-in", data=fields).status_code == 403
    visitor.go("/account/sign-in")
    token = visitor.token
    visitor.client.cookies.clear()
    assert visitor.client.post("/account/sign-in", data={**fields, "csrf": token}).status_code == 403


def test_a_get_changes_nothing(visitor: Visitor):
    for path in ("/account/sign-out", "/account/language", "/account/password", "/account/sessions"):
        assert visitor.client.get(path).status_code in (404, 405)
    assert visitor.is_in


def test_a_refused_form_says_so_in_words(visitor: Visitor):
    answer = visitor.client.post("/account/language", data={"language": "en", "csrf": "x"})
    assert "The page has expired" in answer.text


def test_cookies_are_closed_to_scripts_and_to_other_sites(served: Served):
    visitor = Visitor(served)
    visitor.go("/account/sign-in")
    answer = visitor.sign_in(make_user(served, "marketer", "cookie@example.org").email)
    [cookie] = [each for each in answer.headers.get_list("set-cookie") if each.startswith("vitrail=")]
    parts = {each.strip().lower() for each in cookie.split(";")[1:]}
    assert {"httponly", "path=/", "samesite=lax"} <= parts
    assert not any(each.startswith("domain") for each in parts)


def test_over_https_cookies_are_bound_to_the_host(served: Served):
    visitor = Visitor(served, **{"x-forwarded-proto": "https"})
    cookies = visitor.go("/account/sign-in").headers.get_list("set-cookie")
    assert all(
        each.startswith("__Host-vitrail") and "Secure" in each for each in cookies if "vitrail" in each
    )
    assert visitor.page.headers["strict-transport-security"].startswith("max-age=")


def test_a_key_needs_no_token_and_a_wrong_key_is_nobody(served: Served, visitor: Visitor):
    key = make_key(served, "view_segments")
    visitor.client.headers.update(key)
    assert visitor.client.get("/account").status_code == 403, "a program has no account page"
    visitor.client.headers.update({"authorization": "Bearer vk_00000000_wrong"})
    assert visitor.client.get("/account").status_code == 303, "the cookie does not count beside a wrong key"
