"""The address of the start page."""

from __future__ import annotations

from typing import Any

from litestar import Response, get
from litestar.handlers import HTTPRouteHandler

from vitrail.app.counting import Counts
from vitrail.app.http.access.guards import needs
from vitrail.app.http.web.segments import names_of
from vitrail.app.http.web.visiting import Asked, Visit, see
from vitrail.app.segmentations.moving import class_keys
from vitrail.app.tasks.bringing import is_empty
from vitrail.app.web.desk import Desk
from vitrail.app.web.overview import gathering
from vitrail.app.web.overview.cohort_table import revenue_table, share_table
from vitrail.app.web.overview.figures import revenue_chart, told, told_months
from vitrail.app.web.overview.maps import (
    RFM,
    draw_moves,
    draw_tiles,
    matrix_of,
    names_in,
    shown_moves,
    tiles_of,
)
from vitrail.app.web.overview.wish import Wish
from vitrail.app.web.pages import later
from vitrail.app.web.segments.listing import said
from vitrail.consent.small_groups import Figure
from vitrail.warehouse.refresh import defined

CHANNELS = {
    "email": later("E-mail"),
    "sms": later("SMS"),
    "phone": later("Telephone"),
    "post": later("Post"),
}


def overview_routes(desk: Desk) -> list[HTTPRouteHandler]:
    """The start page."""

    @get("/", opt=needs("view_segments"), include_in_schema=False, sync_to_thread=True)
    def overview(request: Asked) -> Response[Any]:
        visit = Visit(request, desk.ws)
        counts, wish = Counts(desk.ws, visit.can), wish_of(visit)
        frame = visit.frame(visit.speech.say("Overview"), section="overview")
        everybody = counts.everybody()
        if is_empty(desk.ws.store) and "import_data" in visit.can:
            return see("/welcome")
        if not desk.ws.store.source().profiles:
            return visit.show("overview_empty.html", frame)
        return visit.show(
            "overview.html",
            frame,
            wish=wish,
            everybody=everybody,
            exact=counts.exact,
            names=all_names(visit),
            **activity_shown(desk, visit, counts=counts),
            **reach_shown(desk, visit, counts=counts, wish=wish),
            **rfm_shown(desk, visit, counts=counts),
            **moves_shown(desk, visit, counts=counts, wish=wish),
            **cohorts_shown(desk, visit, counts=counts, wish=wish),
            unusual=gathering.unusual(desk) if counts.exact else (),
            applied=gathering.applied(desk),
            concerns=gathering.concerns(desk, visit.can),
        )

    return [overview]


def wish_of(visit: Visit) -> Wish:
    """What the address asks for."""
    return Wish(**{name: visit.asked(name)[:100] for name in Wish.__struct_fields__})


def activity_shown(desk: Desk, visit: Visit, *, counts: Counts) -> dict[str, Any]:
    """The figures at the top, and the revenue by month."""
    known = gathering.activity(desk)
    shown: dict[str, Any] = {
        "activity": known,
        "thirty": told(known.thirty, counts),
        "month": told(known.month, counts),
        "revenue": None,
    }
    if known.is_known and known.has_amounts:
        months = shown["months"] = told_months(known, counts)
        key = ("revenue chart", known.at, counts.exact, months, visit.language)
        shown["revenue"] = desk.keep(key, lambda: revenue_chart(months, visit.speech))
    return shown


def reach_shown(desk: Desk, visit: Visit, *, counts: Counts, wish: Wish) -> dict[str, Any]:
    """How many may be written to, by channel."""
    found = gathering.reached(desk, wish)
    purposes = gathering.purposes(desk)
    return {
        "reach": [(each, counts.people(each.found.reached)) for each in found],
        "channels": CHANNELS,
        "purposes": [(each.key, said(each.name, visit.language)) for each in purposes],
        "purpose_name": lambda each: said(each.purpose.name, visit.language),
        "reach_share": lambda figure: _share(figure, counts.everybody()),
    }


def rfm_shown(desk: Desk, visit: Visit, *, counts: Counts) -> dict[str, Any]:
    """The RFM treemap and its table."""
    tiles = tiles_of(desk, RFM, speech=visit.speech, counts=counts)
    label = visit.speech.say("Customers by RFM group")
    key = ("treemap", tiles, visit.speech)
    return {
        "tiles": tiles,
        "treemap": desk.keep(key, lambda: draw_tiles(tiles, visit.speech, label=label)) if tiles else None,
        "has_worth": any(tile.each is not None for tile in tiles),
    }


def moves_shown(desk: Desk, visit: Visit, *, counts: Counts, wish: Wish) -> dict[str, Any]:
    """Who moved between two dates, in the segmentation that was chosen."""
    chosen = gathering.chosen_moves(desk, wish)
    shown: dict[str, Any] = {"chosen": chosen, "moves": None}
    if chosen is None:
        return shown
    document = defined(desk.ws.store)[1].document
    shown["segmentations"] = [(each.key, said(each.name, visit.language)) for each in document.segmentations]
    found = gathering.moves(desk, chosen)
    if found is not None:
        segmentation = next(each for each in document.segmentations if each.key == chosen.key)
        told_moves = shown_moves(found, names_in(segmentation, visit.speech), counts=counts)
        shown |= {
            "moves": found,
            "moved": found.moved if counts.exact else None,
            "bands": desk.keep(
                ("bands", desk.state(), chosen, told_moves.sizes, visit.speech),
                lambda: draw_moves(told_moves, visit.speech),
            ),
            "matrix": matrix_of(told_moves, visit.speech),
        }
    return shown


def cohorts_shown(desk: Desk, visit: Visit, *, counts: Counts, wish: Wish) -> dict[str, Any]:
    """The cohorts, as shares or as revenue."""
    found = gathering.cohorts(desk, counts)
    as_revenue = wish.cohorts == "revenue" and gathering.activity(desk).has_amounts
    table = (revenue_table if as_revenue else share_table)(found, visit.speech)
    return {"cohorts": table, "as_revenue": as_revenue}


def all_names(visit: Visit) -> dict[str, str]:
    """The names of segments, of classes and of segmentations."""
    document = defined(visit.ws.store)[1].document
    names = names_of(visit)
    for each in document.segmentations:
        whole = names[each.key] = said(each.name, visit.language)
        names |= {key: f"{whole} › {names[key]}" for key in class_keys(each)}
    return names


def _share(figure: Figure, of: Figure) -> float:
    return (figure.value or 0) / (of.value or 1)
