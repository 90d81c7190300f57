"""Numbers and days no page could mean, in every place an address has for them: pages answer all the same."""

from urllib.parse import quote

import pytest

from tests.app.http.serving import Served
from tests.app.http.visiting import Visitor, make_user, new_address

NUMBERS = ("²", "٣", "-1", "1e3", "9" * 17, "9" * 30)
DAYS = ("0001-01-01", "9999-12-31", "2026-02-30", "²")
ADDRESSES = (
    *("/people?page={}", "/people/C000001/timeline?page={}", "/people/C000001/profiles?split={}"),
    *("/people/duplicates?page={}", "/people/erasures/{}", "/segments?page={}"),
    *("/segmentations/rfm/edit?version={}", "/data/imports?page={}", "/data/loads/{}/refused.csv"),
    *("/privacy/consents?before={}", "/privacy/audit?before={}"),
)
DATED = (
    *("/segments/new?rule=did(order)&as_of={}", "/segments/big_basket/history?start={}&end={}"),
    *("/people/C000001?at={}", "/people/C000001/timeline?since={}&until={}"),
    *("/privacy/audit?since={}&until={}", "/privacy/audit/download?since={}&until={}"),
    *("/privacy/requests?from={}",),
)


@pytest.fixture(scope="module")
def owner(app: Served) -> Visitor:
    visitor = Visitor(app)
    visitor.sign_in(make_user(app, "owner", new_address("odd")).email)
    return visitor


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_number_that_makes_no_sense_breaks_no_page(owner: Visitor, address: str):
    answers = {text: owner.go(address.replace("{}", quote(text))).status_code for text in NUMBERS}
    assert max(answers.values()) < 500, answers


@pytest.mark.parametrize("address", DATED)
def test_a_day_that_makes_no_sense_breaks_no_page(owner: Visitor, address: str):
    answers = {text: owner.go(address.replace("{}", quote(text))).status_code for text in DAYS}
    assert max(answers.values()) < 500, answers
