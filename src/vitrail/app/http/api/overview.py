"""The whole base over the API: how it does, its cohorts, its segmentations and who moves between classes."""

from __future__ import annotations

import datetime as dt

from litestar import get
from litestar.handlers import HTTPRouteHandler

from vitrail.app.counting import Counts
from vitrail.app.http.access.callers import Asked as Request
from vitrail.app.http.access.callers import Caller, caller_of
from vitrail.app.http.access.guards import needs
from vitrail.app.http.api import overview_shapes as told
from vitrail.app.http.api.asking import told_figure
from vitrail.app.http.api.bench import Bench
from vitrail.app.instants import instant, microseconds
from vitrail.app.overview.activity import Compared, Stretch, activity_of
from vitrail.app.overview.attention import concerns_of
from vitrail.app.overview.cohorts import cohorts_of
from vitrail.app.overview.orders import read_orders
from vitrail.app.overview.reach import reach_by_channel
from vitrail.app.overview.week import WEEK, applied_since, unusual_since
from vitrail.app.respect_settings import respect_of
from vitrail.app.segmentations.classes import lost_to_order
from vitrail.app.segmentations.journeys import journeys_between, stops
from vitrail.app.segmentations.moving import dates_of, find_segmentation, moves_between
from vitrail.app.workspace import Workspace
from vitrail.model.definitions import Class, Remainder, Segmentation
from vitrail.model.errors import refuse
from vitrail.warehouse.refresh import defined

SEES = needs("view_segments")


def overview_api(bench: Bench) -> list[HTTPRouteHandler]:
    """What can be asked of the whole base."""

    @get("/api/overview", opt=SEES, tags=["Overview"], operation_id="overview")
    async def overview(request: Request, *, purpose: str = "") -> told.OverviewTold:
        """Customers, activity, revenue, reach by channel, what changed in a week, what needs attention."""
        caller = caller_of(request)
        return await bench.ask(lambda ws: told_overview(ws, caller, purpose=purpose))

    @get("/api/cohorts", opt=SEES, tags=["Overview"], operation_id="cohorts")
    async def cohorts(request: Request) -> told.CohortsTold:
        """Customers by the month of their first order, and who ordered in each month after."""
        caller = caller_of(request)

        def found(ws: Workspace) -> told.CohortsTold:
            least = 0 if Counts(ws, caller.permissions).exact else respect_of(ws.store).smallest_group
            at = instant(ws.store.now_us())
            return told.CohortsTold(cohorts_of(ws.store, read_orders(ws.store), at=at, least=least))

        return await bench.ask(found)

    @get("/api/segmentations", opt=SEES, tags=["Segmentations"], operation_id="segmentations")
    async def segmentations(request: Request) -> told.SegmentationsTold:
        """Every segmentation, with the sizes of its classes."""
        caller = caller_of(request)

        def found(ws: Workspace) -> told.SegmentationsTold:
            every = defined(ws.store)[1].document.segmentations
            return told.SegmentationsTold(tuple(told_segmentation(ws, each, caller=caller) for each in every))

        return await bench.ask(found)

    @get("/api/segmentations/{key:str}", opt=SEES, tags=["Segmentations"], operation_id="segmentation")
    async def segmentation(request: Request, key: str) -> told.SegmentationTold:
        """One segmentation, with how many the order of classes takes from each."""
        caller = caller_of(request)

        def found(ws: Workspace) -> told.SegmentationTold:
            one = find_segmentation(defined(ws.store)[1].document, key)
            return told_segmentation(ws, one, caller=caller, with_lost=True)

        return await bench.ask(found)

    @get("/api/segmentations/{key:str}/moves", opt=SEES, tags=["Segmentations"], operation_id="moves")
    async def moves(
        request: Request, key: str, *, start: dt.datetime | None = None, end: dt.datetime | None = None
    ) -> told.MovesTold:
        """Who went from which class to which between two instants; by default the first and last refresh."""
        caller = caller_of(request)
        return await bench.ask(lambda ws: told_moves(ws, key, caller=caller, start=start, end=end))

    @get("/api/segmentations/{key:str}/journeys", opt=SEES, tags=["Segmentations"], operation_id="journeys")
    async def journeys(
        request: Request, key: str, *, start: dt.datetime | None = None, end: dt.datetime | None = None
    ) -> told.JourneysTold:
        """Which ways people went from class to class, by way of the refresh in the middle of two instants."""
        caller = caller_of(request)
        return await bench.ask(lambda ws: told_journeys(ws, key, caller=caller, start=start, end=end))

    return [overview, cohorts, segmentations, segmentation, moves, journeys]


def told_overview(ws: Workspace, caller: Caller, *, purpose: str) -> told.OverviewTold:
    """How the base does, as it may be told to who asks."""
    counts = Counts(ws, caller.permissions)
    at = instant(ws.store.now_us())
    known = activity_of(ws.store, read_orders(ws.store), at=at)
    return told.OverviewTold(
        at=at,
        customers=told_figure(counts.everybody()),
        last_30_days=told_compared(known.thirty, counts),
        this_month=told_compared(known.month, counts),
        reach=tuple(
            told.ReachTold(each.channel, each.purpose.key, told_figure(counts.people(each.found.reached)))
            for each in reach_by_channel(ws, purpose)
        ),
        unusual=unusual_since(ws.store) if counts.exact else (),
        versions=applied_since(ws.store, at - WEEK),
        concerns=concerns_of(ws, caller.permissions),
    )


def told_compared(compared: Compared, counts: Counts) -> told.ComparedTold:
    """Two stretches of time."""
    return told.ComparedTold(told_stretch(compared.now, counts), told_stretch(compared.before, counts))


def told_stretch(stretch: Stretch, counts: Counts) -> told.StretchTold:
    """One stretch of time; where few people are behind it, nothing is told of what they brought."""
    buyers = counts.people(stretch.buyers)
    shown = counts.exact or buyers.value is not None
    orders, revenue = (stretch.orders, stretch.revenue) if shown else (None, None)
    return told.StretchTold(stretch.start, stretch.end, told_figure(buyers), orders, revenue)


def told_segmentation(
    ws: Workspace, one: Segmentation, *, caller: Caller, with_lost: bool = False
) -> told.SegmentationTold:
    """A segmentation as the API tells it."""
    counts = Counts(ws, caller.permissions)
    sizes = counts.segments()
    lost = lost_to_order(ws, one) if with_lost else {}
    parts: tuple[Class | Remainder, ...] = (*one.classes, one.otherwise)
    classes = []
    for part in parts:
        key = f"{one.key}.{part.key}"
        taken = told_figure(counts.people(lost[key].people)) if key in lost else None
        rule = part.rule if isinstance(part, Class) else None
        size = told_figure(sizes[key]) if key in sizes else None
        classes.append(told.ClassTold(key, part.name, rule, size, taken))
    return told.SegmentationTold(one.key, one.name, one.among, tuple(classes))


def told_moves(
    ws: Workspace, key: str, *, caller: Caller, start: dt.datetime | None, end: dt.datetime | None
) -> told.MovesTold:
    """Who moved between two instants. Raises `UserError` before the first refresh."""
    dates = _known_dates(ws, key)
    first, last = start or dates[0], end or dates[-1]
    found = moves_between(ws.store, key, before_us=microseconds(first), after_us=microseconds(last))
    counts = Counts(ws, caller.permissions)
    cells = counts.table({f"{old}\n{new}": people for (old, new), people in found.people.items()})
    moves = tuple(told.MoveTold(old, new, told_figure(cells[f"{old}\n{new}"])) for old, new in found.people)
    return told.MovesTold(first, last, found.redefined, moves)


def told_journeys(
    ws: Workspace, key: str, *, caller: Caller, start: dt.datetime | None, end: dt.datetime | None
) -> told.JourneysTold:
    """The journeys between two instants. Raises `UserError` before the first refresh."""
    dates = _known_dates(ws, key)
    at = stops(dates, start=start or dates[0], end=end or dates[-1])
    found = journeys_between(ws.store, key, instants_us=[*map(microseconds, at)])
    cells = Counts(ws, caller.permissions).table({"\n".join(each.steps): each.people for each in found})
    ways = tuple(told.JourneyTold(each.steps, told_figure(cells["\n".join(each.steps)])) for each in found)
    return told.JourneysTold(at, ways)


def _known_dates(ws: Workspace, key: str) -> tuple[dt.datetime, ...]:
    dates = dates_of(ws.store, key)
    if not dates:
        raise refuse(
            "never_evaluated",
            path=key,
            fr=f"« {key} » n’a pas encore été calculée : lancez un rafraîchissement.",
            en=f"“{key}” was not evaluated yet: refresh first.",
        )
    return dates
