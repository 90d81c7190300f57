"""Dates with slashes are day/month/year: refused when they cannot be, told when nothing proves it."""

from __future__ import annotations

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from vitrail.model.errors import Message, Problem, UserError, refuse


class DayOrder(msgspec.Struct, frozen=True):
    """What the dates of one column, seen so far, tell of their order.

    `slashed`: some are written with slashes; `day_first`, `month_first`: some can be read in no other way.
    """

    slashed: bool = False
    day_first: bool = False
    month_first: bool = False


def look_at_days(order: DayOrder, cells: pa.Array) -> DayOrder:
    """The same after some more cells of the column."""
    if not pa.types.is_string(cells.type):
        return order
    if not pc.any(pc.match_substring(cells, "/"), min_count=0).as_py():
        return order
    texts = pc.ascii_ltrim_whitespace(cells.drop_null())
    return DayOrder(
        slashed=order.slashed or _any(texts, _SLASHED),
        day_first=order.day_first or _any(texts, _DAY_FIRST),
        month_first=order.month_first or _any(texts, _MONTH_FIRST),
    )


def check_days(name: str, order: DayOrder) -> None:
    """Refuse a column whose dates are month/day/year: half of them would be read as other days."""
    if order.month_first and not order.day_first:
        raise _american(name)


def doubt_of_days(name: str, order: DayOrder) -> Problem | None:
    """What to tell of a column whose dates could be read in two ways."""
    if not order.slashed or order.day_first:
        return None
    return Problem(
        code="day_month_order",
        path=name,
        message=Message(
            fr=f"« {name} » : les dates ont été lues jour/mois/année, rien dans le fichier ne le prouve.",
            en=f"“{name}”: its dates were read as day/month/year, though nothing in the file proves it.",
        ),
        severity="warning",
    )


def _american(name: str) -> UserError:
    return refuse(
        "month_first",
        path=name,
        fr=f"« {name} » : les dates sont écrites mois/jour/année. Écrivez-les AAAA-MM-JJ. "
        "Rien n'a été chargé.",
        en=f"“{name}”: its dates are month/day/year. Write them as YYYY-MM-DD. Nothing was loaded.",
    )


def _any(texts: pa.StringArray, pattern: str) -> bool:
    return bool(pc.any(pc.match_substring_regex(texts, pattern), min_count=0).as_py())


_SLASHED = r"^[0-9]{2}/[0-9]{2}/[0-9]{4}"
_DAY_FIRST = r"^(1[3-9]|2[0-9]|3[01])/(0[1-9]|1[0-2])/[0-9]{4}"
_MONTH_FIRST = r"^(0[1-9]|1[0-2])/(1[3-9]|2[0-9]|3[01])/[0-9]{4}"
