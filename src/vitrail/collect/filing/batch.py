"""What a batch of messages becomes: events, traits, groups, identities; or a reason to wait."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, assert_never
from zoneinfo import ZoneInfo

import msgspec

from vitrail.collect.filing.context import circumstances
from vitrail.collect.filing.faults import Fault
from vitrail.collect.filing.flat import Flat, Given, composed, lay_flat, usable_name
from vitrail.collect.filing.said import DEAF, Listening, Saying
from vitrail.collect.filing.sheets import Fit, Row, Sheet
from vitrail.collect.identity import normalise
from vitrail.ledger.write_keys import Unplanned
from vitrail.model.catalogue import Catalogue, Collection, Field
from vitrail.model.identities import ANONYMOUS, IdentityKind
from vitrail.model.tracking import Tracked
from vitrail.warehouse.columns import column_name

PAGE, SCREEN, GROUP = "page_view", "screen_view", "group"
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
AHEAD_US = 24 * 3_600_000_000
"""An event further ahead than this comes from a wrong clock."""

MOST_EVENTS = 1_000
"""Collections of events that messages may make known."""

SHARED = ("order_id", "cart_id", "checkout_id", "list_id", "currency", "coupon")
"""Properties of an event that each of its products has too: none whose sum would count twice."""

TELLING: dict[str, IdentityKind] = {
    "email": "email",
    "phone": "phone",
    "loyalty_card": "loyalty_card",
    "loyaltyCard": "loyalty_card",
}
"""Traits that tell who somebody is."""


class Claim(msgspec.Struct, frozen=True):
    """That a profile has an identity, seen at an instant, said by a source."""

    key: str
    kind: IdentityKind
    value: str
    at_us: int
    source: str


class Part(msgspec.Struct, frozen=True):
    """What a message says in one place: of which sheet, the row's own id, its values as they were given."""

    sheet: Sheet
    id: str
    flat: Flat
    given: Mapping[str, Given]


class Batch:
    """Messages on their way: rows gathered by collection, claims, and the messages that must wait.

    A message is taken whole or not at all, and makes fields known only if it is taken.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        *,
        policies: Mapping[str, Unplanned],
        keeping_ip: frozenset[str],
        listening: Listening = DEAF,
    ) -> None:
        self.catalogue = catalogue
        self.listening = listening
        self.sayings: list[Saying] = []
        self.zone = ZoneInfo(catalogue.timezone)
        self.policies = policies
        self.keeping_ip = keeping_ip
        self.traits = Sheet(
            Collection("", "record", "", properties=catalogue.traits), zone=self.zone, is_known=True
        )
        self.sheets: dict[str, Sheet] = {}
        self.claims: list[Claim] = []
        self.seen: dict[str, int] = {}
        self.notes: Counter[tuple[str, str, str, str]] = Counter()
        self._noted: set[tuple[str, str, str]] = set()
        self._inferred = sum(each.inferred for each in catalogue.collections.values())

    def take(self, message: Tracked, *, sequence: int, now_us: int) -> Fault | None:
        """File a message in the batch, or say why it must wait."""
        key = profile_key(message)
        if key is None:
            return Fault("no_profile", found=message.user_id or message.anonymous_id)
        if message.at_us > now_us + AHEAD_US or message.at_us < 0:
            return Fault("future" if message.at_us > 0 else "past", found=shown_instant(message.at_us))
        self._noted = set()
        parts = self._parts(message)
        if isinstance(parts, Fault):
            return parts
        fits = self._fits(parts, message)
        if isinstance(fits, Fault):
            return fits
        claims = list(claims_of(message, key))
        for part, fit in zip(parts, fits, strict=True):
            self._keep(part, fit, row=Row(key, message.at_us, part.id, sequence, message.source, fit.values))
            if fit.notes:
                place = event_of(message) if part.sheet is self.traits else part.sheet.collection.name
                self._noted.update((place, code, name) for code, name in fit.notes)
        self.seen[key] = min(message.at_us, self.seen.get(key, message.at_us))
        self.claims.extend(claims)
        self.sayings.extend(self.listening.to(message, key))
        if self._noted:
            self.notes.update((message.source, *each) for each in self._noted)
        return None

    def known(self) -> Catalogue:
        """The catalogue after the batch."""
        collections = dict(self.catalogue.collections)
        for name, sheet in self.sheets.items():
            if sheet.is_known:
                collections[name] = sheet.known()
        return msgspec.structs.replace(self.catalogue, traits=self.traits.fields, collections=collections)

    def _parts(self, message: Tracked) -> Sequence[Part] | Fault:
        match message.kind:
            case "track" | "page" | "screen":
                return self._event(message)
            case "identify":
                return [self._traits(message, message.traits or message.context.get("traits") or {})]
            case "group":
                return self._group(message)
            case "alias":
                return []
            case _:
                assert_never(message.kind)

    def _event(self, message: Tracked) -> Sequence[Part] | Fault:
        name = event_of(message)
        if not usable_name(name):
            return Fault("event_name", found=name[:200])
        given: dict[str, Given] = dict(circumstances(message, keeps_ip=message.source in self.keeping_ip))
        if message.kind != "track" and message.name:
            given["name"] = message.name
        flat = lay_flat(message.properties, lists=True)
        items = list(_items(name, message, flat=flat))
        sheets = [
            self._sheet(each, "event", source=message.source) for each in (name, *(item[0] for item in items))
        ]
        faults = [each for each in sheets if isinstance(each, Fault)]
        if faults:
            return faults[0]
        main, *others = (each for each in sheets if isinstance(each, Sheet))
        shared = {each: flat.values[each] for each in SHARED if each in flat.values}
        return [
            Part(main, message.message_id, flat, given),
            *(
                Part(sheet, identity, item, {**shared, "source": message.source})
                for sheet, (_, identity, item) in zip(others, items, strict=True)
            ),
        ]

    def _traits(self, message: Tracked, said: Mapping[str, Any]) -> Part:
        return Part(self.traits, message.message_id, lay_flat(said, lists=False), {})

    def _group(self, message: Tracked) -> Sequence[Part] | Fault:
        """Somebody belongs to a group: a record that holds what is said of it, and a trait that names it."""
        sheet = self._sheet(GROUP, "record", source=message.source)
        if isinstance(sheet, Fault):
            return sheet
        name = composed(message.group_id)
        record = f"{name}:{profile_key(message)}"
        flat = lay_flat(message.traits, lists=False)
        return [
            Part(sheet, record, flat, {"group_id": name}),
            Part(self.traits, message.message_id, Flat({}, {}, {}), {"group": name}),
        ]

    def _sheet(self, name: str, kind: str, *, source: str) -> Sheet | Fault:
        """The sheet of a collection, known or new; a new one counts once a message is taken."""
        sheet = self.sheets.get(name)
        if sheet is None or (not sheet.is_known and sheet.collection.kind != kind):
            known = self.catalogue.collections.get(name)
            collection = known or self._new_collection(name, "record" if kind == "record" else "event")
            sheet = self.sheets[name] = Sheet(collection, zone=self.zone, is_known=known is not None)
        if sheet.collection.kind != kind:
            return Fault("other_kind", name)
        if not sheet.is_planned and kind == "event":
            return self._unplanned(sheet, source)
        return sheet

    def _unplanned(self, sheet: Sheet, source: str) -> Sheet | Fault:
        name = sheet.collection.name
        match self.policies.get(source, "allow"):
            case "refuse":
                return Fault("unplanned_event", name)
            case "warn":
                self._noted.add((name, "unplanned_event", ""))
            case "allow":
                pass
        if not sheet.is_known and self._inferred >= MOST_EVENTS:
            return Fault("too_many_events", name)
        return sheet

    def _new_collection(self, name: str, kind: str) -> Collection:
        taken = {each.column for each in self.catalogue.collections.values()}
        taken |= {sheet.collection.column for sheet in self.sheets.values()}
        column = column_name(name, taken)
        return Collection(name, "record" if kind == "record" else "event", column, inferred=True)

    def _fits(self, parts: Sequence[Part], message: Tracked) -> list[Fit] | Fault:
        unplanned = self.policies.get(message.source, "allow")
        fits = []
        new: dict[str, dict[str, Field]] = {}
        for part in parts:
            place = "" if part.sheet is self.traits else part.sheet.collection.name
            fit = part.sheet.fit(
                part.flat, given=part.given, unplanned=unplanned, new=new.setdefault(place, {})
            )
            if isinstance(fit, Fault):
                return fit
            fits.append(fit)
        return fits

    def _keep(self, part: Part, fit: Fit, *, row: Row) -> None:
        if not part.sheet.is_known:
            self._inferred += 1
        if fit.values or part.sheet is not self.traits:
            part.sheet.keep(row, fit)


def shown_instant(at_us: int) -> str:
    """A time that may lie beyond all calendars, as a person reads it."""
    try:
        return (EPOCH + dt.timedelta(microseconds=at_us)).isoformat(timespec="seconds")
    except OverflowError:
        return str(at_us)


def profile_key(message: Tracked) -> str | None:
    """Whose a message is: the person it names, else the device; None when neither says who."""
    named = normalise("key", message.user_id)
    if isinstance(named, str) and not named.startswith(ANONYMOUS):
        return named
    device = normalise("anonymous_id", message.anonymous_id)
    return ANONYMOUS + device if isinstance(device, str) else None


def event_of(message: Tracked) -> str:
    """The collection an event goes to; for what is no event, the kind of the message."""
    match message.kind:
        case "track":
            return composed(message.event).strip()
        case "page":
            return PAGE
        case "screen":
            return SCREEN
        case "identify" | "group" | "alias":
            return message.kind
        case _:
            assert_never(message.kind)


def claims_of(message: Tracked, key: str) -> Iterator[Claim]:
    """The identities a message gives to a profile."""
    at_us, source = message.at_us, message.source
    if not key.startswith(ANONYMOUS):
        yield Claim(key, "key", key, at_us, source)
    if message.anonymous_id:
        yield Claim(key, "anonymous_id", message.anonymous_id, at_us, source)
    if message.kind == "alias" and message.previous_id:
        yield Claim(key, "key", message.previous_id, at_us, source)
        yield Claim(key, "anonymous_id", message.previous_id, at_us, source)
    if message.kind == "identify":
        said = message.traits or message.context.get("traits") or {}
        for name, kind in TELLING.items():
            value = said.get(name)
            if isinstance(value, (str, int)) and not isinstance(value, bool):
                yield Claim(key, kind, str(value), at_us, source)


def _items(name: str, message: Tracked, *, flat: Flat) -> Iterator[tuple[str, str, Flat]]:
    """Each object of a list in an event: the collection it goes to, its id, what it says."""
    for part, objects in flat.lists.items():
        for number, item in enumerate(objects):
            yield f"{name}.{part}", f"{message.message_id}/{part}/{number}", lay_flat(item, lists=False)
