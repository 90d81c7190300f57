"""What is filed does not depend on the order in which messages come, nor on how they are batched."""

import errno
import itertools
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests.collect.contents import first_seen, keys, rows, snapshot
from tests.collect.identity.scenes import merged
from tests.collect.tracked import Message, did, identify, message, send, track
from tests.storage import Clock
from vitrail.collect.filing.drain import drain
from vitrail.collect.filing.quarantine import groups
from vitrail.collect.filing.replay import replay
from vitrail.engine.source import File
from vitrail.ledger import manifest
from vitrail.ledger.inbox import open_inbox
from vitrail.model.errors import UserError
from vitrail.warehouse import store as stores
from vitrail.warehouse.store import Store

PEOPLE = st.sampled_from([{"userId": "anne"}, {"userId": "zoe", "anonymousId": "d1"}, {"anonymousId": "d1"}])
TIMES = st.sampled_from(["2025-05-01T10:00:00Z", "2025-06-01T08:00:00Z", "2025-06-09T00:00:00Z"])
SAID = st.sampled_from(
    [
        lambda **who: track("order", {"total": 12, "products": [{"sku": "A"}, {"sku": "B"}]}, **who),
        lambda **who: track("order", {"total": 7.5, "coupon": "NOEL"}, **who),
        lambda **who: identify({"city": "Lille"}, **who),
        lambda **who: identify({"city": "Paris", "age": 30}, **who),
        lambda **who: message("group", groupId="acme", traits={"size": 3}, **who),
        lambda **who: message("alias", previousId="d1", **who),
        lambda **who: message("page", properties={"path": "/"}, **who),
        lambda **who: track("", {}, **who),
    ]
)


@st.composite
def messages(draw: st.DrawFn) -> Message:
    said: Callable[..., Message] = draw(SAID)
    return said(**draw(PEOPLE), timestamp=draw(TIMES))


def contents(store: Store) -> object:
    """All that a workspace holds, by names; numbers of profiles and loads are its own affair."""
    with store.ledger.reading() as connection:
        identities = manifest.files_in_force(connection, kind="identity")
        loads = [(load.name, load.created) for load in manifest.all_loads(connection)]
    names = keys(store)
    claimed = rows(File(str(store.path / file.path), file.rows) for file in identities)
    return {
        "collections": {name: did(store, name) for name in sorted(store.catalogue.collections)},
        "people": people(store),
        "claims": sorted((names[row["profile"]], row["kind"], row["value"]) for row in claimed),
        "waiting": sorted(group.code for group in groups(store)),
        "loads": loads,
    }


def people(store: Store) -> dict[tuple[str, ...], object]:
    """Each customer, by the keys it was met under: since when it is there, and its traits."""
    whose, fields = merged(store), {field.column: field.name for field in store.catalogue.traits.values()}
    parts: dict[str, list[str]] = {}
    for key in keys(store).values():
        parts.setdefault(whose.get(key, key), []).append(key)
    seen, known = first_seen(store), snapshot(store)
    return {
        tuple(sorted(members)): (
            min(seen[key] for key in members),
            {fields[each]: value for each, value in known.get(one, {}).items() if each in fields},
        )
        for one, members in parts.items()
    }


def file_all(place: Path, batches: list[list[Message]]) -> object:
    clock = Clock()
    stores.create(place, timezone="Europe/Paris", currency="EUR", languages=("fr",), clock=clock).close()
    with stores.open(place, clock=clock) as store, open_inbox(place) as inbox:
        for batch in batches:
            send(inbox, *batch)
            drain(store, inbox)
        return contents(store)


@settings(
    max_examples=8,
    deadline=None,
    phases=[Phase.generate],
)
@given(st.data())
def test_any_order_and_batching_files_the_same(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject):
    said = data.draw(st.lists(messages(), min_size=2, max_size=7, unique_by=lambda each: each["messageId"]))
    mixed = data.draw(st.permutations(said))
    cut = data.draw(st.integers(0, len(said)))
    place = tmp_path_factory.mktemp("laws")
    once = file_all(place / "once", [said])
    again = file_all(place / "again", [mixed[:cut], [*mixed[cut:], *mixed[:1]], mixed])
    assert once == again


@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_a_full_disk_is_told_and_the_next_drain_files_all(
    store: Store, monkeypatch: pytest.MonkeyPatch, call: str
):
    """In the same process, without a restart, wherever the disk was full."""
    with open_inbox(store.path) as inbox:
        for number in itertools.count(1):
            send(
                inbox, identify({"city": f"city {number}"}), track("order", {"total": number}), track("", {})
            )
            with monkeypatch.context() as patch:
                patch.setattr(os, call, full_at(number, getattr(os, call)))
                try:
                    drain(store, inbox)
                except UserError as error:
                    assert [problem.code for problem in error.problems] == ["disk_full"]
                else:
                    break
            assert len(did(store, "order") if number > 1 else []) == max(0, number - 1)
            assert drain(store, inbox).filed == 2
    assert number > 5
    assert len(did(store, "order")) == number


def full_at(number: int, real: Callable[..., None]) -> Callable[..., None]:
    """The same call, but from the n-th time on the disk is full."""
    calls = 0

    def call(*arguments: object) -> None:
        nonlocal calls
        calls += 1
        if calls >= number:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        real(*arguments)

    return call


WORDS = ["a", "a.b", "at", "id", "profile", "é", "page", "campaign", "email", "", "unfiled", "load"]
NAMES = st.sampled_from(WORDS)
TEXTS = ["2025-02-30", "2025-06-01", "2025-06-01T10:00:00Z", "9999-12-31T23:59:59-23:59", "a@b.fr"]
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(10**25), 10**25)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)
    | st.sampled_from(TEXTS)
)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=12,
)
OBJECTS = st.dictionaries(NAMES, JSON, max_size=5)
OLD, FAR = "0001-01-01T00:00:00Z", "9999-12-31T00:00:00Z"
ANYTHING = st.fixed_dictionaries(
    {
        "type": st.sampled_from(["track", "page", "screen", "identify", "group", "alias"]),
        "userId": st.sampled_from(["anne", "0", "é" * 600, " zoe"]),
        "event": st.sampled_from(["order", "group", "a\nb", " ", "order.a", "ordér"]),
        "groupId": st.sampled_from(["acme", ""]),
        "previousId": st.sampled_from(["d1", "null"]),
        "properties": OBJECTS,
        "traits": OBJECTS,
        "context": OBJECTS,
        "timestamp": st.sampled_from(
            ["2025-05-01T10:00:00Z", "0001-01-01T00:00:00Z", "9999-12-31T00:00:00Z"]
        ),
    }
)


@settings(max_examples=15, deadline=None, phases=[Phase.generate])
@given(st.lists(st.lists(ANYTHING, min_size=1, max_size=12), min_size=1, max_size=2))
def test_whatever_is_sent_is_filed_or_waits(
    tmp_path_factory: pytest.TempPathFactory, batches: list[list[Message]]
):
    place = tmp_path_factory.mktemp("laws") / "shop"
    clock = Clock()
    stores.create(place, timezone="Europe/Paris", currency="EUR", languages=("fr",), clock=clock).close()
    with stores.open(place, clock=clock) as store, open_inbox(place) as inbox:
        for number, batch in enumerate(batches):
            send(inbox, *({"messageId": f"{number}-{n}", **each} for n, each in enumerate(batch)))
            report = drain(store, inbox)
            assert report.messages == report.filed + report.known + report.set_aside == len(batch)
        waiting = sum(group.messages for group in groups(store))
        assert replay(store).waiting == waiting
