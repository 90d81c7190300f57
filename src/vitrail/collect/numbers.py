"""Numbers at entry: whole ones of 64 bits, and decimals of 18 digits with 4 after the point."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from vitrail.collect.parsed import Parsed, family, keep, refuse_known
from vitrail.collect.plainness import only_decimals, only_digits

INTEGER = pa.int64()
DECIMAL = pa.decimal128(18, 4)
FLOAT = pa.float64()

_INTEGER_TEXT = r"^[+-]?[0-9]{1,18}$"
_DECIMAL_TEXT = r"^[+-]?[0-9]{1,18}([.,][0-9]+)?$"
_SPACED_TEXT = r"^[+-]?[0-9]{1,3}([ \x{a0}\x{202f}][0-9]{3})+([.,][0-9]+)?$"
_FLOAT_TEXT = r"^[+-]?[0-9]+([.,][0-9]+)?([eE][+-]?[0-9]{1,3})?$"
_SCALE = 10_000
_WHOLE_DIGITS = 10**14
_WIDE = pa.decimal256(76, 0)


def to_integers(cells: pa.Array) -> Parsed:
    """Whole numbers; a fraction, or more than 64 bits, is refused."""
    match family(cells.type):
        case "integer" if cells.type == pa.uint64():
            return keep(cells, pc.less_equal(cells, pa.scalar(2**63 - 1, pa.uint64())), kind=INTEGER)
        case "integer":
            return Parsed(cells.cast(INTEGER))
        case "float":
            known = _without_nan(cells)
            whole = pc.and_(pc.equal(pc.trunc(known), known), pc.less(pc.abs(known), 2.0**63))
            return keep(known, whole, kind=INTEGER)
        case "decimal":
            wide = cells.cast(pa.decimal256(76, max(cells.type.scale, 0)))
            limit = pa.scalar(2**63 - 1, _WIDE).cast(wide.type)
            whole = pc.and_(pc.equal(pc.trunc(wide), wide), pc.less_equal(pc.abs(wide), limit))
            return keep(wide, whole, kind=INTEGER)
        case "text":
            if only_digits(cells, most=18):
                return Parsed(cells.cast(INTEGER))
            plain = _plainly(cells, r"^-?[0-9]{1,18}$", kind=INTEGER)
            if plain is not None:
                return Parsed(plain)
            trimmed = pc.ascii_trim_whitespace(cells)
            unsigned = pc.replace_substring_regex(trimmed, r"^\+", "")
            return keep(unsigned, pc.match_substring_regex(trimmed, _INTEGER_TEXT), kind=INTEGER)
        case _:
            return refuse_known(cells, INTEGER)


def to_decimals(cells: pa.Array) -> Parsed:
    """Decimals; digits beyond the fourth are rounded half away from zero, and counted."""
    match family(cells.type):
        case "integer":
            if cells.type == pa.uint64():
                return _decimals_of_wide(cells.cast(pa.decimal128(20, 0)))
            wide = cells.cast(INTEGER)
            fits = pc.and_(pc.less(wide, _WHOLE_DIGITS), pc.greater(wide, -_WHOLE_DIGITS))
            kept = keep(wide, fits, kind=INTEGER)
            return Parsed(decimals_of_ten_thousandths(pc.multiply(kept.values, _SCALE)), kept.refused)
        case "float":
            return _decimals_of_floats(cells.cast(FLOAT))
        case "decimal":
            return _decimals_of_wide(cells)
        case "text":
            return _decimals_of_texts(cells)
        case _:
            return refuse_known(cells, DECIMAL)


def to_floats(cells: pa.Array) -> Parsed:
    """Doubles; what is not a number is unknown, minus zero is zero, the infinite is refused."""
    match family(cells.type):
        case "text":
            trimmed = pc.replace_substring(pc.ascii_trim_whitespace(cells), ",", ".")
            parsed = keep(trimmed, pc.match_substring_regex(trimmed, _FLOAT_TEXT), kind=FLOAT)
        case "integer" | "float" | "decimal":
            parsed = Parsed(cells.cast(FLOAT, safe=False))
        case _:
            return refuse_known(cells, FLOAT)
    known = _without_nan(parsed.values)
    finite = keep(known, pc.is_finite(known), kind=FLOAT)
    return Parsed(pc.add(finite.values, 0.0), _either(parsed.refused, finite.refused))


def _decimals_of_floats(cells: pa.Array) -> Parsed:
    known = _without_nan(cells)
    kept = keep(known, pc.less(pc.abs(known), float(_WHOLE_DIGITS)), kind=FLOAT)
    scaled = pc.round(pc.multiply(kept.values, float(_SCALE)), round_mode="half_towards_infinity")
    changed = pc.not_equal(pc.divide(scaled, float(_SCALE)), kept.values)
    fits = keep(scaled, pc.less(pc.abs(scaled), float(_WHOLE_DIGITS * _SCALE)), kind=INTEGER)
    return Parsed(
        decimals_of_ten_thousandths(fits.values), _either(kept.refused, fits.refused), rounded=_count(changed)
    )


def _decimals_of_texts(cells: pa.Array) -> Parsed:
    """Digits beyond the twelfth cannot change the rounding of the fourth: they are cut before."""
    if only_decimals(cells, whole=14, fraction=4):
        return Parsed(cells.cast(DECIMAL))
    plain = _plainly(cells, r"^-?[0-9]{1,14}(\.[0-9]{1,4})?$", kind=DECIMAL)
    if plain is not None:
        return Parsed(plain)
    trimmed = _closed_up(pc.ascii_trim_whitespace(cells))
    pointed = pc.replace_substring(pc.replace_substring_regex(trimmed, r"^\+", ""), ",", ".")
    short = pc.replace_substring_regex(pointed, r"(\.[0-9]{12})[0-9]+$", r"\1")
    read = keep(short, pc.match_substring_regex(trimmed, _DECIMAL_TEXT), kind=pa.decimal128(38, 12))
    parsed = _decimals_of_wide(read.values)
    return Parsed(parsed.values, _either(read.refused, parsed.refused), rounded=parsed.rounded)


def _plainly(cells: pa.Array, pattern: str, *, kind: pa.DataType) -> pa.Array | None:
    """The cells as numbers, when all are plainly written; else None."""
    fits = pc.match_substring_regex(cells, pattern)
    return cells.cast(kind) if pc.all(fits, min_count=0).as_py() else None


def _closed_up(texts: pa.StringArray) -> pa.StringArray:
    """Numbers without the spaces French puts between thousands."""
    spaced = pc.match_substring_regex(texts, _SPACED_TEXT)
    if not pc.any(spaced, min_count=0).as_py():
        return texts
    return pc.if_else(spaced, pc.replace_substring_regex(texts, r"[ \x{a0}\x{202f}]", ""), texts)


def _decimals_of_wide(cells: pa.Array) -> Parsed:
    """Any decimals brought to 18 digits with 4 after the point."""
    kind = cells.type
    if 0 <= kind.scale <= 4 and kind.precision - kind.scale <= 14:
        return Parsed(cells.cast(DECIMAL))
    wide = cells.cast(pa.decimal256(76, max(kind.scale, 4)))
    rounded = pc.round(wide, ndigits=4, round_mode="half_towards_infinity")
    limit = pa.scalar(_WHOLE_DIGITS, _WIDE).cast(rounded.type)
    kept = keep(rounded, pc.less(pc.abs(rounded), limit), kind=DECIMAL)
    return Parsed(kept.values, kept.refused, rounded=_count(pc.not_equal(rounded, wide)))


def decimals_of_ten_thousandths(scaled: pa.Int64Array) -> pa.Array:
    """Whole numbers of ten-thousandths read as decimals, all at once."""
    low = pc.fill_null(scaled, 0).to_numpy(zero_copy_only=False)
    words = np.empty((len(low), 2), dtype=np.int64)
    words[:, 0] = low
    words[:, 1] = low >> 63
    known = np.packbits(pc.is_valid(scaled).to_numpy(zero_copy_only=False), bitorder="little")
    return pa.Array.from_buffers(DECIMAL, len(low), [pa.py_buffer(known), pa.py_buffer(words)])


def _without_nan(cells: pa.Array) -> pa.Array:
    return pc.if_else(pc.is_nan(cells), pa.scalar(None, cells.type), cells)


def _either(first: pa.BooleanArray | None, second: pa.BooleanArray | None) -> pa.BooleanArray | None:
    if first is None or second is None:
        return first if second is None else second
    return pc.or_(first, second)


def _count(holds: pa.BooleanArray) -> int:
    return int(pc.sum(holds, min_count=0).as_py())
