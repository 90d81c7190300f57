"""A workspace in which some people have unmistakable values everywhere something can be kept of them.

The first and the last of them are one customer.
"""

import datetime as dt
import json
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa

import vitrail
from vitrail.app.accounts.acting import at_command_line
from vitrail.app.report import export_segment
from vitrail.app.rights.requests import NewRequest as Asking
from vitrail.app.rights.requests import receive
from vitrail.app.tasks.runner import Runner
from vitrail.collect.filing.drain import drain
from vitrail.consent.rights.searching import Trace, search, search_rows
from vitrail.ledger.inbox import NewRequest, open_inbox
from vitrail.ledger.write_keys import TrackingSource, add_source
from vitrail.warehouse.store import Store

SOURCE = TrackingSource("site", "web", "wk_1", "allow", 0)
START = dt.datetime(2025, 1, 1, tzinfo=dt.UTC)
SEGMENTS = """edition: 2026
segments:
  - key: buyers
    name: {fr: Acheteurs, en: Buyers}
    rule: did(order)
  - key: quiet
    name: {fr: Silencieux, en: Quiet}
    rule: not did(order)
"""


def marker(number: int, part: str) -> str:
    """A value that only person `number` has."""
    return f"mrk{number:03d}{part}Zq"


def email(number: int) -> str:
    return f"{marker(number, 'mail').lower()}@marques.fr"


def phone(number: int) -> str:
    return f"+336981{number:05d}"


def make(folder: Path, *, people: int = 6, clock=None) -> vitrail.Workspace:
    """People in every trait, event, record, score, consent, message, refused row and decision."""
    ws = vitrail.create(folder, clock=clock)
    ws.catalogue.declare(purposes=["newsletter"], channels=["email"])
    who = range(people)
    traits = {
        "id": [marker(n, "key") for n in who],
        "email": [email(n).upper() for n in who],
        "phone": [phone(n) for n in who],
        "surname": [marker(n, "name") for n in who],
        "city": ["Lyon" for _ in who],
        "card": [700_000_000 + n for n in who],
    }
    ws.load_profiles(pa.table(traits), key="id", identities={"email": "email", "phone": "phone"})
    ws.load_profiles(pa.table({"id": traits["id"], "city": ["Paris"] * people}), key="id")
    orders = {
        "order": [marker(n, "order") for n in who],
        "id": traits["id"],
        "at": [START + dt.timedelta(days=n) for n in who],
        "note": [f"Livrer à {marker(n, 'note')}, merci" for n in who],
        "tags": [[marker(n, "tag"), "promo"] for n in who],
        "amount": [10 + n for n in who],
    }
    ws.load_events("order", pa.table(orders).slice(0, people - 1), profile="id", at="at", key="order")
    deals = {"deal": [marker(n, "deal") for n in who], "id": traits["id"], "stage": ["won"] * people}
    ws.load_records("deal", pa.table(deals), profile="id", key="deal")
    ws.load_scores("churn", pa.table({"id": traits["id"], "p": [0.5] * people}), profile="id", value="p")
    said = {
        "id": traits["id"],
        "state": ["yes"] * people,
        "purpose": ["newsletter"] * people,
        "proof": [marker(n, "proof") for n in who],
    }
    ws.load_consents(pa.table(said), profile="id", state="state")
    _refuse(ws, people)
    _track(ws, people)
    _decide(ws, people, folder)
    _ask(ws, people)
    _bring(ws, people)
    return ws


def _refuse(ws: vitrail.Workspace, people: int) -> None:
    rows = ["id;surname;born"]
    rows += [f"{marker(n, 'key')};{marker(n, 'refused')};{marker(n, 'born')}" for n in range(people)]
    rows += ["", f"someone-else;{'Dupont'};not a day", "a;b;c;d;e"]
    file = ws.store.path.parent / "refused.csv"
    file.write_text("\n".join(rows), "utf-8")
    ws.load_profiles(file, key="id", types={"born": "date"})
    file.unlink()


def _ask(ws: vitrail.Workspace, people: int) -> None:
    """A request of each, with how it came."""
    for n in range(people):
        asked = Asking("access", person=marker(n, "key"), how=f"A letter: {marker(n, 'how')}")
        receive(ws.store, asked, by=at_command_line())


def _bring(ws: vitrail.Workspace, people: int) -> None:
    """A file of each that was brought in and waits."""
    runner = Runner(ws.store)
    for n in range(people):
        task = runner.tasks.begin(at_us=ws.store.now_us(), by="me", file="customers.csv")
        path = runner.tasks.file_of(task)
        path.parent.mkdir()
        path.write_text(f"id;note\n{marker(n, 'key')};{marker(n, 'brought')}\n", "utf-8")
    runner.close()


def message(number: int, **said: object) -> dict[str, object]:
    return {"userId": marker(number, "key"), "anonymousId": marker(number, "device"), **said}


def search_all(store: Store, words: Sequence[str]) -> tuple[Trace, ...]:
    """Every trace of some words, in the folder and in a ledger that lies elsewhere."""
    rows = () if store.ledger.kind == "sqlite" else store.ledger.every_row()
    return (*search(store.path, words), *search_rows(rows, words))


def send(ws: vitrail.Workspace, *messages: dict[str, object]) -> None:
    """Put messages into the inbox, as the server does."""
    with open_inbox(ws.store.inbox) as inbox:
        body = json.dumps({"batch": list(messages)}).encode()
        inbox.append([NewRequest(ws.store.now_us(), SOURCE.name, body)])


def file(ws: vitrail.Workspace) -> None:
    """File what is in the inbox, as the worker does."""
    with open_inbox(ws.store.inbox) as inbox:
        while drain(ws.store, inbox).more:
            continue


def _track(ws: vitrail.Workspace, people: int) -> None:
    with ws.store.ledger.writing() as connection:
        add_source(connection, SOURCE)
    for n in range(people):
        url = f"https://shop.fr/{marker(n, 'page')}"
        visit = {"type": "page", "messageId": f"page-{n}", "properties": {"url": url}}
        known = {"type": "identify", "messageId": f"known-{n}", "traits": {"nick": marker(n, "nick")}}
        waiting = {
            "type": "track",
            "messageId": f"late-{n}",
            "event": "order",
            "properties": {"amount": marker(n, "quarantine")},
        }
        send(ws, message(n, **visit), message(n, **known), message(n, **waiting))
    file(ws)
    for n in range(people):
        pending = {"type": "page", "messageId": f"pend-{n}", "properties": {"title": marker(n, "pending")}}
        send(ws, message(n, **pending))


def _decide(ws: vitrail.Workspace, people: int, folder: Path) -> None:
    for n in range(people):
        ws.privacy.object(marker(n, "key"), proof=marker(n, "letter"))
        ws.privacy.rectify(marker(n, "key"), {"surname": marker(n, "right")}, proof=marker(n, "asked"))
    ws.confirm(marker(0, "key"), marker(people - 1, "key"), why=marker(0, "why"))
    definitions = folder.parent / "segments.yaml"
    definitions.write_text(SEGMENTS, "utf-8")
    ws.define(definitions)
    ws.refresh()
    ws.load_profiles(pa.table({"id": [marker(1, "key")], "city": ["Metz"]}), key="id")
    ws.refresh()
    export_segment(ws, "buyers", path=folder.parent / "taken.csv")
