import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pytest

from tests.collect.contents import events
from vitrail.collect.load import load_events, load_profiles
from vitrail.ledger.manifest import Load
from vitrail.warehouse.store import Store

ROOT = Path(__file__).parents[2]


def test_a_load_killed_at_any_write_leaves_the_snapshot_before_or_after(tmp_path: Path):
    program = [sys.executable, "-m", "tests.collect.killing", str(tmp_path)]
    ended = subprocess.run(program, cwd=ROOT, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr
    assert int(ended.stdout) >= 20


def test_a_load_that_fails_half_way_leaves_nothing(store: Store):
    def batches() -> object:
        yield pa.record_batch({"id": ["a"], "city": ["Paris"]})
        raise OSError("the line is cut")

    schema = pa.schema({"id": pa.string(), "city": pa.string()})
    before = (store.source(), store.catalogue)
    with pytest.raises(OSError, match="the line is cut"):
        load_profiles(store, pa.RecordBatchReader.from_batches(schema, batches()), key="id")
    assert (store.source(), store.catalogue) == before


LOADER = """
import sys
import pyarrow as pa
from vitrail.collect.load import load_events
from vitrail.warehouse import store as stores
name, loads = sys.argv[2], int(sys.argv[3])
with stores.open(sys.argv[1]) as store:
    for number in range(loads):
        ids = [f"{name}-{number}-{n}" for n in range(100)]
        table = pa.table({"who": ids, "when": ["2025-01-01T00:00:00Z"] * 100, "id": ids})
        load_events(store, "order", data=table, profile="who", at="when", key="id")
"""


def start_loader(store: Store, name: str, loads: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", LOADER, str(store.path), name, str(loads)])


def test_two_loaders_at_once_wait_for_each_other(store: Store):
    loaders = [start_loader(store, name, 4) for name in ("one", "two")]
    assert [loader.wait(timeout=120) for loader in loaders] == [0, 0]
    assert len(events(store, "order")) == 800
    assert store.source().profiles == 800


def test_a_reader_sees_whole_loads_while_another_process_loads(store: Store):
    table = pa.table({"who": ["a"], "when": ["2025-01-01T00:00:00Z"], "id": ["first"]})
    load_events(store, "order", data=table, profile="who", at="when", key="id")
    loader = start_loader(store, "other", 6)
    seen = []
    while loader.poll() is None:
        seen.append(len(events(store, "order")))
    assert loader.returncode == 0
    assert seen == sorted(seen)
    assert all(count % 100 == 1 for count in seen)
    assert len(events(store, "order")) == 601


def test_what_goes_alongside_a_load_is_kept_with_it_or_not_at_all(store: Store):
    seen = []

    def note(_transaction: object, load: Load) -> None:
        seen.append(load.id)
        if len(seen) == 2:
            raise OSError("the power is cut")

    noting = store.alongside(note)
    load_profiles(noting, pa.table({"id": ["a"], "city": ["Paris"]}), key="id")
    with pytest.raises(OSError, match="the power is cut"):
        load_profiles(noting, pa.table({"id": ["b"], "city": ["Lyon"]}), key="id")
    assert (seen, store.source().profiles) == ([1, 2], 1)
