"""Writes histories as the Parquet files an engine is handed (see `vitrail.engine.source`), in random cuts."""

import datetime as dt
import random
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as parquet

from tests.engine.merging import Canon
from tests.engine.merging import people as gathered
from vitrail.engine.profile.history import History, Observation, known, settled
from vitrail.engine.profile.local_time import instant_us
from vitrail.engine.source import ALWAYS, File, ProfileFiles, Source
from vitrail.model.catalogue import Catalogue, Field, Type

ENDLESS = 2**63 - 1
Row = dict[str, Any]

ARROW: dict[Type, pa.DataType] = {
    "text": pa.string(),
    "integer": pa.int64(),
    "decimal": pa.decimal128(18, 4),
    "float": pa.float64(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
    "instant": pa.int64(),
    "texts": pa.list_(pa.string()),
}
PROFILE = {"profile": pa.int32()}
ORDER = {"at_us": pa.int64(), "sequence": pa.int64()}
CENTS = Decimal("0.0001")


class Layout:
    """How the rows are spread over files; `chance` decides, so that a seed gives the same files."""

    def __init__(self, folder: Path, chance: random.Random, *, most_files: int = 3) -> None:
        self.folder = folder
        self.chance = chance
        self.most_files = most_files
        self.written = 0

    def file(self, rows: Sequence[Row], columns: dict[str, pa.DataType]) -> File:
        """One file; a column that is unknown in all rows may be missing, as in loads before it existed."""
        if rows and not self.chance.randrange(2):
            columns = {
                name: kind
                for name, kind in columns.items()
                if any(row.get(name) is not None for row in rows) or name in ("profile", *ORDER)
            }
        self.written += 1
        path = str(self.folder / f"{self.written}.parquet")
        data = {name: pa.array([row.get(name) for row in rows], kind) for name, kind in columns.items()}
        parquet.write_table(
            pa.table(data),
            path,
            row_group_size=self.chance.choice([3, 1000]),
            use_dictionary=self.chance.choice([True, False]),
        )
        instants = [row["at_us"] for row in rows if "at_us" in row]
        if not instants:
            return File(path, len(rows))
        return File(path, len(rows), min(instants), max(instants), columns=f"{path}.columns")

    def files(self, rows: Iterable[Row], columns: dict[str, pa.DataType]) -> tuple[File, ...]:
        """The rows cut into a few files, each sorted by profile and instant."""
        cuts: list[list[Row]] = [[] for _ in range(self.chance.randint(1, self.most_files))]
        for row in rows:
            self.chance.choice(cuts).append(row)
        for cut in cuts:
            self.chance.shuffle(cut)
            cut.sort(key=lambda row: (row["profile"], row.get("at_us", 0)))
        return tuple(self.file(cut, columns) for cut in cuts if cut)


def write_source(
    histories: Sequence[History],
    catalogue: Catalogue,
    layout: Layout,
    *,
    valid_until_us: int = ENDLESS,
    canon: Canon | None = None,
) -> Source:
    """All files of some profiles, numbered as they come; snapshots are right up to `valid_until_us`."""
    people = list(enumerate(histories))
    whole = {**dict(people), **gathered(histories, canon or {})}
    others = [{"profile": number, "canonical": of} for number, of in (canon or {}).items()]
    keys = [{"profile": number, "key": each.key} for number, each in people]
    return Source(
        profiles=len(people),
        token=str(layout.folder),
        keys=layout.files(keys, {**PROFILE, "key": pa.string()}),
        first_seen=layout.files(_first_seen(people, layout), {**PROFILE, "at_us": pa.int64()}),
        traits=_traits(people, catalogue, layout, whole=whole, valid_until_us=valid_until_us),
        events={name: _events(name, people, catalogue, layout=layout) for name in _of(catalogue, "event")},
        records={name: _records(name, people, catalogue, layout=layout) for name in _of(catalogue, "record")},
        scores={name: _scores(name, people, layout) for name in catalogue.scores},
        consents=layout.files(_consents(people), {**PROFILE, **CONSENT}),
        canon=layout.files(others, {**PROFILE, "canonical": pa.int32()}),
    )


CONSENT = {"at_us": pa.int64(), "purpose": pa.string(), "channel": pa.string(), "state": pa.string()}


def _consents(people: "People") -> list[Row]:
    return [
        {
            "profile": number,
            "at_us": said.at_us,
            "purpose": said.purpose,
            "channel": said.channel or "",
            "state": "granted" if said.granted else "withdrawn",
        }
        for number, each in people
        for said in each.consents
    ]


People = Sequence[tuple[int, History]]


def _of(catalogue: Catalogue, kind: str) -> list[str]:
    return [name for name, each in catalogue.collections.items() if each.kind == kind]


def _first_seen(people: People, layout: Layout) -> Iterator[Row]:
    """Sometimes several rows for one profile: the smallest counts."""
    for number, each in people:
        if each.first_seen_us is not None:
            yield {"profile": number, "at_us": each.first_seen_us}
            for _ in range(layout.chance.randrange(3)):
                yield {"profile": number, "at_us": each.first_seen_us + layout.chance.randrange(10**12)}


def _events(name: str, people: People, catalogue: Catalogue, *, layout: Layout) -> tuple[File, ...]:
    fields = list(catalogue.collections[name].properties.values())
    rows = [
        {"profile": number, "at_us": event.at_us, "id": event.id, **cells(fields, event.properties)}
        for number, each in people
        for event in each.events.get(name, ())
    ]
    return layout.files(rows, {**PROFILE, "at_us": pa.int64(), "id": pa.string(), **columns(fields)})


def _records(name: str, people: People, catalogue: Catalogue, *, layout: Layout) -> tuple[File, ...]:
    """A version that says the record is gone has no row: its new owner's version has."""
    fields = list(catalogue.collections[name].properties.values())
    rows = [
        {
            "profile": number,
            "at_us": version.at_us,
            "sequence": version.sequence,
            "id": version.id,
            **cells(fields, version.properties),
        }
        for number, each in people
        for version in each.records.get(name, ())
        if not version.gone
    ]
    return layout.files(rows, {**PROFILE, **ORDER, "id": pa.string(), **columns(fields)})


def _scores(name: str, people: People, layout: Layout) -> tuple[File, ...]:
    rows = [
        {"profile": number, "at_us": said.at_us, "sequence": said.sequence, "value": known(said.value)}
        for number, each in people
        for said in each.scores.get(name, ())
    ]
    return layout.files(rows, {**PROFILE, **ORDER, "value": pa.float64()})


# --- traits -----------------------------------------------------------------------------------


def _traits(
    people: People, catalogue: Catalogue, layout: Layout, *, whole: dict[int, History], valid_until_us: int
) -> ProfileFiles:
    fields = list(catalogue.traits.values())
    log = [row for number, each in people for row in _log(number, each, fields)]
    instants = [row["at_us"] for row in log if row["at_us"] < valid_until_us]
    return ProfileFiles(
        snapshots=_snapshots(list(whole.items()), fields, layout, valid_until_us=valid_until_us),
        observations=layout.files(log, {**PROFILE, **ORDER, "source~": pa.string(), **columns(fields)}),
        valid_from_us=max(instants, default=ALWAYS),
        valid_until_us=valid_until_us,
        policies={each.column: each.policy for each in fields if each.policy},
    )


def _log(number: int, history: History, fields: Sequence[Field]) -> list[Row]:
    """One row for all that was said at one time."""
    rows: dict[tuple[int, int, str | None], Row] = {}
    for field in fields:
        for said in history.traits.get(field.name, ()):
            order = (said.at_us, said.sequence, said.source)
            place = {"profile": number, "at_us": said.at_us, "sequence": said.sequence}
            row = rows.setdefault(order, {**place, "source~": said.source})
            row.update(cells([field], {field.name: said.value}))
    return list(rows.values())


def _snapshots(
    people: People, fields: Sequence[Field], layout: Layout, *, valid_until_us: int
) -> tuple[File, ...]:
    """Two or three files, in each of which some rows are out of date until a later one replaces them."""
    stages = layout.chance.randint(1, 3)
    last = {number: layout.chance.randrange(stages) for number, _ in people}
    files = []
    for stage in range(stages):
        rows = []
        for number, each in people:
            until = valid_until_us if last[number] == stage else layout.chance.choice([ALWAYS, 0])
            if stage <= last[number] and (until == valid_until_us or layout.chance.randrange(2)):
                rows.append({"profile": number, **_state(each, fields, until)})
        if rows:
            files.append(layout.file(rows, {**PROFILE, **columns(fields)}))
    return tuple(files)


def _state(history: History, fields: Sequence[Field], until_us: int) -> Row:
    said: dict[str, tuple[Observation, ...]] = history.traits
    return cells(
        fields, {each.name: settled(said.get(each.name, ()), until_us, policy=each.policy) for each in fields}
    )


# --- cells ------------------------------------------------------------------------------------


def columns(fields: Iterable[Field]) -> dict[str, pa.DataType]:
    """The columns of some fields, with the case-folded companions of texts."""
    found = {}
    for field in fields:
        found[field.column] = ARROW[field.type]
        if field.type == "text":
            found[f"{field.column}~folded"] = pa.string()
    return found


def cells(fields: Iterable[Field], values: dict[str, Any]) -> Row:
    """The cells of one row, by column."""
    row: Row = {}
    for field in fields:
        value = values.get(field.name)
        row[field.column] = cell(value)
        if field.type == "text" and value is not None and value.casefold() != value:
            row[f"{field.column}~folded"] = value.casefold()
    return row


def cell(value: Any) -> Any:
    """A value as files hold it: instants in microseconds, sets sorted, no NaN, no minus zero."""
    match value:
        case dt.datetime():
            return instant_us(value)
        case Decimal():
            return value.quantize(CENTS)
        case frozenset():
            return sorted(value)
        case _:
            return known(value)
