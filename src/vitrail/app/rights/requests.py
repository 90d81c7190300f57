"""Requests of people: noting one, its legal deadline, answering, refusing or extending with a reason.

They are answered within a month of receipt; two further months where it is complex, of which the person is
told within the first (GDPR, article 12(3)). A refusal says why, and that one may complain (12(4)).
"""

from __future__ import annotations

import datetime as dt
from typing import Literal

import msgspec
import numpy as np

from vitrail.app.accounts.acting import By, write
from vitrail.app.answering import unknown_profile
from vitrail.app.instants import instant, microseconds
from vitrail.language.windows import add_calendar
from vitrail.ledger import requests, users
from vitrail.ledger.audit import Subject
from vitrail.model.errors import UserError, refuse
from vitrail.model.requests import ASKED_RIGHTS, AskedRight, RightsRequest
from vitrail.warehouse.people import keys_of, number_of
from vitrail.warehouse.store import Store

MONTHS, MORE_MONTHS = 1, 2
SOON_DAYS = 7
LONGEST = 2_000

Urgency = Literal["closed", "calm", "soon", "late"]


class Dated(msgspec.Struct, frozen=True):
    """A request with its deadline, and how near it is; `key` is that of the person, where they are known."""

    request: RightsRequest
    received: dt.datetime
    due: dt.datetime
    urgency: Urgency
    key: str = ""
    noted_by: str = ""
    closed: dt.datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether it awaits an answer."""
        return self.request.state == "open"


class NewRequest(msgspec.Struct, frozen=True):
    """A request to be noted: what is asked, by whom (a key, or nobody known), how it came, and when."""

    right: str
    person: str = ""
    how: str = ""
    received: dt.datetime | None = None


def receive(store: Store, asked: NewRequest, *, by: By) -> RightsRequest:
    """Note a request. Raises `UserError` for a key nobody has, and a date that is still to come."""
    now_us = store.now_us()
    received_us = now_us if asked.received is None else microseconds(asked.received)
    if received_us > now_us:
        raise refuse(
            "received_later",
            path="received",
            fr="Cette date n’est pas encore venue : dites le jour où la demande est arrivée.",
            en="This day is still to come: say the day the request arrived.",
        )
    right = _right(asked.right)
    person = asked.person.strip()
    profile = None if not person else number_of(store.source(), person)
    if person and profile is None:
        raise unknown_profile(person, store.source())
    with store.ledger.writing() as connection:
        request = RightsRequest(
            number=requests.next_request(connection),
            right=right,
            received_at_us=received_us,
            profile=profile,
            how=_text(asked.how),
            noted_by=by.actor.id,
        )
        requests.add_request(connection, request)
        act = by.act("request.receive", Subject("request", str(request.number)), details={"right": right})
        write(connection, act, at_us=now_us)
    return request


def extend(store: Store, number: int, *, why: str, by: By) -> RightsRequest:
    """Give two further months, for a reason the person is told. Raises `UserError` where it is too late."""
    present = find_request(store, number)
    _is_open(present)
    reason = _reason(why)
    if present.extended_at_us is not None:
        raise refuse(
            "extended_already",
            path="why",
            fr="Le délai a déjà été prolongé : il ne l’est qu’une fois (RGPD, article 12(3)).",
            en="The deadline was extended already: it is once only (GDPR, article 12(3)).",
        )
    if store.now_us() > deadline_us(present, store=store):
        raise refuse(
            "extended_too_late",
            path="why",
            fr="Le mois est passé : la personne devait l’apprendre avant. Répondez sans attendre.",
            en="The month has passed: the person was to be told before. Answer without delay.",
        )
    changed = msgspec.structs.replace(present, extended_at_us=store.now_us(), extended_why=reason)
    return _saved(store, changed, act="request.extend", by=by)


def close(store: Store, number: int, *, refused: bool = False, why: str = "", by: By) -> RightsRequest:
    """Note that a request was answered, or refused for a reason."""
    present = find_request(store, number)
    _is_open(present)
    changed = msgspec.structs.replace(
        present,
        state="refused" if refused else "answered",
        why=_reason(why) if refused else _text(why),
        closed_at_us=store.now_us(),
        closed_by=by.actor.id,
    )
    return _saved(store, changed, act="request.refuse" if refused else "request.answer", by=by)


def find_request(store: Store, number: int) -> RightsRequest:
    """One request. Raises `UserError` when there is none of that number."""
    with store.ledger.reading() as connection:
        found = next((each for each in requests.all_requests(connection) if each.number == number), None)
    if found is None:
        raise refuse(
            "unknown_request",
            path=str(number),
            fr=f"Aucune demande n’a le numéro {number}.",
            en=f"There is no request with the number {number}.",
        )
    return found


def list_requests(store: Store) -> tuple[Dated, ...]:
    """Every request: those that wait first, by deadline, then the others, the last one closed first."""
    with store.ledger.reading() as connection:
        found = requests.all_requests(connection)
        names = {each.id: each.name or each.email for each in users.all_users(connection)}
    known = sorted({each.profile for each in found if each.profile is not None})
    keys = dict(zip(known, keys_of(store.source(), np.array(known)), strict=True)) if known else {}
    dated = [_dated(each, store, keys=keys, names=names) for each in found]
    return tuple(sorted(dated, key=_order))


def deadline_us(request: RightsRequest, *, store: Store) -> int:
    """Until when a request must be answered."""
    months = MONTHS if request.extended_at_us is None else MONTHS + MORE_MONTHS
    return add_calendar(request.received_at_us, months, unit="month", zone=store.zone)


def _dated(request: RightsRequest, store: Store, *, keys: dict[int, str], names: dict[str, str]) -> Dated:
    due_us, now_us = deadline_us(request, store=store), store.now_us()
    soon = due_us - now_us <= SOON_DAYS * 86_400_000_000
    waiting: Urgency = "late" if now_us > due_us else "soon" if soon else "calm"
    return Dated(
        request=request,
        received=instant(request.received_at_us),
        due=instant(due_us),
        urgency=waiting if request.state == "open" else "closed",
        key="" if request.profile is None else keys.get(request.profile, ""),
        noted_by=names.get(request.noted_by, request.noted_by),
        closed=None if request.closed_at_us is None else instant(request.closed_at_us),
    )


def _order(each: Dated) -> tuple[bool, float]:
    return (not each.is_open, each.due.timestamp() if each.is_open else -(each.request.closed_at_us or 0))


def _saved(store: Store, changed: RightsRequest, *, act: str, by: By) -> RightsRequest:
    with store.ledger.writing() as connection:
        requests.save_request(connection, changed)
        told = by.act(act, Subject("request", str(changed.number)))
        write(connection, told, at_us=store.now_us())
    return changed


def _right(right: str) -> AskedRight:
    found = next((each for each in ASKED_RIGHTS if each == right), None)
    if found is None:
        raise refuse(
            "unknown_right",
            path="right",
            fr="Dites ce qui est demandé.",
            en="Say what is asked for.",
            hint=ASKED_RIGHTS,
        )
    return found


def _is_open(request: RightsRequest) -> None:
    if request.state != "open":
        raise refuse(
            "request_closed",
            path=str(request.number),
            fr=f"La demande {request.number} a déjà reçu sa réponse : rien n’a été changé.",
            en=f"Request {request.number} was answered already: nothing was changed.",
        )


def _reason(why: str) -> str:
    told = _text(why)
    if not told:
        raise _no_reason()
    return told


def _text(text: str) -> str:
    return " ".join(text.split())[:LONGEST]


def _no_reason() -> UserError:
    return refuse(
        "no_reason",
        path="why",
        fr="Dites pourquoi : la personne doit l’apprendre (RGPD, article 12).",
        en="Say why: the person is to be told (GDPR, article 12).",
    )
