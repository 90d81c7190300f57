"""The tag in a real browser, on a site of another origin, sending to a real server."""

import gzip
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from tests.app.http.browsing import browsing, site
from vitrail.app.http.tag import tag

PAGE = """<!doctype html><title>Vacuum</title>
<script>window.vitrail = window.vitrail || []; vitrail.push(["identify", "C1", {city: "Lyon"}])</script>
<script async src="%s/tag.js" data-key="%s" data-keep="color"></script>
<script type="application/ld+json">{"@type": "Product", "sku": "VAC", "offers": {"price": "99.9"}}</script>
<body style="height: 3000px">
<button data-vitrail-event="Added to cart" data-vitrail-properties='{"sku": "VAC"}'>Add</button>"""
LANDING = "/shop?q=aspirateur&utm_source=news&color=red&email=ana@example.fr"


class Visit:
    """A person on the site, and what the server has got of them."""

    def __init__(self, page: Page, root: str, served) -> None:
        self.page = page
        self.root = root
        self.served = served
        self.before = len(served.kept())

    def go(self, path: str) -> None:
        self.page.goto(self.root + path)
        self.page.wait_for_function("typeof vitrail.consent === 'function'")

    def call(self, script: str) -> object:
        return self.page.evaluate(script)

    def told(self, *, least: int = 1) -> list:
        """The messages that arrived during this visit, once there are at least so many."""
        for _ in range(100):
            found = self.served.kept()[self.before :]
            if len(found) >= least:
                return found
            time.sleep(0.1)
        raise AssertionError(f"{len(found)} messages of {least} after ten seconds")

    def stored(self) -> list[str]:
        return self.call("[...Object.keys(localStorage), ...document.cookie.split(';').filter(Boolean)]")


@pytest.fixture(scope="module")
def browser():
    with browsing() as opened:
        yield opened


@pytest.fixture
def visit(browser, served) -> Iterator[Visit]:
    with site(PAGE % (served.url, served.key)) as root:
        context = browser.new_context()
        context.set_default_timeout(5_000)
        yield Visit(context.new_page(), root, served)
        context.close()


def names(messages: list) -> list[str]:
    return [each.event or each.kind for each in messages]


def test_the_tag_is_small():
    assert len(gzip.compress(tag()[0], 9)) <= 5_000


def test_before_consent_nothing_is_sent_and_nothing_stored(visit):
    asked = []
    visit.page.on("request", lambda request: asked.append(request.method))
    visit.go(LANDING)
    visit.call("vitrail.track('Looked')")
    visit.page.wait_for_timeout(800)
    assert (set(asked), visit.stored(), visit.served.kept()[visit.before :]) == ({"GET"}, [], [])


def test_with_consent_what_waited_is_sent_in_order(visit):
    visit.go(LANDING)
    visit.call("vitrail.consent('granted')")
    assert names(visit.told(least=4)) == ["identify", "page", "search", "product_view"]


def test_the_address_keeps_only_what_is_wanted(visit):
    visit.go(LANDING)
    visit.call("vitrail.consent('granted')")
    page = visit.told(least=4)[1]
    assert page.context["page"]["url"] == f"{visit.root}/shop?color=red"


def test_messages_carry_person_session_and_campaign(visit):
    visit.go(LANDING)
    visit.call("vitrail.consent('granted')")
    first, *rest = visit.told(least=4)
    session = first.context["sessionId"]
    assert first.context["sessionStart"] is True
    assert {(m.user_id, m.context["sessionId"], m.context["campaign"]["source"]) for m in rest} == {
        ("C1", session, "news")
    }


def test_a_click_on_a_named_element_is_told(visit):
    visit.go("/")
    visit.call("vitrail.consent('granted')")
    visit.page.click("button")
    clicked = visit.told(least=4)[-1]
    assert (clicked.event, clicked.properties) == ("Added to cart", {"sku": "VAC"})


def test_time_on_a_page_is_told_when_it_is_left(visit):
    visit.go("/first")
    visit.call("vitrail.consent('granted')")
    visit.page.wait_for_timeout(1_200)
    visit.go("/second")
    spent = next(each for each in visit.told(least=5) if each.event == "page_time")
    assert spent.context["page"]["path"] == "/first"
    assert 1 <= spent.properties["seconds"] < 30


def test_pages_that_change_without_loading_are_seen(visit):
    visit.go("/first")
    visit.call("vitrail.consent('granted'); history.pushState({}, '', '/second')")
    pages = [each.context["page"]["path"] for each in visit.told(least=5) if each.kind == "page"]
    assert pages == ["/first", "/second"]


def test_consent_is_remembered_on_the_next_page(visit):
    visit.go("/first")
    visit.call("vitrail.consent('granted')")
    known = visit.call("vitrail.anonymousId()")
    visit.go("/second")
    assert visit.call("vitrail.anonymousId()") == known


def test_a_refusal_deletes_what_was_stored(visit):
    visit.go("/")
    visit.call("vitrail.consent('granted')")
    visit.told()
    visit.call("vitrail.consent('denied')")
    assert visit.stored() == []


def test_global_privacy_control_is_a_refusal_unless_the_yes_was_for_this_site(visit):
    visit.page.add_init_script("Object.defineProperty(navigator, 'globalPrivacyControl', {value: true})")
    visit.go("/")
    visit.call("vitrail.consent('granted')")
    refused = visit.stored()
    visit.call("vitrail.consent('granted', {explicit: true})")
    assert (refused, visit.stored()) == ([], ["vitrail"])


def test_what_could_not_be_sent_is_sent_from_the_next_page(visit):
    visit.go("/")
    visit.call("vitrail.consent('granted')")
    visit.told(least=3)
    visit.page.context.set_offline(True)
    visit.call("vitrail.track('Kept')")
    visit.page.wait_for_function("localStorage['vitrail-unsent']")
    visit.page.context.set_offline(False)
    visit.go("/next")
    assert "Kept" in names(visit.told(least=7))


def test_somebody_else_at_the_same_browser_is_somebody_else(visit):
    visit.go("/")
    visit.call("vitrail.consent('granted')")
    before = visit.call("vitrail.anonymousId()")
    visit.call("vitrail.reset()")
    assert visit.call("vitrail.anonymousId()") != before


def test_the_tag_is_not_sent_again_to_who_has_it(served):
    assert served.ask("GET", "/tag.js", If_None_Match=tag()[1]).status == 304
