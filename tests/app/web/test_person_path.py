"""The main path of people in a browser: search, the customer, why not, a split, with script and without."""

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest
from playwright.sync_api import Page

import vitrail
from tests.app.http.browsing import browsing
from tests.app.http.entering import Entered
from tests.app.http.serving import Served, serving
from tests.app.people.scene import ORDERS, PEOPLE, SEGMENTS, TRAITS


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    root: Path = tmp_path_factory.mktemp("path") / "shop"
    with vitrail.create(root) as ws:
        ws.catalogue.declare(traits=TRAITS)
        ws.load_profiles(pa.table(PEOPLE), key="id", source="crm")
        ws.load_events("order", pa.table(ORDERS), profile="customer", at="at", key="id", source="till")
        for segment in SEGMENTS:
            ws.define(segment)
        ws.refresh()
    with serving(root, "") as server:
        yield server


def test_from_a_name_to_why_not_and_to_a_split(served: Served):
    with browsing() as browser:
        owner = Entered(browser, served)
        for script in (True, False):
            page = owner.new_page(
                java_script_enabled=script, viewport={"width": 390, "height": 900}, locale="en-GB"
            )
            walk(page, served.url)
            page.context.close()


def walk(page: Page, home: str) -> None:
    page.goto(home + "/segments")
    page.get_by_label("Find a customer").fill("durand paris")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Hélène Durand").click()
    page.get_by_role("navigation", name="Of this customer").get_by_role("link", name="Segments").click()
    page.get_by_label("Why, or why not, in the segment").select_option("ben")
    page.get_by_role("button", name="Explain").click()
    assert page.get_by_text("Hélène Durand is not in.").is_visible()
    page.get_by_role("link", name="Merged profiles").click()
    page.get_by_role("link", name="Set apart…").nth(1).click()
    page.get_by_role("button", name="Split").click()
    assert page.get_by_text("The profile is set apart").is_visible()
    page.get_by_role("button", name="Take it back").first.click()
    assert page.get_by_text("2 profiles make this customer").is_visible()
