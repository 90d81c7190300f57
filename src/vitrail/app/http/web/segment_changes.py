"""What is done to segments from their pages: archived, deleted, brought back, tagged many at once."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import urlencode

from anyio.to_thread import run_sync
from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler

from vitrail.app import segment_acts
from vitrail.app.http.access.guards import needs
from vitrail.app.http.web.renewing import renew
from vitrail.app.http.web.segments import framed, names_of
from vitrail.app.http.web.visiting import Asked, Html, Visit, see
from vitrail.app.segment_acts import Naming
from vitrail.app.web.desk import Desk
from vitrail.app.web.segments.one import one_segment
from vitrail.app.web.speech import LANGUAGES
from vitrail.model.definitions import Segment
from vitrail.model.errors import Problem, UserError

EDITS = needs("edit_segments")
Form = dict[str, list[str]]
PARTS = ("name", "description")
BULK = ("tag", "untag", "archive", "bring-back")


def change_routes(desk: Desk) -> list[HTTPRouteHandler]:
    """Everything that the pages of segments change besides rules."""

    async def sent(request: Asked, change: Callable[[Visit, Form], Response[Any]]) -> Response[Any]:
        visit = Visit(request, desk.ws)
        return await run_sync(change, visit, await visit.form())

    @post("/segments/{key:str}/archive", opt=EDITS, include_in_schema=False)
    async def archive(request: Asked, key: str) -> Response[Any]:
        return await sent(request, partial(archived, desk=desk, key=key))

    @get("/segments/{key:str}/rename", opt=EDITS, include_in_schema=False, sync_to_thread=True)
    def naming(request: Asked, key: str) -> Html:
        visit = Visit(request, desk.ws)
        (segment,) = segment_acts.segments_of(desk.ws, [key])
        return names_form(visit, desk, key=key, form=names_told(segment))

    @post("/segments/{key:str}/rename", opt=EDITS, include_in_schema=False, status_code=200)
    async def rename(request: Asked, key: str) -> Response[Any]:
        return await sent(request, partial(renamed, desk=desk, key=key))

    @get("/segments/{key:str}/remove", opt=EDITS, include_in_schema=False, sync_to_thread=True)
    def ask(request: Asked, key: str) -> Html:
        visit = Visit(request, desk.ws)
        one = one_segment(desk, key, language=visit.language)
        frame = framed(visit, one, page=visit.speech.say("Delete"))
        return visit.show("segment_remove.html", frame, one=one, names=names_of(visit))

    @post("/segments/{key:str}/remove", opt=EDITS, include_in_schema=False)
    async def remove(request: Asked, key: str) -> Response[Any]:
        return await sent(request, partial(removed, desk=desk, key=key))

    @post("/segments/{key:str}/restore", opt=EDITS, include_in_schema=False)
    async def restore(request: Asked, key: str) -> Response[Any]:
        return await sent(request, partial(restored, desk=desk, key=key))

    @post("/segments/bulk", opt=EDITS, include_in_schema=False)
    async def bulk(request: Asked) -> Response[Any]:
        return await sent(request, partial(many, desk=desk))

    return [archive, naming, rename, ask, remove, restore, bulk]


def archived(visit: Visit, form: Form, *, desk: Desk, key: str) -> Response[Any]:
    """Put a segment out of sight, or back."""
    aside = _one(form, "archived") != "0"
    segment_acts.put_aside(desk.ws, [key], aside=aside, by=visit.caller.by)
    renew(visit, desk)
    return see(f"/segments/{key}")


def names_told(segment: Segment) -> dict[str, str]:
    """What a segment is called, as the fields of a form."""
    told = {"name": segment.name, "description": segment.description}
    return {f"{part}.{each}": words.get(each, "") for part, words in told.items() for each in LANGUAGES}


def names_form(
    visit: Visit, desk: Desk, *, key: str, form: dict[str, str], problems: tuple[Problem, ...] = ()
) -> Html:
    """The form of what a segment is called; with what is wrong in it, nothing that was typed is lost."""
    one = one_segment(desk, key, language=visit.language)
    frame = framed(visit, one, page=visit.speech.say("Rename"))
    told = [each.text(visit.language) for each in problems]
    status = 400 if problems else 200
    return visit.show("segment_rename.html", frame, status=status, one=one, form=form, problems=told)


def renamed(visit: Visit, form: Form, *, desk: Desk, key: str) -> Response[Any]:
    """Call a segment otherwise; its rule and its key stay."""
    fields = {f"{part}.{each}": _one(form, f"{part}.{each}") for part in PARTS for each in LANGUAGES}
    name, description = (_words(fields, part) for part in PARTS)
    try:
        segment_acts.rename(desk.ws, key, naming=Naming(name, description), by=visit.caller.by)
    except UserError as error:
        return names_form(visit, desk, key=key, form=fields, problems=error.problems)
    renew(visit, desk)
    return see(f"/segments/{key}")


def removed(visit: Visit, form: Form, *, desk: Desk, key: str) -> Response[Any]:
    """Delete a segment that nothing uses; the list then offers to bring it back."""
    segment_acts.remove(desk.ws, key, by=visit.caller.by)
    renew(visit, desk)
    return see("/segments?" + urlencode({"removed": key}))


def restored(visit: Visit, form: Form, *, desk: Desk, key: str) -> Response[Any]:
    """Bring a deleted segment back as it last was."""
    segment_acts.bring_back(desk.ws, key, by=visit.caller.by)
    renew(visit, desk)
    return see(f"/segments/{key}")


def many(visit: Visit, form: Form, *, desk: Desk) -> Response[Any]:
    """Tag, untag or archive the segments that were ticked."""
    keys, do, by = form.get("key", []), _one(form, "do"), visit.caller.by
    tags = [each.strip() for each in _one(form, "tags").split(",") if each.strip()]
    if keys and do in BULK:
        match do:
            case "tag":
                segment_acts.retag(desk.ws, keys, add=tags, by=by)
            case "untag":
                segment_acts.retag(desk.ws, keys, take=tags, by=by)
            case _:
                segment_acts.put_aside(desk.ws, keys, aside=do == "archive", by=by)
        renew(visit, desk)
    back = _one(form, "back")
    return see(back if back == "/segments" or back.startswith("/segments?") else "/segments")


def _words(fields: dict[str, str], part: str) -> dict[str, str]:
    return {str(each): words for each in LANGUAGES if (words := fields[f"{part}.{each}"])}


def _one(form: Form, name: str) -> str:
    return form.get(name, [""])[0].strip()
