"""How alike two profiles are, part by part, in the words of the working database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from vitrail.warehouse.scratch import Scratch, quoted, statement

BASE = 8
"""One digit per comparison: there are fewer levels than this."""


def parts_of(columns: Mapping[str, str]) -> tuple[str, ...]:
    """The comparisons that some columns allow; those of an address are one, so that it counts once."""
    found = [column for column in columns if columns[column] not in ADDRESS]
    address = ["address"] if any(kind in ADDRESS for kind in columns.values()) else []
    return (*found, *address)


ADDRESS = ("street", "number", "postcode", "city")


def compare(scratch: Scratch, parts: Sequence[str], *, pairs: str) -> None:
    """Write the likeness of pairs (`a`, `b`) as one number per pair, a digit per part: table `vectors`."""
    for macro in _MACROS:
        scratch.run(macro)
    digits = (
        statement("($level) * CAST($weight AS BIGINT)", level=level_of(part), weight=str(BASE**place))
        for place, part in enumerate(parts)
    )
    scratch.run(statement(_VECTORS, code=" + ".join(digits), pairs=quoted(pairs)))


def digits(code: int, parts: Sequence[str]) -> tuple[int, ...]:
    """The level of each part in the likeness of a pair."""
    return tuple(code // BASE**place % BASE for place, _ in enumerate(parts))


def level_of(part: str) -> str:
    """The level of a part as an expression over the people `a` and `b`."""
    kind = part.partition(":")[0]
    return statement(_FORMS[kind], c=quoted(part))


_MACROS = (
    "CREATE OR REPLACE MACRO one_off(x, y) AS abs(length(x) - length(y)) <= 1 "
    "AND damerau_levenshtein(x, y) <= 1",
    "CREATE OR REPLACE MACRO near(x, y) AS jaro_winkler_similarity(x, y) >= 0.92 "
    "OR (length(x) >= 4 AND one_off(x, y))",
    "CREATE OR REPLACE MACRO alike(x, y) AS jaro_winkler_similarity(x, y) >= 0.8",
    "CREATE OR REPLACE MACRO crossed(g, s, h, t) AS coalesce(jaro_winkler_similarity(g, t) >= 0.85 "
    "AND jaro_winkler_similarity(s, h) >= 0.85, false)",
    "CREATE OR REPLACE MACRO within(x, y) AS (contains(x, ' ') OR contains(y, ' ')) "
    "AND (contains(' ' || x || ' ', ' ' || y || ' ') OR contains(' ' || y || ' ', ' ' || x || ' '))",
    "CREATE OR REPLACE MACRO initial(x, y) AS least(length(x), length(y)) = 1 AND left(x, 1) = left(y, 1)",
    "CREATE OR REPLACE MACRO shares(x, y) AS (contains(x, ' ') OR contains(y, ' ')) "
    "AND list_has_any(list_filter(string_split(x, ' '), lambda w: length(w) >= 3), string_split(y, ' '))",
    "CREATE OR REPLACE MACRO mailbox(x) AS split_part(x, '@', 1)",
    "CREATE OR REPLACE MACRO beside_names(x, g, s) AS regexp_replace(replace(replace(regexp_replace("
    "strip_accents(mailbox(x)), '[^a-z0-9]', '', 'g'), replace(coalesce(s, '?'), ' ', ''), ''), "
    "replace(coalesce(g, '?'), ' ', ''), ''), '[0-9]{1,2}$', '')",
    "CREATE OR REPLACE MACRO day_first(x) AS left(x, 4) || right(x, 2) || substr(x, 5, 2)",
)
_CROSSED = "crossed(a.given_name, a.surname, b.given_name, b.surname)"
_CODE = """CASE WHEN a.$c IS NULL OR b.$c IS NULL THEN 0 WHEN a.$c = b.$c THEN 3
WHEN length(a.$c) >= 5 AND one_off(a.$c, b.$c) THEN 2 ELSE 1 END"""
_FORMS = {
    "given_name": f"""CASE WHEN a.$c IS NULL OR b.$c IS NULL THEN 0 WHEN a.$c = b.$c THEN 6
WHEN near(a.$c, b.$c) THEN 5 WHEN within(a.$c, b.$c) OR initial(a.$c, b.$c) THEN 4 WHEN {_CROSSED} THEN 3
WHEN alike(a.$c, b.$c) THEN 2 ELSE 1 END""",
    "surname": f"""CASE WHEN a.$c IS NULL OR b.$c IS NULL THEN 0 WHEN a.$c = b.$c THEN 5
WHEN near(a.$c, b.$c) THEN 4 WHEN shares(a.$c, b.$c) THEN 3 WHEN {_CROSSED} THEN 0
WHEN alike(a.$c, b.$c) THEN 2 ELSE 1 END""",
    "full_name": """CASE WHEN a.$c IS NULL OR b.$c IS NULL THEN 0 WHEN a.$c = b.$c THEN 4
WHEN near(a.$c, b.$c) OR within(a.$c, b.$c) THEN 3 WHEN alike(a.$c, b.$c) THEN 2 ELSE 1 END""",
    "birth_date": """CASE WHEN a.$c IS NULL OR b.$c IS NULL THEN 0 WHEN a.$c = b.$c THEN 4
WHEN one_off(a.$c, b.$c) OR day_first(a.$c) = b.$c THEN 3
WHEN (left(a.$c, 4) = left(b.$c, 4))::INT + (substr(a.$c, 5, 2) = substr(b.$c, 5, 2))::INT
   + (right(a.$c, 2) = right(b.$c, 2))::INT >= 2 THEN 2 ELSE 1 END""",
    "email": """CASE WHEN a.$c IS NULL OR b.$c IS NULL THEN 0 WHEN a.$c = b.$c THEN 4
WHEN length(mailbox(a.$c)) < 5 OR NOT near(mailbox(a.$c), mailbox(b.$c)) THEN 1
WHEN mailbox(a.$c) = mailbox(b.$c) AND length(beside_names(a.$c, a.given_name, a.surname)) >= 3 THEN 3
WHEN length(beside_names(a.$c, a.given_name, a.surname)) >= 5 THEN 2 ELSE 0 END""",
    "phone": _CODE,
    "code": _CODE,
    "text": """CASE WHEN a.$c IS NULL OR b.$c IS NULL THEN 0 WHEN a.$c = b.$c THEN 3
WHEN jaro_winkler_similarity(a.$c, b.$c) >= 0.9 THEN 2 ELSE 1 END""",
    "address": """CASE
WHEN (a.street IS NULL OR b.street IS NULL) AND (a.postcode IS NULL OR b.postcode IS NULL)
 AND (a.city IS NULL OR b.city IS NULL) THEN 0
WHEN a.street = b.street AND coalesce(a.number = b.number, true)
 AND coalesce(a.postcode = b.postcode, a.city = b.city, true) THEN 6
WHEN (near(a.street, b.street) OR within(a.street, b.street)) AND coalesce(a.number = b.number, true)
 AND (coalesce(a.postcode = b.postcode, false) OR coalesce(near(a.city, b.city), false)) THEN 5
WHEN near(a.street, b.street) AND coalesce(a.number = b.number, true) THEN 4
WHEN a.postcode = b.postcode THEN 3
WHEN near(a.city, b.city) THEN 2 ELSE 1 END""",
}
_VECTORS = """
CREATE OR REPLACE TABLE vectors AS
SELECT p.a, p.b, $code AS code
FROM $pairs p JOIN people a ON a.profile = p.a JOIN people b ON b.profile = p.b
"""
