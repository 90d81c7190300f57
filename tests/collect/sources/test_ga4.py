"""The export of Google Analytics 4, flattened to events."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from tests.collect.contents import events, keys
from tests.collect.sources import ga4_export
from vitrail.app.workspace import Workspace
from vitrail.collect.sources import pull
from vitrail.collect.sources.definition import Folder
from vitrail.warehouse.store import Store


def source(folder: Path) -> Folder:
    return Folder(key="ga4", path=str(folder), pattern="**/*", format="ga4", settle="0")


@pytest.mark.parametrize(
    ("name", "write"),
    [("day.parquet", ga4_export.write_parquet), ("day.json", ga4_export.write_json)],
)
def test_parameters_become_properties(store: Store, tmp_path: Path, name: str, write: Callable):
    (tmp_path / "ga4").mkdir()
    write(tmp_path / "ga4" / name, ga4_export.day())
    found = pull.pull(store, source(tmp_path / "ga4"))
    assert (found.outcome, found.files, found.created, found.rejected) == ("done", 1, 5, 0)
    assert set(keys(store).values()) == {*(f"anonymous:browser.{n}" for n in range(3)), "C1", "C2"}
    view = events(store, "page_view")[0]
    assert (view["page_location"], view["ga_session_id"], view["city"]) == ("https://x/0", 17, "Lyon")
    first, second = events(store, "purchase")
    worth = store.catalogue.collections["purchase"].properties["value"].column
    assert (first[worth], second[worth]) == (Decimal(20), Decimal("20.5"))
    assert (first["products"], first["anonymous_id"], first["at_us"]) == (
        ["SKU1"],
        "browser.0",
        ga4_export.START + 3_000_000,
    )


def test_what_a_browser_did_before_is_of_the_customer_who_was_seen_on_it(store: Store, tmp_path: Path):
    (tmp_path / "ga4").mkdir()
    ga4_export.write_parquet(tmp_path / "ga4" / "day.parquet", ga4_export.day())
    pull.pull(store, source(tmp_path / "ga4"))
    ws = Workspace(store)
    assert ws.members("did(page_view) and did(purchase)")["profile"].to_pylist() == ["C1", "C2"]


def test_a_day_that_is_exported_again_adds_only_what_is_new(store: Store, tmp_path: Path):
    (tmp_path / "ga4").mkdir()
    ga4_export.write_parquet(tmp_path / "ga4" / "intraday.parquet", ga4_export.day()[:2])
    pull.pull(store, source(tmp_path / "ga4"))
    ga4_export.write_json(tmp_path / "ga4" / "day.json", ga4_export.day())
    assert pull.pull(store, source(tmp_path / "ga4")).created == 3


@pytest.mark.parametrize(
    ("name", "content"), [("x.json", "{}\n"), ("x.json", "<a>\n"), ("x.csv", "a"), ("x.pq", "a")]
)
def test_what_is_no_export_is_said(store: Store, tmp_path: Path, name: str, content: str):
    (tmp_path / "ga4").mkdir()
    (tmp_path / "ga4" / name).write_text(content)
    found = pull.pull(store, source(tmp_path / "ga4"))
    assert (found.outcome, [each.code for each in found.problems]) == ("partial", ["not_ga4"])
