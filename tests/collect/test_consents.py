"""Consents come from files into the ledger: known again, refused with reasons, sealed with the load."""

import datetime as dt
import itertools

import pyarrow as pa
import pytest

import vitrail
from vitrail.collect.consents import Meant
from vitrail.ledger.consents import entries, verify
from vitrail.model.consents import Consent

NOW = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
EMAIL = Meant("marketing", "email")


@pytest.fixture
def ws(tmp_path):
    minutes = itertools.count()
    clock = lambda: NOW + dt.timedelta(minutes=next(minutes))  # noqa: E731
    with vitrail.create(tmp_path / "shop", clock=clock) as opened:
        opened.catalogue.declare(purposes=["marketing"], channels=["email", "sms"])
        yield opened


def load(ws, *rows: dict, **columns):
    table = pa.Table.from_pylist([{"id": "Ana"} | row for row in rows])
    return ws.load_consents(table, profile="id", state="opt_in", **columns)


def said(ws) -> list[Consent]:
    with ws.store.ledger.reading() as connection:
        assert verify(connection) is None
        return [each.consent for each in entries(connection)]


def test_a_consent_is_kept_with_its_proof(ws):
    row = {"opt_in": "oui", "at": "2026-02-01T10:00:00Z", "proof": "form 12", "wording": "v3", "city": "Lyon"}
    load(ws, row, at="at", about=EMAIL, source="crm")
    at_us = int(dt.datetime(2026, 2, 1, 10, tzinfo=dt.UTC).timestamp()) * 1_000_000
    assert said(ws) == [
        Consent(0, "marketing", "granted", at_us, "email", wording="v3", proof="form 12", source="crm")
    ]


@pytest.mark.parametrize(
    ("text", "state"), [("Oui", "granted"), ("NON", "refused"), (" opt-out ", "withdrawn"), ("1", "granted")]
)
def test_yes_no_and_no_longer_are_understood(ws, text, state):
    load(ws, {"opt_in": text}, about=EMAIL)
    assert [each.state for each in said(ws)] == [state]


@pytest.mark.parametrize("silence", ["", "  ", None])
def test_no_answer_is_neither_a_consent_nor_a_fault(ws, silence):
    report = load(ws, {"opt_in": silence}, {"opt_in": "oui"}, about=EMAIL)
    assert (report.created, report.unchanged, report.rejected) == (1, 1, 0)


def test_purpose_and_channel_may_stand_in_columns(ws):
    load(ws, {"opt_in": "yes", "purpose": "marketing", "canal": "sms"}, channel="canal")
    assert [(each.purpose, each.channel) for each in said(ws)] == [("marketing", "sms")]


def test_the_same_load_again_changes_nothing(ws):
    row = {"opt_in": "yes", "at": "2026-02-01T10:00:00Z"}
    load(ws, row, at="at", about=EMAIL)
    again = load(ws, row, at="at", about=EMAIL)
    assert (again.created, again.unchanged, len(said(ws))) == (0, 1, 1)


def test_an_undated_consent_is_new_only_when_it_says_something_else(ws):
    for text in ("yes", "yes", "no", "no", "yes"):
        load(ws, {"opt_in": text}, about=EMAIL)
    assert [each.state for each in said(ws)] == ["granted", "refused", "granted"]


@pytest.mark.parametrize(
    ("row", "word"),
    [
        ({"opt_in": "perhaps"}, "perhaps"),
        ({"opt_in": "yes", "purpose": "profit"}, "profit"),
        ({"opt_in": "yes", "channel": "pigeon"}, "pigeon"),
    ],
)
def test_a_row_that_names_nothing_of_ours_is_refused(ws, row, word):
    report = load(ws, row, {"opt_in": "yes"}, about=EMAIL)
    assert (report.rejected, report.accepted, report.rejects[0].found) == (1, 1, word)


def test_somebody_new_becomes_a_profile(ws):
    load(ws, {"opt_in": "yes"}, about=EMAIL)
    assert ws.members("not false")["profile"].to_pylist() == ["Ana"]


def test_a_load_that_is_refused_whole_leaves_no_consent(ws):
    with pytest.raises(vitrail.UserError):
        load(ws, {"opt_in": "yes", "at": "2026-02-01"}, at="when", about=EMAIL)
    assert said(ws) == []
