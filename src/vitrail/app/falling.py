"""From a segment to those who may really be reached, drawn: how many fall at each step, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import get_args

import msgspec
from pyroaring import BitMap

from vitrail.app.counting import Counts
from vitrail.app.workspace import Workspace
from vitrail.consent.gate import Foreseen, Instead
from vitrail.consent.purposes import CHANNEL_WORDS, register_of
from vitrail.consent.small_groups import Figure
from vitrail.consent.waterfall import STEP_NAMES, STEPS, Cut, Step, Wanted
from vitrail.model.errors import UserError
from vitrail.model.purposes import Channel, Purpose, PurposeFile
from vitrail.model.tree import Condition

CHANNELS: tuple[Channel, ...] = get_args(Channel)
FIRST: Channel = "email"
"""The channel that is looked at before one is chosen, where it is open."""

Choice = tuple[str, str]
"""A key and what it is called."""


class Why(msgspec.Struct, frozen=True):
    """One reason to fall: how many, what it is, and the law behind it."""

    code: str
    people: Figure
    text: str
    law: str


class Fall(msgspec.Struct, frozen=True):
    """One step: how many fall, how many are left, in share of the segment where that may be told."""

    step: Step
    name: str
    fell: Figure
    left: Figure
    share: float | None
    whys: tuple[Why, ...]


class Reach(msgspec.Struct, frozen=True, kw_only=True):
    """The way from a segment to its audience, for a purpose on a channel.

    `falls` are the steps where somebody falls, `quiet` the names of those where nobody does. `purposes` and
    `channels` can be chosen; without a purpose in the register nobody may be reached, and `refusals` say so.
    """

    purpose: str
    channel: str
    purposes: tuple[Choice, ...]
    channels: tuple[Choice, ...]
    segment: Figure = Figure()
    audience: Figure = Figure()
    share: float | None = None
    falls: tuple[Fall, ...] = ()
    quiet: tuple[str, ...] = ()
    age_unknown: Figure | None = None
    refusals: tuple[str, ...] = ()
    supposed: bool = False


class Question(msgspec.Struct, frozen=True):
    """Whom to reach: the segment (empty: one that is not saved), its rule, what for and how, as of when.

    What is not chosen is taken from the purposes the segment names, then from the register. `named` are the
    purposes of a segment that is being built; None: those it has. While none is named, the one that is
    looked at is taken as if it were, which `supposed` tells.
    """

    segment: str
    rule: Condition | None
    purpose: str = ""
    channel: str = ""
    at_us: int | None = None
    named: tuple[str, ...] | None = None


def reach_of(ws: Workspace, question: Question, *, counts: Counts, language: str) -> Reach:
    """The way from a segment to its audience, in the figures somebody may see."""
    register = register_of(ws.store).document
    wanted = wanted_of(question, register)
    frame = Reach(
        purpose=wanted.purpose,
        channel=wanted.channel,
        purposes=tuple((each.key, _said(each.name, language)) for each in register.purposes),
        channels=tuple((each, CHANNEL_WORDS[each].fr if language == "fr" else CHANNEL_WORDS[each].en)
                       for each in _channels(register.find(wanted.purpose))),
    )  # fmt: skip
    if not register.purposes:
        return frame
    try:
        named = question.named
        if named == ():
            named, frame = (wanted.purpose,), msgspec.structs.replace(frame, supposed=True)
        found = ws.foresee(wanted, Instead(question.rule, named))
    except UserError as error:
        return msgspec.structs.replace(
            frame, refusals=tuple(each.message.in_language(language) for each in error.problems)
        )
    return _drawn(frame, found, counts=counts, language=language)


def wanted_of(question: Question, register: PurposeFile) -> Wanted:
    """What is asked of the gate: the purpose and the channel that were chosen, or the first that fit."""
    purpose = register.find(question.purpose)
    if purpose is None:
        named = [each for key in question.named or () if (each := register.find(key))]
        every = (*named, *register.purposes)
        purpose = _first_meant(every)
    open_to = _channels(purpose)
    usual = FIRST if FIRST in open_to else open_to[0]
    channel = next((each for each in open_to if each == question.channel), usual)
    return Wanted(question.segment, purpose.key if purpose else "", channel, question.at_us)


def _first_meant(every: Sequence[Purpose]) -> Purpose | None:
    """The purpose that is looked at before one is chosen: prospecting by e-mail, else by any channel."""
    reaching = [each for each in every if each.marketing and each.channels]
    by_mail = [each for each in reaching if FIRST in each.channels]
    return next(iter((*by_mail, *reaching, *every)), None)


def fallen(found: Foreseen, step: str) -> tuple[tuple[Cut, BitMap], ...]:
    """Those of a segment who fall at a step, by reason."""
    return tuple((cut, cut.people & found.members) for cut in found.cuts if cut.step == step)


def _channels(purpose: Purpose | None) -> tuple[Channel, ...]:
    return purpose.channels if purpose and purpose.channels else CHANNELS


def _drawn(frame: Reach, found: Foreseen, *, counts: Counts, language: str) -> Reach:
    reasons = counts.table({f"{cut.step}/{cut.code}": cut.people for cut in found.cuts})
    whole, left = len(found.members), found.members
    falls: list[Fall] = []
    for step in STEPS:
        cuts = [cut for cut in found.cuts if cut.step == step]
        if not cuts:
            continue
        fell = BitMap.union(*(cut.people for cut in cuts))
        left = left - fell
        whys = tuple(
            Why(cut.code, reasons[f"{cut.step}/{cut.code}"], cut.message.in_language(language),
                cut.law.in_language(language))
            for cut in cuts
        )  # fmt: skip
        share = len(left) / whole if counts.exact and whole else None
        name = STEP_NAMES[step].in_language(language)
        falls.append(Fall(step, name, counts.people(fell), counts.people(left), share, whys))
    fallen_at = {fall.step for fall in falls}
    ageless = found.waterfall.age_unknown
    return msgspec.structs.replace(
        frame,
        segment=counts.people(found.members),
        audience=counts.people(found.reached),
        share=len(found.reached) / whole if counts.exact and whole else None,
        falls=tuple(falls),
        quiet=tuple(STEP_NAMES[step].in_language(language) for step in STEPS if step not in fallen_at),
        age_unknown=Figure(value=ageless) if ageless and counts.exact else None,
    )


def _said(words: Mapping[str, str], language: str) -> str:
    return words.get(language) or next(iter(words.values()), "")
