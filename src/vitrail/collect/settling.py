"""What every load has in common once its rows are typed: repetitions, profiles, counts."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from pyroaring import BitMap

from vitrail.collect.origin import LABELS, Origin
from vitrail.collect.plan import Plan
from vitrail.collect.refusals import Reason, Refusals, reject
from vitrail.collect.staging import LINE
from vitrail.warehouse.columns import FOLDED, physical_columns
from vitrail.warehouse.scratch import Scratch, Value, joined, listed, statement
from vitrail.warehouse.writer import Shelf, Writer, bounds_of

KEYS = Shelf("keys")
FIRST_SEEN = Shelf("first_seen")


class Counts(msgspec.Struct, frozen=True):
    """How many accepted rows made something new, changed something, or said what was known."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0


class Intake(msgspec.Struct, frozen=True):
    """A load on its way from staging to the warehouse; its typed rows wait in `piles`.

    The working database holds `staged` (the typed rows), `verdict` (lines that go no further:
    refused, or the same as another row) and, once `number_profiles` ran, `everyone` (key, profile).
    No text comes twice in the columns that are `rising`.
    """

    writer: Writer
    scratch: Scratch
    plan: Plan
    refusals: Refusals
    roles: dict[str, str]
    zone: ZoneInfo
    origin: Origin
    piles: tuple[Path, ...] = ()
    rising: frozenset[str] = frozenset()

    @property
    def labels(self) -> dict[str, Value]:
        """What `LABELS` asks for: the load and the source of every row."""
        return {"load": self.writer.load, "source": self.origin.source}

    @property
    def physical(self) -> dict[str, str]:
        """The columns of the loaded fields, companions included, with their types."""
        return physical_columns(self.plan.loaded)

    @property
    def told(self) -> dict[str, str]:
        """The columns of the loaded fields without their companions, with their types."""
        return {name: kind for name, kind in self.physical.items() if not name.endswith(FOLDED)}

    @property
    def values(self) -> tuple[str, ...]:
        """The columns that make up the content of a row, companions left out."""
        return tuple(field.column for field in self.plan.loaded)

    @property
    def dated(self) -> bool:
        """Whether each row carries its own time."""
        return "at" in self.roles


def begin(intake: Intake) -> None:
    """Lay the typed rows out in the working database."""
    scratch = intake.scratch
    columns = {LINE: "BIGINT"} | {_PARTS[part]: _PART_TYPES[part] for part in intake.roles} | intake.physical
    scratch.lay_out("staged", intake.piles, columns=columns)
    scratch.view("profiles", intake.writer.paths(KEYS), columns={"key": "VARCHAR", "profile": "INTEGER"})
    scratch.run('CREATE TABLE verdict ("line~" BIGINT, refused BOOLEAN)')
    take_up(intake, "staged")


def take_up(intake: Intake, rows: str) -> None:
    """Go on with these rows: `typed` shows all of them, `fresh` those nothing was said against."""
    intake.scratch.run(statement("CREATE OR REPLACE VIEW typed AS SELECT * FROM $rows", rows=rows))
    intake.scratch.run("CREATE OR REPLACE VIEW fresh AS SELECT * FROM typed")


def leave_out(intake: Intake, query: str) -> None:
    """Go on without the lines a query answers (`line~`, `refused`).

    The rows are only compared with those lines once there are some: most loads have none.
    """
    intake.scratch.run(statement("INSERT INTO verdict $query", query=query))
    intake.scratch.run(
        'CREATE OR REPLACE VIEW fresh AS SELECT * FROM typed ANTI JOIN verdict USING ("line~")'
    )


def settle_repetitions(intake: Intake, identity: Sequence[str], *, shown: str) -> None:
    """Rows that share an identity: all refused when their contents differ, else one stands for all."""
    if intake.rising.intersection(identity):
        return
    scratch = intake.scratch
    content = [column for column in ("key", "at_us", "value") if column in _present(intake)] + list(
        intake.values
    )
    others = [column for column in content if column not in identity]
    parts = {
        "identity": listed(identity),
        "same_identity": joined(identity, "r.$c = f.$c", by="AND", otherwise="true"),
        "same": joined(others, "r.$c IS NOT DISTINCT FROM f.$c", by="AND", otherwise="true"),
    }
    if not scratch.number(statement(_MAY_REPEAT, **parts)):
        return
    scratch.run(statement(_REPEATED, **parts))
    if scratch.number("SELECT count(*) FROM repeated") == 0:
        return
    scratch.run(statement(_COMPARED, **parts))
    leave_out(intake, 'SELECT "line~", NOT agree FROM compared WHERE NOT agree OR "line~" <> first')
    refuse_lines(
        intake, "clash", shown=shown, query=statement(_CLASHES, shown=listed([_PARTS[shown]], "r.$c"))
    )


def refuse_lines(
    intake: Intake, reason: Reason, *, query: str, shown: str = "key", column: str | None = None
) -> None:
    """Note the lines a query answers (`line~`, `found`) as refused, under the column of a part or another."""
    table = intake.scratch.table(query)
    name = intake.roles[shown] if column is None else column
    for batch in table.to_batches(max_chunksize=50_000):
        found = [str(text) for text in batch.column("found").to_pylist()]
        lines = batch.column(LINE).to_pylist()
        rejects = [reject(reason, line=n, column=name, found=f) for n, f in zip(lines, found, strict=True)]
        intake.refusals.add(rejects, rows=len(rejects))


def number_profiles(intake: Intake, rows: str = "fresh") -> int:
    """Give a number to each key nobody had met, in order of appearance; answers how many there were.

    `rows` names what shows the keys, each with its line.
    """
    scratch, writer = intake.scratch, intake.writer
    scratch.run(statement(_NEWCOMERS, rows=rows), {"next": writer.version.profiles})
    scratch.run(_EVERYONE)
    count = scratch.number("SELECT count(*) FROM newcomers")
    writer.describe(profiles=writer.version.profiles + count)
    store(intake, KEYS, query="SELECT profile, key FROM newcomers ORDER BY profile")
    return count


def numbers_of(intake: Intake, keys: pa.Array) -> NDArray[np.int32]:
    """The numbers of profiles by their keys, once all have one."""
    scratch = intake.scratch
    scratch.register("asked", pa.table({"place": np.arange(len(keys)), "key": keys}))
    found = scratch.table("SELECT place, profile FROM asked JOIN everyone USING (key)")
    numbers = np.zeros(len(keys), dtype=np.int32)
    numbers[found["place"].to_numpy()] = found["profile"].to_numpy()
    return numbers


def lower_first_seen(intake: Intake, query: str) -> None:
    """Keep, from a query of (profile, at_us), the instants earlier than what is known of a profile."""
    scratch, writer = intake.scratch, intake.writer
    scratch.view("first_seen", writer.paths(FIRST_SEEN), columns={"profile": "INTEGER", "at_us": "BIGINT"})
    store(intake, FIRST_SEEN, query=statement(_LOWER, query=query))


def store(intake: Intake, shelf: Shelf, *, query: str) -> None:
    """Write the answer of a query as a file of the next snapshot; its rows may have labels."""
    path = intake.writer.staged(f"{shelf.kind}.parquet")
    rows = intake.scratch.write(query, path, **(intake.labels if LABELS in query else {}))
    intake.writer.add(shelf, path, rows=rows, bounds=bounds_of(path))


def touch(intake: Intake, query: str) -> None:
    """Note the profiles a query answers as touched by this load."""
    profiles = intake.scratch.table(query).column("profile")
    intake.writer.touch(BitMap(pc.unique(profiles).to_numpy()))


def unchanged_lines(intake: Intake) -> int:
    """How many lines repeat another or what is stored."""
    return intake.scratch.number("SELECT count(*) FROM verdict WHERE NOT refused")


def _present(intake: Intake) -> frozenset[str]:
    return frozenset(_PARTS[part] for part in intake.roles)


_PARTS = {"key": "key", "id": "id", "at": "at_us", "value": "value"}
_PART_TYPES = {"key": "VARCHAR", "id": "VARCHAR", "at": "BIGINT", "value": "DOUBLE"}

_MAY_REPEAT = "SELECT count(*) <> count(DISTINCT hash($identity)) FROM fresh"
_REPEATED = """
CREATE OR REPLACE TABLE repeated AS
SELECT * FROM fresh SEMI JOIN (SELECT $identity FROM fresh GROUP BY ALL HAVING count(*) > 1) USING ($identity)
"""
_COMPARED = """
CREATE OR REPLACE TABLE compared AS
SELECT "line~", first, bool_and(same) OVER (PARTITION BY first) AS agree
FROM (
    SELECT r."line~", f."line~" AS first, $same AS same
    FROM repeated r
    JOIN (SELECT * FROM repeated QUALIFY row_number() OVER (PARTITION BY $identity ORDER BY "line~") = 1) f
      ON $same_identity
)
"""
_CLASHES = """
SELECT r."line~", $shown AS found FROM repeated r JOIN compared c USING ("line~") WHERE NOT c.agree ORDER BY 1
"""
_NEWCOMERS = """
CREATE TABLE newcomers AS
SELECT key, first, CAST($$next + row_number() OVER (ORDER BY first) - 1 AS INTEGER) AS profile
FROM (SELECT key, min("line~") AS first FROM $rows ANTI JOIN profiles USING (key) GROUP BY key)
"""
_EVERYONE = """
CREATE VIEW everyone AS SELECT key, profile FROM profiles UNION ALL SELECT key, profile FROM newcomers
"""
_LOWER = """
SELECT n.profile, n.at_us
FROM (SELECT profile, min(at_us) AS at_us FROM ($query) GROUP BY profile) n
LEFT JOIN (SELECT profile, min(at_us) AS at_us FROM first_seen GROUP BY profile) k USING (profile)
WHERE k.at_us IS NULL OR n.at_us < k.at_us
ORDER BY n.profile
"""
