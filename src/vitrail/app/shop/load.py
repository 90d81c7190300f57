"""The sample shop in a workspace: its catalogue, its data and the ready-made segments."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import msgspec
import pyarrow as pa

from vitrail.app.purpose_files import ready_purposes
from vitrail.app.purposes import define_purposes
from vitrail.app.ready import Ready, read_mapping, ready
from vitrail.app.shop.declare import CATALOGUE, KEYS
from vitrail.app.shop.people import Shop
from vitrail.app.shop.stream import (
    EVENTS,
    RECORDS,
    SCORES,
    SEED,
    events,
    profiles,
    records,
    sample_shop,
    scores,
)
from vitrail.app.workspace import Workspace
from vitrail.collect.declare import Declaration
from vitrail.model.purposes import Body, Controller, PurposeFile
from vitrail.model.reports import LoadReport

SOURCES = {"profiles": "crm", "order": "till", "store_visit": "till", "deal": "crm", "lead": "crm"}
"""Which system of the sample shop tells what; the mailing tool and the web site tell the rest."""

_SELLING = ("customer_relationship", "accounting", "customer_knowledge", "prospecting_email_customers")
PURPOSES = {
    "crm": (*_SELLING, "prospecting_email", "prospecting_sms", "prospecting_phone", "prospecting_post"),
    "till": _SELLING,
    "mailing": ("prospecting_email", "email_opens"),
    "site": ("audience_measurement", "personalisation_trackers", "rights_requests"),
}
"""What the data of each system of the sample shop serve."""

LEDGER = "consents"
"""The choices of consent once more, for the ledger that conditions ask."""

Progress = Callable[[str, int, int], None]
"""Told before each table: its name, how many are done, how many there are."""


def load_shop(
    ws: Workspace,
    *,
    customers: int = 20_000,
    seed: int = SEED,
    end: dt.datetime | None = None,
    progress: Progress | None = None,
) -> tuple[LoadReport, ...]:
    """Declare the catalogue of the sample shop in a workspace and load all its tables."""
    shop = sample_shop(customers, seed=seed, end=end)
    ws.catalogue.declare(declaration())
    names = ["profiles", *EVENTS, *RECORDS, *SCORES, LEDGER]
    reports = []
    for number, name in enumerate(names):
        if progress:
            progress(name, number, len(names))
        reports.append(_load(ws, shop, name=name))
    define_purposes(ws.store, purposes())
    if progress:
        progress("", len(names), len(names))
    return tuple(reports)


def purposes() -> PurposeFile:
    """The register of the sample shop: the ready-made one, with its sources and its controller."""
    return msgspec.structs.replace(
        ready_purposes(),
        controller=Controller(
            "Maison Exemple SAS",
            "1 rue de l’Exemple, 75000 Paris",
            data_protection_officer=Body("Camille Exemple", "dpo@example.org"),
        ),
        relations={"customer": "did(order)", "sale_address": "did(order)"},
        sources=PURPOSES,
    )


def define_ready(ws: Workspace) -> Ready:
    """Define the ready-made segments that fit the sample shop."""
    fitted = ready(read_mapping(), ws.catalogue.current())
    ws.define(fitted.definitions)
    return fitted


def declaration() -> Declaration:
    """The catalogue of the sample shop, to be declared in a workspace."""
    return Declaration(
        traits=tuple(CATALOGUE.traits.values()),
        collections=tuple(CATALOGUE.collections.values()),
        scores=tuple(CATALOGUE.scores.values()),
        purposes=tuple(CATALOGUE.purposes.values()),
        channels=tuple(CATALOGUE.channels.values()),
        created=CATALOGUE.created,
    )


def said(shop: Shop) -> pa.RecordBatchReader:
    """The choices of consent as the ledger takes them: yes and no in words."""
    choices = events(shop, "consent")
    place = choices.schema.get_field_index("granted")
    schema = choices.schema.set(place, pa.field("granted", pa.string()))
    batches = (
        pa.RecordBatch.from_arrays(
            [each.cast(pa.string()) if n == place else each for n, each in enumerate(batch.columns)],
            schema=schema,
        )
        for batch in choices
    )
    return pa.RecordBatchReader.from_batches(schema, batches)


def source_of(name: str) -> str:
    """The system that tells a table of the sample shop."""
    return SOURCES.get(name) or ("mailing" if name.startswith("email_") else "site")


def _load(ws: Workspace, shop: Shop, *, name: str) -> LoadReport:
    source = source_of(name)
    if name == LEDGER:
        return ws.load_consents(
            said(shop), profile="customer_id", state="granted", at="at", source=source_of("consent")
        )
    if name in EVENTS:
        return ws.load_events(
            name, events(shop, name), profile="customer_id", at="at", key=KEYS[name], source=source
        )
    if name in RECORDS:
        return ws.load_records(
            name, records(shop, name), profile="customer_id", key=KEYS[name], source=source
        )
    if name in SCORES:
        return ws.load_scores(
            name,
            scores(shop, name),
            profile="customer_id",
            value="value",
            at="computed_at",
            source=source,
        )
    return ws.load_profiles(profiles(shop), key="customer_id", created="created_at", source=source)
