"""Two profiles of one person on the page of duplicates: why, merged by keyboard, taken back exactly."""

from collections.abc import Iterator

import pyarrow as pa
import pytest
from playwright.sync_api import Page, expect

import vitrail
from tests.app.http.browsing import browsing
from tests.app.http.serving import Served, serving
from tests.app.http.visiting import Visitor, make_user
from tests.collect.duplicates.people import strangers

ANNE = {"given": "Anne", "surname": "Kerouedan", "birth": "1980-05-07", "postcode": "35000"}
NAMES = {"given": "prenom", "surname": "nom", "birth": "date_naissance", "postcode": "postcode"}
TABS = ("", "/profiles", "/timeline")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    root = tmp_path_factory.mktemp("duplicates") / "shop"
    people = [ANNE, ANNE | {"surname": "Kerouedna"}, *strangers(100)]
    rows: dict[str, list[str]] = {"id": [f"C{number}" for number in range(len(people))]}
    rows |= {name: [each[old] for each in people] for old, name in NAMES.items()}
    with vitrail.create(root) as ws:
        ws.load_profiles(pa.table(rows), key="id", types={"postcode": "text", "date_naissance": "date"})
        assert ws.duplicates.find().proposed == 1
    with serving(root, "", role="all", options=("--requests-a-second", "0")) as found:
        yield found


@pytest.fixture
def page(served: Served) -> Iterator[Page]:
    owner = Visitor(served)
    owner.sign_in(make_user(served, "owner").email)
    with browsing() as browser:
        context = browser.new_context(locale="en-GB", viewport={"width": 390, "height": 800})
        session = owner.client.cookies["vitrail"]
        context.add_cookies([{"name": "vitrail", "value": session, "url": served.url}])
        yield context.new_page()
        context.close()


def press(page: Page, words: str) -> None:
    """Walk to a button with the keyboard alone, and press it."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.innerText") == words:
            page.keyboard.press("Enter")
            return
    raise AssertionError(words)


def told(page: Page, served: Served) -> list[str]:
    found = []
    for key in ("C0", "C1"):
        for tab in TABS:
            page.goto(f"{served.url}/people/{key}{tab}")
            found.append(page.locator("main").inner_text())
    return found


def test_a_pair_is_merged_and_taken_back_exactly_by_keyboard(page: Page, served: Served):
    before = told(page, served)
    page.goto(f"{served.url}/people/duplicates")
    pair = page.locator(".pair")
    expect(pair).to_contain_text("birth date: the same · surname: nearly the same")
    assert "100%" not in pair.inner_text()
    assert pair.locator("table").evaluate("table => table.scrollWidth <= table.parentElement.clientWidth")
    press(page, "One person: merge")
    page.wait_for_url("**done=merged*")
    expect(page.get_by_text("All pairs are decided")).to_be_visible()
    page.goto(f"{served.url}/people/C0/profiles")
    press(page, "Take it back")
    page.wait_for_url("**done=undone*")
    decided = "What was decided"
    assert [each.partition(decided)[0] for each in told(page, served)] == [
        each.partition(decided)[0] for each in before
    ]
