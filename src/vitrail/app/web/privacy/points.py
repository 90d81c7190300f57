"""What is in order and what is not, as sentences, each with where it is mended."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from vitrail.app.privacy_order import Point, Tone
from vitrail.app.web.pages import later
from vitrail.app.web.speech import Speech

SOME = 4


class Told(msgspec.Struct, frozen=True):
    """One point as it is drawn."""

    tone: Tone
    title: str
    text: str
    address: str
    button: str


def told(point: Point, speech: Speech, *, names: Mapping[str, str]) -> Told:
    """A point of the start page in words; `names` is what segments and traits are called."""
    say = speech.say
    address, button = ADDRESSES[point.code], say("See")
    match point.code:
        case "purposes":
            title = say("Purposes")
            text = (
                speech.many(
                    "%(num)s purpose, each with its legal basis.",
                    "%(num)s purposes, each with its legal basis.",
                    number=point.number,
                )
                if point.number
                else say("No purpose is declared: nobody can be reached.")
            )
        case "controller":
            title = say("Who answers for the processing")
            text = (
                say("Named in the record of processing.")
                if point.tone == "right"
                else say("Nobody is named: the record of processing is not complete.")
            )
        case "segments" | "traits" | "sources":
            title, text = _alone(point, speech, names=names)
        case "chain":
            title, text = say("Proof of consents"), _chain(point, speech)
        case "requests":
            title, text = say("Requests of people"), _requests(point, speech)
        case "retention_rules":
            title = say("Rules of retention")
            text = (
                speech.many("%(num)s rule in force.", "%(num)s rules in force.", number=point.number)
                if point.number
                else say("No rule: data are kept without end.")
            )
        case "retention_due":
            title, text = say("Past their retention period"), _due(point, speech)
        case "sensitive":
            title, text = say("Sensitive data"), _sensitive(point, speech)
        case "erasures":
            title = say("Erasures")
            text = (
                speech.many(
                    "%(num)s erasure was stopped on its way: the next refresh finishes it.",
                    "%(num)s erasures were stopped on their way: the next refresh finishes them.",
                    number=point.number,
                )
                if point.number
                else say("All are finished.")
            )
    return Told(point.tone, title, text, address, button if point.tone == "right" else say("Put right"))


NONE_WITHOUT = {
    "segments": later("Every segment has one."),
    "traits": later("Every trait has one."),
    "sources": later("Every source has one."),
}

ADDRESSES: dict[str, str] = {
    "purposes": "/privacy/purposes",
    "controller": "/privacy/purposes/controller",
    "segments": "/privacy/record#without",
    "traits": "/privacy/record#without",
    "sources": "/privacy/record#without",
    "chain": "/privacy/consents",
    "requests": "/privacy/requests",
    "retention_rules": "/privacy/retention",
    "retention_due": "/privacy/retention",
    "sensitive": "/privacy/sensitive",
    "erasures": "/privacy/requests",
}


def _alone(point: Point, speech: Speech, *, names: Mapping[str, str]) -> tuple[str, str]:
    say = speech.say
    titles = {
        "segments": say("Segments without a purpose"),
        "traits": say("Traits without a purpose"),
        "sources": say("Sources without a purpose"),
    }
    if not point.number:
        return titles[point.code], say(NONE_WITHOUT[point.code])
    told = [names.get(each, each) for each in point.names[:SOME]]
    if point.number > SOME:
        told.append(speech.many("%(num)s other", "%(num)s others", number=point.number - SOME))
    return titles[point.code], speech.listed(told) + "."


def _chain(point: Point, speech: Speech) -> str:
    say = speech.say
    if point.tone == "wrong":
        return say("The seals were broken at the last check: compare with a backup.")
    if not point.number:
        return say("No consent was recorded yet.")
    if point.at is None:
        return speech.many(
            "%(num)s entry, whose seals were never checked.",
            "%(num)s entries, whose seals were never checked.",
            number=point.number,
        )
    return speech.many(
        "%(num)s entry, whole at the check of %(moment)s.",
        "%(num)s entries, whole at the check of %(moment)s.",
        number=point.number,
        moment=speech.moment(point.at),
    )


def _requests(point: Point, speech: Speech) -> str:
    if point.tone == "wrong":
        return speech.many(
            "%(num)s request is past its legal deadline.",
            "%(num)s requests are past their legal deadline.",
            number=point.number,
        )
    if not point.number or point.at is None:
        return speech.say("None is waiting.")
    return speech.many(
        "%(num)s request to answer, by %(day)s.",
        "%(num)s requests to answer, the first by %(day)s.",
        number=point.number,
        day=speech.day(point.at),
    )


def _due(point: Point, speech: Speech) -> str:
    if point.number:
        return speech.many(
            "%(num)s rule has something to let go.",
            "%(num)s rules have something to let go.",
            number=point.number,
        )
    if point.at is None:
        return speech.say("Nobody has looked yet.")
    return speech.say("Nothing, as of %(moment)s.", moment=speech.moment(point.at))


def _sensitive(point: Point, speech: Speech) -> str:
    if not point.number:
        return speech.say("Nothing is called like sensitive data without being marked.")
    return speech.many(
        "%(num)s trait or event is called like sensitive data and awaits your decision.",
        "%(num)s traits or events are called like sensitive data and await your decision.",
        number=point.number,
    )
