"""Why a profile is in a segment or not: truths, values, records, and what would change it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Literal

import msgspec

from vitrail.model.errors import Message
from vitrail.model.tree import Condition, Not

FigureType = Literal[
    "text", "integer", "decimal", "float", "boolean", "date", "instant", "texts", "duration", "unknown"
]
ChangeKind = Literal[
    "add", "set", "known", "other", "gain", "lose", "forget", "score", "grant", "withdraw", "wait"
]


class Figure(msgspec.Struct, frozen=True):
    """A value in writing: `12.40`, `2025-03-31`, `2025-03-31T08:00:00Z`, a duration as `P3DT2H`.

    `label` says it as people do in each language.
    """

    type: FigureType
    value: str | tuple[str, ...]
    label: Message


class Found(msgspec.Struct, frozen=True):
    """What a value of the condition was for this profile; `path` is its place in the tree."""

    path: str
    label: Message
    figure: Figure


class Evidence(msgspec.Struct, frozen=True, omit_defaults=True):
    """A record that made a test true or, where `counts` is false, one that was not taken."""

    collection: str
    id: str
    at: dt.datetime | None
    properties: dict[str, Figure] = {}
    counts: bool = True


class Finding(msgspec.Struct, frozen=True, omit_defaults=True):
    """One condition of the tree: true or false, with what was found; `parts` are those it joins."""

    path: str
    node: Condition
    truth: bool
    label: Message
    found: tuple[Found, ...] = ()
    records: tuple[Evidence, ...] = ()
    parts: tuple[Finding, ...] = ()


class Change(msgspec.Struct, frozen=True, omit_defaults=True):
    """One thing that would have to happen.

    `name` is a collection (`add`), a trait (`set`, `known`, `other`, `gain`,
    `lose`, `forget`), a score, a purpose
    (`grant`, `withdraw`), or empty (`wait`, until `until`). `values` holds properties by name, and under
    the empty name the value of a trait or of a score.
    """

    kind: ChangeKind
    name: str
    label: Message
    count: int = 1
    values: dict[str, Figure] = {}
    channel: str | None = None
    until: dt.datetime | None = None


class Flip(msgspec.Struct, frozen=True, omit_defaults=True):
    """The fewest changes that turn the answer, tried on a copy of the history before being told.

    They suffice if they happen before `before`; None means whenever they happen.
    """

    changes: tuple[Change, ...]
    label: Message
    before: dt.datetime | None = None


class Explanation(msgspec.Struct, frozen=True, omit_defaults=True):
    """The whole answer about one profile at `at`.

    `inside` is membership; it is false for who was not yet known (`known` false) whatever the
    finding says. `flip` None means that no simple change is known. `since` None means for as long as
    is known; `next_change` None means that time alone changes nothing that can be foreseen.
    """

    key: str
    at: dt.datetime
    inside: bool
    known: bool
    finding: Finding
    summary: Message
    flip: Flip | None = None
    since: dt.datetime | None = None
    next_change: dt.datetime | None = None

    def text(self, language: str = "en", *, zone: dt.tzinfo | None = None) -> str:
        """The whole answer in French (`fr`) or English as a person reads it; instants in UTC or a zone.

        The truth of each condition, what was found for it, and what would change the answer.
        """
        return _plain(self, language, zone=zone or dt.UTC)


# --- as lines ---------------------------------------------------------------------------------


class Line(msgspec.Struct, frozen=True):
    """One line of an explanation, whether it is true where it states something, and what lies under it."""

    text: str
    truth: bool | None = None
    below: tuple[Line, ...] = ()


def headline(found: Explanation, language: str) -> Line:
    """Whether the profile is in."""
    french = language == "fr"
    verdict = ("en fait partie.", "is in.") if found.inside else ("n’en fait pas partie.", "is not in.")
    return Line(f"{found.key} {verdict[0 if french else 1]}", found.inside)


def as_read(finding: Finding) -> Finding:
    """The same finding as people read it, without saying anything twice.

    What was found for a test stands under its negation itself, whose words say all there is to say.
    Conditions that are listed under a group are not listed in its own words.
    """
    inner = finding
    while isinstance(inner.node, Not) and inner.parts and _says_all(inner.parts[0]):
        inner = inner.parts[0]
        if isinstance(inner.node, Not) and inner.parts:
            inner = inner.parts[0]
    label = finding.label
    if inner.parts and not isinstance(inner.node, Not):
        label = Message(fr=_first_line(label.fr), en=_first_line(label.en))
    parts = tuple(map(as_read, inner.parts))
    return msgspec.structs.replace(
        finding, label=label, found=inner.found, records=inner.records, parts=parts
    )


def _says_all(negated: Finding) -> bool:
    """Whether the words of a negation tell what is negated: a test, or another negation."""
    return isinstance(negated.node, Not) or not negated.parts


def _first_line(text: str) -> str:
    return text.partition("\n")[0]


def outline(finding: Finding, language: str, *, zone: dt.tzinfo) -> Line:
    """A condition with what was found for it, and the conditions it joins; instants in the zone."""
    return _outlined(as_read(finding), language, zone=zone)


def _outlined(finding: Finding, language: str, *, zone: dt.tzinfo) -> Line:
    parts = [_outlined(part, language, zone=zone) for part in finding.parts]
    below = (*_details(finding, language, zone=zone), *parts)
    return Line(finding.label.in_language(language), finding.truth, below)


def _plain(found: Explanation, language: str, *, zone: dt.tzinfo) -> str:
    """The whole explanation as text, one line under the other."""
    tree = outline(found.finding, language, zone=zone)
    lines = [_with_sign(headline(found, language)), "", _with_sign(tree), *_under(tree, "")]
    return "\n".join([*lines, "", found.summary.in_language(language)])


def _details(finding: Finding, language: str, *, zone: dt.tzinfo) -> Iterator[Line]:
    colon = "\u00a0: " if language == "fr" else ": "
    for found in finding.found:
        label, figure = (each.in_language(language) for each in (found.label, found.figure.label))
        yield Line(f"{label}{colon}{figure}")
    for record in finding.records:
        yield Line(_record(record, language, zone=zone))


def _record(record: Evidence, language: str, *, zone: dt.tzinfo) -> str:
    at = "" if record.at is None else f" {record.at.astimezone(zone):%Y-%m-%d %H:%M}"
    values = ", ".join(
        f"{name} {each.label.in_language(language)}" for name, each in record.properties.items()
    )
    not_counted = " (non compté)" if language == "fr" else " (not counted)"
    aside = "" if record.counts else not_counted
    return f"{record.collection} {record.id}{at}{' · ' if values else ''}{values}{aside}"


def _under(line: Line, margin: str) -> Iterator[str]:
    for number, each in enumerate(line.below, start=1):
        last = number == len(line.below)
        yield f"{margin}{'└── ' if last else '├── '}{_with_sign(each)}"
        yield from _under(each, margin + ("    " if last else "│   "))


def _with_sign(line: Line) -> str:
    return line.text if line.truth is None else f"{'✓' if line.truth else '✗'} {line.text}"
