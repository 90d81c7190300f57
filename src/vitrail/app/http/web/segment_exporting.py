"""Taking a segment away from its page: a list for a study, or those who may be reached for a purpose."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import msgspec
from anyio.to_thread import run_sync
from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.response import Stream

from vitrail.app.counting import Counts
from vitrail.app.falling import Question, reach_of
from vitrail.app.http.access.guards import needs
from vitrail.app.http.web.segments import framed, sizes_for
from vitrail.app.http.web.visiting import Asked, Html, Visit
from vitrail.app.masking import is_personal
from vitrail.app.report.exports import Layout, export_audience, export_segment
from vitrail.app.web.builder.words import noun, titled
from vitrail.app.web.desk import Desk
from vitrail.app.web.segments.one import one_segment
from vitrail.consent.exports.register import Taking
from vitrail.consent.gate import purposes_of
from vitrail.model.catalogue import Catalogue
from vitrail.model.errors import Problem, UserError, problem, refuse
from vitrail.warehouse.refresh import defined

TAKES = needs("export")
FORMS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
PIECE = 1 << 16
Form = dict[str, list[str]]


class Wish(msgspec.Struct, frozen=True):
    """What the form of the page asks for; it keeps it when something is refused."""

    what: str = "list"
    purpose: str = ""
    channel: str = ""
    columns: tuple[str, ...] | None = None
    form: str = "xlsx"
    recipient: str = ""


class Column(msgspec.Struct, frozen=True):
    """One trait that can be taken; `hidden` where it says who somebody is and the person may not see it."""

    name: str
    words: str
    chosen: bool
    hidden: bool


def export_pages(desk: Desk) -> list[HTTPRouteHandler]:
    """The page where a segment is taken away, and the file."""

    @get("/segments/{key:str}/export", opt=TAKES, include_in_schema=False, sync_to_thread=True)
    def ask(request: Asked, key: str) -> Html:
        visit = Visit(request, desk.ws)
        wish = Wish(purpose=visit.asked("reach_purpose"), channel=visit.asked("reach_channel"))
        return show_export(visit, desk, key=key, wish=wish)

    @post("/segments/{key:str}/export", opt=TAKES, include_in_schema=False, status_code=200)
    async def take(request: Asked, key: str) -> Response[Any]:
        visit = Visit(request, desk.ws)
        wish = wish_of(await visit.form())
        try:
            file = await run_sync(lambda: taken(visit, desk, key=key, wish=wish))
        except UserError as error:
            told = error.problems
            return await run_sync(lambda: show_export(visit, desk, key=key, wish=wish, refusals=told))
        named = f'attachment; filename="{key}.{wish.form}"'
        headers = {"content-disposition": named, "cache-control": "no-store"}
        return Stream(lambda: pieces(file), media_type=FORMS[wish.form], headers=headers)

    return [ask, take]


def show_export(
    visit: Visit, desk: Desk, *, key: str, wish: Wish, refusals: tuple[Problem, ...] = ()
) -> Html:
    """The page: for what, which columns, in which form, to whom."""
    one = one_segment(desk, key, language=visit.language)
    named = purposes_of(defined(desk.ws.store)[1].document, key)
    question = Question(key, None, wish.purpose, wish.channel, None, named)
    reach = reach_of(desk.ws, question, counts=Counts(desk.ws, visit.can), language=visit.language)
    return visit.show(
        "segment_export.html",
        framed(visit, one, page=visit.speech.say("Export")),
        status=400 if refusals else 200,
        one=one,
        tab="export",
        sizes=sizes_for(visit),
        wish=wish,
        reach=reach,
        columns=columns_of(visit, desk.ws.catalogue.current(), wish=wish),
        masked=visit.caller.is_masked,
        refusals=[each.text(visit.language) for each in refusals],
    )


def columns_of(visit: Visit, catalogue: Catalogue, *, wish: Wish) -> tuple[Column, ...]:
    """The traits that can be taken. By default those that do not say who somebody is."""
    masked = visit.caller.is_masked
    found = []
    for name, field in catalogue.traits.items():
        personal = is_personal(field, of_trait=True)
        chosen = not personal if wish.columns is None else name in wish.columns
        words = titled(noun(field.label, name, language=visit.language))
        hidden = personal and masked
        found.append(Column(name, words, chosen and not hidden, hidden))
    return tuple(found)


def wish_of(form: Form) -> Wish:
    """What was sent; what makes no sense is left aside."""

    def one(name: str) -> str:
        return form.get(name, [""])[0].strip()

    return Wish(
        what="audience" if one("what") == "audience" else "list",
        purpose=one("reach_purpose"),
        channel=one("reach_channel"),
        columns=tuple(dict.fromkeys(form.get("column", ()))),
        form=one("form") if one("form") in FORMS else "xlsx",
        recipient=one("recipient")[:200],
    )


def taken(visit: Visit, desk: Desk, *, key: str, wish: Wish) -> IO[bytes]:
    """The file, which has no name any more: nothing of it stays here. The register keeps who took it."""
    by = visit.caller.by
    taking = Taking(by.actor, by.origin, wish.recipient, visit.caller.is_masked)
    layout = Layout(tuple(wish.columns or ()), visit.language)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"people.{wish.form}"
        if wish.what == "audience":
            _check_audience(visit, wish)
            found = desk.ws.audience(key, purpose=wish.purpose, channel=wish.channel)  # type: ignore[arg-type]
            export_audience(desk.ws, found, path=path, layout=layout, taking=taking)
        else:
            export_segment(desk.ws, key, path=path, layout=layout, taking=taking)
        return path.open("rb")


def pieces(file: IO[bytes]) -> Iterator[bytes]:
    """The file, piece by piece."""
    with file:
        while piece := file.read(PIECE):
            yield piece


def _check_audience(visit: Visit, wish: Wish) -> None:
    if "send" not in visit.can or visit.caller.is_masked:
        raise refuse(
            "may_not_reach",
            fr="Votre rôle ne permet pas d’emporter de quoi joindre des clients.",
            en="Your role does not allow taking away what customers are reached by.",
        )
    if not wish.purpose or not wish.channel:
        raise UserError((_NO_PURPOSE,))


_NO_PURPOSE = problem(
    "no_purpose",
    fr="Dites pour quelle finalité et par quel canal ces clients seront joints.",
    en="Say for which purpose and on which channel these customers will be reached.",
)
