"""The addresses of privacy: what is in order, the record of processing, the audit trail, sensitive data."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from litestar import Response, get
from litestar.handlers import HTTPRouteHandler

from vitrail.app.accounts.acting import note
from vitrail.app.http.access.guards import needs
from vitrail.app.http.web.segments import names_of
from vitrail.app.http.web.visiting import Asked, Html, Visit
from vitrail.app.privacy_order import privacy_order
from vitrail.app.record.gathering import gather_record
from vitrail.app.record.tables import record_tables
from vitrail.app.record.words import RecordWords
from vitrail.app.record.writing import write_record
from vitrail.app.web.data.catalogue import called
from vitrail.app.web.desk import Desk
from vitrail.app.web.pages import Crumb, Frame, Notice
from vitrail.app.web.privacy.points import told
from vitrail.ledger.audit import Subject
from vitrail.model.errors import refuse

PAGE: dict[str, Any] = {"include_in_schema": False, "sync_to_thread": True}
FORMS = {
    "html": "text/html; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
}


def framed(visit: Visit, title: str, *, notices: tuple[Notice, ...] = (), **more: Any) -> Frame:
    """The frame of a page on privacy."""
    crumbs = (Crumb(visit.speech.say("Privacy"), "/privacy"), *more.pop("crumbs", ()))
    return visit.frame(title, section="privacy", crumbs=crumbs, notices=notices, **more)


def start_routes(desk: Desk) -> list[HTTPRouteHandler]:
    """Where one begins, and the record of processing."""

    @get("/privacy", opt=needs("view_segments"), **PAGE)
    def start(request: Asked) -> Html:
        visit = Visit(request, desk.ws)
        names = {**trait_names(visit), **names_of(visit)}
        points = tuple(told(each, visit.speech, names=names) for each in privacy_order(desk.ws))
        frame = visit.frame(visit.speech.say("Privacy"), section="privacy")
        return visit.show("privacy.html", frame, points=points)

    @get("/privacy/record", opt=needs("view_segments"), **PAGE)
    def record(request: Asked) -> Html:
        visit = Visit(request, desk.ws)
        found = gather_record(desk.ws.store)
        tables = record_tables(found, RecordWords(visit.language), zone=desk.ws.store.zone)
        frame = framed(visit, visit.speech.say("Record of processing"))
        return visit.show("record.html", frame, tables=tables, record=found, forms=tuple(FORMS))

    @get("/privacy/record/{name:str}", opt=needs("view_segments"), **PAGE)
    def download(request: Asked, name: str) -> Response[bytes]:
        visit = Visit(request, desk.ws)
        form = name.rpartition(".")[2]
        if form not in FORMS:
            raise refuse(
                "unknown_export",
                path=name[:100],
                fr="Le registre se prend en html, csv, xlsx ou json.",
                en="The record is taken as html, csv, xlsx or json.",
                hint=tuple(FORMS),
            )
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"record.{form}"
            found = gather_record(desk.ws.store)
            write_record(found, path, language=visit.language, zone=desk.ws.store.zone)
            body = path.read_bytes()
        act = visit.caller.by.act("record.export", Subject("record", form))
        note(desk.ws.store, act)
        return taken_away(
            body, FORMS[form], name=f"{'registre' if visit.language == 'fr' else 'record'}.{form}"
        )

    return [start, record, download]


def trait_names(visit: Visit) -> dict[str, str]:
    """What every trait is called in the language of the person."""
    traits = visit.ws.catalogue.current().traits
    return {key: called(key, each.label, language=visit.language) for key, each in traits.items()}


def taken_away(body: bytes, kind: str, *, name: str) -> Response[bytes]:
    """A file that the browser keeps under a name."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(body, media_type=kind, headers=headers)


SENT: dict[str, Any] = {"include_in_schema": False, "status_code": 200}
