"""Hostile texts on every page in a real browser under the real policy, and hostile names through the API."""

import datetime as dt
import json
import os
from collections.abc import Iterator
from urllib.parse import quote

import httpx2
import msgspec
import pyarrow as pa
import pytest
from playwright.sync_api import Page

import vitrail
from tests.app.accounts.people import PASSWORD
from tests.app.http.browsing import browsing
from tests.app.http.entering import Entered
from tests.app.http.payloads import NAMES, XSS
from tests.app.http.serving import Served, serving
from tests.app.http.visiting import make_key, make_user
from tests.app.terminal import make_shop
from vitrail.app.accounts import sessions
from vitrail.app.accounts.sessions import Place
from vitrail.ledger.users import save_user
from vitrail.model.definitions import DefinitionFile

NIGHTLY = "VITRAIL_CASES" in os.environ
SCRIPTS = XSS if NIGHTLY else XSS[::5]
SOME = NAMES if NIGHTLY else NAMES[::9]
"""All of them in `make nightly`, some of them in a run of all tests."""

WATCH = """
window.violations = [];
addEventListener('securitypolicyviolation', each => violations.push(each.violatedDirective));
"""
ADDRESSES = (
    "/account/sign-in?next={}",
    "/account/sign-in?language={}",
    "/account/link/{}",
    "/account?saved={}",
    "/api?x={}",
    "/api/{}",
    "/f/{}",
    "/segments?q={}&sort={}",
    "/nowhere/{}",
)
"""Where a text in an address may come back on the page; a new page adds its line."""

ASKED = "&".join(
    f"{name}={{}}"
    for name in (
        *(
            "as_of",
            "at",
            "before",
            "cohorts",
            "discard",
            "done",
            "end",
            "erase",
            "from",
            "kind",
            "name",
            "of",
        ),
        *(
            "only",
            "owner",
            "page",
            "purpose",
            "q",
            "reach_channel",
            "reach_purpose",
            "remove",
            "removed",
            "rule",
        ),
        *("segment", "segmentation", "show", "sort", "source", "split", "start", "step", "tag", "text", "to"),
        *("undo", "version", "with", "act", "subject"),
    )
)
"""Everything pages ask of their address."""

PAGES = (
    *("/", "/people", "/people/evil0", "/people/evil0/timeline", "/people/evil0/segments"),
    *("/people/evil0/consents", "/people/evil0/profiles", "/people/evil0/rights", "/people/duplicates"),
    *("/segments", "/segments/new", "/segments/x0", "/segments/x0/edit", "/segments/x0/history"),
    *("/segments/x0/overlap", "/segments/x0/reach", "/segments/x0/export", "/segments/x0/rename"),
    *("/segments/x0/remove", "/segmentations", "/segmentations/mapping", "/data", "/data/import"),
    *("/data/imports", "/data/quarantine", "/data/plan", "/data/catalogue", "/data/catalogue/field"),
    *("/data/quality", "/data/sending", "/privacy", "/privacy/purposes", "/privacy/consents"),
    *("/privacy/requests", "/privacy/retention", "/privacy/record", "/privacy/sensitive", "/privacy/audit"),
    *("/settings", "/settings/users", "/settings/keys", "/settings/workspace", "/settings/upkeep"),
    *("/people/{}", "/segments/{}", "/segmentations/{}", "/privacy/purposes/{}", "/data/sources/{}"),
)
"""Every page, whose customers, segments and values are called by scripts too."""


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("hostile")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VITRAIL_SECRET_KEY_FILE", str(folder / "keys" / "shop.key"))
        root = make_shop(folder / "shop")
        with vitrail.open(root) as ws:
            ws.define(DefinitionFile(edition=2026, segments=tuple(map(segment, range(len(XSS)), XSS))))
            keys = [f"evil{number}" for number in range(len(XSS))]
            ws.load_profiles(pa.table({"id": keys, "name": XSS, "country": XSS}), key="id")
            bought = {"order_id": keys, "id": keys, "at": [dt.datetime.now(dt.UTC)] * len(XSS), "what": XSS}
            ws.load_events("order", pa.table(bought), profile="id", at="at", key="order_id")
            ws.refresh()
        with serving(root, "", options=("--requests-a-second", "0")) as server:
            yield server


def segment(number: int, text: str) -> vitrail.Segment:
    words = {"fr": text, "en": text}
    return vitrail.Segment(key=f"x{number}", name=words, description=words, rule="did(order)")


class Watched:
    """A page of somebody signed in, with what the browser said against it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.dialogs: list[str] = []
        page.add_init_script(WATCH)
        page.on("dialog", self._close)

    def _close(self, dialog) -> None:
        self.dialogs.append(dialog.message)
        dialog.dismiss()

    def is_clean(self) -> bool:
        return self.dialogs == [] and self.page.evaluate("violations") == []


@pytest.fixture(scope="module")
def entered(served: Served) -> Iterator[Entered]:
    with browsing() as browser:
        yield Entered(browser, served)


@pytest.fixture
def watched(entered: Entered) -> Iterator[Watched]:
    context = entered.new_context(locale="en-GB")
    yield Watched(context.new_page())
    context.close()


def test_there_are_sixty_scripts():
    assert len(set(XSS)) == 60


def test_the_watch_sees_what_breaks_the_policy(served: Served, watched: Watched):
    watched.page.goto(f"{served.url}/account")
    watched.page.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=alert(1)>')")
    watched.page.wait_for_function("violations.length > 0")
    assert not watched.is_clean()


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_script_in_an_address_does_nothing(served: Served, watched: Watched, address: str):
    for text in SCRIPTS:
        watched.page.goto(served.url + address.replace("{}", quote(text, safe="")))
        assert watched.is_clean(), text


@pytest.mark.parametrize(("number", "page"), list(enumerate(PAGES)), ids=PAGES)
def test_scripts_in_what_a_page_is_asked_and_shows_do_nothing(
    served: Served, watched: Watched, number: int, page: str
):
    for text in SCRIPTS if NIGHTLY else SCRIPTS[number % 4 :: 4]:
        answer = watched.page.goto(f"{served.url}{page}?{ASKED}".replace("{}", quote(text, safe="")))
        assert watched.is_clean() and answer.status < 500, text
    answer = watched.page.goto(served.url + page.replace("{}", quote(XSS[0], safe="")))
    assert watched.is_clean() and answer.status < 500


def test_scripts_in_the_values_of_customers_are_shown_as_texts(served: Served, watched: Watched):
    for number, text in enumerate(XSS):
        if text in SCRIPTS:
            watched.page.goto(f"{served.url}/people/evil{number}")
            assert watched.is_clean(), text
            assert " ".join(text.split())[:12] in " ".join(watched.page.inner_text("main").split())


def test_scripts_in_the_names_of_segments_do_nothing(served: Served, watched: Watched):
    watched.page.goto(f"{served.url}/segments")
    watched.page.wait_for_load_state("networkidle")
    assert watched.is_clean()
    assert XSS[0] in watched.page.inner_text("body"), "it is shown as a text"


def test_scripts_in_what_is_typed_and_shown_again_do_nothing(served: Served, watched: Watched):
    watched.page.context.clear_cookies()
    for text in SCRIPTS:
        watched.page.goto(f"{served.url}/account/sign-in")
        watched.page.evaluate(
            "text => { const form = document.forms[0]; form.noValidate = true;"
            "form.email.type = 'text'; form.email.value = text; form.password.value = 'x'; form.submit() }",
            text,
        )
        watched.page.wait_for_selector("[role=alert]")

        assert watched.is_clean(), text


def test_scripts_in_names_and_browsers_do_nothing_on_the_account_page(
    served: Served, entered: Entered, watched: Watched
):
    user = entered.user
    with vitrail.open(served.root) as ws:
        for text in SCRIPTS:
            sessions.begin(ws.store, user, place=Place("127.0.0.1", text), is_whole=True)
        for text in SCRIPTS:
            with ws.store.ledger.writing() as connection:
                save_user(connection, msgspec.structs.replace(user, name=text))
            watched.page.goto(f"{served.url}/account")
            assert watched.is_clean(), text
    assert XSS[0] in watched.page.inner_text("body")


# --- names --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def api(served: Served) -> httpx2.Client:
    headers = make_key(served, "view_segments", "edit_segments", "view_people", "view_personal_data")
    return httpx2.Client(base_url=f"{served.url}/api", headers=headers, timeout=60)


def quoted(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"


def post(api: httpx2.Client, path: str, body: object) -> httpx2.Response:
    """Send JSON in which half a character stays one."""
    return api.post(path, content=json.dumps(body).encode(), headers={"content-type": "application/json"})


def test_there_are_as_many_names_as_elsewhere():
    assert len(NAMES) >= 184


def test_a_hostile_key_of_a_segment_is_kept_or_refused(api: httpx2.Client):
    for name in SOME:
        one = {"key": name, "name": {"en": "x"}, "rule": "did(order)"}
        answer = post(api, "/definitions/apply", {"definitions": {"edition": 2026, "segments": [one]}})
        assert answer.status_code in (200, 400), (name, answer.text)
        if answer.status_code == 200:
            shown = api.get(f"/segments/{quote(name, safe='')}")
            assert shown.json()["key"] == name
        else:
            assert answer.json()["code"] and answer.json()["detail"]


def test_a_hostile_name_of_a_segment_comes_back_as_it_was(api: httpx2.Client):
    names = [each for each in SOME if not any("\ud800" <= sign <= "\udfff" for sign in each)]
    every = [{"key": f"n{n}", "name": {"en": name}, "rule": "did(order)"} for n, name in enumerate(names)]
    answer = post(api, "/definitions/apply", {"definitions": {"edition": 2026, "segments": every}})
    if answer.status_code == 200:
        told = {each["key"]: each["name"]["en"] for each in api.get("/segments").json()["segments"]}
        assert [told[f"n{n}"] for n in range(len(names))] == names
    else:
        refused = answer.json()["problems"]
        assert answer.status_code == 400 and all(each["path"] for each in refused)


@pytest.mark.parametrize("rule", ["{} is known", "did({})", "member({})", "did(order where {} is known)"])
def test_a_hostile_name_in_a_rule_is_answered_or_refused(api: httpx2.Client, rule: str):
    for name in SOME:
        answer = post(api, "/count", {"rule": rule.replace("{}", quoted(name))})
        assert answer.status_code in (200, 400), (name, answer.text)


def test_hostile_names_of_traits_and_events_are_asked_as_any_other(served: Served, api: httpx2.Client):
    taken = []
    with vitrail.open(served.root) as ws:
        for name in SOME:
            try:
                ws.load_profiles(pa.table({"key": ["A"], name: ["v"]}), key="key")
            except (vitrail.UserError, UnicodeEncodeError, pa.ArrowException):
                continue
            taken.append(name)
    known = {each["name"] for each in api.get("/catalogue").json()["traits"]}
    assert len(taken) > len(SOME) / 3
    for name in taken:
        if name in known:
            answer = post(api, "/count", {"rule": f"{quoted(name)} is known"})
            assert (answer.status_code, answer.json().get("count")) == (200, 1), (name, answer.text)


def test_a_password_never_comes_back(served: Served):
    who = make_user(served, "reader", "secret@example.org")
    page = httpx2.post(
        f"{served.url}/account/sign-in", data={"email": who.email, "password": PASSWORD}, timeout=60
    )
    assert PASSWORD not in page.text
