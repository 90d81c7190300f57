"""From a segment to an audience, step by step: how many fall where, and why each of them does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, Protocol, get_args

import msgspec
from pyroaring import BitMap

from vitrail.model.consents import Entry
from vitrail.model.errors import Message
from vitrail.model.purposes import Channel
from vitrail.model.standing import Act

Step = Literal[
    "purpose",
    "sensitive",
    "minor",
    "basis",
    "objection",
    "restriction",
    "suppression",
    "unreachable",
    "cap",
    "quiet_hours",
    "holdout",
]
"""The steps, in the order they are taken: each person falls at the first that stops them."""

STEPS: tuple[Step, ...] = get_args(Step)

STEP_NAMES: Mapping[Step, Message] = {
    "purpose": Message(fr="sans finalité", en="no purpose"),
    "sensitive": Message(fr="donnée sensible", en="sensitive data"),
    "minor": Message(fr="mineur", en="a minor"),
    "basis": Message(fr="sans base légale", en="no legal basis"),
    "objection": Message(fr="opposition", en="objection"),
    "restriction": Message(fr="limitation", en="restriction"),
    "suppression": Message(fr="liste d’exclusion", en="suppression list"),
    "unreachable": Message(fr="sans adresse valable", en="no valid address"),
    "cap": Message(fr="plafond de pression", en="frequency cap"),
    "quiet_hours": Message(fr="heures calmes", en="quiet hours"),
    "holdout": Message(fr="groupe témoin", en="holdout"),
}


class Wanted(msgspec.Struct, frozen=True):
    """Which segment is to be reached, for which purpose, on which channel; `at_us` None is now."""

    segment: str
    purpose: str
    channel: Channel
    at_us: int | None = None


class Cut(msgspec.Struct, frozen=True):
    """Some who do not pass a step, and why; the set may hold people who are not in the segment."""

    step: Step
    code: str
    people: BitMap
    message: Message
    law: Message = Message(fr="", en="")


class Hold(Protocol):
    """What holds people back after the law has let them pass: caps, quiet hours, a holdout."""

    def held(self, wanted: Wanted, *, among: BitMap) -> Sequence[Cut]:
        """Those of some people who are held back, by reason."""
        ...


class Fall(msgspec.Struct, frozen=True):
    """How many fell at a step, and how many were left after it."""

    step: Step
    fell: int
    left: int


class Waterfall(msgspec.Struct, frozen=True):
    """How many are in the segment, how many fall at each step, how many may be reached.

    `segment` less all that fell is `audience`, exactly. `age_unknown` are those of the audience whose age is
    not known, where the purpose asks for one: they are not taken for minors, nor for adults.
    """

    segment: int
    falls: tuple[Fall, ...]
    audience: int
    reasons: tuple[tuple[Step, str, int], ...] = ()
    age_unknown: int = 0


class Reason(msgspec.Struct, frozen=True):
    """Whether one person may be reached, and why or why not.

    `step` is None for who may be, and for who is not in the segment. `consent` is the last word of the
    ledger that decided, `act` the objection or the restriction.
    """

    inside: bool
    step: Step | None
    code: str
    message: Message
    law: Message
    consent: Entry | None = None
    act: Act | None = None


def waterfall_of(
    members: BitMap, cuts: Sequence[Cut], *, audience: BitMap, ageless: BitMap | None = None
) -> Waterfall:
    """The figures of cuts whose sets are disjoint parts of the segment; `ageless`: whose age is not known."""
    falls, left = [], len(members)
    for step in STEPS:
        fell = sum(len(cut.people) for cut in cuts if cut.step == step)
        left -= fell
        falls.append(Fall(step, fell, left))
    reasons = tuple((cut.step, cut.code, len(cut.people)) for cut in cuts)
    doubtful = len(audience & ageless) if ageless is not None else 0
    return Waterfall(len(members), tuple(falls), len(audience), reasons, doubtful)
