"""What strangers hardly share by chance: one full name with a birth date, a telephone or a small town.

Who changes both address and e-mail is alike in little else, and the model, which weighs a town as the
average town and believes in few duplicates where it has met few, lets them go. How many strangers
chance would give is counted for these very values instead.
"""

from __future__ import annotations

import math
from collections.abc import Collection

from vitrail.warehouse.scratch import quoted, statement

TWICE = 0.01
"""How many people are believed to be there twice: one in a hundred."""

PROBABLE = 0.9
"""How probable such a pair is at least, and how probable it is called: a person decides."""

FEW = TWICE * (1 - PROBABLE) / PROBABLE
"""As many strangers by chance, and a pair is still as probable: one in a thousand."""

LIFTED = math.log2(PROBABLE / (1 - PROBABLE)) + 1e-6
"""The odds of such a pair in bits, a hair above, so that rounding does not lose it."""

FULL, PARTS = "full_name", ("given_name", "surname")
SHARED = ("birth_date", "phone", "postcode", "city")
"""What may be shared beside the names."""


def counted(columns: Collection[str]) -> list[str]:
    """The columns whose values have to be counted: how many people have each (`city~many`)."""
    return [each for each in (FULL, *PARTS, *SHARED) if each in columns]


def strangers(columns: Collection[str]) -> str:
    """How many strangers of `x` would share with them, by chance, what `y` shares: an expression.

    NULL where the names are not the same, or nothing is shared beside them.
    """
    named = PARTS if set(PARTS) <= set(columns) else tuple({FULL} & set(columns))
    beside = [_others(each) for each in SHARED if each in columns]
    if not named or not beside:
        return "NULL"
    others = " * ".join(_others(each) for each in named)
    rest = " * ".join('x."people~many"' for _ in named)
    return statement(
        "$others * least($beside) / ($rest)", others=others, beside=", ".join([*beside, "NULL"]), rest=rest
    )


def _others(column: str) -> str:
    return statement(
        "CASE WHEN x.$c = y.$c THEN x.$many - 1.0 END", c=quoted(column), many=quoted(column + "~many")
    )
