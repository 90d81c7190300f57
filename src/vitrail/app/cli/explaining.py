"""Drawing an explanation: the tree of truths with what was found, and what would change the answer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from zoneinfo import ZoneInfo

from rich.console import Group, RenderableType
from rich.text import Text
from rich.tree import Tree

from vitrail.app.cli.letters import shown, words
from vitrail.app.cli.session import Session
from vitrail.model.explanation import Evidence, Explanation, Finding


def drawn(found: Explanation, session: Session, *, zone: ZoneInfo) -> RenderableType:
    """The whole explanation, as a person reads it."""
    key = shown(found.key)
    head = session.pick(
        fr=f"{key} en fait partie." if found.inside else f"{key} n’en fait pas partie.",
        en=f"{key} is in." if found.inside else f"{key} is not in.",
    )
    parts: list[RenderableType] = [Text.assemble(_sign(found.inside), " ", (head, "bold")), Text()]
    parts += [_tree(found.finding, session, zone=zone), Text(), words(session.said(found.summary))]
    return Group(*parts)


def _tree(finding: Finding, session: Session, *, zone: ZoneInfo) -> Tree:
    tree = Tree(_line(finding, session), guide_style="dim")
    _grow(tree, finding, session=session, zone=zone)
    return tree


def _grow(tree: Tree, finding: Finding, *, session: Session, zone: ZoneInfo) -> None:
    for line in _details(finding, session, zone=zone):
        tree.add(words(line, style="dim"))
    for part in finding.parts:
        _grow(tree.add(_line(part, session)), part, session=session, zone=zone)


def _line(finding: Finding, session: Session) -> Text:
    return Text.assemble(_sign(finding.truth), " ", shown(session.said(finding.label)))


def _details(finding: Finding, session: Session, *, zone: ZoneInfo) -> Iterator[str]:
    colon = session.pick(fr=" : ", en=": ")
    for found in finding.found:
        yield shown(f"{session.said(found.label)}{colon}{session.said(found.figure.label)}")
    for record in finding.records:
        yield shown(_record(record, session, zone=zone))


def _record(record: Evidence, session: Session, *, zone: ZoneInfo) -> str:
    at = "" if record.at is None else f" {_instant(record.at, zone)}"
    values = ", ".join(f"{name} {session.said(each.label)}" for name, each in record.properties.items())
    aside = "" if record.counts else session.pick(fr=" (non compté)", en=" (not counted)")
    return f"{record.collection} {record.id}{at}{' · ' if values else ''}{values}{aside}"


def _instant(at: dt.datetime, zone: ZoneInfo) -> str:
    return at.astimezone(zone).strftime("%Y-%m-%d %H:%M")


def _sign(truth: bool) -> tuple[str, str]:
    return ("✓", "green") if truth else ("✗", "red")
