"""Taking people away over the API: audiences with their waterfall, files, the register, follow-ups."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

from litestar import get, post
from litestar.exceptions import PermissionDeniedException
from litestar.handlers import HTTPRouteHandler
from litestar.params import Parameter
from litestar.response import Stream

from vitrail.app.http.access.callers import Asked as Request
from vitrail.app.http.access.callers import Caller, caller_of, language_of
from vitrail.app.http.access.guards import needs
from vitrail.app.http.api import export_shapes as shapes
from vitrail.app.http.api.bench import Bench
from vitrail.app.http.refused_rows import pieces_of
from vitrail.app.instants import instant
from vitrail.app.report.exports import Layout, export_audience, export_segment
from vitrail.app.workspace import Workspace
from vitrail.app.written import whole_number
from vitrail.consent.exports import following_up
from vitrail.consent.exports.following_up import Settling, Told
from vitrail.consent.exports.register import Taking
from vitrail.consent.gate import Audience
from vitrail.ledger.exports import Export, FollowUp, State
from vitrail.warehouse.store import Store

SENT: dict[str, Any] = {"status_code": 200}
PIECE = 1 << 16
MEDIA = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
}
PAGE = 500


def exporting_routes(bench: Bench) -> list[HTTPRouteHandler]:
    """What can be taken away, and what was."""

    @post(
        "/api/segments/{key:str}/export", **SENT, opt=needs("export"), tags=["Exports"],
        operation_id="exportSegment",
    )  # fmt: skip
    async def export(request: Request, key: str, *, data: shapes.ListAsked) -> Stream:
        """The members of a segment as a file, for a study: no list to write to. The register keeps it."""
        caller, layout = caller_of(request), _layout(request, data.traits)

        def write(ws: Workspace, path: Path) -> int:
            return export_segment(ws, key, path=path, layout=layout, taking=_taking(caller, data.recipient))

        return await _file(bench, write, form=data.form)

    @post("/api/audience", **SENT, opt=needs("view_people"), tags=["Exports"], operation_id="audience")
    async def audience(request: Request, data: shapes.AudienceAsked) -> shapes.AudienceTold:
        """Who of a segment may be reached for a purpose on a channel: how many fall at each step."""
        return await bench.ask(lambda ws: told_audience(_audience(ws, data)))

    @post("/api/audience/export", **SENT, opt=needs("send"), tags=["Exports"], operation_id="exportAudience")
    async def take_audience(request: Request, data: shapes.AudienceFileAsked) -> Stream:
        """The addresses of those who may be reached, as a file. The register keeps it."""
        caller, layout = caller_of(request), _layout(request, data.traits)
        if caller.is_masked:
            raise PermissionDeniedException(extra={"needs": "view_personal_data"})

        def write(ws: Workspace, path: Path) -> int:
            found = _audience(ws, data)
            return export_audience(
                ws, found, path=path, layout=layout, taking=_taking(caller, data.recipient)
            )

        return await _file(bench, write, form=data.form)

    return [export, audience, take_audience, *register_routes(bench)]


def register_routes(bench: Bench) -> list[HTTPRouteHandler]:
    """The register of exports, and the follow-ups."""

    @get("/api/exports", opt=needs("view_audit"), tags=["Exports"], operation_id="exports")
    async def exports(
        *,
        before: Annotated[int | None, Parameter(ge=1, le=2**31)] = None,
        limit: Annotated[int, Parameter(ge=1, le=PAGE)] = 100,
    ) -> shapes.Exports:
        """Every file that was taken away, the newest first, by pages."""

        def listed(ws: Workspace) -> shapes.Exports:
            found = ws.exports.all(before=before, limit=limit)
            more = found[-1].number if len(found) == limit else None
            return shapes.Exports(tuple(map(told_export, found)), more)

        return await bench.ask(listed)

    @get("/api/follow-ups", opt=needs("serve_rights"), tags=["Exports"], operation_id="followUps")
    async def follow_ups(
        *, asked: Annotated[State | None, Parameter(query="state")] = None
    ) -> shapes.FollowUps:
        """What is to be asked of those who have a file with people who were erased, put right or frozen."""

        def listed(store: Store) -> shapes.FollowUps:
            found = following_up.told_follow_ups(store, state=asked)
            return shapes.FollowUps(tuple(map(told_follow_up, found)))

        return await bench.look(listed)

    @post(
        "/api/follow-ups/{number:str}", **SENT, opt=needs("serve_rights"), tags=["Exports"],
        operation_id="settleFollowUp",
    )  # fmt: skip
    async def settle(
        request: Request,
        number: str,
        *,
        data: shapes.SettlingAsked,
    ) -> shapes.FollowUpSettled:
        """Note that it was asked, is done, or is impossible and why."""
        by = caller_of(request).by
        told = Settling(data.state, f"{by.actor.kind} {by.actor.id}", data.note, by.actor, by.origin)
        found = await bench.look(
            lambda store: following_up.settle(store, whole_number(number) or 0, settling=told)
        )
        return told_settled(found)

    return [exports, follow_ups, settle]


def told_audience(found: Audience) -> shapes.AudienceTold:
    """An audience as the API tells it: no person in it."""
    waterfall = found.waterfall
    falls = tuple(shapes.FallTold(each.step, each.fell, each.left) for each in waterfall.falls)
    return shapes.AudienceTold(waterfall.segment, falls, waterfall.audience, waterfall.age_unknown)


def told_export(found: Export) -> shapes.ExportTold:
    """An export as the API tells it."""
    return shapes.ExportTold(
        number=found.number,
        at=instant(found.at_us),
        actor=f"{found.actor.kind} {found.actor.id}".strip(),
        kind=found.kind,
        segment=found.segment,
        definitions=found.definitions,
        as_of=instant(found.as_of_us),
        purpose=found.purpose,
        channel=found.channel,
        recipient=found.recipient,
        form=found.form,
        columns=found.columns,
        masked=found.masked,
        people=found.people,
    )


def told_settled(found: FollowUp) -> shapes.FollowUpSettled:
    """How far a follow-up has come."""
    return shapes.FollowUpSettled(
        found.number, found.state, instant(found.changed_at_us), found.by, found.note
    )


def told_follow_up(found: Told) -> shapes.FollowUpTold:
    """A follow-up with its export, as the API tells it."""
    each = found.follow_up
    return shapes.FollowUpTold(
        cause=each.cause,
        about=each.about,
        people=each.people,
        since=instant(each.at_us),
        export=told_export(found.export),
        standing=told_settled(each),
    )


def _audience(ws: Workspace, data: shapes.AudienceAsked) -> Audience:
    return ws.audience(data.segment, purpose=data.purpose, channel=data.channel, as_of=data.as_of)


def _layout(request: Request, traits: tuple[str, ...] | None) -> Layout:
    return Layout(traits, language_of(request))


def _taking(caller: Caller, recipient: str) -> Taking:
    """Who takes it: a program gives it to itself, unless it says to whom."""
    named = caller.admitted.key.name if caller.admitted is not None else ""
    return Taking(caller.by.actor, caller.by.origin, recipient or named, caller.is_masked)


async def _file(bench: Bench, write: Callable[[Workspace, Path], int], *, form: str) -> Stream:
    """What is written goes through a file without a name: nothing of it stays here."""

    def written(ws: Workspace) -> Any:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"people.{form}"
            write(ws, path)
            return path.open("rb")

    file = await bench.ask(written)
    headers = {"content-disposition": f'attachment; filename="people.{form}"', "cache-control": "no-store"}
    return Stream(lambda: pieces_of(file), media_type=MEDIA[form], headers=headers)
