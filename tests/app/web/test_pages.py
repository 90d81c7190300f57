"""What holds of every page: accessible in both themes and widths, light, at home, and clean."""

import os
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.app.http.browsing import browsing
from tests.app.http.entering import Entered
from tests.app.http.serving import Served
from tests.app.web.addresses import PAGES

WIDE, NARROW = 1440, 390
ALL_LOOKS = [
    (WIDE, "light", "fr-FR"),
    (NARROW, "dark", "en-GB"),
    (WIDE, "dark", "en-GB"),
    (NARROW, "light", "fr-FR"),
]
LOOKS = ALL_LOOKS if os.environ.get("VITRAIL_LOOKS") == "all" else ALL_LOOKS[:2]
LARGEST = 100_000
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


class Visited:
    """A page with what it asked for and what the browser complained of."""

    def __init__(self, page: Page, home: str) -> None:
        self.page = page
        self.home = home
        self.asked: list[str] = []
        self.complaints: list[str] = []
        self.weight = 0
        page.on("request", lambda request: self.asked.append(request.url))
        page.on("response", self._weigh)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda said: self.complaints.append(said.text) if self._is_ours(said) else None)

    def _weigh(self, answer) -> None:
        self.weight += len(answer.body())

    def _is_ours(self, said) -> bool:
        return said.type in ("error", "warning") and "404" not in said.text


@pytest.fixture(scope="module", autouse=True)
def figures_made(browser: Browser, app: Served) -> None:
    """What takes seconds is made before, so that it is the pages with their figures that are looked at."""
    page = browser.new_page()
    for address in ("/data/catalogue", "/data/report"):
        page.goto(app.url + address)
        page.wait_for_selector("#soon", state="detached", timeout=60_000)
    page.close()


@pytest.fixture(params=LOOKS, ids=lambda look: "-".join(map(str, look)))
def visited(request, browser: Browser, app: Served) -> Iterator[Visited]:
    width, theme, locale = request.param
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=theme, locale=locale, bypass_csp=False
    )
    yield Visited(context.new_page(), app.url)
    context.close()


@pytest.mark.parametrize("address", PAGES)
def test_a_page_is_accessible_at_home_light_and_clean(visited: Visited, address: str):
    visited.page.goto(visited.home + address)
    visited.page.wait_for_load_state("networkidle")
    assert [url for url in visited.asked if not url.startswith(visited.home)] == []
    assert visited.complaints == []
    assert visited.weight <= LARGEST
    assert visited.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    found = Axe().run(visited.page, options=RULES).response["violations"]
    assert [(each["id"], [node["html"][:120] for node in each["nodes"]][:3]) for each in found] == []


def test_targets_are_large_enough(browser: Browser, app: Served):
    page = browser.new_page(viewport={"width": 390, "height": 900})
    page.goto(app.url + "/segments")
    sizes = page.evaluate(
        "[...document.querySelectorAll('button, select, input:not([type=hidden]), .button, summary')]"
        ".map(e => e.getBoundingClientRect()).filter(r => r.width).map(r => Math.min(r.width, r.height))"
    )
    page.close()
    assert min(sizes) >= 24


def test_the_first_key_leads_to_the_content(browser: Browser, app: Served):
    page = browser.new_page()
    page.goto(app.url + "/segments")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.close()


def test_language_and_theme_are_chosen_and_kept(browser: Browser, app: Served):
    context = browser.new_context(locale="fr-FR", java_script_enabled=False)
    page = context.new_page()
    page.goto(app.url + "/segments?q=jardin")
    page.locator(".me summary").click()
    page.get_by_role("button", name="English").click()
    assert page.get_attribute("html", "lang") == "en"
    assert page.input_value("#q") == "jardin"
    page.locator(".me summary").click()
    page.get_by_role("button", name="Dark").click()
    assert page.get_attribute("html", "data-theme") == "dark"
    context.close()


@pytest.mark.parametrize(
    "away",
    ["//elsewhere.example", "https://elsewhere.example", "/\\elsewhere.example", "/%09/elsewhere.example"],
)
def test_choosing_a_language_leads_nowhere_else(app: Served, away: str):
    assert app.see(f"/look?language=en&next={away}").headers["Location"] == "/"


@pytest.fixture(scope="module")
def reader(app: Served) -> Iterator[Page]:
    """The page of somebody who may see segments, and no people."""
    with browsing() as opened:
        yield Entered(opened, app, role="reader").new_page(locale="en-GB")


def test_small_segments_are_not_counted_for_those_who_may_not_see_people(app: Served, reader: Page):
    reader.goto(f"{app.url}/segments?sort=size")
    sizes = reader.locator("td.number strong").all_inner_texts()
    assert "<\u00a020" in sizes
    assert not [each for each in sizes if each.isdigit() and int(each) < 20]


def test_their_figures_are_those_of_sizes_alone(app: Served, reader: Page):
    reader.goto(f"{app.url}/segments")
    heads = reader.locator("thead th").all_inner_texts()
    assert heads == ["Name", "Customers", "Health", "Used by"]


def test_they_see_of_a_segment_neither_moves_nor_revenue(app: Served, reader: Page):
    reader.goto(f"{app.url}/segments/big_basket")
    titles = reader.locator("h2").all_inner_texts()
    remarked_when_small = "What its customers might say"
    assert [each for each in titles if each != remarked_when_small] == [
        "In plain words",
        "Versions",
        "What it may be used for",
        "Used by",
    ]
    assert reader.locator(".facts .card").count() == 1
