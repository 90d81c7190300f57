"""What a plan of retention lets go, as lines of a table; small groups are hidden where they must be."""

from __future__ import annotations

from typing import Literal

import msgspec

from vitrail.app.rights.holders import holder_label
from vitrail.consent.retention.planning import RetentionPlan
from vitrail.consent.small_groups import Figure, alone, plain
from vitrail.model.errors import Message
from vitrail.model.retention import WAITING, DataKind, Words


class DueLine(msgspec.Struct, frozen=True):
    """What one rule lets go: how many people or data, some keys, what is kept of them by holder."""

    rule: str
    name: Words
    what: Literal["erase", "restrict"] | DataKind
    figure: Figure
    sample: tuple[str, ...] = ()
    parts: tuple[tuple[Message, Figure], ...] = ()
    source: str = ""

    @property
    def is_nothing(self) -> bool:
        """Whether the rule lets nothing go."""
        return self.figure.value == 0


def due_lines(plan: RetentionPlan, *, exact: bool, smallest: int) -> tuple[DueLine, ...]:
    """The lines of a plan, in its order."""

    def told(count: int) -> Figure:
        return plain(count) if exact or not count else alone(count, smallest)

    people = [
        DueLine(
            each.rule,
            each.name,
            "restrict" if each.then == "restrict" else "erase",
            told(len(each.profiles)),
            each.sample if exact else (),
            tuple((holder_label(name) or _plain(name), told(rows)) for name, rows in each.holders.items()),
            each.source,
        )
        for each in plan.people
    ]
    data = [
        DueLine(
            each.rule,
            each.name,
            each.kind,
            told(sum(each.rows.values())),
            parts=tuple((_named(name), told(rows)) for name, rows in each.rows.items()),
            source=each.source,
        )
        for each in plan.data
    ]
    return (*people, *data)


def _named(name: str) -> Message:
    return Message(fr="en quarantaine", en="in quarantine") if name == WAITING else _plain(name)


def _plain(name: str) -> Message:
    return Message(fr=name, en=name)
