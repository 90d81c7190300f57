"""How many people agree to what, month after month: the course of consents by purpose and channel."""

from __future__ import annotations

import datetime as dt
from collections.abc import Set

import msgspec
from pyroaring import BitMap

from vitrail.app.instants import instant
from vitrail.app.respect_settings import respect_of
from vitrail.app.workspace import Workspace
from vitrail.consent.courses import agreed_over_time
from vitrail.consent.purposes import register_of
from vitrail.consent.small_groups import Figure, plain, series
from vitrail.language.windows import add_calendar
from vitrail.model.access import Permission
from vitrail.model.purposes import Channel, Purpose

MONTHS = 12


class Course(msgspec.Struct, frozen=True):
    """How many agreed to a purpose on a channel at each of some instants, the last one now."""

    purpose: Purpose
    channel: Channel
    figures: tuple[Figure, ...]


class Courses(msgspec.Struct, frozen=True):
    """The courses of all consents that are asked for, over the same instants."""

    instants: tuple[dt.datetime, ...]
    courses: tuple[Course, ...]


def consent_courses(ws: Workspace, can: Set[Permission]) -> Courses:
    """The courses over a year; who may not see people gets numbers that no single person moves."""
    purposes = [each for each in register_of(ws.store).document.purposes if each.basis == "consent"]
    pairs = [(purpose, channel) for purpose in purposes for channel in purpose.channels]
    now_us, zone = ws.store.now_us(), ws.store.zone
    moments = [add_calendar(now_us, -back, unit="month", zone=zone) for back in range(MONTHS, 0, -1)] + [
        now_us
    ]
    asked = [(purpose.asked, channel) for purpose, channel in pairs]
    steps = agreed_over_time(ws.store.source(), asked, instants_us=moments)
    smallest = respect_of(ws.store).smallest_group
    courses = tuple(
        Course(purpose, channel, _figures(people, exact="view_people" in can, smallest=smallest))
        for (purpose, channel), people in zip(pairs, steps, strict=True)
    )
    return Courses(tuple(map(instant, moments)), courses)


def _figures(steps: list[BitMap], *, exact: bool, smallest: int) -> tuple[Figure, ...]:
    if exact:
        return tuple(plain(len(each)) for each in steps)
    return series(steps, smallest)
