"""One purpose as people look at it: its versions, what names it, and how many it lets one reach."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Set

import msgspec

from vitrail.app.counting import Counts
from vitrail.app.instants import instant
from vitrail.app.record.gathering import Activity, gather_record
from vitrail.app.workspace import Workspace
from vitrail.consent.gate import reachable
from vitrail.consent.purposes import register_of
from vitrail.consent.small_groups import Figure
from vitrail.ledger.purposes import all_registers
from vitrail.model.access import Permission
from vitrail.model.purposes import Channel, Purpose, PurposeFile
from vitrail.warehouse.refresh import defined


class PurposeVersion(msgspec.Struct, frozen=True):
    """The purpose at one version of the register where it changed; `changed` are the parts that did."""

    version: int
    at: dt.datetime
    changed: tuple[str, ...]
    note: str = ""


class Reach(msgspec.Struct, frozen=True):
    """How many may be reached on a channel: now, and as a changed purpose would let one."""

    channel: Channel
    before: Figure | None
    after: Figure | None = None


def activity_of(ws: Workspace, key: str) -> Activity | None:
    """A purpose of the register with what names it."""
    found = gather_record(ws.store).activities
    return next((each for each in found if each.purpose.key == key), None)


def grouped_names(ws: Workspace, language: str) -> dict[str, str]:
    """What each segmentation is called."""
    found = defined(ws.store)[1].document.segmentations
    return {each.key: each.name.get(language) or next(iter(each.name.values()), each.key) for each in found}


def segment_names(ws: Workspace, language: str) -> dict[str, str]:
    """What each segment and each class of a segmentation is called."""
    document = defined(ws.store)[1].document
    named = {each.key: each.name for each in document.segments}
    for whole in document.segmentations:
        named |= {f"{whole.key}.{one.key}": one.name for one in whole.classes}
    return {key: name.get(language) or next(iter(name.values()), key) for key, name in named.items()}


def purpose_names(ws: Workspace, language: str) -> dict[str, str]:
    """What each purpose is called."""
    found = register_of(ws.store).document.purposes
    return {each.key: each.name.get(language) or next(iter(each.name.values()), each.key) for each in found}


def versions_of(ws: Workspace, key: str) -> tuple[PurposeVersion, ...]:
    """When a purpose was declared and changed, the newest first."""
    with ws.store.ledger.reading() as connection:
        registers = all_registers(connection)
    before: Purpose | None = None
    found = []
    for each in registers:
        after = each.document.find(key)
        if after != before:
            found.append(
                PurposeVersion(each.version, instant(each.applied_at_us), _parts(before, after), each.note)
            )
        before = after
    return tuple(reversed(found))


class Changed(msgspec.Struct, frozen=True):
    """A purpose before and after a change (None: there is none), and the register with the change."""

    before: Purpose | None
    after: Purpose | None
    register: PurposeFile


def reach_now(ws: Workspace, purpose: Purpose, *, can: Set[Permission]) -> tuple[Reach, ...]:
    """How many of all customers may be reached for a purpose, on each of its channels."""
    return reach_changed(ws, Changed(purpose, None, register_of(ws.store).document), can=can)


def reach_changed(ws: Workspace, change: Changed, *, can: Set[Permission]) -> tuple[Reach, ...]:
    """The same before and after a change."""
    counts = Counts(ws, can)
    present = register_of(ws.store).document

    def reach(purpose: Purpose | None, channel: Channel, *, within: PurposeFile) -> Figure | None:
        if purpose is None or channel not in purpose.channels:
            return None
        return counts.people(
            reachable(ws.store, purpose, channel=channel, register=within, database=ws.database)
        )

    channels = _channels(each for each in (change.before, change.after) if each is not None)
    return tuple(
        Reach(
            channel,
            reach(change.before, channel, within=present),
            reach(change.after, channel, within=change.register),
        )
        for channel in channels
        if channel != "service"
    )


def _channels(purposes: Iterable[Purpose]) -> list[Channel]:
    return list(dict.fromkeys(channel for each in purposes for channel in each.channels))


def _parts(before: Purpose | None, after: Purpose | None) -> tuple[str, ...]:
    if before is None or after is None:
        return ()
    return tuple(name for name in Purpose.__struct_fields__ if getattr(before, name) != getattr(after, name))
