"""Probable duplicates among generated French people: time, memory, and how many are found rightly.

`python -m benchmarks.duplicates 100000` makes so many people, of whom one in twenty is there twice with
mistakes and one in five has a partner at the same address.
"""

from __future__ import annotations

import random
import resource
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa

from vitrail.app.shop import names
from vitrail.collect.duplicates.finding import find
from vitrail.model.catalogue import Compared
from vitrail.warehouse.scratch import Scratch

Row = list[str | None]

KINDS: dict[str, Compared] = {
    "given_name": "given_name",
    "surname": "surname",
    "birth_date": "birth_date",
    "email": "email",
    "phone": "phone",
    "street": "street",
    "postcode": "postcode",
    "city": "city",
}
GIVEN = [each for part in (*names.FEMALE, *names.MALE) for each in part.split()]
FAMILY = [each.replace("_", " ") for each in names.FAMILY.split()]
SYLLABLES = [first + rest for first in "bcdfjklmnpr" for rest in ("an", "er", "ou")]
ENDINGS = ("ard", "aud", "eau", "ez", "ic", "ier", "in", "on", "ot", "oux")
PROVIDERS = ("gmail.com", "orange.fr", "free.fr", "laposte.net", "yahoo.fr", "hotmail.fr")
WAYS = ("rue", "avenue", "boulevard", "place", "chemin", "impasse")


def person(draw: random.Random) -> Row:
    """Somebody."""
    given = draw.choice(GIVEN)
    rare = draw.choice(SYLLABLES) + draw.choice(SYLLABLES) + draw.choice(ENDINGS)
    surname = draw.choice(FAMILY) if draw.random() < 0.5 else rare.capitalize()
    birth = f"{draw.randint(1935, 2005)}-{draw.randint(1, 12):02}-{draw.randint(1, 28):02}"
    email = f"{given}.{surname}{draw.randint(1, 999)}@{draw.choice(PROVIDERS)}".replace(" ", "")
    phone = f"0{draw.choice('67')}{draw.randint(10_000_000, 99_999_999)}"
    street = f"{draw.randint(1, 150)} {draw.choice(WAYS)} {draw.choice(FAMILY)}"
    department = draw.randint(1, 95)
    postcode = f"{department:02}{draw.randint(0, 99) * 10:03}"
    row: Row = [
        given,
        surname,
        birth,
        email,
        phone,
        street,
        postcode,
        f"{draw.choice(FAMILY)} sur {draw.choice(FAMILY)}",
    ]
    for place, missing in ((2, 0.3), (3, 0.2), (4, 0.4), (5, 0.2)):
        if draw.random() < missing:
            row[place] = None
    return row


def partner(draw: random.Random, one: Row) -> Row:
    """Who lives with somebody: the surname, the address and sometimes the rest are theirs."""
    other = person(draw)
    other[1], other[5:] = one[1], one[5:]
    while other[0] == one[0]:
        other[0] = draw.choice(GIVEN)
    if draw.random() < 0.3:
        other[3] = one[3]
    return other


def again(draw: random.Random, one: Row) -> Row:
    """The same person, written by somebody else: one to three mistakes or changes."""
    row = list(one)
    for _ in range(draw.randint(1, 3)):
        place = draw.choice((0, 1, 1, 2, 3, 3, 4, 4, 5, 5))
        row[place] = mistaken(draw, row, place=place)
    return row


def mistaken(draw: random.Random, row: Row, *, place: int) -> str | None:
    """A value with a mistake in it, another one, or none."""
    value, way = row[place], draw.random()
    if value is None or (place in (3, 4, 5) and way < 0.6):
        return person(draw)[place] if way < 0.4 else None
    spot = draw.randrange(len(value))
    letter = draw.choice("0123456789" if value[spot].isdigit() else "aeinrst")
    return value[:spot] + letter + value[spot + 1 :]


def make(number: int) -> tuple[pa.Table, set[tuple[int, int]]]:
    """So many people, and which of them are one."""
    draw = random.Random(1969)
    people: list[Row] = []
    true: set[tuple[int, int]] = set()
    while len(people) < number:
        one = person(draw)
        people.append(one)
        if draw.random() < 0.2:
            people.append(partner(draw, one))
        if draw.random() < 0.05:
            true.add((people.index(one, len(people) - 2), len(people)))
            people.append(again(draw, one))
    columns = [pa.array(each, pa.string()) for each in zip(*people, strict=True)]
    profiles = pa.array(range(len(people)), pa.int32())
    return pa.table([profiles, *columns], names=["profile", *KINDS]), true


class Outcome(NamedTuple):
    """What was measured; memory is that of the whole process."""

    people: int
    pairs: int
    compared: int
    crowded: int
    recall: float
    precision: float
    seconds: float
    processor_seconds: float
    megabytes: int


def measure(number: int, *, least: float = 0.9) -> Outcome:
    """Make people, find who is there twice, and compare with who is."""
    table, true = make(number)
    with tempfile.TemporaryDirectory() as folder, Scratch(Path(folder)) as scratch:
        scratch.register("raw", table)
        started, processor = time.monotonic(), time.process_time()
        found = find(scratch, "raw", columns=KINDS, least=least)
        seconds, spent = time.monotonic() - started, time.process_time() - processor
    told = set(zip(found.pairs["a"].to_pylist(), found.pairs["b"].to_pylist(), strict=True))
    return Outcome(
        people=table.num_rows,
        pairs=len(true),
        compared=found.compared,
        crowded=sum(each.people for each in found.crowded),
        recall=len(told & true) / max(1, len(true)),
        precision=len(told & true) / max(1, len(told)),
        seconds=seconds,
        processor_seconds=spent,
        megabytes=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    )


if __name__ == "__main__":
    print(measure(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000))
