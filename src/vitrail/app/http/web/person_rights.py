"""The addresses of what one customer may ask for: access, portability, rectification, erasure…"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

from anyio.to_thread import run_sync
from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler

from vitrail.app.http.access.guards import needs
from vitrail.app.http.web.people import looked_at, show, viewer_of
from vitrail.app.http.web.person_acts import LONGEST, Once, who_of
from vitrail.app.http.web.visiting import Asked, Html, Visit, see
from vitrail.app.people.rights import ERASED, KEPT, Journal, can_be_rectified, journal_of, rights_of
from vitrail.app.people.sight import Sight, sight
from vitrail.app.rights.privacy import Noted
from vitrail.app.rights.requests import NewRequest, receive
from vitrail.app.web.builder.form import first
from vitrail.app.web.desk import Desk
from vitrail.app.web.pages import Crumb
from vitrail.app.written import whole_number
from vitrail.model.errors import refuse
from vitrail.model.requests import RIGHT_NAMES
from vitrail.model.standing import Right

SERVES = needs("serve_rights")
Sent = Mapping[str, Sequence[str]]
Given = Literal["access", "portable"]


def rights_routes(desk: Desk) -> list[HTTPRouteHandler]:
    """What one customer may ask for, and what is done about it."""
    erasing = Once("erasure")

    @get("/people/{key:str}/rights", opt=SERVES, include_in_schema=False, sync_to_thread=True)
    def rights(request: Asked, key: str) -> Html:
        return rights_page(Visit(request, desk.ws), key)

    @post("/people/{key:str}/rights/{right:str}", opt=SERVES, include_in_schema=False, status_code=303)
    async def serve(request: Asked, key: str, *, right: str) -> Response[None] | Response[bytes]:
        visit = Visit(request, desk.ws)
        fields = await visit.form()
        if right in ("access", "portable"):
            return await run_sync(
                lambda: give(visit, key, what="access" if right == "access" else "portable")
            )
        if right == "erase":
            return see(await run_sync(lambda: erase(visit, key, fields=fields, beside=erasing)))
        return see(await run_sync(lambda: note_right(visit, key, right=right, fields=fields)))

    @get("/people/erasures/{number:str}", opt=SERVES, include_in_schema=False, sync_to_thread=True)
    def erasure(request: Asked, number: str) -> Html:
        visit = Visit(request, desk.ws)
        journal = journal_of(desk.ws, whole_number(number) or 0)
        if journal.is_waiting and not erasing.is_busy:
            erasing.start(desk.ws.privacy.resume)
        return erasure_page(visit, journal)

    return [rights, serve, erasure]


def rights_page(visit: Visit, key: str) -> Html:
    """What may be done for a customer; what an erasure would take away where that is asked."""
    seen = looked_at(visit, key)
    held = visit.ws.privacy.look(seen.key) if visit.asked("erase") else None
    return show(
        visit,
        "person_rights.html",
        seen=seen,
        tab="rights",
        rights=rights_of(seen),
        held=held,
        erased=ERASED,
        kept=KEPT,
        names=RIGHT_NAMES,
    )


def give(visit: Visit, key: str, *, what: Given) -> Response[bytes]:
    """The ZIP of an access or of portability, to be handed to the person alone."""
    seen = _found(visit, key)
    seen.viewer.check_sees()
    with tempfile.TemporaryDirectory(prefix="vitrail-rights-") as folder:
        path = Path(folder) / f"{what}.zip"
        hand = visit.ws.privacy.access if what == "access" else visit.ws.privacy.port
        hand(seen.key, path, **_noted(visit, {}))
        body = path.read_bytes()
    headers = {
        "Content-Disposition": f'attachment; filename="{what}-{seen.profile}.zip"',
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }
    return Response(body, media_type="application/zip", headers=headers, status_code=200)


def note_right(visit: Visit, key: str, *, right: str, fields: Sent) -> str:
    """Rectify, object, restrict or lift; answers where to see it."""
    seen, privacy, noted = _found(visit, key), visit.ws.privacy, _noted(visit, fields)
    match right:
        case "rectify":
            privacy.rectify(seen.key, _right_values(seen, fields), **noted)
            done = "rectified"
        case "object":
            privacy.object(seen.key, first(fields, "purpose"), **noted)
            done = "objection"
        case "restrict":
            privacy.restrict(seen.key, **noted)
            done = "restriction"
        case "lift":
            which: Right = "restriction" if first(fields, "right") == "restriction" else "objection"
            privacy.lift(seen.key, which, purpose=first(fields, "purpose"), **noted)
            done = "lifted"
        case "note":
            asked = NewRequest(first(fields, "right"), seen.key, first(fields, "how")[:LONGEST])
            receive(visit.ws.store, asked, by=visit.caller.by)
            done = "noted"
        case _:
            raise _unknown_right(right)
    return f"{seen.address}/rights?done={done}"


def erase(visit: Visit, key: str, *, fields: Sent, beside: Once) -> str:
    """Begin an erasure once it is confirmed by typing; answers where its progress is told."""
    seen = _found(visit, key)
    if first(fields, "confirm").strip() != seen.name:
        raise refuse(
            "not_confirmed",
            path="confirm",
            fr=f"Pour confirmer, tapez exactement la clé du client : {seen.name}. Rien n’a été effacé.",
            en=f"To confirm, type the key of the customer exactly: {seen.name}. Nothing was erased.",
        )
    erasure = visit.ws.privacy.begin_erasure(seen.key, **_noted(visit, fields))
    beside.start(visit.ws.privacy.resume)
    return f"/people/erasures/{erasure.number}"


def erasure_page(visit: Visit, journal: Journal) -> Html:
    """How far an erasure has come, and what its search found."""
    crumbs = (Crumb(visit.speech.say("People"), "/people"),)
    title = visit.speech.say("Erasure %(number)s", number=journal.erasure.number)
    frame = visit.frame(title, section="people", crumbs=crumbs)
    answer = visit.show("erasure.html", frame, journal=journal, kept=KEPT)
    if journal.is_waiting:
        answer.headers["Refresh"] = "3"
    return answer


def _found(visit: Visit, key: str) -> Sight:
    return sight(visit.ws, key, viewer=viewer_of(visit))


def _noted(visit: Visit, fields: Sent) -> Noted:
    return Noted(
        by=who_of(visit),
        why=first(fields, "why")[:LONGEST],
        proof=first(fields, "proof")[:LONGEST],
        actor=visit.caller.by.actor,
    )


def _right_values(seen: Sight, fields: Sent) -> dict[str, object]:
    """The one trait that is put right, with its value."""
    name, value = first(fields, "trait"), first(fields, "value").strip()
    if not value:
        raise refuse(
            "no_value",
            path="value",
            fr="Dites la bonne valeur : rien n’a été changé.",
            en="Say the right value: nothing was changed.",
        )
    field = seen.catalogue.traits.get(name)
    if field is not None and not can_be_rectified(field):
        raise refuse(
            "computed_trait",
            path=name,
            fr=f"« {name} » est calculé : rectifiez les attributs dont il dépend.",
            en=f"“{name}” is computed: rectify the traits it follows from.",
        )
    return {name: value}


def _unknown_right(right: str) -> Exception:
    return refuse(
        "unknown_right",
        path="right",
        fr=f"« {right[:40]} » n’est pas un droit que l’on peut exercer ici.",
        en=f"“{right[:40]}” is no right that can be used here.",
    )
