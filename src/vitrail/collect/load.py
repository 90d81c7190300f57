"""Loading profiles, events, records and scores: each load is one step, seen whole or not at all."""

from __future__ import annotations

import time
from typing import Required, Unpack, assert_never
from zoneinfo import ZoneInfo

import msgspec

from vitrail.collect.account import left_aside, report, warnings_of
from vitrail.collect.asked import check_name, check_parts
from vitrail.collect.consents import Meant, settle_consents
from vitrail.collect.events import settle_events
from vitrail.collect.identity.claims import Claimed
from vitrail.collect.identity.declared import claim_declared
from vitrail.collect.identity.settling import settle
from vitrail.collect.origin import Origin, origin_of
from vitrail.collect.originals import keep_cells
from vitrail.collect.plan import Asked, make_plan
from vitrail.collect.profiles import settle_profiles
from vitrail.collect.reading import Data, open_input
from vitrail.collect.recipe import (
    Sayings,
    renamed,
    renamed_answers,
    renamed_roles,
    with_identities,
    with_types,
    without,
)
from vitrail.collect.records import settle_records, settle_scores
from vitrail.collect.reference.declaring import check_not_computed
from vitrail.collect.reference.placing import place_profiles
from vitrail.collect.refusals import Refusals
from vitrail.collect.settling import Counts, Intake, begin
from vitrail.collect.shape import CONSENTS, Kind, fields_of, shelf_of, with_load
from vitrail.collect.staging import STAGED, Place, Progress, stage
from vitrail.collect.turning_away import forget_rejects, turn_away
from vitrail.ledger.manifest import Load
from vitrail.model.catalogue import Catalogue
from vitrail.model.reports import LoadReport
from vitrail.warehouse import folder
from vitrail.warehouse.compaction import compact
from vitrail.warehouse.store import Store
from vitrail.warehouse.writer import Writer


class ProfileColumns(Sayings, total=False):
    """Which columns of profiles play a part: the key, the time of the row, the date of creation."""

    key: Required[str]
    at: str | None
    created: str | None
    progress: Progress | None


class EventColumns(Sayings, total=False):
    """Which columns of events play a part: the profile's key, the time, the event's own key."""

    profile: Required[str]
    at: Required[str]
    key: str | None
    progress: Progress | None


class RecordColumns(Sayings, total=False):
    """Which columns of records play a part: the profile's key, the record's own, the time of the row."""

    profile: Required[str]
    key: Required[str]
    at: str | None
    progress: Progress | None


class ScoreColumns(Sayings, total=False):
    """Which columns of scores play a part: the profile's key, the score, when it was computed."""

    profile: Required[str]
    value: Required[str]
    at: str | None
    progress: Progress | None


class ConsentColumns(Sayings, total=False):
    """Which columns of consents play a part: the profile's key, what was said, of what, when, and its proof.

    `about` is what the load is about where no column says it.
    """

    profile: Required[str]
    state: Required[str]
    at: str | None
    purpose: str | None
    channel: str | None
    wording: str | None
    place: str | None
    method: str | None
    proof: str | None
    about: Meant
    progress: Progress | None


class Request(msgspec.Struct, frozen=True):
    """One load, as it was asked for."""

    kind: Kind
    name: str
    data: Data
    roles: dict[str, str]
    progress: Progress
    sayings: Sayings
    created: str | None = None
    about: Meant = Meant()


def load_profiles(store: Store, data: Data, **columns: Unpack[ProfileColumns]) -> LoadReport:
    """Load profiles by their key; every other column is a trait.

    Without `at`, a first value of a trait holds since always and a changed one since now; with it,
    each row is what was observed at that instant. `created` names the trait that holds the declared
    date of creation. An empty cell says nothing.
    """
    check_parts(columns, ProfileColumns, needed=("key",))
    roles = _roles(key=columns["key"], at=columns.get("at"))
    return _load(
        store,
        Request(
            "profiles",
            "",
            data,
            roles,
            columns.get("progress") or _silent,
            _sayings(columns),
            columns.get("created"),
        ),
    )


def load_events(store: Store, name: str, *, data: Data, **columns: Unpack[EventColumns]) -> LoadReport:
    """Load events of one collection; every column but the profile, the time and the key is a property.

    With a key an event is known again by it; without one, by its whole content.
    """
    check_name(name)
    check_parts(columns, EventColumns, needed=("profile", "at"))
    roles = _roles(key=columns["profile"], at=columns["at"], id=columns.get("key"))
    progress = columns.get("progress") or _silent
    return _load(store, Request("event", name, data, roles, progress, _sayings(columns)))


def load_records(store: Store, name: str, *, data: Data, **columns: Unpack[RecordColumns]) -> LoadReport:
    """Load records of one collection, which are updated by their key.

    A row replaces the whole record; a property the load has no column for keeps its value.
    """
    check_name(name)
    check_parts(columns, RecordColumns, needed=("profile", "key"))
    roles = _roles(key=columns["profile"], id=columns["key"], at=columns.get("at"))
    progress = columns.get("progress") or _silent
    return _load(store, Request("record", name, data, roles, progress, _sayings(columns)))


def load_scores(store: Store, key: str, *, data: Data, **columns: Unpack[ScoreColumns]) -> LoadReport:
    """Load the values of a score; one without its time holds since now."""
    check_name(key)
    check_parts(columns, ScoreColumns, needed=("profile", "value"))
    roles = _roles(key=columns["profile"], value=columns["value"], at=columns.get("at"))
    progress = columns.get("progress") or _silent
    return _load(store, Request("score", key, data, roles, progress, _sayings(columns)))


def load_consents(store: Store, data: Data, **columns: Unpack[ConsentColumns]) -> LoadReport:
    """Load what people agreed to, refused or took back, into the ledger of consents.

    A column that has the name of a part plays it without being told. Other columns are left out.
    """
    check_parts(columns, ConsentColumns, needed=("profile", "state"))
    told = {name: columns.get(name) for name in CONSENTS}
    names = {str(column): name for name, column in told.items() if column not in (None, name)}
    sayings: Sayings = {**_sayings(columns), "names": {**columns.get("names", {}), **names}}
    roles = _roles(key=columns["profile"], at=columns.get("at"))
    progress = columns.get("progress") or _silent
    about = columns.get("about", Meant())
    return _load(store, Request("consent", "", data, roles, progress, sayings, about=about))


def _load(store: Store, request: Request) -> LoadReport:
    started = time.monotonic()
    names = request.sayings.get("names", {})
    answers = renamed_answers(request.sayings.get("answers", {}), names)
    opened = without(open_input(request.data, answers), request.sayings.get("ignore", ()))
    opened = renamed(opened, names)
    roles = renamed_roles(request.roles, names)
    if request.kind == "consent":
        opened = without(opened, {*opened.names} - {*CONSENTS, *roles.values()})
    origin = origin_of(request.sayings.get("source"), opened.source)
    with store.writing() as writer, Refusals(writer.staged("rejects.parquet")) as refusals:
        fields = fields_of(writer.catalogue, request.kind, name=request.name)
        others = [name for name in opened.names if name not in roles.values()]
        check_not_computed(fields, others)
        fields = with_types(fields, request.sayings.get("types", {}), names=others)
        fields = with_identities(fields, request.sayings.get("identities", {}), names=others)
        typed = frozenset(request.sayings.get("types", {}))
        asked = Asked(keeps_fields=request.kind != "score", typed=typed)
        plan = make_plan(opened, roles, fields=fields, asked=asked)
        catalogue = with_load(
            writer.catalogue, request.kind, name=request.name, plan=plan, created=request.created
        )
        zone = ZoneInfo(catalogue.timezone)
        folds = request.kind != "event"
        place = Place(writer.staged(STAGED), zone, request.progress, folds=folds)
        staged = stage(opened, plan, place=place, refusals=refusals)
        opened.rest()
        with writer.scratch() as scratch:
            intake = Intake(writer, scratch, plan, refusals, roles, zone, origin, staged.piles, staged.rising)
            begin(intake)
            turn_away(intake)
            counts = _settle(intake, request, catalogue=catalogue)
            claimed = _claim(intake, request, catalogue=catalogue)
            refusals.close()
            keep_cells(refusals.path, opened, scratch=scratch)
            forget_rejects(intake, refusals.path)
        entry = _entry(writer, origin, request=request, counts=counts, refusals=refusals)
        taken = catalogue if entry.accepted or not entry.rejected else writer.catalogue
        version = writer.commit(taken, load=entry)
        compact(writer.again())
    place_profiles(store)
    warnings = (*plan.warnings, *warnings_of(staged, catalogue.timezone), *left_aside(claimed.refused))
    answer = report(entry, counts, refusals=refusals, warnings=warnings)
    return msgspec.structs.replace(
        answer,
        rejects_path=str(store.path / entry.rejects_path) if entry.rejects_path else "",
        version=version.number,
        new_profiles=version.profiles - writer.version.profiles,
        seconds=time.monotonic() - started,
    )


def _settle(intake: Intake, request: Request, *, catalogue: Catalogue) -> Counts:
    match request.kind:
        case "profiles":
            created = catalogue.traits[catalogue.created] if catalogue.created else None
            return settle_profiles(intake, created)
        case "event":
            return settle_events(intake, shelf_of(catalogue, "event", name=request.name))
        case "record":
            return settle_records(intake, shelf_of(catalogue, "record", name=request.name))
        case "score":
            return settle_scores(intake, shelf_of(catalogue, "score", name=request.name))
        case "consent":
            called = {after: name for name, after in request.sayings.get("names", {}).items()}
            return settle_consents(intake, catalogue, meant=request.about, called=called)
        case _:
            assert_never(request.kind)


def _claim(intake: Intake, request: Request, *, catalogue: Catalogue) -> Claimed:
    """Claim what the rows declare, and bring people up to date with it."""
    if request.kind != "profiles":
        return Claimed()
    claimed = claim_declared(intake)
    settle(intake.writer, intake.scratch, catalogue=catalogue)
    return claimed


def _entry(writer: Writer, origin: Origin, *, request: Request, counts: Counts, refusals: Refusals) -> Load:
    """The row of the ledger for this load; its refused rows get their place in the workspace."""
    path = f"rejects/{writer.load:08d}.parquet" if refusals.path.exists() else ""
    if path:
        folder.publish(refusals.path, writer.root / path)
    return Load(
        id=writer.load,
        kind=request.kind,
        name=request.name,
        source=origin.source,
        received_at_us=writer.now_us,
        accepted=counts.created + counts.updated + counts.unchanged,
        rejected=refusals.rows,
        created=counts.created,
        updated=counts.updated,
        unchanged=counts.unchanged,
        rejects_path=path,
        origin=origin.read,
    )


def _sayings(columns: Sayings) -> Sayings:
    return {
        "names": columns.get("names", {}),
        "types": columns.get("types", {}),
        "source": columns.get("source"),
        "ignore": columns.get("ignore", ()),
        "answers": columns.get("answers", {}),
        "identities": columns.get("identities", {}),
    }


def _roles(**named: str | None) -> dict[str, str]:
    return {part: column for part, column in named.items() if column is not None}


def _silent(_done: int, _total: int | None) -> None:
    """Tell nobody how far the load is."""
