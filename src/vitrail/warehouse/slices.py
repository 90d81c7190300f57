"""Large loads cut at the boundaries of months: each file holds a few million rows of neighbouring times.

A month that is too large for a file is cut at hours."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from vitrail.warehouse.scratch import Scratch, statement

TARGET_ROWS = 2_000_000


class Slice(msgspec.Struct, frozen=True):
    """A stretch of time, its end excluded, and the number of rows in it."""

    start_us: int
    end_us: int
    rows: int


def cut(scratch: Scratch, table: str) -> tuple[Slice, ...]:
    """The slices of a table that has a column `at_us`; one for a small table."""
    stretches = scratch.rows(statement(_STRETCHES, table=table), {"most": TARGET_ROWS})
    return merge_months([(int(str(start)), int(str(rows))) for start, rows in stretches], target=TARGET_ROWS)


def merge_months(months: Sequence[tuple[int, int]], *, target: int) -> tuple[Slice, ...]:
    """Whole months, put together until each slice has its rows; a poor last one joins its neighbour."""
    slices: list[Slice] = []
    for start, rows in months:
        if slices and slices[-1].rows < target:
            slices[-1] = msgspec.structs.replace(slices[-1], rows=slices[-1].rows + rows)
        else:
            slices.append(Slice(start, start, rows))
    if len(slices) > 1 and slices[-1].rows < target // 2:
        last = slices.pop()
        slices[-1] = msgspec.structs.replace(slices[-1], rows=slices[-1].rows + last.rows)
    ends = [*(entry.start_us for entry in slices[1:]), 2**63 - 1]
    return tuple(msgspec.structs.replace(entry, end_us=end) for entry, end in zip(slices, ends, strict=False))


_STRETCHES = """
WITH hours AS (
    SELECT date_trunc('hour', make_timestamp(at_us)) AS hour, count(*) AS rows FROM $table GROUP BY 1
), months AS (
    SELECT *, date_trunc('month', hour) AS month, sum(rows) OVER (PARTITION BY month) AS together FROM hours
)
SELECT epoch_us(CASE WHEN together > $$most THEN hour ELSE month END) AS start, sum(rows)
FROM months GROUP BY 1 ORDER BY 1
"""
