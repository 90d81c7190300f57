"""What foreign signals amount to, and that messages bring them to the ledger once."""

from __future__ import annotations

import datetime as dt

import pytest

import vitrail
from tests.collect.tracked import filed, track
from tests.consent.shop import NOW, consents, reached
from tests.consent.test_tcf import EXAMPLE, written
from vitrail.app.consenting import check_ledger
from vitrail.collect.filing.drain import drain
from vitrail.consent.signals.reading import amount_to, hear
from vitrail.ledger.consents import entries
from vitrail.ledger.inbox import open_inbox
from vitrail.model.purposes import Signal

SIGNALS = (
    Signal("stats", "web", tcf=(1, 8), consent_mode=("analytics_storage",)),
    Signal("ads", "web", tcf=(1, 3), consent_mode=("ad_storage", "ad_user_data"), gpc=True),
)
YES = {"analytics_storage": "granted"}


def answers(context: dict[str, object]) -> dict[str, str]:
    return {each.purpose: each.state for each in amount_to(hear(context), SIGNALS)}


@pytest.mark.parametrize(
    ("context", "expected"),
    [
        ({}, {}),
        ({"consent": None}, {}),
        ({"consent": "yes"}, {}),
        ({"consent": {"tcf": EXAMPLE}}, {"stats": "refused", "ads": "granted"}),
        ({"consent": {"tcf": "nonsense"}}, {}),
        ({"consent": YES}, {"stats": "granted"}),
        ({"consent": {"googleConsentMode": YES}}, {"stats": "granted"}),
        ({"consent": {"analytics_storage": "denied"}}, {"stats": "refused"}),
        ({"consent": {"analytics_storage": ["granted"]}}, {}),
        ({"consent": {"ad_storage": "granted"}}, {}),
        ({"consent": {"ad_storage": "denied"}}, {"ads": "refused"}),
        ({"consent": {"ad_storage": "granted", "ad_user_data": "granted"}}, {"ads": "granted"}),
        ({"consent": {"ad_storage": "granted", "ad_user_data": "denied"}}, {"ads": "refused"}),
        ({"consent": {"tcf": EXAMPLE, "ad_storage": "denied"}}, {"stats": "refused", "ads": "refused"}),
        ({"gpc": True}, {"ads": "refused"}),
        ({"gpc": "1"}, {}),
        ({"gpc": True, "consent": {"tcf": EXAMPLE}}, {"stats": "refused", "ads": "refused"}),
    ],
)
def test_absent_is_never_granted_and_a_no_counts_before_a_yes(context, expected):
    assert answers(context) == expected


def said(ws) -> list[tuple[str, str, str]]:
    with ws.store.ledger.reading() as connection:
        found = [each.consent for each in entries(connection)]
    return [(each.purpose, each.state, each.method) for each in found if each is not None]


def see(context: dict[str, object], minute: int = 0, *, who: str = "anne"):
    at = f"2025-06-01T10:{minute:02}:00Z"
    return track("visit", userId=who, timestamp=at, context=context)


GRANTED = {"consent": {"tcf": written({1, 5, 6, 8}, set(), ranges=False)}}
BOTH = [("analytics", "granted", "TCF (CMP 7)"), ("personalisation_trackers", "granted", "TCF (CMP 7)")]


def test_a_consent_string_becomes_entries_with_its_proof(ws):
    filed(ws.store, see(GRANTED))
    assert said(ws) == BOTH
    with ws.store.ledger.reading() as connection:
        first = next(entries(connection)).consent
    assert first is not None and first.proof == GRANTED["consent"]["tcf"] and first.source == "site"


def test_the_gate_knows_it_at_once(ws):
    filed(ws.store, see(GRANTED))
    assert reached(ws, "personalisation_trackers", "web") == ["anne"]


def test_what_each_page_repeats_is_kept_once(ws):
    filed(ws.store, see(GRANTED), see(GRANTED, 1))
    filed(ws.store, see(GRANTED, 2))
    assert said(ws) == BOTH


def test_the_same_message_twice_is_filed_once(ws):
    filed(ws.store, see(GRANTED), see(GRANTED))
    filed(ws.store, see(GRANTED))
    assert said(ws) == BOTH


def test_a_change_of_mind_is_kept(ws):
    filed(ws.store, see(GRANTED), see({"consent": {"analytics_storage": "denied"}}, 1))
    assert said(ws) == [*BOTH, ("analytics", "refused", "Google Consent Mode")]


def test_the_browsers_no_takes_a_yes_back(ws):
    filed(ws.store, see(GRANTED), see({"gpc": True}, 1))
    assert reached(ws, "personalisation_trackers", "web") == []


NO_TO_ALL = {"gpc": True}
ANEW = {"consent": {"tcf": written({1, 5, 6, 7, 8}, set(), ranges=False)}}
MODE = dict.fromkeys(("ad_storage", "ad_user_data", "ad_personalization"), "granted")


OVER_TIME = {
    "the browser's no alone": ([NO_TO_ALL], False),
    "a yes, then the browser": ([GRANTED, NO_TO_ALL], False),
    "the browser, then a yes": ([NO_TO_ALL, GRANTED], True),
    "a later yes stays": ([NO_TO_ALL, GRANTED, NO_TO_ALL, NO_TO_ALL], True),
    "a yes while the browser says no": ([NO_TO_ALL | GRANTED], True),
    "and it stays": ([NO_TO_ALL | GRANTED, NO_TO_ALL, NO_TO_ALL | GRANTED], True),
    "an older yes, repeated": ([GRANTED, NO_TO_ALL | GRANTED, NO_TO_ALL | GRANTED], False),
    "an older yes, then one anew": ([GRANTED, NO_TO_ALL, NO_TO_ALL | ANEW, NO_TO_ALL], True),
    "a yes that is taken back": (
        [NO_TO_ALL | GRANTED, {"consent": {"ad_storage": "denied"}}, NO_TO_ALL, NO_TO_ALL | GRANTED],
        False,
    ),
    "a banner's no, then its yes": (
        [NO_TO_ALL | {"consent": MODE | {"ad_storage": "denied"}}, NO_TO_ALL | {"consent": MODE}, NO_TO_ALL],
        True,
    ),
    "a later no to this purpose": ([NO_TO_ALL | GRANTED, {"consent": {"ad_storage": "denied"}}], False),
}


STORIES = [(who, pages, is_reached) for who, (pages, is_reached) in OVER_TIME.items()]


BETWEEN = (NOW - dt.datetime(2025, 6, 1, 10, 15, tzinfo=dt.UTC)) / dt.timedelta(days=1)
"""How many days ago a quarter of an hour after the first page was."""


def turned_out(ws) -> dict[str, bool]:
    known = reached(ws, "personalisation_trackers", "web")
    return {who: who in known for who in OVER_TIME}


def test_a_yes_given_while_the_browser_says_no_outweighs_it(ws):
    for minute in range(max(len(pages) for _, pages, _ in STORIES)):
        seen = [(who, pages[minute]) for who, pages, _ in STORIES if minute < len(pages)]
        filed(ws.store, *(see(page, minute, who=who) for who, page in seen))
    assert turned_out(ws) == {who: is_reached for who, _, is_reached in STORIES}


def test_it_does_not_matter_whether_pages_are_filed_together(ws):
    every = [see(page, minute, who=who) for who, pages, _ in STORIES for minute, page in enumerate(pages)]
    filed(ws.store, *every)
    assert turned_out(ws) == {who: is_reached for who, _, is_reached in STORIES}


def test_a_consent_on_paper_outweighs_the_browsers_earlier_no(ws):
    filed(ws.store, see(NO_TO_ALL))
    consents(ws, ("anne", "personalisation_trackers", "web", "granted", BETWEEN))
    filed(ws.store, see(NO_TO_ALL, 30))
    assert reached(ws, "personalisation_trackers", "web") == ["anne"]


def test_a_withdrawal_stays_one_whatever_pages_repeat(ws):
    filed(ws.store, see(NO_TO_ALL | GRANTED))
    consents(ws, ("anne", "personalisation_trackers", "web", "withdrawn", BETWEEN))
    filed(ws.store, see(NO_TO_ALL | GRANTED, 30))
    assert reached(ws, "personalisation_trackers", "web") == []


@pytest.mark.parametrize("yes", [GRANTED, {"consent": MODE}], ids=["TCF", "Consent Mode"])
def test_a_withdrawal_stays_one_whatever_pages_repeat_without_the_browsers_no(ws, yes):
    filed(ws.store, see(yes))
    consents(ws, ("anne", "personalisation_trackers", "web", "withdrawn", BETWEEN))
    filed(ws.store, see(yes, 30), see(yes, 31))
    assert reached(ws, "personalisation_trackers", "web") == []


def test_a_yes_given_anew_after_a_withdrawal_counts(ws):
    filed(ws.store, see(GRANTED))
    consents(ws, ("anne", "personalisation_trackers", "web", "withdrawn", BETWEEN))
    filed(ws.store, see(ANEW, 30))
    assert reached(ws, "personalisation_trackers", "web") == ["anne"]


def test_the_ledger_says_that_a_yes_was_given_over_the_browsers_no(ws):
    filed(ws.store, see(NO_TO_ALL | GRANTED))
    assert ("personalisation_trackers", "granted", "TCF (CMP 7) over Global Privacy Control") in said(ws)


def test_the_browsers_no_is_an_objection_where_no_consent_is_asked(ws):
    filed(ws.store, see({}, who="bob"), see({"gpc": True}))
    assert reached(ws, "personalisation", "web") == ["bob"]
    reason = ws.audience("all", purpose="personalisation", channel="web").reason("anne")
    assert reason.act is not None and reason.act.proof == "Sec-GPC: 1"


def test_the_browser_objects_once(ws):
    filed(ws.store, see({"gpc": True}), see({"gpc": True}, 1))
    filed(ws.store, see({"gpc": True}, 2))
    assert len(ws.privacy.standing("anne")) == 1


def test_what_the_person_decided_since_outweighs_their_browser(ws):
    filed(ws.store, see({"gpc": True}))
    ws.privacy.lift("anne", "objection", purpose="personalisation")
    filed(ws.store, see({"gpc": True}, 5))
    assert reached(ws, "personalisation", "web") == ["anne"]


def test_a_drain_that_failed_leaves_neither_message_nor_entry(ws, monkeypatch):
    with pytest.raises(ZeroDivisionError), monkeypatch.context() as patch:
        patch.setattr("vitrail.collect.filing.taking.filing.count_warnings", lambda *_, **__: 1 // 0)
        filed(ws.store, see(GRANTED))
    assert said(ws) == []
    with open_inbox(ws.store.path) as inbox:
        drain(ws.store, inbox)
    assert said(ws) == BOTH


def test_without_a_register_signals_mean_nothing(tmp_path):
    with vitrail.create(tmp_path / "bare") as bare:
        filed(bare.store, see(GRANTED), see({"gpc": True}, 1))
        assert said(bare) == []


def test_the_ledger_is_whole_after_signals(ws):
    filed(ws.store, see(GRANTED), see({"gpc": True}, 1))
    assert check_ledger(ws) is None
