"""One customer before somebody's eyes: the history, as of an instant, and who it is in a few figures."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import msgspec
import numpy as np

from vitrail.app.instants import instant, microseconds
from vitrail.app.people.searching import words_of
from vitrail.app.people.viewer import Viewer
from vitrail.app.ready.here import AMOUNT, ORDER, mapping_of
from vitrail.app.workspace import Workspace
from vitrail.collect.duplicates.people import compared_traits
from vitrail.engine.canon import canon_of
from vitrail.engine.histories import read_history
from vitrail.engine.profile.history import Event, Fact, History, settled
from vitrail.engine.source import Source
from vitrail.model.catalogue import Catalogue, Compared, Field
from vitrail.warehouse.people import keys_of

YEAR = dt.timedelta(days=365)
MAILED = frozenset({"email", "mail", "mailing", "e", "courriel", "sms", "push"})


class Sight(msgspec.Struct, frozen=True):
    """One customer as of an instant, for one viewer. `key` is theirs, `name` what the viewer may call it.

    `past` says that another instant than now was asked for.
    """

    ws: Workspace
    viewer: Viewer
    source: Source
    catalogue: Catalogue
    profile: int
    key: str
    name: str
    address: str
    history: History
    at_us: int
    past: bool = False

    @property
    def at(self) -> dt.datetime:
        """The instant everything is told as of."""
        return instant(self.at_us)

    @property
    def parts(self) -> tuple[int, ...]:
        """The profiles the customer is made of."""
        return canon_of(self.source).parts(self.profile)


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """Who somebody is in a few figures; what is not known, or may not be seen, is None.

    `spent`, `orders` and `year` (what was spent in a year) are None in a workspace without orders.
    """

    name: str
    gender: str | None = None
    age: int | None = None
    city: str | None = None
    country: str | None = None
    since: dt.datetime | None = None
    orders: int | None = None
    spent: Decimal | None = None
    year: Decimal | None = None
    last_order: dt.datetime | None = None
    last: dt.datetime | None = None
    last_of: str = ""


def sight(ws: Workspace, name: str, *, viewer: Viewer, at: dt.datetime | None = None) -> Sight:
    """The customer of an address, as of an instant. Raises `UserError` where there is nobody."""
    source, catalogue = ws.store.source(), ws.catalogue.current()
    profile = viewer.number(name, source)
    key = keys_of(source, np.array([profile]))[0]
    now_us = ws.store.now_us()
    at_us = now_us if at is None else min(now_us, microseconds(at))
    history = read_history(profile, key, source=source, catalogue=catalogue, database=ws.database)
    return Sight(
        ws=ws,
        viewer=viewer,
        source=source,
        catalogue=catalogue,
        profile=profile,
        key=key,
        name=viewer.names([profile], source)[0],
        address=viewer.addresses([profile], source)[0],
        history=history,
        at_us=at_us,
        past=at is not None and at_us < now_us,
    )


def head_of(seen: Sight) -> Head:
    """The customer in a few figures."""
    roles = {kind: name for name, kind in compared_traits(seen.catalogue).items()}
    first_us = seen.history.first_seen_us
    last = last_event(seen)
    born = _value(seen, roles.get("birth_date"))
    gender, country = (_value(seen, _called(seen, name)) for name in ("gender", "country"))
    head = Head(
        name=called(seen),
        gender=_text(gender),
        age=_age(born, seen) if isinstance(born, dt.date) else None,
        city=_text(_value(seen, roles.get("city"))),
        country=_text(country),
        since=None if first_us is None or first_us > seen.at_us else instant(first_us),
        last=None if last is None else instant(last[1].at_us),
        last_of="" if last is None else last[0],
    )
    return _with_orders(head, seen)


def called(seen: Sight) -> str:
    """The name of the customer, or what stands for it where it is not known or may not be seen."""
    roles: dict[Compared, str] = {kind: name for name, kind in compared_traits(seen.catalogue).items()}
    full = _text(_value(seen, roles.get("full_name")))
    parts = [_text(_value(seen, roles.get(kind))) for kind in ("given_name", "surname")]
    return full or " ".join(part for part in parts if part) or seen.name


def last_event(seen: Sight) -> tuple[str, Event] | None:
    """What the customer did last before the instant; a mail that was sent to them is nothing they did."""
    found = []
    for name, events in seen.history.events.items():
        last = next((each for each in reversed(events) if each.at_us < seen.at_us), None)
        if last is not None and not is_of_ours(name):
            found.append((name, last))
    return max(found, key=lambda each: each[1].at_us, default=None)


def is_of_ours(collection: str) -> bool:
    """Whether events of this name are what we do to customers: a mail sent, a place in a test."""
    words = set(words_of(collection))
    return ("sent" in words and bool(words & MAILED)) or {"experiment", "assignment"} <= words


def value_of(seen: Sight, name: str) -> Fact | None:
    """The value of a trait as of the instant, whoever looks."""
    field = seen.catalogue.traits[name]
    return settled(seen.history.traits.get(name, ()), seen.at_us, policy=field.policy)


def _value(seen: Sight, name: str | None) -> Fact | None:
    """The value of a trait, where there is one and the viewer may see it."""
    if name is None or seen.viewer.hides(seen.catalogue.traits[name], of_trait=True):
        return None
    return value_of(seen, name)


def _called(seen: Sight, name: str) -> str | None:
    """The name of a trait, where the workspace has one of texts that is called so."""
    field = seen.catalogue.traits.get(name)
    return name if field is not None and field.type == "text" else None


def _text(value: Fact | None) -> str | None:
    return value if isinstance(value, str) else None


def _age(born: dt.date, seen: Sight) -> int:
    """Completed years; who was born on 29 February turns on 1 March."""
    today = seen.at.astimezone(seen.ws.store.zone).date()
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def _with_orders(head: Head, seen: Sight) -> Head:
    names = mapping_of(seen.ws.store)
    collection, amount = seen.catalogue.collections.get(names.get(ORDER, "")), names.get(AMOUNT, "")
    if collection is None or collection.kind != "event" or amount not in collection.properties:
        return head
    orders = [each for each in seen.history.events.get(collection.name, ()) if each.at_us < seen.at_us]
    year = seen.at_us - YEAR // dt.timedelta(microseconds=1)
    return msgspec.structs.replace(
        head,
        orders=len(orders),
        spent=sum((_amount(each, amount) for each in orders), Decimal()),
        year=sum((_amount(each, amount) for each in orders if each.at_us >= year), Decimal()),
        last_order=instant(orders[-1].at_us) if orders else None,
    )


def _amount(event: Event, name: str) -> Decimal:
    found = event.properties.get(name)
    return Decimal(found) if isinstance(found, (Decimal, int)) else Decimal()


def label_of(field: Field, language: str) -> str:
    """What people call a field."""
    if field.label is None:
        return field.name.replace("_", " ")
    return (field.label.fr if language == "fr" else field.label.en) or field.name
