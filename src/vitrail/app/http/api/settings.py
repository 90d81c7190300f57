"""Settings over the API: the workspace, write keys, the doctor, sessions of users."""

from __future__ import annotations

from typing import Any

from litestar import delete, get, patch, post
from litestar.handlers import HTTPRouteHandler

from vitrail.app import tracking_sources
from vitrail.app.accounts import sessions, trail
from vitrail.app.accounts.acting import note
from vitrail.app.http.access.callers import Asked as Request
from vitrail.app.http.access.callers import caller_of, language_of
from vitrail.app.http.access.guards import needs
from vitrail.app.http.api import privacy_shapes as shapes
from vitrail.app.http.api.bench import Bench
from vitrail.app.http.api.privacy_shapes import of
from vitrail.app.instants import instant
from vitrail.app.upkeep import examined
from vitrail.app.workspace_settings import SettingsChange, change_settings, settings_of
from vitrail.ledger.audit import Subject
from vitrail.ledger.write_keys import TrackingSource
from vitrail.warehouse.store import Store

SENT: dict[str, Any] = {"status_code": 200}
TAGS: dict[str, Any] = {"tags": ["Administer"]}


def settings_api(bench: Bench) -> list[HTTPRouteHandler]:
    """What an owner chooses for the workspace."""

    @get("/api/settings", opt=needs("manage_settings"), **TAGS, operation_id="settings")
    async def settings(request: Request) -> shapes.SettingsTold:
        """The settings in force."""
        return of(shapes.SettingsTold, await bench.look(settings_of))

    @patch("/api/settings", opt=needs("manage_settings"), **TAGS, operation_id="changeSettings")
    async def changed(request: Request, data: shapes.SettingsAsked) -> shapes.SettingsTold:
        """Change the name of the workspace, its default language, or the smallest group that is told."""
        by = caller_of(request).by
        change = SettingsChange(data.name, data.smallest_group, data.language)
        return of(shapes.SettingsTold, await bench.look(lambda store: change_settings(store, change, by=by)))

    @post("/api/doctor", **SENT, opt=needs("manage_settings"), **TAGS, operation_id="examine")
    async def doctor(request: Request) -> shapes.Examined:
        """Look at the files, the seals, the backups, the machine: nothing is changed."""
        by, language = caller_of(request).by, language_of(request)
        found = await bench.ask(lambda ws: examined(ws, by=by))
        findings = tuple(
            shapes.FindingTold(
                each.code,
                each.severity,
                each.what.in_language(language),
                each.todo.in_language(language) if each.todo else "",
            )
            for each in found.findings
        )
        return shapes.Examined(found.is_good, findings)

    @delete(
        "/api/users/{user:str}/sessions", **SENT, opt=needs("manage_users"), **TAGS,
        operation_id="endUserSessions",
    )  # fmt: skip
    async def end_sessions(request: Request, user: str) -> shapes.Ended:
        """End every session of a user."""
        by = caller_of(request).by

        def ended(store: Store) -> int:
            return sessions.end_all_sessions(store, trail.find_user(store, user), by=by)

        return shapes.Ended(await bench.look(ended))

    return [settings, changed, doctor, end_sessions, *write_key_routes(bench)]


def write_key_routes(bench: Bench) -> list[HTTPRouteHandler]:
    """What may send events; its key is told once, when it is made or changed."""
    return [*_sending(bench, "/api/write-keys"), *_changing(bench, "/api/write-keys/{name:str}")]


def _sending(bench: Bench, place: str) -> list[HTTPRouteHandler]:

    @get(place, opt=needs("manage_sources"), **TAGS, operation_id="writeKeys")
    async def every(request: Request) -> shapes.WriteKeys:
        """Everything that may send, without its key."""
        found = await bench.look(tracking_sources.all_sources)
        return shapes.WriteKeys(tuple(told_source(each) for each in found))

    @post(place, opt=needs("manage_sources"), **TAGS, operation_id="addWriteKey")
    async def added(request: Request, data: shapes.WriteKeyAsked) -> shapes.WriteKeyTold:
        """Let a source send; answers its write key."""
        by = caller_of(request).by

        def made(store: Store) -> TrackingSource:
            source = tracking_sources.add_source(store, data.name, kind=data.kind, unplanned=data.unplanned)
            note(store, by.act("source.add", Subject("source", data.name)))
            return source

        return told_source(await bench.look(made), shown=True)

    return [every, added]


def _changing(bench: Bench, place: str) -> list[HTTPRouteHandler]:
    @patch(place, opt=needs("manage_sources"), **TAGS, operation_id="changeWriteKey")
    async def changed(request: Request, name: str, *, data: shapes.WriteKeyChange) -> shapes.WriteKeyTold:
        """Say what becomes of what a source sends beyond the tracking plan."""
        by = caller_of(request).by

        def made(store: Store) -> TrackingSource:
            source = tracking_sources.change_source(store, name, unplanned=data.unplanned)
            note(store, by.act("source.change", Subject("source", name)))
            return source

        return told_source(await bench.look(made))

    @post(
        place + "/rotate",
        **SENT,
        opt=needs("manage_sources"),
        **TAGS,
        operation_id="rotateWriteKey",
    )
    async def rotated(request: Request, name: str) -> shapes.WriteKeyTold:
        """Give a source another key; the one it had is refused from now on."""
        by = caller_of(request).by

        def made(store: Store) -> TrackingSource:
            source = tracking_sources.rotate_key(store, name)
            note(store, by.act("source.rotate", Subject("source", name)))
            return source

        return told_source(await bench.look(made), shown=True)

    @delete(
        place, status_code=204, opt=needs("manage_sources"), **TAGS,
        operation_id="removeWriteKey",
    )  # fmt: skip
    async def removed(request: Request, name: str) -> None:
        """Let a source send no more; what it sent stays."""
        by = caller_of(request).by

        def gone(store: Store) -> None:
            tracking_sources.remove_source(store, name)
            note(store, by.act("source.remove", Subject("source", name)))

        await bench.look(gone)

    return [changed, rotated, removed]


def told_source(source: TrackingSource, *, shown: bool = False) -> shapes.WriteKeyTold:
    """A source as the API tells it; `shown` with its key."""
    created = instant(source.created_at_us)
    key = source.key if shown else None
    return shapes.WriteKeyTold(source.name, source.kind, source.unplanned, created, key)
