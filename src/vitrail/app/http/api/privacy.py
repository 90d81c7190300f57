"""Privacy over the API: purposes, consents, requests, retention, the record, sensitive data."""

from __future__ import annotations

from typing import Annotated, Any

from litestar import get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import Parameter

from vitrail.app.consent_course import consent_courses
from vitrail.app.consenting import Said, last_said, ledger_head, verify_ledger
from vitrail.app.http.access.callers import Asked as Request
from vitrail.app.http.access.callers import Caller, caller_of
from vitrail.app.http.access.guards import needs
from vitrail.app.http.api import privacy_shapes as shapes
from vitrail.app.http.api.asking import told_figure
from vitrail.app.http.api.bench import Bench
from vitrail.app.http.api.privacy_shapes import of
from vitrail.app.privacy_order import privacy_order
from vitrail.app.purposes import Proposed, propose_purposes, purposes_in_force, put_in_force
from vitrail.app.record.gathering import gather_record
from vitrail.app.sensitive_view import Decision, decide, sensitive_items
from vitrail.app.workspace import Workspace
from vitrail.ledger.consents import Looked
from vitrail.model.consents import ConsentState
from vitrail.model.errors import refuse
from vitrail.warehouse.store import Store

SENT: dict[str, Any] = {"status_code": 200}
TAGS: dict[str, Any] = {"tags": ["Privacy"]}
PAGE = 200


def privacy_api(bench: Bench) -> list[HTTPRouteHandler]:
    """What can be asked of privacy, and done about it."""

    @get("/api/privacy", opt=needs("view_segments"), **TAGS, operation_id="privacy")
    async def order(request: Request) -> shapes.Order:
        """What is in order and what is not."""
        points = await bench.ask(privacy_order)
        return shapes.Order(tuple(of(shapes.PointTold, each) for each in points))

    @get("/api/record", opt=needs("view_segments"), **TAGS, operation_id="record")
    async def record(request: Request) -> shapes.RecordTold:
        """The record of processing (GDPR, article 30)."""
        return shapes.RecordTold(await bench.look(gather_record))

    @get("/api/sensitive", opt=needs("view_segments"), **TAGS, operation_id="sensitive")
    async def sensitive(request: Request) -> shapes.SensitiveItems:
        """What of the catalogue is sensitive."""
        return shapes.SensitiveItems(await bench.ask(told_items))

    @post("/api/sensitive", **SENT, opt=needs("manage_purposes"), **TAGS, operation_id="decideSensitive")
    async def decided(request: Request, data: shapes.SensitiveAsked) -> shapes.SensitiveItems:
        """Allow a sensitive field for a purpose that permits it, or say that it is not sensitive."""
        by = caller_of(request).by

        def done(ws: Workspace) -> tuple[shapes.SensitiveTold, ...]:
            decide(ws, Decision(data.path, data.do, data.purpose), by=by)
            return told_items(ws)

        return shapes.SensitiveItems(await bench.ask(done))

    return [order, record, sensitive, decided, *purpose_routes(bench), *consent_routes(bench)]


def told_items(ws: Workspace) -> tuple[shapes.SensitiveTold, ...]:
    """All that is sensitive, as the API tells it."""
    return tuple(of(shapes.SensitiveTold, each) for each in sensitive_items(ws))


def purpose_routes(bench: Bench) -> list[HTTPRouteHandler]:
    """The register of purposes: in force, planned, applied."""

    @get("/api/purposes", opt=needs("view_segments"), **TAGS, operation_id="purposes")
    async def purposes(request: Request) -> shapes.RegisterTold:
        """The purposes in force."""
        found = await bench.look(purposes_in_force)
        return shapes.RegisterTold(found.version, found.document)

    @post("/api/purposes/plan", **SENT, opt=needs("manage_purposes"), **TAGS, operation_id="planPurposes")
    async def plan(request: Request, data: shapes.PurposesAsked) -> shapes.RegisterPlan:
        """What a register would change: nothing is changed."""
        return told_register(await bench.look(lambda store: proposed(store, data)), applied=None)

    @post("/api/purposes/apply", **SENT, opt=needs("manage_purposes"), **TAGS, operation_id="applyPurposes")
    async def apply(request: Request, data: shapes.PurposesAsked) -> shapes.RegisterPlan:
        """Put a register in force; answers what changed."""
        by = caller_of(request).by

        def done(store: Store) -> shapes.RegisterPlan:
            found = proposed(store, data)
            version = found.plan.version if found.plan.is_empty else put_in_force(store, found.plan, by=by)
            return told_register(found, applied=version)

        return await bench.look(done)

    return [purposes, plan, apply]


def proposed(store: Store, data: shapes.PurposesAsked) -> Proposed:
    """What a register that was sent would change. Raises `UserError` unless one is given."""
    if (data.register is None) is not data.ready:
        raise refuse(
            "which_register",
            path="register",
            fr="Donnez un registre, ou « ready » pour celui tout prêt ; l’un des deux.",
            en="Give a register, or “ready” for the ready-made one; one of the two.",
        )
    return propose_purposes(store, data.register, prune=data.prune)


def told_register(found: Proposed, *, applied: int | None) -> shapes.RegisterPlan:
    """A plan as the API tells it; `applied` is the version it made."""
    moved = tuple(of(shapes.PurposeMoved, each) for each in found.plan.changes if each.action != "unchanged")
    version = found.plan.version if applied is None else applied
    return shapes.RegisterPlan(applied is not None and bool(moved), version, moved, found.left_out)


def consent_routes(bench: Bench) -> list[HTTPRouteHandler]:
    """The ledger of consents."""

    @get("/api/consents", opt=needs("view_people"), **TAGS, operation_id="consents")
    async def consents(
        request: Request,
        *,
        purpose: str = "",
        channel: str | None = None,
        said: Annotated[ConsentState | None, Parameter(query="state")] = None,
        before: Annotated[int | None, Parameter(ge=1, le=2**62)] = None,
    ) -> shapes.Consents:
        """The last entries, newest first, 200 at a time."""
        masked = caller_of(request).is_masked
        looked = Looked(purpose, channel, said or "", before)
        found = await bench.ask(lambda ws: last_said(ws, looked, limit=PAGE, masked=masked))
        following = found[-1].position if len(found) == PAGE else None
        return shapes.Consents(tuple(map(told_consent, found)), masked, following)

    @get("/api/consents/course", opt=needs("view_segments"), **TAGS, operation_id="consentCourse")
    async def course(request: Request) -> shapes.ConsentCourse:
        """How many agreed, month after month."""
        caller = caller_of(request)
        return await bench.ask(lambda ws: told_course(ws, caller))

    @post("/api/consents/verify", **SENT, opt=needs("view_audit"), **TAGS, operation_id="verifyConsents")
    async def verify(request: Request) -> shapes.LedgerChecked:
        """Check every seal of the ledger; that it was done is noted."""
        by = caller_of(request).by

        def checked(ws: Workspace) -> shapes.LedgerChecked:
            broken, head = verify_ledger(ws, by=by), ledger_head(ws)
            position = None if broken is None else broken.position
            return shapes.LedgerChecked(broken is None, position, head.entries, head.seal)

        return await bench.ask(checked)

    return [consents, course, verify]


def told_consent(said: Said) -> shapes.ConsentTold:
    """An entry as the API tells it."""
    return shapes.ConsentTold(
        said.position, said.at, said.recorded_at, said.key, said.purpose, said.channel, said.state,
        said.wording, said.place, said.method, said.proof, said.source, said.seal,
    )  # fmt: skip


def told_course(ws: Workspace, caller: Caller) -> shapes.ConsentCourse:
    """The courses as the API tells them."""
    found = consent_courses(ws, caller.permissions)
    courses = tuple(
        shapes.CourseTold(each.purpose.key, each.channel, tuple(map(told_figure, each.figures)))
        for each in found.courses
    )
    return shapes.ConsentCourse(found.instants, courses)
