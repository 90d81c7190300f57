"""Kills an erasure at its writes in turn, finishes it, and searches. Run as a program of its own.

For every `stride`-th n, a child erases in a copy of a workspace and kills itself at its n-th flush, rename,
deletion or note in the journal; another child then opens the workspace, finishes what was begun, and
looks: nothing is left, the seals of consents hold, and the others are counted. Answers the number of kills.
"""

import os
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import vitrail
from tests.children import in_child
from tests.consent.marked import make, marker, search_all
from tests.consent.test_erasing import AT_ONCE, words_of
from tests.copies import copy_workspace
from vitrail.ledger import erasures
from vitrail.ledger.consents import verify

PEOPLE = 4


def kill_at(place: int) -> None:
    """Kill this program at its write number `place`."""
    left = [place]

    def counted(act: Callable[..., Any]) -> Callable[..., Any]:
        def wrapped(*given: Any, **named: Any) -> Any:
            left[0] -= 1
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return act(*given, **named)

        return wrapped

    os.fsync, os.replace, os.unlink = counted(os.fsync), counted(os.replace), counted(os.unlink)
    erasures.save_erasure = counted(erasures.save_erasure)


def erase(root: Path, place: int) -> None:
    with vitrail.open(root) as ws:
        kill_at(place)
        ws.privacy.erase(marker(0, "key"), patience=AT_ONCE)


def look(root: Path) -> None:
    with vitrail.open(root) as ws:
        begun = bool(ws.privacy.resume(patience=AT_ONCE))
        left = not begun and ws.privacy.look(marker(0, "key")).profiles
        if left:
            ws.privacy.erase(marker(0, "key"), patience=AT_ONCE)
        with ws.store.ledger.reading() as connection:
            assert verify(connection) is None
        assert ws.members("true or not true").num_rows == PEOPLE - 2
        words = [word for number in (0, PEOPLE - 1) for word in words_of(number)]
        found = search_all(ws.store, words)
    assert found == (), found


def main(folder: Path, stride: int) -> int:
    make(folder / "shop", people=PEOPLE).close()
    kills, place = 0, 1
    while True:
        copy = folder / f"copy-{place}"
        copy_workspace(folder / "shop", copy)
        ended = in_child(lambda copy=copy, place=place: erase(copy, place))
        if ended == 0:
            return kills
        assert ended == signal.SIGKILL, ended
        assert in_child(lambda copy=copy: look(copy)) == 0, place
        shutil.rmtree(copy)
        kills, place = kills + 1, place + stride


if __name__ == "__main__":
    sys.stdout.write(f"{main(Path(sys.argv[1]), int(sys.argv[2]))}\n")
