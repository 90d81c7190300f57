"""People over the API: finding them, one of them, what is decided of them, what they may ask for."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler
from pyroaring import BitMap

from vitrail.app.accounts.acting import note
from vitrail.app.http.access.callers import Asked as Request
from vitrail.app.http.access.callers import Caller, caller_of
from vitrail.app.http.access.guards import needs
from vitrail.app.http.api import people_shapes as shapes
from vitrail.app.http.api.bench import Bench
from vitrail.app.people.belonging import belonging, why
from vitrail.app.people.contacting import contact
from vitrail.app.people.merging import merged, preview_split, split_off
from vitrail.app.people.pairs import keep_apart, merge_pair
from vitrail.app.people.scoring import scores_of
from vitrail.app.people.searching import base_of, search
from vitrail.app.people.sight import Sight, head_of, sight
from vitrail.app.people.timeline import Wish, timeline
from vitrail.app.people.traits import traits_of
from vitrail.app.people.viewer import Viewer
from vitrail.app.rights.privacy import Noted
from vitrail.app.workspace import Workspace
from vitrail.app.written import whole_number
from vitrail.ledger.audit import Detail, Subject
from vitrail.model.errors import UserError
from vitrail.model.explanation import Explanation
from vitrail.warehouse.definitions import unknown_segment
from vitrail.warehouse.memberships import current_members

PLACE = "/api/people"
SENT: dict[str, Any] = {"status_code": 200}
TAG = ["People"]


def people_api(bench: Bench) -> list[HTTPRouteHandler]:
    """What can be asked of people and done for them; each look is in the audit trail."""
    deciding = [*deciding_routes(bench), *pair_routes(bench)]
    return [*finding_routes(bench), *one_routes(bench), *deciding, *serving_routes(bench)]


def finding_routes(bench: Bench) -> list[HTTPRouteHandler]:
    """Finding people."""

    @get(PLACE, opt=needs("view_people"), tags=TAG, operation_id="findPeople")
    async def find(
        request: Request, *, q: str = "", segment: str = "", page: shapes.Page = 1
    ) -> shapes.Found:
        """Find customers by anything: a key, an e-mail, a phone, a name, an order; in a segment, or in all.

        Who may not see personal data finds by pseudonym and by whole values they may see.
        """
        caller = caller_of(request)
        return await bench.ask(lambda ws: found(ws, caller, q=q, segment=segment, page=page))

    return [find]


def one_routes(bench: Bench) -> list[HTTPRouteHandler]:
    """One customer, by key or pseudonym, as of an instant."""

    @get(PLACE + "/{profile:str}", opt=needs("view_people"), tags=TAG, operation_id="person")
    async def person(request: Request, profile: str, *, as_of: shapes.AsOf = None) -> shapes.PersonTold:
        """Who it is: traits with their provenance, segments, scores."""
        caller = caller_of(request)

        def told(ws: Workspace) -> shapes.PersonTold:
            seen = looked_at(ws, caller, profile=profile, as_of=as_of)
            known, belongs = traits_of(seen), belonging(seen, explained=False)
            return shapes.told_person(
                seen, head_of(seen), known=known, belongs=belongs, scores=scores_of(seen)
            )

        return await bench.ask(told)

    @get(PLACE + "/{profile:str}/timeline", opt=needs("view_people"), tags=TAG, operation_id="personTimeline")
    async def course(
        request: Request, profile: str, *, as_of: shapes.AsOf = None, q: str = "", page: shapes.Page = 1
    ) -> shapes.TimelineTold:
        """What happened, the newest first, by pages."""
        caller = caller_of(request)

        def told(ws: Workspace) -> shapes.TimelineTold:
            seen = looked_at(ws, caller, profile=profile, as_of=as_of)
            return shapes.told_timeline(timeline(seen, Wish(text=q, page=page)))

        return await bench.ask(told)

    @get(PLACE + "/{profile:str}/segments/{segment:str}", opt=needs("view_people"), tags=TAG,
         operation_id="personWhy")  # fmt: skip
    async def reasons(
        request: Request, profile: str, *, segment: str, as_of: shapes.AsOf = None
    ) -> Explanation:
        """Why the customer is in a segment or not, and what would change it."""
        caller = caller_of(request)
        return await bench.ask(lambda ws: why(looked_at(ws, caller, profile=profile, as_of=as_of), segment))

    @get(PLACE + "/{profile:str}/consents", opt=needs("view_people"), tags=TAG, operation_id="personConsents")
    async def consents(request: Request, profile: str) -> shapes.ContactTold:
        """What the customer said, with its proof, and what the gate says now of each purpose and channel."""
        caller = caller_of(request)
        return await bench.ask(
            lambda ws: shapes.told_contact(contact(looked_at(ws, caller, profile=profile, as_of=None)))
        )

    @get(PLACE + "/{profile:str}/profiles", opt=needs("view_people"), tags=TAG, operation_id="personProfiles")
    async def profiles(request: Request, profile: str) -> shapes.MergedTold:
        """Which profiles make the customer, and why."""
        caller = caller_of(request)
        return await bench.ask(
            lambda ws: shapes.told_merged(merged(looked_at(ws, caller, profile=profile, as_of=None)))
        )

    return [person, course, reasons, consents, profiles]


def deciding_routes(bench: Bench) -> list[HTTPRouteHandler]:
    """Saying who is who."""

    @post(
        PLACE + "/{profile:str}/split", **SENT, opt=needs("import_data"), tags=TAG, operation_id="splitPerson"
    )
    async def split(request: Request, profile: str, *, data: shapes.SplitAsked) -> shapes.Regrouped:
        """Set a profile of a customer apart; with `preview`, nothing is changed."""
        caller = caller_of(request)

        def done(ws: Workspace) -> shapes.Regrouped:
            seen = looked_at(ws, caller, profile=profile, as_of=None)
            if data.preview:
                preview = preview_split(seen, data.part)
                return shapes.Regrouped(None, preview.before, preview.after)
            made = split_off(seen, data.part, who=caller.id, why=data.why)
            details: dict[str, Detail] = {"decision": made.decision}
            note(
                ws.store, caller.by.act("profile.split", Subject("profile", str(data.part)), details=details)
            )
            hidden = seen.viewer.is_masked
            return shapes.Regrouped(
                made.decision, () if hidden else made.before, () if hidden else made.after
            )

        return await bench.ask(done)

    @post("/api/decisions/{number:str}/undo", **SENT, opt=needs("import_data"), tags=TAG,
          operation_id="undoDecision")  # fmt: skip
    async def undo(request: Request, number: str) -> shapes.Regrouped:
        """Take a decision on who is who back, exactly."""
        caller = caller_of(request)

        def done(ws: Workspace) -> shapes.Regrouped:
            made = ws.undo(whole_number(number) or 0, who=caller.id)
            note(ws.store, caller.by.act("decision.undo", Subject("decision", number[:20])))
            return shapes.Regrouped(made.decision)

        return await bench.ask(done)

    return [split, undo]


def pair_routes(bench: Bench) -> list[HTTPRouteHandler]:
    """Probable duplicates."""

    @get("/api/duplicates", opt=needs("import_data"), tags=TAG, operation_id="duplicates")
    async def duplicates(request: Request) -> shapes.Duplicates:
        """The pairs of profiles that are probably one person, by number, and wait for a verdict."""
        caller = caller_of(request)

        def told(ws: Workspace) -> shapes.Duplicates:
            waiting = ws.duplicates.list()
            viewer = Viewer(ws.store, caller.permissions)
            pairs = shapes.told_pairs(ws, waiting, viewer=viewer)
            act = caller.by.act("people.list", Subject("duplicates"), details={"rows": len(pairs)})
            note(ws.store, act)
            return shapes.Duplicates(pairs)

        return await bench.ask(told)

    @post("/api/duplicates", **SENT, opt=needs("import_data"), tags=TAG, operation_id="judgeDuplicates")
    async def judge(request: Request, data: shapes.VerdictAsked) -> shapes.Regrouped:
        """Say that a pair is one person, or two."""
        caller = caller_of(request)

        def done(ws: Workspace) -> shapes.Regrouped:
            viewer = Viewer(ws.store, caller.permissions)
            keys = shapes.keys_told(ws, data.profiles, viewer=viewer)
            decide = merge_pair if data.one_person else keep_apart
            numbers = decide(ws, keys, by=caller.id, why=data.why)
            name = "profile.merge" if data.one_person else "profile.keep_apart"
            details: dict[str, Detail] = {"other": str(numbers[1])}
            note(ws.store, caller.by.act(name, Subject("profile", str(numbers[0])), details=details))
            return shapes.Regrouped(None)

        return await bench.ask(done)

    return [duplicates, judge]


def serving_routes(bench: Bench) -> list[HTTPRouteHandler]:
    """What a customer may ask for (GDPR, articles 15 to 21)."""

    @post(PLACE + "/{profile:str}/rights/{right:str}", **SENT, opt=needs("serve_rights"), tags=TAG,
          operation_id="serveRight")  # fmt: skip
    async def serve(request: Request, profile: str, *, right: str, data: shapes.RightAsked) -> Response[Any]:
        """Serve a right: `access`, `portable` (a ZIP), `rectify`, `object`, `restrict`, `lift`, `erase`.

        `erase` begins an erasure and answers its number; it must be confirmed by the key of the customer.
        """
        caller = caller_of(request)
        return await bench.ask(lambda ws: served(ws, caller, profile=profile, right=right, data=data))

    @get("/api/erasures/{number:str}", opt=needs("serve_rights"), tags=TAG, operation_id="erasure")
    async def erasure(number: str) -> shapes.ErasureTold:
        """How far an erasure has come, and what its search found."""
        return await bench.ask(lambda ws: shapes.told_erasure(ws, whole_number(number) or 0))

    return [serve, erasure]


def looked_at(ws: Workspace, caller: Caller, *, profile: str, as_of: shapes.AsOf) -> Sight:
    """One customer for who asks; the look is in the trail before it is given."""
    seen = sight(ws, profile, viewer=Viewer(ws.store, caller.permissions), at=as_of)
    note(ws.store, caller.by.act("profile.view", Subject("profile", str(seen.profile))))
    return seen


def found(ws: Workspace, caller: Caller, *, q: str, segment: str, page: int) -> shapes.Found:
    """A page of those a text or a segment leads to."""
    viewer, base = Viewer(ws.store, caller.permissions), base_of(ws.store, ws.database)
    known, among = ws.catalogue.current().segments, None
    if segment:
        if segment not in known:
            raise UserError((unknown_segment(segment, known),))
        among = current_members(ws.store).get(segment, BitMap())
    if q.strip():
        hits = search(base, q, viewer=viewer, among=among)
        people, by = hits.people, hits.hits
    else:
        people, by = np.array(among or (), dtype=np.int64), {}
    start = (page - 1) * shapes.PAGE
    shown = people[start : start + shapes.PAGE].tolist()
    details: dict[str, Detail] = {"rows": len(people), "masked": caller.is_masked}
    note(ws.store, caller.by.act("people.search", Subject("people"), details=details))
    names = viewer.names(shown, base.source) if shown else []
    lines = tuple(
        shapes.FoundOne(name, by[number].how if number in by else "segment")
        for number, name in zip(shown, names, strict=True)
    )
    return shapes.Found(lines, len(people), caller.is_masked, start + len(shown) < len(people))


def served(
    ws: Workspace, caller: Caller, *, profile: str, right: str, data: shapes.RightAsked
) -> Response[Any]:
    """Serve one right of a customer."""
    seen = looked_at(ws, caller, profile=profile, as_of=None)
    noted = Noted(by=caller.id, why=data.why, proof=data.proof, actor=caller.by.actor)
    privacy = ws.privacy
    match right:
        case "access" | "portable":
            seen.viewer.check_sees()
            with tempfile.TemporaryDirectory(prefix="vitrail-rights-") as folder:
                path = Path(folder) / "file.zip"
                (privacy.access if right == "access" else privacy.port)(seen.key, path, **noted)
                return Response(path.read_bytes(), media_type="application/zip", status_code=200)
        case "rectify":
            privacy.rectify(seen.key, data.values, **noted)
        case "object":
            privacy.object(seen.key, data.purpose, **noted)
        case "restrict":
            privacy.restrict(seen.key, **noted)
        case "lift":
            privacy.lift(seen.key, data.right, purpose=data.purpose, **noted)
        case "erase":
            shapes.check_confirmed(data.confirm, seen.name)
            erasure = privacy.begin_erasure(seen.key, **noted)
            return Response(shapes.Served(right, erasure.number), status_code=200)
        case _:
            raise shapes.unknown_right(right)
    return Response(shapes.Served(right), status_code=200)
