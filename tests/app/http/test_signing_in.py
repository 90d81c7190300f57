"""Coming in and going, before a real server: the first owner, sign-in, sessions, the second factor."""

import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import vitrail
from tests.app.accounts.people import CLI, PASSWORD
from tests.app.http.serving import Served, make_workspace, serving
from tests.app.http.visiting import Visitor, make_user
from vitrail.app.accounts import users
from vitrail.app.accounts.second_factor import code_at
from vitrail.app.accounts.users import first_link
from vitrail.ledger.audit import Asked, acts

OTHER = "six tortues vertes dansent"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory):
    folder = tmp_path_factory.mktemp("doors")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VITRAIL_SECRET_KEY_FILE", str(folder / "keys" / "shop.key"))
        root = folder / "shop"
        with serving(root, make_workspace(root)) as server:
            make_user(server, "owner", "owner@example.org")
            yield server


@pytest.fixture
def visitor(served: Served) -> Visitor:
    return Visitor(served)


def email(served: Served, name: str) -> str:
    """A user of this test's own."""
    return make_user(served, "marketer", f"{name}@example.org").email


def test_the_first_owner_comes_in_by_the_printed_link(tmp_path: Path):
    root = tmp_path / "shop"
    with serving(root, make_workspace(root), role="all") as server:
        assert server.first_link.startswith(f"{server.url}/account/link/")
        visitor = Visitor(server)
        place = server.first_link.removeprefix(server.url)
        assert visitor.go(place).headers["referrer-policy"] == "no-referrer"
        chosen = {"email": "olga@example.org", "name": "Olga"}
        weak = visitor.send(place, password="azertyuiop12", **chosen)
        assert (weak.status_code, "can be guessed" in weak.text) == (422, True)
        answer = visitor.send(place, password=PASSWORD, **chosen)
        assert (answer.status_code, answer.headers["location"]) == (303, "/")
        assert "Owner" in visitor.go("/account").text
        assert Visitor(server).go(place).status_code == 404
        assert Visitor(server).sign_in("olga@example.org").status_code == 303


def new_link(served: Served, who: str) -> str:
    """The place of a link with which somebody chooses a new password."""
    with vitrail.open(served.root) as ws:
        return users.PLACE + users.new_link(ws.store, who, by=CLI)[1]


def test_whoever_chose_a_password_with_a_link_is_in_alone(served: Served, visitor: Visitor):
    who, before = email(served, "linked"), Visitor(served)
    before.sign_in(who)
    visitor.client.cookies.set("vitrail", "chosen-by-somebody-else")
    place = new_link(served, who)
    visitor.go(place)
    assert visitor.send(place, password=OTHER).headers["location"] == "/"
    assert visitor.client.cookies.get("vitrail", domain="127.0.0.1") != "chosen-by-somebody-else"
    assert (visitor.is_in, before.is_in) == (True, False)


def test_somebody_signs_in_and_out(served: Served, visitor: Visitor):
    who = email(served, "anne")
    assert not visitor.is_in
    answer = visitor.sign_in(who)
    assert (answer.status_code, answer.headers["location"], visitor.is_in) == (303, "/", True)
    cookie = visitor.client.cookies["vitrail"]
    visitor.go("/account")
    visitor.send("/account/sign-out")
    assert not visitor.is_in
    visitor.client.cookies.set("vitrail", cookie)
    assert not visitor.is_in, "the cookie opens nothing any more"


def test_a_page_that_needs_somebody_sends_to_sign_in_and_back(served: Served, visitor: Visitor):
    who = email(served, "back")
    assert visitor.go("/account").headers["location"] == "/account/sign-in?next=/account"
    visitor.go("/account/sign-in?next=/account")
    assert 'name="next" value="/account"' in visitor.page.text
    answer = visitor.send("/account/sign-in", email=who, password=PASSWORD, next="/account")
    assert answer.headers["location"] == "/account"


@pytest.mark.parametrize(
    "away", ["https://evil.example", "//evil.example", "/\\evil.example", "\\\\evil", "/a\r\nb"]
)
def test_nobody_is_sent_to_another_site(served: Served, visitor: Visitor, away: str):
    visitor.go("/account/sign-in")
    answer = visitor.send("/account/sign-in", email="owner@example.org", password=PASSWORD, next=away)
    assert answer.headers["location"] == "/"


def test_a_wrong_password_and_an_unknown_account_are_told_the_same(served: Served, visitor: Visitor):
    who = email(served, "same")
    texts = []
    for address in (who, "nobody@example.org"):
        answer = visitor.sign_in(address, "not the password at all")
        texts.append(re.sub(r'value="[^"]*"|nonce="[^"]*"', "", answer.text))
        assert answer.status_code == 403
    assert texts[0] == texts[1]


def test_guessing_is_slowed_down_and_the_right_password_waits_too(served: Served, visitor: Visitor):
    who = email(served, "guessed")
    statuses = [visitor.sign_in(who, f"wrong password {n}").status_code for n in range(6)]
    assert statuses == [403] * 5 + [429]
    assert int(visitor.page.headers["retry-after"]) >= 1
    assert visitor.sign_in(who).status_code == 429


def test_many_sign_ins_at_once_do_not_take_the_memory(served: Served):
    who = [email(served, f"crowd{n}") for n in range(8)]
    before = peak(served)

    def come(number: int) -> int:
        return Visitor(served).sign_in(who[number % len(who)]).status_code

    with ThreadPoolExecutor(40) as pool:
        statuses = list(pool.map(come, range(40)))
    assert set(statuses) <= {303, 429, 503} and 303 in statuses
    assert peak(served) - before < 120 * 1024, "40 at once would take 760 MiB"


def peak(served: Served) -> int:
    """The most memory the server has had, in kB."""
    status = Path(f"/proc/{served.process.pid}/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+)", status)[1])


def test_a_session_gets_another_token_at_each_sign_in(served: Served, visitor: Visitor):
    who = email(served, "rotating")
    visitor.sign_in(who)
    first = visitor.client.cookies["vitrail"]
    visitor.sign_in(who)
    assert visitor.client.cookies["vitrail"] != first


def test_a_token_somebody_else_chose_is_not_taken(served: Served, visitor: Visitor):
    who = email(served, "fixed")
    visitor.client.cookies.set("vitrail", "chosen-by-somebody-else")
    visitor.sign_in(who)
    assert visitor.client.cookies.get("vitrail", domain="127.0.0.1") != "chosen-by-somebody-else"


def test_a_new_password_ends_the_other_sessions_and_keeps_this_one(served: Served, visitor: Visitor):
    who, elsewhere = email(served, "changing"), Visitor(served)
    visitor.sign_in(who)
    elsewhere.sign_in(who)
    visitor.go("/account")
    assert visitor.send("/account/password", current="wrong", password=OTHER).status_code == 422
    assert elsewhere.is_in
    assert visitor.send("/account/password", current=PASSWORD, password=OTHER).status_code == 303
    assert (visitor.is_in, elsewhere.is_in) == (True, False)
    assert Visitor(served).sign_in(who, OTHER).status_code == 303


def test_somebody_ends_another_of_their_sessions(served: Served, visitor: Visitor):
    who, elsewhere = email(served, "two"), Visitor(served)
    elsewhere.sign_in(who)
    visitor.sign_in(who)
    found = re.findall(r'name="session" value="([0-9a-f]+)"', visitor.go("/account").text)
    assert len(found) == 2
    visitor.send("/account/sessions", session=found[1])
    assert (visitor.is_in, elsewhere.is_in) == (True, False)


def test_a_session_tells_since_when_as_other_pages_do(served: Served, visitor: Visitor):
    visitor.sign_in(email(served, "when"))
    assert re.search(r"since \d+ [A-Z][a-z]+ \d{4}, \d\d:\d\d", visitor.go("/account").text)


@pytest.mark.parametrize("change", ["role", "disable"])
def test_a_change_of_the_account_signs_out_at_once(served: Served, visitor: Visitor, change: str):
    who = email(served, f"by-{change}")
    visitor.sign_in(who)
    with vitrail.open(served.root) as ws:
        if change == "role":
            users.change_role(ws.store, who, role="reader", by=CLI)
        else:
            users.disable_user(ws.store, who, by=CLI)
    assert not visitor.is_in


def test_the_second_factor_is_set_up_asked_and_removed(served: Served, visitor: Visitor):
    who = email(served, "factor")
    visitor.sign_in(who)
    visitor.go("/account")
    shown = visitor.send("/account/factor", current=PASSWORD)
    secret = re.search(r"<code>([A-Z2-7]{32})</code>", shown.text)[1]
    assert "<svg" in shown.text
    assert visitor.send("/account/factor/confirm", code="000000").status_code == 422
    once = code_at(secret)
    codes = visitor.send("/account/factor/confirm", code=once).text
    codes = re.findall(r"<code>([a-z2-7-]{19})</code>", codes)
    assert (len(codes), visitor.is_in) == (10, True)

    other = Visitor(served)
    assert other.sign_in(who).headers["location"] == "/account/second-factor?next=/"
    assert not other.is_in, "the password alone opens nothing"
    half = other.client.cookies["vitrail"]
    other.go("/account/second-factor")
    assert other.send("/account/second-factor", code=once).status_code == 403, "it was used already"
    assert other.send("/account/second-factor", code=codes[0]).status_code == 303
    assert other.is_in
    assert other.client.cookies["vitrail"] != half
    third = Visitor(served)
    third.go("/account/sign-in")
    wanted = {"next": "/people?q=a&page=2"}
    third.go(third.send("/account/sign-in", email=who, password=PASSWORD, **wanted).headers["location"])
    assert 'name="next" value="/people?q=a&amp;page=2"' in third.page.text
    place = new_link(served, who)
    other.go(place)
    assert other.send(place, password=PASSWORD).headers["location"] == "/account/second-factor?next=/"
    assert not other.is_in, "a link stands for the password alone"
    other.go("/account/second-factor")
    assert other.send("/account/second-factor", code=codes[1]).status_code == 303
    other.go("/account")
    assert other.send("/account/factor/remove", current=PASSWORD).status_code == 303
    assert Visitor(served).sign_in(who).headers["location"] == "/"


def test_pages_speak_both_languages(served: Served, visitor: Visitor):
    assert "Sign in" in visitor.go("/account/sign-in").text
    assert "Se connecter" in visitor.go("/account/sign-in?language=fr").text
    assert "Se connecter" in visitor.go("/account/sign-in").text, "the choice is remembered"


def test_what_happens_at_the_door_is_in_the_trail(served: Served, visitor: Visitor):
    who = email(served, "trail")
    visitor.sign_in(who, "not the password at all")
    visitor.sign_in(who)
    with vitrail.open(served.root) as ws, ws.store.ledger.reading() as connection:
        told = [(each.act.name, each.act.origin) for each in acts(connection, Asked(act="session."), limit=2)]
    assert told == [("session.begin", "127.0.0.1"), ("session.refuse", "127.0.0.1")]


def test_there_is_an_owner_now(served: Served):
    with vitrail.open(served.root) as ws:
        assert first_link(ws.store) is None
