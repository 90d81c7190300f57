"""A few words to write a person, their records and a question in a test."""

import datetime as dt
from decimal import Decimal

from vitrail.engine.profile import (
    Consent,
    Context,
    Event,
    History,
    Observation,
    Version,
    belongs,
    members,
    value,
    with_ranks,
)
from vitrail.engine.source import ALWAYS
from vitrail.language.parse import parse
from vitrail.model.catalogue import Catalogue, Collection, Field

NOW = "2025-03-31T08:00:00"


def at(text):
    """Microseconds of an instant written in UTC; of midnight UTC for a day."""
    instant = dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)
    return (instant - dt.datetime(1970, 1, 1, tzinfo=dt.UTC)) // dt.timedelta(microseconds=1)


def instant(text):
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


def event(when, id="e", **properties):
    return Event(at(when), id, properties)


def orders(*whens, **properties):
    return {"order": tuple(event(when, f"o{n}", **properties) for n, when in enumerate(whens))}


def worth(*amounts):
    """Orders of these amounts, one a minute, before now."""
    return {
        "order": tuple(
            event(f"2025-03-31T07:{n:02}:00", f"o{n}", amount=Decimal(str(amount)))
            for n, amount in enumerate(amounts)
        )
    }


def deal(id, when=None, *, sequence=0, **properties):
    return Version(ALWAYS if when is None else at(when), sequence, id, properties)


def person(key="ada", *, events=None, records=None, scores=None, consents=(), seen=None, **traits):
    """A profile; a trait is a value held since always, or a list of (day, value)."""
    return History(
        key,
        traits={name: observed(each) for name, each in traits.items()},
        events=events or {},
        records={name: tuple(versions) for name, versions in (records or {}).items()},
        scores={name: observed(each) for name, each in (scores or {}).items()},
        consents=tuple(Consent(*each[:3], at(each[3])) for each in consents),
        first_seen_us=None if seen is None else at(seen),
    )


def observed(given):
    if not isinstance(given, list):
        return (Observation(ALWAYS, 0, given),)
    return tuple(Observation(at(when), n, value) for n, (when, value) in enumerate(given))


def catalogue(zone="Europe/Paris", created=None, **segments):
    quantity = {"weight": Field("weight", "float", "weight")}
    return Catalogue(
        timezone=zone,
        created=created,
        collections={"order": Collection("order", "event", "order", properties=quantity)},
        segments={key: parse(rule) for key, rule in segments.items()},
    )


def context(when=NOW, **asked):
    return Context(at(when), catalogue(**asked))


def holds(rule, someone, when=NOW, **asked):
    """The person is in, asked alone."""
    condition = parse(rule)
    return belongs(
        condition, someone, context=with_ranks([condition], [someone], context=context(when, **asked))
    )


def figure(of, someone, when=NOW, **asked):
    """The value of an expression."""
    compared = parse(f"{of} is known")
    return value(compared.value, someone, context=context(when, **asked))


def who(rule, *people, when=NOW, **asked):
    return members(parse(rule), people, context=context(when, **asked))
