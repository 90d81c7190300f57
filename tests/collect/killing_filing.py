"""Kills a drain of the inbox at each of its writes in turn, and looks at what is left. A program of its own.

For every n, a child files what waits in a copy of a workspace and kills itself before it gives a file
its name for the n-th time, or before the n-th commit to the ledger or the inbox; another child then
files again, and looks: every message counts once, and no file may be left over. The same with a replay
of the quarantine. `stride` looks at every so manyth n alone. Answers the kills.
"""

import os
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import msgspec
from sqlalchemy import Engine, event

from tests.children import in_child, in_first_child
from tests.collect.contents import events, observations, rows
from tests.collect.tracked import Message, identify, send, track
from tests.copies import copy_workspace
from vitrail.collect.filing.drain import drain
from vitrail.collect.filing.quarantine import groups
from vitrail.collect.filing.replay import replay
from vitrail.ledger import filing, manifest, write_keys
from vitrail.ledger.inbox import open_inbox
from vitrail.ledger.write_keys import TrackingSource
from vitrail.warehouse import compaction, folder, prints
from vitrail.warehouse import store as stores

SMALL_DRAINS = 3
compaction.CROWD = SMALL_DRAINS
prints.FAMILY = SMALL_DRAINS + 1


def waiting(number: int) -> list[Message]:
    """One order, one trait and one message that must wait, for each of two people; one is a repetition."""
    who = [f"p{number}", f"q{number}"]
    orders = [track("order", {"total": number}, userId=each, messageId=f"order-{each}") for each in who]
    traits = [identify({"city": f"city {number}"}, userId=each, messageId=f"city-{each}") for each in who]
    strange = [track("order", {"total": "dear"}, userId=each, messageId=f"strange-{each}") for each in who]
    return [*orders, *traits, *strange, orders[0]]


def prepare(root: Path) -> None:
    stores.create(root, timezone="Europe/Paris", currency="EUR", languages=("fr",)).close()
    with stores.open(root) as store, open_inbox(root) as inbox:
        for number in range(SMALL_DRAINS):
            send(inbox, *waiting(number))
            drain(store, inbox)
        send(inbox, *waiting(SMALL_DRAINS), at="2025-06-01T13:00:00Z")


def empty(root: Path) -> None:
    with stores.open(root) as store, open_inbox(root) as inbox:
        drain(store, inbox)


def die_at_rename(number: int) -> None:
    """Die before the n-th file gets its name."""
    names, real = 0, os.replace

    def counted(*arguments: Path) -> None:
        nonlocal names
        names += 1
        if names == number:
            os.kill(os.getpid(), signal.SIGKILL)
        real(*arguments)

    os.replace = counted


def die_at_step(number: int) -> None:
    """Die before the n-th commit to a database."""
    steps = 0

    def count(_connection: object) -> None:
        nonlocal steps
        steps += 1
        if steps == number:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(Engine, "commit", count)


def look(root: Path) -> None:
    """Fails unless one more drain leaves every message filed once, and nothing besides."""
    empty(root)
    people = {f"{letter}{number}" for letter in "pq" for number in range(SMALL_DRAINS + 1)}
    with stores.open(root) as store, open_inbox(root) as inbox:
        assert sorted(row["id"] for row in events(store, "order")) == sorted(f"order-{who}" for who in people)
        assert sorted(row["profile"] for row in observations(store)) == sorted(people)
        (group,) = groups(store)
        assert (group.messages, group.lost) == (len(people), 0)
        assert inbox.read(0, limit=9) == ()
        with store.ledger.reading() as connection:
            known = manifest.known_paths(connection)
            position = filing.filed_position(connection)
        assert position == SMALL_DRAINS + 1
        on_disk = {
            path.relative_to(root).as_posix() for name in folder.FACTS for path in (root / name).rglob("*.*")
        }
        assert on_disk == known - {""}, on_disk ^ known
        assert len(rows(store.source().keys)) == len(people)


def mend(root: Path) -> None:
    with stores.open(root) as store:
        replay(store)


def prepare_replay(root: Path) -> None:
    """Orders that came while the site had to keep to a plan without them; now it does not."""
    stores.create(root, timezone="Europe/Paris", currency="EUR", languages=("fr",)).close()
    with stores.open(root) as store, open_inbox(root) as inbox:
        source = TrackingSource("site", "web", "key", "refuse", 0)
        with store.ledger.writing() as connection:
            write_keys.add_source(connection, source)
        for number in range(2):
            send(inbox, *(track("order", {"total": number}, userId=f"{who}{number}") for who in "pq"))
            drain(store, inbox)
        with store.ledger.writing() as connection:
            write_keys.change_source(connection, msgspec.structs.replace(source, unplanned="allow"))


def look_at_replay(root: Path) -> None:
    mend(root)
    with stores.open(root) as store:
        assert sorted(row["profile"] for row in events(store, "order")) == ["p0", "p1", "q0", "q1"]
        assert groups(store) == ()


class Sweep(NamedTuple):
    """What is killed, and who looks at what is left."""

    base: Path
    stride: int
    work: Callable[[Path], None]
    look: Callable[[Path], None]


def sweep(place: Path, swept: Sweep, die: Callable[[int], None]) -> int:
    kills, number, ended = 0, 1 - swept.stride, signal.SIGKILL
    while ended == signal.SIGKILL:
        number += swept.stride
        copy = place / f"copy-{number}"
        copy_workspace(swept.base, copy)
        ended = in_child(lambda copy=copy, number=number: (die(number), swept.work(copy)))
        assert in_child(lambda copy=copy: swept.look(copy)) == 0, f"killed at {number} ({die.__name__})"
        kills += ended == signal.SIGKILL
        shutil.rmtree(copy)
    assert ended == 0
    return kills


def main(place: Path, stride: int) -> None:
    drains, replays = place / "drains", place / "replays"
    assert in_first_child(lambda: prepare(drains)) == 0
    assert in_first_child(lambda: prepare_replay(replays)) == 0
    drained = Sweep(drains, stride, empty, look)
    kills = [
        sweep(place, drained, die_at_rename),
        sweep(place, drained, die_at_step),
        sweep(place, Sweep(replays, stride, mend, look_at_replay), die_at_step),
    ]
    sys.stdout.write(" ".join(map(str, kills)))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
