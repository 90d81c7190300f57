"""The start page and the form of segmentations in a browser: what leads where, what is hidden, what moves."""

import re
from collections.abc import Iterator
from urllib.parse import parse_qs, urlparse

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.app.http.browsing import browsing
from tests.app.http.entering import Entered
from tests.app.http.serving import Served


@pytest.fixture
def page(browser: Browser, app: Served) -> Iterator[Page]:
    opened = browser.new_page(locale="en-GB", viewport={"width": 1440, "height": 2000})
    opened.set_default_timeout(90_000)
    yield opened
    opened.close()


def test_a_tile_leads_to_its_class_and_makes_a_segment(page: Page, app: Served):
    page.goto(app.url + "/")
    page.locator("svg.chart a[href^='/segments/rfm.']").first.click()
    assert re.search(r"/segments/rfm\.\w+$", page.url)
    page.goto(app.url + "/")
    page.get_by_text("The same in numbers, and segments to make").click()
    address = page.get_by_role("link", name="make it a segment").first.get_attribute("href")
    assert parse_qs(urlparse(address).query)["rule"][0].startswith('member("rfm.')


def test_another_segmentation_is_chosen_without_leaving_the_page(page: Page, app: Served):
    page.goto(app.url + "/")
    page.evaluate("window.here = true")
    page.locator("select[name=segmentation]").select_option("value")
    expect(page).to_have_url(re.compile("segmentation=value"), timeout=90_000)
    expect(page.locator("select[name=segmentation]")).to_have_value("value")
    assert page.evaluate("window.here")


def test_a_reader_sees_no_small_group_on_the_start_page(app: Served):
    with browsing() as opened:
        page = Entered(opened, app, role="reader").new_page(locale="en-GB")
        page.goto(app.url + "/")
        shown = page.locator(
            "table.matrix td.number, table.groups td.number, .reach strong"
        ).all_text_contents()
        numbers = [int(text.replace(",", "")) for text in shown if text.replace(",", "").isdigit()]
        assert numbers
        assert all(number >= 20 for number in numbers)
        assert page.get_by_text("changed class.").count() == 0
        assert page.get_by_role("link", name="make it a segment").count() == 0


def order(page: Page) -> list[str]:
    return [each.input_value() for each in page.locator("input[name=class_en]").all()]


def test_classes_are_moved_by_keyboard_and_by_dragging(page: Page, app: Served):
    page.goto(app.url + "/segmentations/value/edit")
    first, second, *rest = order(page)
    page.get_by_role("button", name="Move class 1 down").focus()
    page.keyboard.press("Enter")
    expect(page.locator("input[name=class_en]").first).to_have_value(second)
    assert order(page) == [second, first, *rest]
    below = page.locator(".class-row").nth(1)
    page.locator(".grip").nth(0).drag_to(below, target_position={"x": 40, "y": 230})
    expect(page.locator("input[name=class_en]").first).to_have_value(first)
    assert order(page) == [first, second, *rest]


def test_each_class_of_the_form_is_counted_as_its_rule_is_typed(page: Page, app: Served):
    page.goto(app.url + "/segmentations/value/edit")
    counted = page.locator("output.count")
    before = counted.all_inner_texts()
    page.locator("[name=class_rule]").nth(0).fill("did(order)")
    expect(counted.nth(1)).to_have_text("0", timeout=30_000)
    assert before[0] != counted.nth(0).inner_text()
    page.locator("[name=class_rule]").nth(0).fill("did(")
    expect(counted.nth(0)).to_have_text("–", timeout=30_000)
    expect(counted.last).to_have_text("–")
    expect(page.locator("[name=class_rule]").nth(0)).to_be_focused()
