"""Reads the scenes of `tests/conditions`: people, what is asked of them, who is in and why.

A time without a zone is the time that clocks show in the workspace; a day alone is its midnight there.
A trait is a value held since always, or values by the time they were observed. Events are times, or
details with `at`. A record is its details, or a list of its versions, all but the first with `at`.
"""

import datetime as dt
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from tests.engine.harness import World
from vitrail.engine.profile.history import Consent, Event, History, Observation, Version, with_first_seen
from vitrail.engine.profile.local_time import as_us
from vitrail.engine.source import ALWAYS
from vitrail.language.parse import parse
from vitrail.model.catalogue import Catalogue, Collection, Field, Named, Type
from vitrail.model.tree import composed

FOLDER = Path(__file__).parents[1] / "conditions"
NOW = "2025-03-31 10:00"

TRAITS: dict[str, Type] = {
    "country": "text",
    "city": "text",
    "email": "text",
    "children": "integer",
    "points": "integer",
    "balance": "decimal",
    "weight": "float",
    "newsletter": "boolean",
    "birth_date": "date",
    "signup_date": "date",
    "renewal_date": "date",
    "last_login": "instant",
    "interests": "texts",
    "latitude": "float",
    "longitude": "float",
}
EVENTS: dict[str, dict[str, Type]] = {
    "order": {
        "amount": "decimal",
        "quantity": "integer",
        "category": "text",
        "gift": "boolean",
        "delivered_on": "date",
        "paid_at": "instant",
        "weight": "float",
        "tags": "texts",
    },
    "page_view": {"path": "text", "seconds": "integer"},
    "add_to_cart": {"product": "text"},
}
RECORDS: dict[str, dict[str, Type]] = {
    "deal": {"stage": "text", "worth": "decimal", "closes_on": "date", "won": "boolean"},
    "subscription": {"plan": "text", "price": "decimal"},
}


class Scene:
    """Some people of a small shop, and the instant questions are asked at."""

    def __init__(self, told: dict[str, Any]) -> None:
        self.title = told["scene"]
        self.told = told
        self.catalogue = catalogue(told)
        self.zone = ZoneInfo(self.catalogue.timezone)
        self.at_us = self.moment(told.get("as_of", NOW))
        people = {key: person or {} for key, person in told["people"].items()}
        self.world = World(self.catalogue, [self.history(key, each) for key, each in people.items()])
        self._change_owners()
        self.asks: list[dict[str, Any]] = told["asks"]

    def moment(self, told: Any) -> int:
        """Microseconds of an instant, of a local time, or of the midnight of a day."""
        if isinstance(told, str):
            told = dt.datetime.fromisoformat(told)
        if isinstance(told, dt.datetime) and told.tzinfo is None:
            told = told.replace(tzinfo=self.zone)
        return as_us(told, self.zone)

    def history(self, key: str, told: dict[str, Any]) -> History:
        history = History(
            key,
            traits={name: self.observed(TRAITS[name], each) for name, each in told.items() if name in TRAITS},
            events={name: self.events(name, told.get(name, ()), key) for name in EVENTS},
            records={name: self.records(name, told.get(name, {})) for name in RECORDS},
            scores={
                name.removeprefix("score "): self.observed("float", each)
                for name, each in told.items()
                if name.startswith("score ")
            },
            consents=tuple(self.consents(told.get("consents", ()))),
        )
        known = {*TRAITS, *EVENTS, *RECORDS, "consents"}
        strange = {name for name in told if not name.startswith("score ")} - known
        assert not strange, f"{key} has {strange}, which the shop does not know"
        return with_first_seen(history, self.catalogue)

    def observed(self, kind: Type, told: Any) -> tuple[Observation, ...]:
        values = told if isinstance(told, dict) else {"always": told}
        return tuple(
            Observation(ALWAYS if when == "always" else self.moment(when), number, self.fact(kind, value))
            for number, (when, value) in enumerate(values.items())
        )

    def events(self, name: str, told: Any, key: str) -> tuple[Event, ...]:
        listed = told if isinstance(told, list) else [told] if told else []
        made = []
        for number, each in enumerate(listed):
            details = dict(each) if isinstance(each, dict) else {"at": each}
            id = details.pop("id", f"{key} {number}")
            made.append(Event(self.moment(details.pop("at")), id, self.details(EVENTS[name], details)))
        return tuple(made)

    def records(self, name: str, told: dict[str, Any]) -> tuple[Version, ...]:
        return tuple(version for id, each in told.items() for version in self.versions(name, id, each))

    def versions(self, name: str, id: str, told: Any) -> Iterator[Version]:
        for number, each in enumerate(told if isinstance(told, list) else [told]):
            details = dict(each or {})
            at_us = self.moment(details.pop("at")) if "at" in details else ALWAYS
            yield Version(at_us, number, id, self.details(RECORDS[name], details))

    def consents(self, told: Any) -> Iterator[Consent]:
        """Each is `{at, state, purpose, channel}`; without a channel, for all of them."""
        for each in told:
            granted = each["state"] == "granted"
            yield Consent(each["purpose"], each.get("channel"), granted, self.moment(each["at"]))

    def details(self, kinds: dict[str, Type], told: dict[str, Any]) -> dict[str, Any]:
        return {name: self.fact(kinds[name], value) for name, value in told.items()}

    def fact(self, kind: Type, told: Any) -> Any:
        """A value as it is after entry: in NFC, with four decimals, instants in UTC."""
        match kind:
            case _ if told is None:
                return None
            case "text":
                return composed(told)
            case "texts":
                return frozenset(map(composed, told))
            case "decimal":
                return Decimal(str(told)).quantize(Decimal("0.0001"), rounding=ROUND_HALF_UP)
            case "float":
                return float(told)
            case "instant":
                return dt.datetime.fromtimestamp(0, dt.UTC) + dt.timedelta(microseconds=self.moment(told))
            case _:
                return told

    def _change_owners(self) -> None:
        """A record that several people have belongs to whom its latest version names."""
        for history in self.world.histories:
            for name, versions in history.records.items():
                mine = {each.id for each in versions}
                others = [
                    Version(each.at_us, each.sequence, each.id, gone=True)
                    for other in self.world.histories
                    if other is not history
                    for each in other.records[name]
                    if each.id in mine and not each.gone
                ]
                history.records[name] = (*versions, *others)


def catalogue(told: dict[str, Any]) -> Catalogue:
    """The catalogue of the shop, with the segments and the zone of a scene."""
    return Catalogue(
        timezone=told.get("zone", "Europe/Paris"),
        created=told.get("created"),
        traits=fields(TRAITS),
        collections={
            **{
                name: Collection(name, "event", name, properties=fields(each))
                for name, each in EVENTS.items()
            },
            **{
                name: Collection(name, "record", name, properties=fields(each))
                for name, each in RECORDS.items()
            },
        },
        scores={name: Named(name) for name in ("lead", "churn")},
        purposes={"marketing": Named("marketing")},
        channels={"email": Named("email"), "sms": Named("sms")},
        segments={key: parse(rule) for key, rule in told.get("segments", {}).items()},
    )


def fields(kinds: dict[str, Type]) -> dict[str, Field]:
    return {name: Field(name, kind, name) for name, kind in kinds.items()}


@cache
def scenes(theme: str) -> tuple[Scene, ...]:
    """The scenes of one file."""
    told = yaml.load((FOLDER / f"{theme}.yaml").read_text("utf-8"), yaml.CSafeLoader)
    return tuple(Scene(each) for each in told)


def themes() -> list[str]:
    return sorted(each.stem for each in FOLDER.glob("*.yaml"))
