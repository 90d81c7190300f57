"""How many customers may be written to, by channel: what the gate lets through, for a purpose."""

from __future__ import annotations

import msgspec

from vitrail.app.workspace import Workspace
from vitrail.consent.gate import Foreseen, Instead, foreseen
from vitrail.consent.purposes import find_purpose, register_of
from vitrail.consent.waterfall import Wanted
from vitrail.model.purposes import Channel, Purpose
from vitrail.model.tree import Truth

SHOWN: tuple[Channel, ...] = ("email", "sms", "phone", "post")


class Reached(msgspec.Struct, frozen=True):
    """Who may be reached on a channel, and for which purpose that was asked."""

    channel: Channel
    purpose: Purpose
    found: Foreseen


def marketing_purposes(ws: Workspace) -> tuple[Purpose, ...]:
    """The purposes for which customers are written to."""
    purposes = register_of(ws.store).document.purposes
    return tuple(each for each in purposes if each.marketing and set(each.channels) & {*SHOWN})


def reach_by_channel(ws: Workspace, purpose: str = "") -> tuple[Reached, ...]:
    """Who may be reached on each channel: for a purpose, or for the first marketing purpose of each channel.

    Raises `UserError` for an unknown purpose.
    """
    known = marketing_purposes(ws)
    chosen = (find_purpose(register_of(ws.store).document, purpose),) if purpose else known
    found = []
    for channel in SHOWN:
        fitting = next((each for each in chosen if channel in each.channels), None)
        if fitting is not None:
            found.append(Reached(channel, fitting, _everybody(ws, fitting.key, channel=channel)))
    return tuple(found)


def _everybody(ws: Workspace, purpose: str, *, channel: Channel) -> Foreseen:
    """What the gate says of all customers."""
    wanted, everybody = Wanted("", purpose, channel), Instead(Truth(True), (purpose,))
    return foreseen(ws.store, wanted, database=ws.database, instead=everybody)
