"""The sample shop goes into a workspace whole, and twice is once."""

import pytest

import vitrail
from tests.app.shops import END
from vitrail.app import shop
from vitrail.app.ready import read_mapping
from vitrail.app.shop.load import define_ready, load_shop

CUSTOMERS = 250


@pytest.fixture(scope="module")
def loaded(tmp_path_factory):
    told = []
    with vitrail.create(tmp_path_factory.mktemp("shop") / "ws", clock=lambda: END) as ws:
        reports = load_shop(ws, customers=CUSTOMERS, end=END, progress=lambda *step: told.append(step))
        yield ws, reports, told


def test_every_row_is_accepted(loaded):
    _, reports, _ = loaded
    assert [report.rejected for report in reports] == [0] * len(reports)
    assert reports[0].accepted == CUSTOMERS


def test_nothing_is_warned_about(loaded):
    _, reports, _ = loaded
    assert [warning.message.en for report in reports for warning in report.warnings] == []


def test_events_bring_no_unknown_customer(loaded):
    _, reports, _ = loaded
    assert sum(report.new_profiles for report in reports) == CUSTOMERS


def test_progress_is_told_table_by_table(loaded):
    _, reports, told = loaded
    assert [step[1] for step in told] == list(range(len(reports) + 1))
    assert told[-1][1] == told[-1][2]


def test_the_declared_words_are_in_the_catalogue(loaded):
    ws, _, _ = loaded
    assert ws.catalogue.traits["city"].label.fr == "commune"
    assert ws.catalogue.collections["order"].properties["amount"].unit == "EUR"


def test_loading_twice_changes_nothing(loaded):
    ws, _, _ = loaded
    again = load_shop(ws, customers=CUSTOMERS, end=END)
    assert [report.created + report.updated for report in again] == [0] * len(again)


def test_the_workspace_counts_the_orders_that_were_made(loaded):
    ws, _, _ = loaded
    made = shop.events(shop.sample_shop(CUSTOMERS, end=END), "order").read_all()
    buyers = len(made["customer_id"].unique())
    assert ws.count("did(order)", END) == buyers


def test_the_ledger_knows_who_agreed_to_be_written_to(loaded):
    ws, _, _ = loaded
    told = shop.events(shop.sample_shop(CUSTOMERS, end=END), "consent").read_all().to_pylist()
    mine = [row for row in told if (row["purpose"], row["channel"]) == ("marketing", "email")]
    last = {row["customer_id"]: row["granted"] for row in sorted(mine, key=lambda row: row["at"])}
    assert ws.count("consented(marketing, email)", END) == sum(last.values()) > 0


def test_ready_made_segments_are_defined(loaded):
    ws, _, _ = loaded
    fitted = define_ready(ws)
    assert [one.key for one in fitted.left_out] == []
    assert "lifecycle.vip" not in ws.catalogue.segments
    assert "value.vip" in ws.catalogue.segments
    assert read_mapping()["purpose.marketing"] == "marketing"
