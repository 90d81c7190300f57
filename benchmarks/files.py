"""The files of the benchmarks' shop, laid out as the warehouse lays them, drawn from a seed.

Events fall into slices of time of some two million rows, each file sorted by (profile, at_us). They
are kept in a folder from one run to the next; `source.json` is written last.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import msgspec
import numpy as np
import pyarrow as pa
from rich.progress import track

from benchmarks.draw import Chance, columns
from benchmarks.world import AT_US, DAY_US, DAYS, EVENTS, RECORDS, SCORES, TRAITS, Happening
from vitrail.engine.source import File, ProfileFiles, Source
from vitrail.warehouse.scratch import Scratch
from vitrail.warehouse.slices import TARGET_ROWS
from vitrail.warehouse.writer import bounds_of

VERSION = 1
"""To be raised when what is drawn changes, so that kept files are drawn again."""

SEED = 20_251_120


_EVENTS = """
SELECT * EXCLUDE (number), to_hex(hash(profile, at_us, number)) AS id FROM drawn ORDER BY profile, at_us
"""


class Size(msgspec.Struct, frozen=True):
    """How many profiles and events."""

    profiles: int
    events: int

    @property
    def name(self) -> str:
        """The name of its folder."""
        return f"{self.profiles}-profiles-{self.events}-events-{VERSION}"


class People(msgspec.Struct, frozen=True):
    """When each profile comes, when it goes quiet, and how active it is (a heavy tail)."""

    created_us: np.ndarray
    quiet_us: np.ndarray
    activity: np.ndarray


def prepared(folder: Path, size: Size) -> Source:
    """The files of a size, sorted by profile; drawn now when they are not there yet."""
    root = folder / size.name
    kept = root / "source.json"
    if not kept.exists():
        root.mkdir(parents=True, exist_ok=True)
        kept.write_bytes(msgspec.json.encode(_drawn(root, size)))
    return with_columns(msgspec.json.decode(kept.read_bytes(), type=Source))


def with_columns(source: Source) -> Source:
    """The same files, with a place for the columns of events beside each, as the warehouse has it."""
    events = {
        name: tuple(msgspec.structs.replace(file, columns=f"{file.path}.columns") for file in files)
        for name, files in source.events.items()
    }
    return msgspec.structs.replace(source, events=events)


def _drawn(root: Path, size: Size) -> Source:
    chance = np.random.default_rng(SEED)
    people = _people(size.profiles, chance)
    with Scratch(root / "spill") as scratch:
        draw = Drawing(root, scratch, people, chance)
        source = Source(
            profiles=size.profiles,
            token=size.name,
            keys=(draw.keys(),),
            first_seen=(draw.first_seen(),),
            traits=ProfileFiles(snapshots=(draw.traits(),), valid_until_us=AT_US + 366 * DAY_US),
            records={name: (draw.records(name, each, size.events),) for name, each in RECORDS.items()},
            scores={name: (draw.scores(name),) for name in SCORES},
        )
        events = {
            name: tuple(draw.events(name, each, round(size.events * each.share)))
            for name, each in track(EVENTS.items(), f"drawing {size.events:,} events")
        }
        return msgspec.structs.replace(source, events=events)


def _people(profiles: int, chance: Chance) -> People:
    first = AT_US - DAYS * DAY_US
    old = chance.random(profiles) < 0.4
    created = np.where(
        old,
        chance.integers(first - 3 * 365 * DAY_US, first, profiles),
        chance.integers(first, AT_US - DAY_US, profiles),
    )
    stay = (chance.exponential(500 * DAY_US, profiles)).astype(np.int64)
    return People(created, np.maximum(created, first) + stay, np.exp(chance.normal(0, 1.3, profiles)))


class Drawing:
    """One drawing of all files, in a fixed order, from one stream of chance."""

    def __init__(self, root: Path, scratch: Scratch, people: People, chance: Chance) -> None:
        self.root = root
        self.scratch = scratch
        self.people = people
        self.chance = chance
        self.numbers = np.arange(len(people.activity), dtype=np.int32)

    def keys(self) -> File:
        """The identifiers that the shop gave."""
        return self._write(
            "keys", {"profile": self.numbers}, "SELECT profile, concat('C', profile) AS key FROM drawn"
        )

    def first_seen(self) -> File:
        """The creation dates."""
        return self._write("first_seen", {"profile": self.numbers, "at_us": self.people.created_us})

    def traits(self) -> File:
        """One snapshot of all traits."""
        drawn = columns(TRAITS, len(self.numbers), self.chance)
        return self._write("traits", {"profile": self.numbers, "created_at": self.people.created_us, **drawn})

    def scores(self, name: str) -> File:
        """Two computations of a score, the later one counts."""
        profiles = np.repeat(self.numbers, 2)
        turn = np.tile(np.arange(2, dtype=np.int64), len(self.numbers))
        drawn = {
            "profile": profiles,
            "at_us": AT_US - (30 - 20 * turn) * DAY_US,
            "sequence": turn,
            "value": self.chance.beta(2, 5, len(profiles)) * 100,
        }
        return self._write(f"score-{name}", drawn)

    def records(self, name: str, happening: Happening, events: int) -> File:
        """The records of a set, one version each."""
        profiles = self._whom(happening, round(events * happening.share), self._open())
        rows = len(profiles)
        drawn = {
            "profile": profiles,
            "at_us": AT_US - self.chance.integers(1, DAYS, rows) * DAY_US,
            "sequence": np.arange(rows, dtype=np.int64),
            **columns(happening.properties, rows, self.chance),
        }
        return self._write(f"{name}-0", drawn, "SELECT *, concat('r', sequence) AS id FROM drawn")

    def events(self, name: str, happening: Happening, events: int) -> Iterator[File]:
        """The slices of a collection of events, from the oldest."""
        count = max(1, min(DAYS // 30, events // TARGET_ROWS))
        edges = AT_US - np.linspace(DAYS, 0, count + 1).astype(np.int64) * DAY_US
        concerned = self.chance.random(len(self.numbers)) < happening.people
        for number, (start, end) in enumerate(pairwise(edges)):
            there = (self.people.created_us < end) & (self.people.quiet_us > start) & concerned
            profiles = self._whom(happening, events // count, there)
            drawn = self._happened(profiles, int(start), int(end))
            drawn.update(columns(happening.properties, len(profiles), self.chance))
            yield self._write(f"{name}-{number}", drawn, _EVENTS)

    def _open(self) -> np.ndarray:
        return np.ones(len(self.numbers), dtype=np.bool_)

    def _whom(self, happening: Happening, rows: int, there: np.ndarray) -> np.ndarray:
        """So many rows (about) of profiles, ascending, each as often as it is active."""
        weights = self.people.activity * there
        return np.repeat(self.numbers, self.chance.poisson(weights * (rows / max(weights.sum(), 1e-9))))

    def _happened(self, profiles: np.ndarray, start: int, end: int) -> dict[str, np.ndarray]:
        """Times within a slice, sorted by profile then time: one sort of whole numbers."""
        span = (end - start) // 1000
        order = profiles.astype(np.int64) * span + self.chance.integers(0, span, len(profiles))
        order.sort()
        return {
            "profile": profiles,
            "at_us": start + order % span * 1000,
            "number": np.arange(len(profiles), dtype=np.int64),
        }

    def _write(self, name: str, drawn: dict[str, object], query: str = "SELECT * FROM drawn") -> File:
        path = self.root / f"{name}.parquet"
        self.scratch.register("drawn", pa.table(drawn))
        rows = self.scratch.write(query, path)
        bounds = bounds_of(path)
        return File(str(path), rows, bounds.first_us, bounds.last_us)
