"""The builder in a real browser: counts while typing, buttons, writing, undo, saving, and without script."""

import datetime as dt
import random
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

import vitrail
from tests.app.http.browsing import browsing
from tests.app.http.entering import Entered
from tests.app.http.serving import Served
from tests.app.web.addresses import building
from vitrail.ledger.audit import Asked, acts

SUBJECTS = ("trait:newsletter", "of:order", "group", "trait:company", "anniversary:birth_date")
RULE = 'country = "FR" and did(order, last 90 days)'


class Bench:
    """The builder on a page."""

    def __init__(self, page: Page, app: Served, root: Path) -> None:
        self.page = page
        self.app = app
        self.root = root

    def open(self, rule: str = "") -> None:
        self.page.goto(self.app.url + (building(rule) if rule else "/segments/new"))

    @property
    def rule(self) -> str:
        return self.page.input_value("[name=was]") if self.page.locator("[name=was]").count() else ""

    @property
    def total(self) -> int:
        return number(self.page.inner_text("#total"))

    def count(self, path: str) -> int:
        return number(self.page.inner_text(f"[id='n:{path}']"))

    def asked(self) -> int:
        """What the workspace itself answers, as of the instant the page asks at."""
        at_us = int(self.page.input_value("[name=opened]"))
        at = dt.datetime.fromtimestamp(0, dt.UTC) + dt.timedelta(microseconds=at_us)
        with vitrail.open(self.root) as ws:
            return ws.count(self.rule or "true", as_of=at)

    def do(self, button: str) -> None:
        """Press a button, and wait for its answer."""
        with self.page.expect_response(lambda answer: "/segments/" in answer.url):
            self.page.locator(f"[id='{button}'], .tools button[value='{button}']").click()
        self.settle()

    def settle(self) -> None:
        expect(self.page.locator("html.busy")).to_have_count(0)


def number(text: str) -> int:
    return int(re.sub(r"\D", "", text))


@pytest.fixture
def bench(browser: Browser, app: Served, shop_root: Path) -> Iterator[Bench]:
    context = browser.new_context(locale="en-GB")
    yield Bench(context.new_page(), app, shop_root)
    context.close()


@pytest.fixture
def plain(browser: Browser, app: Served, shop_root: Path) -> Iterator[Bench]:
    """The builder without script."""
    context = browser.new_context(locale="en-GB", java_script_enabled=False)
    yield Bench(context.new_page(), app, shop_root)
    context.close()


def test_each_condition_and_the_whole_are_counted(bench: Bench):
    bench.open(RULE)
    assert bench.total == bench.count("r") == bench.asked()
    with vitrail.open(bench.root) as ws:
        assert bench.count("r.0") == ws.count('country = "FR"')


def test_typing_counts_and_the_cursor_stays(bench: Bench):
    bench.open("count(order) >= 1")
    before = bench.total
    field = bench.page.locator("[id='r.0:v']")
    field.click()
    field.press("End")
    field.press("0")
    expect(bench.page.locator("#total")).not_to_have_text(str(before))
    assert bench.page.evaluate("document.activeElement.id") == "r.0:v"
    assert bench.page.evaluate("document.activeElement.selectionStart") == 2
    assert bench.page.input_value("#text") == "count(order) >= 10"
    assert bench.total == bench.asked()


def test_writing_changes_the_form_and_the_cursor_stays(bench: Bench):
    bench.open("count(order) >= 1")
    bench.page.locator("#text").press("Control+End")
    bench.page.locator("#text").press_sequentially(' and country = "FR"', delay=5)
    expect(bench.page.locator("[id='r.1:op']")).to_be_visible()
    assert bench.page.evaluate("document.activeElement.id") == "text"
    assert bench.total == bench.asked()


def test_writing_that_cannot_be_read_loses_nothing(bench: Bench):
    bench.open(RULE)
    bench.page.locator("#text").press("Control+End")
    bench.page.locator("#text").press_sequentially(" and (")
    expect(bench.page.locator("#text-problems .wrong")).to_be_visible()
    assert bench.page.input_value("#text") == RULE + " and ("
    assert bench.page.locator(".row").count() == 2


def test_adding_leads_to_the_new_condition_which_waits_to_be_whole(bench: Bench):
    bench.open(RULE)
    bench.page.select_option("[id='r:new']", "trait:city")
    bench.do("add:r")
    assert bench.page.evaluate("document.activeElement.id") == "r.2:op"
    assert "not counted" in bench.page.inner_text("[id='p:r.2']").lower()
    assert bench.total == bench.asked()
    assert bench.rule == RULE


def test_undo_takes_back_the_last_change(bench: Bench):
    bench.open(RULE)
    bench.do("remove:r.0")
    assert bench.rule == "did(order, last 90 days)"
    bench.do("undo")
    assert bench.rule == RULE


def test_going_back_in_the_browser_takes_a_button_back(bench: Bench):
    bench.open(RULE)
    bench.do("remove:r.0")
    bench.page.go_back()
    expect(bench.page.locator(".row")).to_have_count(2)
    assert bench.rule == RULE


def test_the_address_holds_the_state(bench: Bench):
    bench.open(RULE)
    bench.do("down:r.0")
    address, rule = bench.page.url, bench.rule
    bench.page.goto("about:blank")
    bench.page.goto(address)
    assert bench.rule == rule == 'did(order, last 90 days) and country = "FR"'


def test_a_condition_that_changes_nothing_is_told(bench: Bench):
    bench.open('country = "FR" and country in ("FR", "BE")')
    assert "changes nothing" in bench.page.inner_text("[id='p:r.1']")
    assert bench.page.inner_text("[id='p:r.0']") == ""


def test_an_or_with_a_negation_is_told(bench: Bench):
    bench.open('country = "FR" or not did(order)')
    assert "negation" in bench.page.inner_text("#words")


def test_some_people_and_the_overlap_follow_the_form(bench: Bench):
    bench.open("did(order)")
    bench.do("show-people")
    bench.do("show-overlap")
    assert bench.page.locator(".keys li").count() > 0
    shares = bench.page.locator("#around tbody tr").first.inner_text()
    assert "%" in shares
    bench.page.locator("#text").fill('country = "nowhere at all"')
    expect(bench.page.locator("#around .keys li")).to_have_count(0)


def subjects(bench: Bench, act: str) -> list[str]:
    """Whom or what the acts of the audit trail are about, the newest first."""
    with vitrail.open(bench.root) as ws, ws.store.ledger.reading() as connection:
        return [each.act.subject.id for each in acts(connection, Asked(act=act), limit=50)]


def test_a_look_at_some_people_is_on_the_trail(bench: Bench):
    before = len(subjects(bench, "people.list"))
    bench.open("did(order)")
    bench.do("show-people")
    bench.page.locator(".keys li").first.wait_for()
    assert len(subjects(bench, "people.list")) > before


def test_those_without_the_right_to_personal_data_ask_nothing_of_them(app: Served, shop_root: Path):
    with browsing() as opened:
        page = Entered(opened, app, role="analyst").new_page(locale="en-GB")
        bench = Bench(page, app, shop_root)
        bench.open('email contains "a"')
        assert "email" in " ".join(page.locator(".notice.bad").all_inner_texts())
        page.fill("#name_en", "Hidden question")
        page.locator("#save").click()
        assert page.locator("#review [role=alert]").count() == 1
        page.context.close()
    with vitrail.open(shop_root) as ws:
        assert "hidden_question" not in ws.catalogue.current().segment_labels


def test_the_keyboard_alone_builds_a_condition(bench: Bench):
    bench.open()
    page = bench.page
    page.locator("[id='r:new']").focus()
    page.keyboard.type("Order")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("[id='r.0:figure']")).to_be_focused()
    bench.settle()
    assert bench.rule == "did(order)"
    assert bench.total == bench.asked()


def test_it_is_built_counted_and_saved_without_script(plain: Bench):
    plain.open()
    page = plain.page
    page.select_option("[id='r:new']", "of:order")
    page.locator("[id='add:r']").click()
    page.select_option("[id='r.0:figure']", "count")
    page.locator("#recount").click()
    page.fill("[id='r.0:v']", "2")
    page.locator("#recount").click()
    assert plain.rule == "count(order) >= 2"
    assert plain.total == plain.asked()
    page.fill("#name_en", "Bought twice")
    page.locator("#save").click()
    assert page.url.endswith("/segments/bought_twice")
    with vitrail.open(plain.root) as ws:
        assert number(page.inner_text("#facts .figure")) == ws.count("count(order) >= 2") > 0
    assert subjects(plain, "definitions.apply")[0] == "bought_twice"


def test_saving_a_version_shows_first_what_it_changes(bench: Bench):
    bench.page.goto(bench.app.url + "/segments/business/edit")
    bench.page.locator("#text").fill('company is known and country = "FR" and did(order)')
    expect(bench.page.locator(".row")).to_have_count(3)
    bench.do("save")
    assert bench.page.locator("#review tbody tr").count() >= 1
    with vitrail.open(bench.root) as ws:
        assert ws.segment("business").size() == ws.count("company is known")
    bench.page.get_by_role("button", name="Save this version").click()
    bench.page.wait_for_url("**/segments/business")
    expect(bench.page.locator("[data-again]")).to_have_count(0, timeout=30_000)
    with vitrail.open(bench.root) as ws:
        assert ws.segment("business").size() == ws.count('company is known and country = "FR" and did(order)')


def test_a_segment_without_a_name_is_not_saved_and_nothing_typed_is_lost(plain: Bench):
    plain.open(RULE)
    plain.page.fill("#tags", "one, two")
    plain.page.locator("#save").click()
    assert "name" in plain.page.inner_text("#review [role=alert]")
    assert plain.page.input_value("#tags") == "one, two"
    assert plain.rule == RULE


def test_a_hundred_edits_and_the_page_is_as_if_drawn_anew(bench: Bench):
    chance = random.Random(5)
    bench.open(RULE)
    pressed = 0
    while pressed < 100:
        page = bench.page
        buttons = page.locator("#conditions button:not([disabled]), #undo")
        chosen = buttons.nth(chance.randrange(buttons.count()))
        button = chosen.get_attribute("id") or ""
        if page.locator(".row").count() > 12 and button.startswith(("add", "copy", "detail")):
            continue
        if button.startswith("add:"):
            path = button.removeprefix("add:")
            subject = chance.choice(
                ["trait:newsletter", "of:order", "group", "trait:company", "anniversary:birth_date"]
            )
            page.select_option(f"[id='{path}:new']", subject)
        with page.expect_response(lambda answer: "/segments/new" in answer.url):
            chosen.click()
        bench.settle()
        pressed += 1
        if pressed % 10 == 0:
            same(bench)


def same(bench: Bench) -> None:
    """The page says what a fresh one says of the same rule, and counts what the workspace counts."""
    assert bench.total == bench.asked()
    fresh = bench.page.context.new_page()
    fresh.goto(bench.app.url + building(bench.rule or "true"))
    assert fresh.inner_text(".sentence, #words .quiet") == bench.page.inner_text(".sentence, #words .quiet")
    assert number(fresh.inner_text("#total")) == bench.total
    fresh.close()


SLOW_FIRST = """
const asked = window.fetch;
let number = 0;
window.fetch = async (...given) => {
  const late = number++ % 2 === 0 ? 900 : 0;
  const answer = await asked(...given);
  if (late) await new Promise((done) => setTimeout(done, late));
  return answer;
};
"""


def test_fast_typing_under_late_answers_loses_no_letter_and_no_cursor(bench: Bench):
    bench.page.add_init_script(SLOW_FIRST)
    bench.open("count(order) >= 1")
    field = bench.page.locator("[id='r.0:v']")
    field.click()
    field.press("End")
    for letter in "234":
        field.press(letter)
        bench.page.wait_for_timeout(260)
    field.press("Backspace")
    field.press("Backspace")
    field.press("Backspace")
    expect(bench.page.locator("#text")).to_have_value("count(order) >= 1", timeout=15_000)
    bench.page.wait_for_timeout(1_200)
    assert bench.page.input_value("[id='r.0:v']") == "1"
    assert bench.page.input_value("#text") == "count(order) >= 1"
    assert bench.page.evaluate("document.activeElement.id") == "r.0:v"
    assert bench.page.evaluate("document.activeElement.selectionStart") == 1
    assert bench.total == bench.asked()


def test_back_and_forward_undo_and_redo_and_keep_the_name(bench: Bench):
    bench.open(RULE)
    bench.page.fill("#name_en", "Half written")
    bench.do("remove:r.0")
    bench.page.go_back()
    expect(bench.page.locator(".row")).to_have_count(2)
    assert bench.rule == RULE
    bench.page.go_forward()
    expect(bench.page.locator(".row")).to_have_count(1)
    assert bench.rule == "did(order, last 90 days)"
    assert bench.page.input_value("#name_en") == "Half written"


def test_redo_does_again_what_was_undone(bench: Bench):
    bench.open(RULE)
    bench.do("remove:r.0")
    bench.do("undo")
    bench.do("redo")
    assert bench.rule == "did(order, last 90 days)"
    assert bench.page.locator("#redo").count() == 0


@pytest.mark.parametrize(("language", "subject"), [("fr", "Commande"), ("en", "Order")])
@pytest.mark.parametrize("width", [1440, 390])
def test_the_keyboard_alone_builds_counts_and_saves(
    browser: Browser, app: Served, shop_root: Path, width: int, language: str, subject: str
):
    locale = {"fr": "fr-FR", "en": "en-GB"}[language]
    context = browser.new_context(locale=locale, viewport={"width": width, "height": 800})
    context.add_cookies([{"name": "language", "value": language, "url": app.url}])
    bench = Bench(context.new_page(), app, shop_root)
    page = bench.page
    bench.open()
    page.locator("[id='r:new']").focus()
    page.keyboard.type(subject)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("[id='r.0:figure']")).to_be_focused()
    bench.settle()
    total = bench.total
    assert total == bench.asked()
    page.locator(f"#name_{language}").focus()
    page.keyboard.type(f"Keys {width} {language}")
    page.locator("#save").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/segments/keys_{width}_{language}")
    assert number(page.inner_text("#facts .figure >> nth=0")) == total
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    context.close()


@pytest.mark.parametrize(
    ("language", "words"),
    [("fr", ("toutes", "au moins une", "aucune")), ("en", ("all of", "at least one of", "none of"))],
)
def test_groups_say_what_they_ask_and_the_sentence_says_the_same(
    browser: Browser, app: Served, language: str, words: tuple[str, ...]
):
    context = browser.new_context()
    context.add_cookies([{"name": "language", "value": language, "url": app.url}])
    page = context.new_page()
    joints = {"all": "and", "any": "or"}
    for word, kind in zip(words, ("all", "any", "none"), strict=True):
        inside = f'country = "FR" {joints.get(kind, "or")} did(order)'
        page.goto(app.url + building(f"not ({inside})" if kind == "none" else inside))
        chosen = page.locator("[id='r:kind'] option:checked").inner_text()
        assert word in chosen.lower()
        assert page.locator(".means").first.inner_text()
        assert page.inner_text(".sentence").strip()
    context.close()


def test_classes_are_listed_under_their_segmentation(bench: Bench):
    bench.open('member("lifecycle.loyal") and newsletter = true')
    chosen = bench.page.locator("[id='r.0:v']")
    listed = chosen.locator("optgroup[label='Lifecycle'] option")
    assert listed.first.get_attribute("value").startswith("lifecycle.")
    assert chosen.locator("option:checked").inner_text() == "Lifecycle: Loyal customers"
