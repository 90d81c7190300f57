"""Random workspaces: a catalogue and people whose facts lie on the edges of windows and of types."""

import datetime as dt
import random
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from tests.engine.harness import World
from vitrail.engine.profile.history import (
    Consent,
    Event,
    History,
    Observation,
    Properties,
    Version,
    with_first_seen,
)
from vitrail.engine.profile.local_time import instant_at
from vitrail.engine.source import ALWAYS
from vitrail.model.catalogue import Catalogue, Collection, Field, Named, Policy, Type
from vitrail.model.tree import composed

DAY = 86_400_000_000
HOUR = 3_600_000_000
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)

ZONES = (
    "Europe/Paris",
    "Europe/Paris",
    "America/St_Johns",
    "Africa/Casablanca",
    "America/Santiago",
    "Asia/Kathmandu",
    "UTC",
)
NIGHTS = (
    "2025-03-30T01:00:00",  # Paris loses an hour
    "2024-10-27T00:30:00",  # Paris lives an hour twice
    "2024-02-29T12:00:00",
    "2025-02-28T23:30:00",
    "2025-03-01T00:00:00",
    "2024-12-31T23:59:59.999999",
    "2025-03-09T05:30:00",  # St John's loses an hour
    "2024-11-03T03:00:00",
    "2024-09-08T04:00:00",  # Santiago has no midnight
    "2025-04-06T03:30:00",
    "2025-03-31T08:00:00",
    "2025-08-31T10:15:00",
    "1996-02-29T10:00:00",
    "2060-03-28T00:59:59",
)
TEXTS = (
    "", " ", "a", "A", "FR", "fr", "Straße", "STRASSE", "straße", "İstanbul", "istanbul", "ﬁn", "fin",
    "Σίσυφος", "ΣΊΣΥΦΟΣ", "σίσυφοσ", "é", "e\u0301", "vélo", "VÉLO", "Å", "A\u030a", "ǆ", "ŉ", "100 %", "_%",
    "a.b", "a\nb", "\U0001f600", "\uffff", "O'Brien", '"', "\\", "?", "$t0", "日本", "ı", "I", "ẞ", "\u0345",
    "a\x00b", "\x00",
)  # fmt: skip
PIECES = (
    "", "a", "ss", "ß", "SS", "i", "İ", "fi", "ﬁ", "σ", "ς", "É", "e\u0301", "%", "_", "\n", "日", "ΐ", "O'",
    "\x00",
)  # fmt: skip
PATTERNS = (
    "^a", "(?i)fr", "a.b", "^$", "[é]", "\\d+", "s{2}", "a|b", "^.$", "(?s)a.b", "\\bfin\\b", ".",
    "", "^", "$", "%", "_", "^100", "\\.", "a\\.b$", "^a\\nb$", "(?m)^b", "é$", "ß", ".*a.*", "^.*$", "\\pL",
    "^FR$", "^\\\\$", "[[:alpha:]]", "(?i)É", "\\x{1f600}", "a\\x00b", "(a)(\\n)", "\\z", "^a|R$",
)  # fmt: skip
INTEGERS = (0, 1, 2, 3, -1, 5, 10, 7, 2**63 - 1, -(2**63), 2**53 + 1, 10**15, 3600, -7)
DECIMALS = tuple(
    map(
        Decimal,
        [
            "0",
            "1",
            "2",
            "0.5",
            "1.0001",
            "-1.0001",
            "0.0001",
            "-0.0001",
            "12.5",
            "2.9999",
            "33.33",
            "99999999999999.9999",
            "-99999999999999.9999",
            "10",
            "3.3333",
        ],
    )
)
FLOATS = (0.0, -0.0, 1.0, 0.5, -2.25, 3.0, 1024.125, -1.0, 2.0**40, float("nan"))
DATES = tuple(
    map(
        dt.date.fromisoformat,
        [
            "2024-02-29",
            "2000-02-29",
            "1996-02-29",
            "2025-02-28",
            "2025-03-01",
            "2025-03-30",
            "2024-10-27",
            "1970-01-01",
            "0001-01-01",
            "9999-12-31",
            "2025-01-31",
            "2024-12-31",
            "2025-01-01",
            "1985-03-31",
            "1999-12-31",
            "1901-02-03",
        ],
    )
)
SOURCES = (None, "crm", "crm", "till", "l'été")
POLICIES = (
    None,
    None,
    Policy("latest"),
    Policy("priority", ("crm",)),
    Policy("priority", ("l'été", "till")),
    Policy("most_frequent"),
    Policy("most_frequent"),
)
TAGS = ("trail", "vélo", "VÉLO", "e\u0301", "", "a", "ß")
WORDS = (
    "country", "age", "Code postal", "now", "été", "at", "profile", "select", "~m0", "value", "x y'z",
    "Order", "order", "count", "id", "sequence", "last", "É\u0301t", "true", 'say "x"',
    "a`b", "key", "a0", "traits",
)  # fmt: skip


def us_of(text: str) -> int:
    """Microseconds of an instant written in UTC."""
    return (dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC) - EPOCH) // dt.timedelta(microseconds=1)


class Draw:
    """Random words, values and people of one workspace, from a seed."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.zone = self.chance.choice(ZONES)
        self.at_us = us_of(self.chance.choice(NIGHTS)) + self.chance.choice([0, 0, 0, 1, -1, HOUR, 30 * HOUR])
        self.instants = list(self._instants())
        today = (EPOCH + dt.timedelta(microseconds=self.at_us)).astimezone(ZoneInfo(self.zone)).date()
        near = [today + dt.timedelta(days=shift) for shift in (-366, -365, -90, -30, -7, -1, 0, 1, 7, 30)]
        self.dates = [*DATES, *near, *near]

    def _instants(self) -> Iterator[int]:
        """Moments on the edges of windows, most of them before T."""
        zone = ZoneInfo(self.zone)
        today = (EPOCH + dt.timedelta(microseconds=self.at_us)).astimezone(zone).date()
        edges = [
            self.at_us - length for length in (0, HOUR, 2 * HOUR, DAY, 2 * DAY, 7 * DAY, 30 * DAY, 90 * DAY)
        ]
        first = today.replace(day=1)
        starts = [today - dt.timedelta(days=back) for back in (0, 1, 2, 7, 30, 31, today.weekday())]
        starts += [first, (first - dt.timedelta(days=1)).replace(day=1), today.replace(month=1, day=1)]
        starts += [first - dt.timedelta(days=back) for back in (40, 70, 100, 365)]
        for day in starts:
            edges.append(
                (dt.datetime.combine(day, dt.time(), tzinfo=zone) - EPOCH) // dt.timedelta(microseconds=1)
            )
        edges += [us_of(night) for night in NIGHTS]
        for edge in edges:
            yield from (edge, edge, edge - 1, edge + 1, edge - HOUR)
        yield from (self.at_us - self.chance.randrange(400 * DAY) for _ in range(40))
        yield from (self.at_us + self.chance.randrange(60 * DAY) for _ in range(4))

    def some(self, choices: Any) -> Any:
        return self.chance.choice(choices)

    def likely(self, share: float) -> bool:
        return self.chance.random() < share

    # --- values ---

    def value(self, kind: Type) -> Any:
        """A known value of a type, as it is in histories (in NFC, with four decimals)."""
        match kind:
            case "text":
                return composed(self.some(TEXTS))
            case "integer":
                return self.some(INTEGERS[:8] * 3 + INTEGERS)
            case "decimal":
                return self.some(DECIMALS)
            case "float":
                return self.some(FLOATS)
            case "boolean":
                return self.likely(0.5)
            case "date":
                return self.some(self.dates)
            case "instant":
                return self.instant()
            case "texts":
                return frozenset(
                    composed(each) for each in self.chance.sample(TAGS, self.chance.randrange(4))
                )

    def instant(self) -> dt.datetime:
        moment = instant_at(self.some(self.instants))
        assert moment is not None
        return moment

    def maybe(self, kind: Type) -> Any:
        return None if self.likely(0.25) else self.value(kind)

    # --- the catalogue ---

    def world(self, people: int = 30) -> World:
        """A catalogue without segments, and people."""
        catalogue = self.catalogue()
        return World(catalogue, self.histories(catalogue, people), canon=self.merges(people))

    def merges(self, people: int) -> dict[int, int]:
        """In one world of two, some profiles that are part of others."""
        if self.likely(0.5):
            return {}
        numbers = self.chance.sample(range(people), people)
        canonicals, others = numbers[: people // 3], numbers[people // 3 : people // 3 + people // 4]
        return {number: self.some(canonicals[:4] + canonicals) for number in others}

    def catalogue(self) -> Catalogue:
        words = self.names()
        kinds: list[Type] = ["text", "integer", "decimal", "float", "boolean", "date", "instant", "texts"]
        traits = self.fields([*kinds, *self.chance.choices(kinds, k=3)], words)
        traits = {
            name: msgspec.structs.replace(each, policy=self.some(POLICIES)) for name, each in traits.items()
        }
        traits |= {
            "latitude": Field("latitude", "float", "latitude_"),
            "longitude": Field("longitude", "float", "lon"),
        }
        collections = {}
        for number, kind in enumerate(("event", "event", "event", "record", "record")):
            name = next(words)
            some: list[Type] = self.chance.choices(kinds, k=self.chance.randint(2, 5))
            if number in (0, 3):
                some = kinds
            collections[name] = Collection(
                name, kind, f"c{number}", properties=self.fields(some, self.names(without="at"))
            )
        dated = [name for name, field in traits.items() if field.type in ("date", "instant")]
        return Catalogue(
            timezone=self.zone,
            traits=traits,
            collections=collections,
            scores={name: Named(name) for name in ("lead", "Lead", 'next "order"')},
            purposes={"marketing": Named("marketing")},
            channels={"email": Named("email"), "sms": Named("sms")},
            created=self.some([None, *dated]),
        )

    def names(self, without: str = "") -> Iterator[str]:
        pool = [composed(each) for each in WORDS if each != without]
        self.chance.shuffle(pool)
        return iter(pool)

    def fields(self, kinds: list[Type], names: Iterator[str]) -> dict[str, Field]:
        made = [Field(next(names), kind, f"f{number}") for number, kind in enumerate(kinds)]
        return {each.name: each for each in made}

    # --- people ---

    def histories(self, catalogue: Catalogue, people: int) -> list[History]:
        keys = [f"C{number:03}" for number in range(people)]
        keys[0] = "é'\"; -- ß"
        if self.likely(0.7):
            keys[1::2] = [f"anonymous:{key}" for key in keys[1::2]]
        made = [self.history(key, catalogue) for key in keys]
        self._change_owners(made, catalogue)
        return made

    def history(self, key: str, catalogue: Catalogue) -> History:
        if self.likely(0.08):
            return History(key)
        fill = self.chance.random()
        events = {
            name: tuple(self.event(f"{key}-{number}", each) for number in range(self.size(fill)))
            for name, each in catalogue.collections.items()
            if each.kind == "event"
        }
        records = {
            name: tuple(self.versions(key, name, each, fill=fill))
            for name, each in catalogue.collections.items()
            if each.kind == "record"
        }
        history = History(
            key,
            traits={
                name: self.said(lambda kind=each.type: self.maybe(kind))
                for name, each in catalogue.traits.items()
            },
            events=events,
            records=records,
            scores={name: self.said(lambda: self.some(FLOATS[:-1])) for name in catalogue.scores},
            consents=tuple(self.consents()),
        )
        history = self._placed(history)
        return with_first_seen(history, catalogue)

    def size(self, fill: float) -> int:
        return 0 if self.likely(0.3) else self.chance.randrange(1 + int(1 + fill * 12))

    def event(self, id: str, collection: Collection) -> Event:
        return Event(self.some(self.instants), self.some([id, f"z{id}"]), self.properties(collection))

    def properties(self, collection: Collection) -> Properties:
        return {name: self.maybe(field.type) for name, field in collection.properties.items()}

    def versions(self, key: str, name: str, collection: Collection, *, fill: float) -> Iterator[Version]:
        for number in range(self.size(fill / 3)):
            moments = sorted(self.chance.sample(self.instants, self.chance.randint(1, 3)))
            if self.likely(0.5):
                moments[0] = ALWAYS
            for sequence, moment in enumerate(moments):
                yield Version(moment, sequence, f"{name}-{key}-{number}", self.properties(collection))

    def said(self, value: Callable[[], Any]) -> tuple[Observation, ...]:
        if self.likely(0.15):
            return ()
        moments = [self.some(self.instants) for _ in range(self.chance.randrange(5))]
        if self.likely(0.6):
            moments.append(ALWAYS)
        return tuple(
            Observation(moment, sequence, value(), self.some(SOURCES))
            for sequence, moment in enumerate(moments)
        )

    def consents(self) -> Iterator[Consent]:
        """Some words about consent, a few of them at the same instant."""
        instants = self.chance.sample(self.instants, 2)
        for _ in range(self.chance.choice((0, 0, 1, 2, 4))):
            channel = self.some([None, "email", "sms"])
            purpose = self.some(["marketing", "marketing", "other"])
            yield Consent(purpose, channel, self.likely(0.6), self.some(instants))

    def _placed(self, history: History) -> History:
        """Most people live at a real place."""
        for name, places in (
            ("latitude", (48.875, -33.5, 0.0, 90.0, 91.0)),
            ("longitude", (2.375, -70.5, 180.0, -181.0)),
        ):
            if self.likely(0.8):
                history.traits[name] = (Observation(ALWAYS, 0, self.some(places)),)
        return history

    def _change_owners(self, histories: list[History], catalogue: Catalogue) -> None:
        """Some records leave a profile for another one."""
        for index, history in enumerate(histories):
            for name, versions in history.records.items():
                if versions and self.likely(0.3):
                    last = versions[-1]
                    heir = self.some(histories)
                    if heir is history or name not in heir.records or last.gone:
                        continue
                    moment = max(last.at_us + 1, self.some(self.instants))
                    moved = Version(
                        moment, last.sequence + 1, last.id, self.properties(catalogue.collections[name])
                    )
                    heir.records[name] = (*heir.records[name], moved)
                    gone = Version(moment, last.sequence + 1, last.id, gone=True)
                    histories[index].records[name] = (*history.records[name], gone)
