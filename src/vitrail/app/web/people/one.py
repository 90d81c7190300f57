"""One customer as a page tells them: a sentence, figures, what happened, day by day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from urllib.parse import urlencode

import msgspec

from vitrail.app.masking import HIDDEN
from vitrail.app.people.sight import Head, Sight
from vitrail.app.people.timeline import Moment, Told
from vitrail.app.people.timeline import Wish as Wanted
from vitrail.app.web.people.words import Words, is_money
from vitrail.app.web.speech import Speech

MAIN = (
    "product",
    "subject",
    "query",
    "path",
    "topic",
    "title",
    "name",
    "stage",
    "plan",
    "question",
    "campaign",
)
"""Properties that say best what happened, the best first."""

AMOUNTS = ("amount", "total", "revenue", "value", "price", "monthly_price")
STAGES = ("lifecycle", "stage", "cycle")


class Fact(msgspec.Struct, frozen=True):
    """One figure of the head: what it is, its value, and a word under it."""

    label: str
    figure: str
    note: str = ""


class Happened(msgspec.Struct, frozen=True):
    """One line of the timeline."""

    sort: str
    title: str
    hour: str
    amount: str = ""
    main: str = ""
    rest: tuple[tuple[str, str], ...] = ()
    id: str = ""


def sentence(head: Head, words: Words) -> str:
    """Who it is, in a sentence: what is not known is left out."""
    say, traits = words.speech.say, words.catalogue.traits
    parts = []
    if head.gender:
        parts.append(words.value(head.gender, traits.get("gender")))
    if head.age is not None:
        parts.append(words.speech.many("%(num)s year old", "%(num)s years old", number=head.age))
    where = [words.value(head.country, traits.get("country"))] if head.country else []
    if head.city:
        where = [head.city, *where]
    if where:
        parts.append(say("lives in %(place)s", place=", ".join(where)))
    said = ", ".join(parts)
    return f"{said[:1].upper()}{said[1:]}." if said else ""


def facts(head: Head, at: dt.datetime, *, words: Words, stage: tuple[str, str] | None) -> tuple[Fact, ...]:
    """The figures of the head: for how long, worth what, at which stage, last seen when."""
    speech, say = words.speech, words.speech.say
    found = []
    if head.since is not None:
        note = say("since %(day)s", day=speech.day(head.since))
        found.append(Fact(say("Customer for"), _span(at - head.since, speech), note))
    if head.spent is not None:
        orders = speech.many("%(num)s order", "%(num)s orders", number=head.orders or 0)
        year = say("%(amount)s over a year", amount=words.price(head.year or Decimal()))
        found.append(Fact(say("Spent"), words.price(head.spent), f"{orders} · {year}"))
    if stage is not None:
        found.append(Fact(stage[0], stage[1]))
    if head.last is not None:
        note = f"{words.collection(head.last_of)}, {speech.day(head.last)}"
        found.append(Fact(say("Last activity"), speech.ago(head.last, at), note))
    return tuple(found)


def _span(length: dt.timedelta, speech: Speech) -> str:
    """How long, in years or months: `3 years`."""
    months = int(length.days / 30.4375)
    if months >= 24:
        return speech.many("%(num)s year", "%(num)s years", number=months // 12)
    if months >= 1:
        return speech.many("%(num)s month", "%(num)s months", number=months)
    return speech.many("%(num)s day", "%(num)s days", number=max(0, length.days))


def happened(moment: Moment, words: Words) -> Happened:
    """One moment as a line."""
    hour = words.speech.hour(moment.at)
    match moment.sort:
        case "event" | "record":
            line = Happened(moment.sort, words.collection(moment.kind), hour, id=moment.id)
            return _of_collection(moment, line, words=words)
        case "trait":
            return _of_trait(moment, hour, words=words)
        case "score":
            (told,) = moment.values
            return Happened("score", words.score(told.name), hour, main=words.value(told.value))
        case "consent":
            return _of_consent(moment, hour, words=words)


def _of_collection(moment: Moment, line: Happened, *, words: Words) -> Happened:
    amount = next((each for name in AMOUNTS for each in moment.values if _is_amount(each, name)), None)
    main = next((each for name in MAIN for each in moment.values if each.name == name), None)
    rest = [each for each in moment.values if each not in (amount, main) and not _is_nothing(each)]
    return msgspec.structs.replace(
        line,
        amount="" if amount is None else _value(amount, words),
        main="" if main is None else _value(main, words),
        rest=tuple((words.field(each.field), _value(each, words)) for each in rest if each.field),
    )


def _is_amount(told: Told, name: str) -> bool:
    return told.name == name and is_money(told.field)


def _is_nothing(told: Told) -> bool:
    """Whether a value is an amount of nothing, which no line needs."""
    return is_money(told.field) and told.value == 0


def _of_trait(moment: Moment, hour: str, *, words: Words) -> Happened:
    (told,) = moment.values
    value = _value(told, words)
    if moment.before is not None:
        value = f"{_value(msgspec.structs.replace(told, value=moment.before), words)} → {value}"
    return Happened("trait", told.name if told.field is None else words.field(told.field), hour, main=value)


def _of_consent(moment: Moment, hour: str, *, words: Words) -> Happened:
    said, say = {each.name: each.value for each in moment.values}, words.speech.say
    parts = (words.purpose(str(said["purpose"])), words.channel(str(said["channel"])))
    title = say("Consent given") if said["granted"] else say("Consent refused or withdrawn")
    return Happened("consent", title, hour, main=" · ".join(each for each in parts if each))


def _value(told: Told, words: Words) -> str:
    return HIDDEN if told.value == HIDDEN else words.value(told.value, told.field)


def kinds(counts: Mapping[str, int], words: Words) -> list[tuple[str, str, int]]:
    """The kinds of moments with their names, the most frequent first."""
    say = words.speech.say
    own = {"~traits": say("Changes of traits"), "~consents": say("Consents"), "~scores": say("Scores")}
    named = [(kind, own.get(kind) or words.collection(kind), number) for kind, number in counts.items()]
    return sorted(named, key=lambda each: (-each[2], each[1]))


def tab_address(seen: Sight, tab: str, *, at: str = "", **more: str) -> str:
    """The address of a page of the customer, as of the same day."""
    asked = {**({"at": at} if at else {}), **more}
    place = f"{seen.address}/{tab}" if tab else seen.address
    return place + (f"?{urlencode(asked)}" if asked else "")


def timeline_address(seen: Sight, wish: Wanted, *, at: str, page: int) -> str:
    """The address of another page of the same timeline."""
    asked = [("kind", kind) for kind in wish.kinds]
    asked += [("since", str(wish.since))] if wish.since else []
    asked += [("until", str(wish.until))] if wish.until else []
    asked += [("q", wish.text)] if wish.text else []
    asked += [("at", at)] if at else []
    asked += [("page", str(page))] if page > 1 else []
    return f"{seen.address}/timeline" + (f"?{urlencode(asked)}" if asked else "")


def named_stage(
    classes: Sequence[tuple[str, str | None]], names: dict[str, str], *, titles: dict[str, str]
) -> tuple[str, str] | None:
    """The stage of the customer: their class in the segmentation that tells it, else in the first."""
    order = sorted(classes, key=lambda each: not any(word in each[0] for word in STAGES))
    return next(((titles.get(key, key), names.get(klass, klass)) for key, klass in order if klass), None)


def told_days(
    days: Sequence[tuple[dt.date, tuple[Moment, ...]]], words: Words
) -> list[tuple[dt.date, list[Happened]]]:
    """The days of a timeline, each with its lines."""
    return [(day, [happened(each, words) for each in some]) for day, some in days]
