"""The main paths of privacy and of settings with the keyboard alone, at both widths and in both languages."""

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest
from playwright.sync_api import Locator, Page, expect

import vitrail
from tests.app.http.browsing import browsing
from tests.app.http.entering import Entered
from tests.app.http.serving import Served, serving
from vitrail.app.accounts.trail import find_user
from vitrail.app.purpose_files import ready_purposes
from vitrail.app.purposes import define_purposes, purposes_in_force

LOOKS = {"ann": (1440, "fr-FR"), "bob": (390, "en-GB")}
"""Each look, with the customer who is its own."""


class Hands:
    """Somebody at a page who has a keyboard and nothing else."""

    def __init__(self, page: Page, served: Served, who: str) -> None:
        self.page = page
        self.served = served
        self.who = who

    def go(self, path: str) -> None:
        self.page.goto(self.served.url + path)

    def reach(self, which: str) -> Locator:
        """Press Tab until what is looked for has the focus."""
        sought = self.page.locator(which).first
        for _ in range(200):
            self.page.keyboard.press("Tab")
            if sought.evaluate("each => each === document.activeElement"):
                return sought
        raise AssertionError(f"no key leads to {which}")

    def press(self, which: str, key: str = "Enter") -> None:
        self.reach(which)
        self.page.keyboard.press(key)

    def write(self, which: str, text: str) -> None:
        self.reach(which)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(text)

    def sees(self, which: str, text: str) -> None:
        expect(self.page.locator(which).first).to_contain_text(text)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    root: Path = tmp_path_factory.mktemp("keyboard") / "shop"
    with vitrail.create(root) as ws:
        ws.catalogue.declare(traits={"email": "text"}, events={"order": {}, "visit": {}})
        people = {"id": [*LOOKS, "cid"], "email": [f"{who}@example.org" for who in (*LOOKS, "cid")]}
        ws.load_profiles(pa.table(people), key="id")
        define_purposes(ws.store, ready_purposes())
    with serving(root, "") as server:
        yield server


@pytest.fixture(scope="module")
def owner(served: Served) -> Iterator[Entered]:
    with browsing() as browser:
        yield Entered(browser, served)


@pytest.fixture(params=LOOKS)
def hands(request: pytest.FixtureRequest, served: Served, owner: Entered) -> Iterator[Hands]:
    width, locale = LOOKS[request.param]
    context = owner.new_context(viewport={"width": width, "height": 900}, locale=locale)
    yield Hands(context.new_page(), served, request.param)
    context.close()


def test_a_request_is_noted(hands: Hands):
    hands.go("/privacy/requests")
    hands.write("#person", hands.who)
    hands.write("#how", "letter")
    hands.press("aside form button.main")
    hands.sees("ul.requests", hands.who)


def test_a_purpose_is_edited(hands: Hands):
    register = purposes_of(hands)
    key = register.purposes[0].key
    hands.go(f"/privacy/purposes/{key}/edit")
    hands.write("[name='name.en']", f"Edited for {hands.who}")
    hands.press("button[value=look]")
    hands.press("#review button[value=save]")
    hands.page.wait_for_url("**done=saved")
    assert purposes_of(hands).find(key).name["en"] == f"Edited for {hands.who}"


def purposes_of(hands: Hands):
    with vitrail.open(hands.served.root) as ws:
        return purposes_in_force(ws.store).document


def test_somebody_is_erased_once_their_name_is_typed(hands: Hands):
    hands.go(f"/people/{hands.who}/rights")
    hands.press("#erase a.button")
    hands.page.wait_for_url("**erase=look**")
    hands.write("#confirm", hands.who)
    hands.press("#erase button.danger")
    expect(hands.page.locator(".notice.good")).to_be_visible(timeout=30_000)
    with vitrail.open(hands.served.root) as ws:
        assert hands.who not in ws.members("true")["profile"].to_pylist()


def test_a_user_is_invited(hands: Hands):
    email = f"guest.of.{hands.who}@example.org"
    hands.go("/settings/users")
    hands.write("#email", email)
    hands.press("[name=role]:checked", "ArrowDown")
    hands.press("aside form button.main")
    hands.sees("#made .secret", hands.served.url)
    with vitrail.open(hands.served.root) as ws:
        assert find_user(ws.store, email).role != "reader"


def test_a_key_is_made_and_revoked(hands: Hands):
    hands.go("/settings/keys")
    hands.write("aside [name=name]", f"nightly of {hands.who}")
    hands.press("[name=permission]", "Space")
    hands.press("aside form button.main")
    hands.sees("#made .secret", "_")
    hands.go("/settings/keys")
    hands.press(f"li:has-text('nightly of {hands.who}') button[value=revoke]")
    expect(hands.page.locator("ul.requests")).not_to_contain_text(f"nightly of {hands.who}")


def test_each_look_has_its_language(hands: Hands):
    hands.go("/privacy")
    assert hands.page.get_attribute("html", "lang") == LOOKS[hands.who][1][:2]
