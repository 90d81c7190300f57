"""Which pairs are looked at: those that share something. Comparing all with all would take for ever."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from vitrail.warehouse.scratch import Scratch, quoted, statement

LARGEST = 60
"""People who share one thing: more of them are told apart by their initials and year of birth first."""


class Block(msgspec.Struct, frozen=True):
    """One thing two people may share: the columns it needs, and its value as an expression."""

    name: str
    needs: frozenset[str]
    value: str


class Crowded(msgspec.Struct, frozen=True):
    """Something that too many people share to compare them all: how often, and how many people."""

    name: str
    values: int
    people: int


def block(scratch: Scratch, columns: Mapping[str, str]) -> tuple[Crowded, ...]:
    """Write the pairs of people who share something (table `pairs`); tells what too many share."""
    for macro in _MACROS:
        scratch.run(macro)
    present = frozenset(columns)
    rules = [each for each in BLOCKS if each.needs <= present]
    whole = (column for column, kind in columns.items() if kind in ("code", "full_name"))
    rules += [Block(column, frozenset(), quoted(column)) for column in whole]
    apart = "initials(given_name, surname)" if {"given_name", "surname"} <= present else "''"
    if "birth_date" in present:
        apart += " || coalesce(left(birth_date, 4), '')"
    queries = (
        statement(_ROWS, rule=str(place), value=each.value, apart=apart) for place, each in enumerate(rules)
    )
    scratch.run(statement(_SHARED, rows=" UNION ALL ".join(queries)))
    scratch.run(_COUNTED, {"largest": LARGEST})
    crowded = scratch.rows(_CROWDED, {"largest": LARGEST})
    scratch.run(_PAIRS, {"largest": LARGEST})
    return tuple(
        Crowded(rules[int(str(rule))].name, int(str(n)), int(str(people))) for rule, n, people in crowded
    )


BLOCKS = (
    Block("email", frozenset({"email"}), "email"),
    Block("phone", frozenset({"phone"}), "phone"),
    Block("mailbox", frozenset({"email"}), "CASE WHEN length(mailbox(email)) >= 6 THEN mailbox(email) END"),
    Block("names", frozenset({"given_name", "surname"}), "pair_of(given_name, surname)"),
    Block(
        "sound of names",
        frozenset({"given_name", "surname", "birth_date"}),
        "pair_of(skeleton(given_name), skeleton(surname)) || left(birth_date, 4)",
    ),
    Block(
        "birth date and initials",
        frozenset({"given_name", "surname", "birth_date"}),
        "birth_date || initials(given_name, surname)",
    ),
    Block("birth date and postcode", frozenset({"birth_date", "postcode"}), "birth_date || '|' || postcode"),
    Block(
        "birth date and surname",
        frozenset({"birth_date", "surname"}),
        "birth_date || '|' || left(surname, 4)",
    ),
    Block(
        "names and postcode",
        frozenset({"given_name", "surname", "postcode"}),
        "pair_of(left(given_name, 3), left(surname, 3)) || '|' || postcode",
    ),
    Block(
        "names and town",
        frozenset({"given_name", "surname", "city"}),
        "pair_of(skeleton(given_name), skeleton(surname)) || '|' || city",
    ),
    Block(
        "street and initials",
        frozenset({"given_name", "surname", "street"}),
        "street || coalesce(number, '') || initials(given_name, surname)",
    ),
)
_MACROS = (
    "CREATE OR REPLACE MACRO mailbox(x) AS split_part(x, '@', 1)",
    "CREATE OR REPLACE MACRO pair_of(x, y) AS least(x, y) || '|' || greatest(x, y)",
    "CREATE OR REPLACE MACRO initials(x, y) AS "
    "coalesce(least(left(x, 1), left(y, 1)), '') || coalesce(greatest(left(x, 1), left(y, 1)), '')",
    "CREATE OR REPLACE MACRO skeleton(x) AS "
    "left(x, 1) || left(regexp_replace(substr(x, 2), '[aeiouyh ]', '', 'g'), 4)",
)
_ROWS = """
SELECT CAST($rule AS UTINYINT) AS rule, hash($value) AS value, hash($value, $apart) AS narrow, profile
FROM people WHERE $value IS NOT NULL
"""
_SHARED = "CREATE OR REPLACE TABLE shared AS $rows"
_COUNTED = """
CREATE OR REPLACE TABLE counted AS
SELECT rule, CASE WHEN wide > $largest THEN narrow ELSE value END AS value, profile, wide > $largest AS apart
FROM (SELECT *, count(*) OVER (PARTITION BY rule, value) AS wide FROM shared) WHERE wide > 1
"""
_CROWDED = """
SELECT rule, count(*), sum(n)
FROM (SELECT rule, value, count(*) AS n FROM counted GROUP BY ALL HAVING n > $largest)
GROUP BY rule ORDER BY rule
"""
_PAIRS = """
CREATE OR REPLACE TABLE pairs AS
WITH few AS (
    SELECT rule, value, profile FROM counted QUALIFY count(*) OVER (PARTITION BY rule, value) <= $largest
)
SELECT DISTINCT a.profile AS a, b.profile AS b
FROM few a JOIN few b ON a.rule = b.rule AND a.value = b.value AND a.profile < b.profile
"""
