"""What is done to segments that exist: tags, names, putting aside, removal, taking back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from vitrail.app.accounts.acting import By
from vitrail.app.workspace import Workspace
from vitrail.ledger import runs
from vitrail.ledger.audit import Act, Subject
from vitrail.model.definitions import DefinitionFile, Segment
from vitrail.model.errors import UserError, refuse
from vitrail.model.tree import Condition, Member
from vitrail.model.walk import walk
from vitrail.warehouse.changes import Plan
from vitrail.warehouse.definitions import unknown_segment
from vitrail.warehouse.refresh import defined

MOST_VERSIONS = 500
ALL = Subject("definitions")


class Naming(msgspec.Struct, frozen=True):
    """What is said of a segment besides its rule; None leaves it as it is."""

    name: dict[str, str] | None = None
    description: dict[str, str] | None = None
    owner: str | None = None


def users_of(conditions: Mapping[str, Condition]) -> dict[str, list[str]]:
    """Which segments refer to each segment."""
    used: dict[str, list[str]] = {}
    for key, condition in conditions.items():
        for name in dict.fromkeys(node.segment for _, node in walk(condition) if isinstance(node, Member)):
            if name != key:
                used.setdefault(name, []).append(key)
    return used


def segments_of(ws: Workspace, keys: Iterable[str]) -> tuple[Segment, ...]:
    """The segments of some keys. Raises `UserError` with all keys that are none."""
    known = {each.key: each for each in defined(ws.store)[1].document.segments}
    wanted = tuple(dict.fromkeys(keys))
    if lost := [key for key in wanted if key not in known]:
        raise UserError(tuple(unknown_segment(key, known) for key in lost))
    return tuple(known[key] for key in wanted)


def retag(
    ws: Workspace,
    keys: Iterable[str],
    *,
    add: Sequence[str] = (),
    take: Sequence[str] = (),
    by: By | None = None,
) -> Plan:
    """Add tags to some segments and take others from them."""

    def tagged(segment: Segment) -> Segment:
        kept = [tag for tag in segment.tags if tag not in take]
        return msgspec.structs.replace(segment, tags=tuple(dict.fromkeys([*kept, *add])))

    return _define(
        ws, [tagged(each) for each in segments_of(ws, keys)], acts=_told(by, "segment.tag", keys=keys)
    )


def put_aside(ws: Workspace, keys: Iterable[str], *, aside: bool = True, by: By | None = None) -> Plan:
    """Put segments out of sight, or back: they keep their members and their history."""
    changed = [msgspec.structs.replace(each, archived=aside) for each in segments_of(ws, keys)]
    act = "segment.archive" if aside else "segment.bring_back"
    return _define(ws, changed, acts=_told(by, act, keys=keys))


def rename(ws: Workspace, key: str, *, naming: Naming, by: By | None = None) -> Plan:
    """Call a segment otherwise, or say something else of it; its rule and its key stay."""
    (segment,) = segments_of(ws, [key])
    named = {name: each for name, each in msgspec.structs.asdict(naming).items() if each is not None}
    if naming.name is not None and not any(naming.name.values()):
        raise refuse(
            "no_name",
            path="name",
            fr="Donnez un nom au segment, en français ou en anglais.",
            en="Give the segment a name, in French or in English.",
        )
    acts = _told(by, "segment.rename", keys=(key,))
    return _define(ws, [msgspec.structs.replace(segment, **named)], acts=acts)


def plan_removal(ws: Workspace, key: str) -> Plan:
    """What removing a segment changes. Raises `UserError` where something refers to it."""
    segments_of(ws, [key])
    users = users_of(defined(ws.store)[1].conditions).get(key, ())
    if users:
        listed = ", ".join(users)
        raise refuse(
            "segment_in_use",
            path=key,
            fr=f"Le segment « {key} » sert à définir : {listed}. Changez-les d’abord, ou archivez-le.",
            en=f'The segment "{key}" is used to define: {listed}. Change them first, or archive it.',
        )
    return ws.plan_removal(key)


def remove(ws: Workspace, key: str, *, by: By | None = None) -> Plan:
    """Remove a segment; the versions keep it, and `bring_back` takes it out of them again."""
    return ws.apply(plan_removal(ws, key), acts=_told(by, "segment.remove", keys=(key,)))


def bring_back(ws: Workspace, key: str, *, by: By | None = None) -> Segment:
    """Define a removed segment again as it last was. Raises `UserError` for a key that never was one."""
    found = last_known(ws, key)
    if found is None:
        raise UserError((unknown_segment(key, ws.catalogue.current().segments),))
    ws.define(found, acts=_told(by, "segment.restore", keys=(key,)))
    return found


def last_known(ws: Workspace, key: str) -> Segment | None:
    """A segment as it last was, from the versions of definitions."""
    with ws.store.ledger.reading() as connection:
        newest = runs.current_version(connection)
        for version in range(newest, max(0, newest - MOST_VERSIONS), -1):
            kept = runs.definitions_at(connection, version)
            for each in kept.document.segments if kept else ():
                if each.key == key:
                    return each
    return None


def defining(plan: Plan, by: By, *, subject: Subject = ALL) -> tuple[Act, ...]:
    """The act of putting a plan in force, as the audit trail says it."""
    keys = tuple(each.key for each in plan.changes if each.action != "unchanged")
    return (by.act("definitions.apply", subject, details={"keys": keys}),)


def _told(by: By | None, act: str, *, keys: Iterable[str]) -> tuple[Act, ...]:
    """One act for each segment, where somebody is known to do it."""
    return () if by is None else tuple(by.act(act, Subject("segment", key)) for key in dict.fromkeys(keys))


def _define(ws: Workspace, changed: Sequence[Segment], *, acts: Sequence[Act]) -> Plan:
    return ws.define(DefinitionFile(edition=2026, segments=tuple(changed)), acts=acts)
