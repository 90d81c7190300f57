"""The pages of what is known: the catalogue and its fields, the quality of data, the report of the base."""

from __future__ import annotations

import tempfile
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from anyio.to_thread import run_sync
from litestar import Response, get, post
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler

from vitrail.app.accounts.acting import note
from vitrail.app.catalogue_edits import FieldEdit, Place, edit, field_at
from vitrail.app.health import Health, recent_health
from vitrail.app.http.access.guards import needs
from vitrail.app.http.web.segments import whole_names_of
from vitrail.app.http.web.visiting import Asked, Html, Visit, see
from vitrail.app.masking import is_personal
from vitrail.app.purposes import purposes_in_force
from vitrail.app.report.base.figures import BaseFigures
from vitrail.app.report.base.gather import gather_base
from vitrail.app.report.base.page import written
from vitrail.app.report.base.tables import tables
from vitrail.app.report.base.writing import write_base_report
from vitrail.app.report.words import Speech as ReportSpeech
from vitrail.app.web.data.catalogue import DRIFTED, all_uses, called, field_page, known_soon
from vitrail.app.web.data.lately import is_renewing, lately
from vitrail.app.web.data.mapping import BECOMES
from vitrail.app.web.desk import Desk
from vitrail.app.web.pages import Crumb
from vitrail.ledger.audit import Subject
from vitrail.model.catalogue import Field
from vitrail.model.errors import Problem, UserError

VIEWS, BRINGS, SEES = needs("view_segments"), needs("import_data"), needs("view_people")
PAGE: dict[str, Any] = {"include_in_schema": False, "sync_to_thread": True}
FILES = {
    "base.fr.html": "text/html; charset=utf-8",
    "base.en.html": "text/html; charset=utf-8",
    "base.fr.xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "base.en.xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "base.json": "application/json",
}


def catalogue_routes(desk: Desk) -> list[HTTPRouteHandler]:
    """Catalogue, quality, report."""
    return [*_catalogue(desk), *_quality(desk), *_report(desk)]


def _catalogue(desk: Desk) -> list[HTTPRouteHandler]:
    @get("/data/catalogue", **PAGE, opt=VIEWS)
    def catalogue(request: Asked) -> Html:
        visit = Visit(request, desk.ws)
        current, known = desk.ws.catalogue.current(), known_soon(desk)
        title = visit.speech.say("Catalogue")
        if known is None:
            return soon(visit, title, tab="/data/catalogue")
        return visit.show(
            "data_catalogue.html",
            visit.frame(title, section="data"),
            known=known,
            uses=desk.keep(("uses", desk.state()), lambda: all_uses(current)),
            called=called,
            types=BECOMES,
            sees_people="view_people" in visit.can,
        )

    @get("/data/catalogue/field", **PAGE, opt=VIEWS)
    def field(request: Asked) -> Html:
        visit = Visit(request, desk.ws)
        return _field_page(visit, desk, place=Place(visit.asked("of"), visit.asked("name")))

    @post("/data/catalogue/field", include_in_schema=False, status_code=200, opt=BRINGS)
    async def keep(request: Asked) -> Response[Any]:
        visit = Visit(request, desk.ws)
        sent = await visit.form()
        told = {name: each[0] for name, each in sent.items()}
        place = Place(told.get("of", ""), told.get("field", ""))
        said = FieldEdit(
            fr=told.get("fr"),
            en=told.get("en"),
            unit=told.get("unit"),
            sensitive=told.get("sensitive"),
            purposes=tuple(sent.get("purposes", ())) if "about" in sent else None,
        )

        def kept() -> Response[Any]:
            try:
                edit(desk.ws.store, place, said=said)
            except UserError as error:
                return _field_page(visit, desk, place=place, problems=error.problems)
            subject = Subject("field", f"{place.of}.{place.name}".strip("."))
            note(desk.ws.store, visit.caller.by.act("catalogue.edit", subject))
            told_of = urlencode({"of": place.of, "name": place.name})
            return see(f"/data/catalogue/field?{told_of}")

        return await run_sync(kept)

    return [catalogue, field, keep]


def _field_page(visit: Visit, desk: Desk, *, place: Place, problems: tuple[Problem, ...] = ()) -> Html:
    one = field_page(desk, of=place.of, name=place.name)
    if one is None:
        return _waiting(visit, desk, place=place)
    say = visit.speech.say
    field: Field | None = field_at(desk.ws.store.catalogue, place) if place.name else None
    register = purposes_in_force(desk.ws.store).document
    name = called(place.name or place.of, one.known.label if one.known else None, language=visit.language)
    return visit.show(
        "data_field.html",
        visit.frame(
            name,
            section="data",
            crumbs=(Crumb(say("Data"), "/data"), Crumb(say("Catalogue"), "/data/catalogue")),
        ),
        status=400 if problems else 200,
        problems=problems,
        one=one,
        renewing=is_renewing(desk, DRIFTED),
        called=called,
        types=BECOMES,
        names=whole_names_of(visit),
        sees_people="view_people" in visit.can,
        hidden=field is not None and visit.caller.is_masked and is_personal(field, of_trait=not place.of),
        computed=field is not None and field.computed is not None,
        marked={None: "auto", True: "yes", False: "no"}[field.sensitive if field else None],
        serves=field.purposes if field else (),
        purposes=tuple((each.key, each.name.get(visit.language) or each.key) for each in register.purposes),
    )


def _waiting(visit: Visit, desk: Desk, *, place: Place) -> Html:
    """What stands while nothing is known of a field that is declared; there is no page of any other."""
    catalogue = desk.ws.catalogue.current()
    collection = catalogue.collections.get(place.of)
    fields = collection.properties if collection else catalogue.traits if not place.of else {}
    if place.name not in fields and not (collection and not place.name):
        raise NotFoundException
    label = fields[place.name].label if place.name else collection.label if collection else None
    return soon(visit, called(place.name or place.of, label, language=visit.language), tab="/data/catalogue")


def _quality(desk: Desk) -> list[HTTPRouteHandler]:
    @get("/data/quality", **PAGE, opt=VIEWS)
    def quality(request: Asked) -> Html:
        visit = Visit(request, desk.ws)
        return visit.show(
            "data_quality.html",
            visit.frame(visit.speech.say("Quality"), section="data"),
            health=health_of(desk),
            names=whole_names_of(visit),
        )

    return [quality]


def health_of(desk: Desk) -> Health:
    """What is wrong with the data, from signs that may be some minutes old."""
    catalogue = desk.ws.catalogue.current()
    return recent_health(desk.ws.store, catalogue, database=desk.ws.database)


def _report(desk: Desk) -> list[HTTPRouteHandler]:
    @get("/data/report", **PAGE, opt=SEES)
    def report(request: Asked) -> Html:
        visit = Visit(request, desk.ws)
        figures = report_of(desk)
        speech, title = ReportSpeech(visit.language), visit.speech.say("Report of the base")
        if figures is None:
            return soon(visit, title, tab="/data/report")
        return visit.show(
            "data_report.html",
            visit.frame(title, section="data"),
            figures=figures,
            renewing=is_renewing(desk, "base"),
            tables=tuple(tables(figures, language=visit.language).values()),
            written=lambda cell, head: written(cell, head, speech=speech, timezone=figures.timezone),
        )

    @get("/data/report/{name:str}", **PAGE, opt=SEES)
    def file(request: Asked, name: str) -> Response[bytes]:
        if name not in FILES:
            raise NotFoundException
        visit = Visit(request, desk.ws)
        note(desk.ws.store, visit.caller.by.act("report.take", Subject("report", name)))
        body = desk.keep(("report", name, desk.state()), partial(_written, desk, name))
        headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
        return Response(body, media_type=FILES[name], headers=headers)

    return [report, file]


def report_of(desk: Desk) -> BaseFigures | None:
    """The report of the base, of the last minutes; None while the first one is being made."""
    return lately(desk, "base", work_out=lambda: gather_base(desk.ws), state=desk.state())


def soon(visit: Visit, title: str, *, tab: str) -> Html:
    """The page that stands while figures are made: it asks again by itself, and leads back to the page."""
    return visit.show("data_soon.html", visit.frame(title, section="data"), title=title, tab=tab, again=2)


def _written(desk: Desk, name: str) -> bytes:
    """One file of the report, written for it."""
    with tempfile.TemporaryDirectory(prefix="vitrail-report-") as place:
        write_base_report(desk.ws, place)
        return (Path(place) / name).read_bytes()
