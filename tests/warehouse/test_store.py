import os
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pytest

from vitrail.collect.load import load_profiles
from vitrail.engine.source import Source
from vitrail.model.errors import UserError
from vitrail.warehouse import store as stores
from vitrail.warehouse.store import Store

pytestmark = pytest.mark.both_ledgers


def refused(work: object) -> str:
    with pytest.raises(UserError) as refusal:
        work()
    return refusal.value.problems[0].code


def create(path: Path, timezone: str = "Europe/Paris") -> Store:
    return stores.create(path, timezone=timezone, currency="EUR", languages=("fr",))


def test_a_new_workspace_is_empty_and_knows_its_conventions(store: Store):
    source = store.source()
    assert (source.profiles, source.keys, source.events) == (0, (), {})
    assert (store.catalogue.timezone, store.catalogue.languages) == ("Europe/Paris", ("fr", "en"))


def test_a_workspace_opens_again_as_it_was(store: Store):
    with stores.open(store.path) as again:
        assert (again.source(), again.catalogue) == (store.source(), store.catalogue)


def test_a_folder_that_holds_something_is_not_taken(tmp_path: Path):
    (tmp_path / "letter.txt").write_text("dear all")
    assert refused(lambda: create(tmp_path)) == "workspace_not_empty"
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


def test_a_file_is_not_taken_for_a_folder(tmp_path: Path):
    (tmp_path / "letter.txt").write_text("dear all")
    assert refused(lambda: create(tmp_path / "letter.txt")) == "workspace_not_empty"


def test_an_unknown_timezone_is_refused_before_anything_is_made(tmp_path: Path):
    assert refused(lambda: create(tmp_path / "shop", timezone="Europe/Lutetia")) == "unknown_timezone"
    assert not (tmp_path / "shop").exists()


@pytest.mark.parametrize("content", [None, b"", b"not a database at all"])
def test_what_is_no_workspace_is_refused(tmp_path: Path, content: bytes | None):
    if content is not None:
        (tmp_path / "ledger.sqlite").write_bytes(content)
    assert refused(lambda: stores.open(tmp_path)) == "not_a_workspace"


def test_a_folder_may_be_called_anything(tmp_path: Path):
    with create(tmp_path / "l'été [2025] *?") as store:
        for city in ("Paris", "Lyon"):
            load_profiles(store, pa.table({"id": ["a"], "city": [city]}), key="id")
        assert store.source().profiles == 1


def test_two_workspaces_have_different_tokens(tmp_path: Path):
    with create(tmp_path / "a") as one, create(tmp_path / "b") as two:
        assert one.source().token != two.source().token


def test_now_is_told_by_the_clock_in_microseconds(store: Store):
    assert store.now_us() == int(datetime(2025, 6, 1, 12, tzinfo=UTC).timestamp()) * 1_000_000


def test_the_source_of_an_empty_workspace_is_a_source(store: Store):
    assert isinstance(store.source(), Source)


def test_open_columns_of_files_that_are_gone_are_swept(store: Store):
    load_profiles(store, pa.table({"id": ["C1"]}), key="id")
    (kept,) = store.source().keys
    gone = store.path / "columns" / "events" / "order" / "event-1.parquet" / "at_us.arrow"
    stays = Path(kept.columns) / "at_us.arrow"
    for path in (gone, stays, stays.with_suffix(".being-made")):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    with store.writing():
        pass
    assert not gone.parent.exists()
    assert sorted(path.name for path in stays.parent.iterdir()) == ["at_us.arrow", "at_us.being-made"]


def test_columns_that_were_never_finished_are_swept(store: Store):
    load_profiles(store, pa.table({"id": ["C1"]}), key="id")
    begun = Path(store.source().keys[0].columns) / "at_us.being-made"
    begun.parent.mkdir(parents=True)
    begun.touch()
    os.utime(begun, (0, 0))
    with store.writing():
        pass
    assert not begun.exists()
