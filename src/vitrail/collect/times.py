"""Dates and instants at entry: ISO, or day/month/year; without a zone, the workspace's."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from vitrail.collect.parsed import Parsed, family, keep, refuse_known
from vitrail.collect.zones import DAY_US, to_instants

DATE = pa.date32()
INSTANT = pa.int64()
YEAR_1, YEAR_10000 = -62_135_596_800_000_000, 253_402_300_800_000_000

_ISO_DATE = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
_FRENCH_DATE = r"^([0-9]{2})/([0-9]{2})/([0-9]{4})$"
_SHORT_DATE = r"^([0-9]{4})([0-9]{2})([0-9]{2})$"
_FRENCH_MOMENT = r"^([0-9]{2})/([0-9]{2})/([0-9]{4})([T ])"
_INSTANT_TEXT = (
    r"^(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})[T ](?P<hour>[0-9]{2}):(?P<minute>[0-9]{2})"
    r"(?::(?P<second>[0-9]{2})(?:[.,](?P<fraction>[0-9]{1,9}))?)?(?P<zone>Z|z|[+-][0-9]{2}:?[0-9]{2})?$"
)


def to_dates(cells: pa.Array) -> Parsed:
    """Days; an instant without zone is a day when it is a midnight."""
    match family(cells.type):
        case "date":
            return _within_years(Parsed(cells.cast(DATE)))
        case "instant" if cells.type.tz is None:
            moments = _microseconds(cells)
            midnight = pc.equal(pc.multiply(pc.divide(moments, DAY_US), DAY_US), moments)
            days = keep(pc.divide(moments, DAY_US), midnight, kind=pa.int32())
            return _within_years(Parsed(days.values.cast(DATE), days.refused))
        case "text":
            return _dates_of_texts(cells)
        case _:
            return refuse_known(cells, DATE)


def to_moments(cells: pa.Array, zone: ZoneInfo) -> Parsed:
    """The times of events and observations: instants, or days, which are taken at their midnight."""
    if family(cells.type) == "date":
        return _midnights(_within_years(Parsed(cells.cast(DATE))), zone)
    if family(cells.type) != "text":
        return to_instants_column(cells, zone)
    plain = _plain_walls(cells)
    if plain is not None:
        return _from_walls(plain, zone)
    days = _dates_of_texts(cells)
    midnights = _midnights(days, zone)
    others = pc.if_else(pc.is_valid(days.values), pa.scalar(None, pa.string()), cells)
    instants = to_instants_column(others, zone)
    return Parsed(
        pc.coalesce(midnights.values, instants.values),
        instants.refused,
        local=midnights.local + instants.local,
    )


def to_instants_column(cells: pa.Array, zone: ZoneInfo) -> Parsed:
    """Instants in microseconds; a time without zone is one of the workspace's clocks, and is counted."""
    match family(cells.type):
        case "instant" if cells.type.tz is not None:
            return _within_reach(Parsed(_microseconds(cells)))
        case "instant":
            return _from_walls(_microseconds(cells), zone)
        case "text":
            return _instants_of_texts(cells, zone)
        case _:
            return refuse_known(cells, INSTANT)


def _dates_of_texts(cells: pa.Array) -> Parsed:
    coded = pc.dictionary_encode(pc.ascii_trim_whitespace(cells))
    french = pc.replace_substring_regex(coded.dictionary, _FRENCH_DATE, r"\3-\2-\1")
    texts = pc.replace_substring_regex(french, _SHORT_DATE, r"\1-\2-\3")
    days = _days(pc.if_else(pc.match_substring_regex(texts, _ISO_DATE), texts, pa.scalar(None, pa.string())))
    values = days.take(coded.indices)
    refused = pc.and_(pc.is_valid(cells), pc.is_null(values))
    return Parsed(values, refused if pc.any(refused, min_count=0).as_py() else None)


def _days(texts: pa.StringArray) -> pa.Array:
    """ISO dates as days; a day that does not exist is unknown."""
    moments = pc.strptime(texts, format="%Y-%m-%d", unit="us", error_is_null=True)
    same = pc.equal(pc.strftime(moments, format="%Y-%m-%d"), texts)
    exists = pc.and_(same, pc.not_equal(pc.utf8_slice_codeunits(texts, 0, 4), "0000"))
    return pc.if_else(exists, moments, pa.scalar(None, moments.type)).cast(DATE)


def _plain_walls(cells: pa.Array) -> pa.Array | None:
    """Times that are all plainly written, such as 2025-03-31 08:00:00, read at once; else None."""
    if (pc.min(pc.binary_length(cells)).as_py() or 0) < len("2025-03-31 08:00"):
        return None
    try:
        return cells.cast(pa.timestamp("us")).cast(INSTANT)
    except pa.ArrowInvalid:
        return None


def _instants_of_texts(cells: pa.Array, zone: ZoneInfo) -> Parsed:
    plain = _plain_walls(cells)
    if plain is not None:
        return _from_walls(plain, zone)
    trimmed = pc.ascii_trim_whitespace(cells)
    parts = pc.extract_regex(
        pc.replace_substring_regex(trimmed, _FRENCH_MOMENT, r"\3-\2-\1\4"), _INSTANT_TEXT
    )
    coded = pc.dictionary_encode(pc.struct_field(parts, "day"))
    days = _days(coded.dictionary).take(coded.indices).cast(pa.int32()).cast(pa.int64())
    hour, minute, second = (_digits(parts, name) for name in ("hour", "minute", "second"))
    in_day = pc.and_(pc.less(hour, 24), pc.and_(pc.less(minute, 60), pc.less(second, 60)))
    clock = pc.add(pc.multiply(pc.add(pc.multiply(hour, 60), minute), 60), second)
    walls = pc.add(pc.add(pc.multiply(days, DAY_US), pc.multiply(clock, 1_000_000)), _fraction_us(parts))
    walls = pc.if_else(in_day, walls, pa.scalar(None, pa.int64()))
    zones = pc.struct_field(parts, "zone")
    local = _from_walls(pc.if_else(pc.equal(zones, ""), walls, pa.scalar(None, pa.int64())), zone)
    zoned = pc.if_else(
        pc.equal(zones, ""), pa.scalar(None, pa.int64()), pc.subtract(walls, _offset_us(zones))
    )
    values = _within_reach(Parsed(pc.coalesce(zoned, local.values))).values
    refused = pc.and_(pc.is_valid(cells), pc.is_null(values))
    return Parsed(values, refused if pc.any(refused, min_count=0).as_py() else None, local=local.local)


def _digits(parts: pa.StructArray, name: str) -> pa.Array:
    texts = pc.struct_field(parts, name)
    return pc.if_else(pc.equal(texts, ""), "0", texts).cast(pa.int64())


def _fraction_us(parts: pa.StructArray) -> pa.Array:
    padded = pc.ascii_rpad(pc.struct_field(parts, "fraction"), width=6, padding="0")
    return pc.utf8_slice_codeunits(padded, 0, 6).cast(pa.int64())


def _offset_us(zones: pa.StringArray) -> pa.Array:
    """`+02:00` in microseconds; `Z` and no zone at all are 0, an impossible offset is unknown."""
    signed = pc.replace_substring(
        pc.if_else(pc.match_substring_regex(zones, r"^[Zz]?$"), "+0000", zones), ":", ""
    )
    hours = pc.utf8_slice_codeunits(signed, 1, 3).cast(pa.int64())
    minutes = pc.utf8_slice_codeunits(signed, 3, 5).cast(pa.int64())
    total = pc.multiply(pc.add(pc.multiply(hours, 60), minutes), 60_000_000)
    exists = pc.and_(pc.less(hours, 24), pc.less(minutes, 60))
    directed = pc.if_else(pc.starts_with(signed, "-"), pc.negate(total), total)
    return pc.if_else(exists, directed, pa.scalar(None, pa.int64()))


def _microseconds(cells: pa.Array) -> pa.Array:
    """Timestamps of any unit as whole microseconds, the finer ones taken down."""
    if cells.type.unit != "ns":
        return cells.cast(pa.timestamp("us", cells.type.tz), safe=False).cast(INSTANT)
    nanoseconds = cells.cast(INSTANT)
    down = np.floor_divide(pc.fill_null(nanoseconds, 0).to_numpy(zero_copy_only=False), 1000)
    return pc.if_else(pc.is_valid(nanoseconds), pa.array(down), pa.scalar(None, INSTANT))


def _from_walls(walls: pa.Array, zone: ZoneInfo) -> Parsed:
    reached = _within_reach(Parsed(walls))
    if not reached.values.null_count:
        instants = pa.array(to_instants(reached.values.to_numpy(), zone))
        return Parsed(instants, reached.refused, local=len(instants))
    numbers = pc.fill_null(reached.values, 0).to_numpy(zero_copy_only=False)
    known = pc.is_valid(reached.values)
    instants = pc.if_else(known, pa.array(to_instants(numbers, zone)), pa.scalar(None, INSTANT))
    return Parsed(instants, reached.refused, local=int(pc.sum(known, min_count=0).as_py()))


def _midnights(days: Parsed, zone: ZoneInfo) -> Parsed:
    walls = pc.multiply(days.values.cast(pa.int32()).cast(pa.int64()), DAY_US)
    instants = _from_walls(walls, zone)
    return Parsed(instants.values, days.refused, local=instants.local)


def _within_years(days: Parsed) -> Parsed:
    numbers = days.values.cast(pa.int32())
    fits = pc.and_(pc.greater_equal(numbers, YEAR_1 // DAY_US), pc.less(numbers, YEAR_10000 // DAY_US))
    kept = keep(days.values, fits, kind=DATE)
    return Parsed(kept.values, kept.refused if days.refused is None else days.refused)


def _within_reach(instants: Parsed) -> Parsed:
    fits = pc.and_(pc.greater_equal(instants.values, YEAR_1), pc.less(instants.values, YEAR_10000))
    return keep(instants.values, fits, kind=INSTANT)
