"""Instants as people type them on a command line."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import msgspec

from vitrail.app.cli.session import Session
from vitrail.model.errors import refuse


class Moment(msgspec.Struct, frozen=True):
    """The instant a question is asked at; `zone` is the zone it was read in where it told none."""

    at: dt.datetime
    zone: str = ""


def moment(text: str | None, zone: ZoneInfo, *, now: dt.datetime) -> Moment:
    """The instant a text says: a date is its midnight, and no zone means that of the workspace.

    A local time that exists twice is the first. Nothing said is now. Raises `UserError`.
    """
    if text is None:
        return Moment(now)
    try:
        found = dt.datetime.fromisoformat(text.strip())
        if found.tzinfo is not None:
            return Moment(found.astimezone(dt.UTC))
        return Moment(found.replace(tzinfo=zone).astimezone(dt.UTC), zone.key)
    except (ValueError, OverflowError) as error:
        raise refuse(
            "bad_instant",
            path="--as-of",
            fr=f"« {text} » n’est pas un instant. Exemples : 2026-03-01, 2026-03-01T08:00, "
            "2026-03-01T08:00:00+01:00.",
            en=f"“{text}” is not an instant. Examples: 2026-03-01, 2026-03-01T08:00, "
            "2026-03-01T08:00:00+01:00.",
        ) from error


def tell(asked: Moment, session: Session) -> None:
    """Say in which zone an instant was read, when the person did not say it."""
    if asked.zone:
        local = asked.at.astimezone(ZoneInfo(asked.zone)).strftime("%Y-%m-%d %H:%M")
        session.note(
            fr=f"À la date du {local}, heure de {asked.zone} (celle de l’espace de travail).",
            en=f"As of {local}, {asked.zone} time (that of the workspace).",
        )
