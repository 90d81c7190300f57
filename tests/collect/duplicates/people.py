"""People to tell apart, in words a test can read."""

import random
from pathlib import Path

import pyarrow as pa

from vitrail.collect.duplicates.finding import Found, find
from vitrail.model.catalogue import Compared
from vitrail.warehouse.scratch import Scratch

Person = dict[str, str]
KINDS: dict[str, Compared] = {
    "given": "given_name",
    "surname": "surname",
    "birth": "birth_date",
    "email": "email",
    "phone": "phone",
    "street": "street",
    "postcode": "postcode",
    "city": "city",
    "card": "code",
}
GIVEN = [
    "Anne", "Paul", "Marie", "Luc", "Chloé", "Hugo", "Emma", "Louis", "Jade", "Adam", "Alice",
    "Gabriel", "Rose", "Arthur", "Nina", "Jules", "Zoé", "Noé", "Lina", "Malo",
]  # fmt: skip
SURNAMES = [
    "Martin", "Bernard", "Thomas", "Petit", "Robert", "Richard", "Durand", "Dubois", "Moreau",
    "Laurent", "Simon", "Michel", "Lefebvre", "Leroy", "Roux", "Fournier", "Girard", "Bonnet",
    "Lambert", "Fontaine", "Rousseau", "Vincent", "Muller", "Mercier", "Blanc", "Guerin", "Boyer",
    "Garnier",
]  # fmt: skip


def strangers(number: int = 150) -> list[Person]:
    """So many people who have nothing to do with each other, always the same."""
    draw = random.Random(1969)
    return [
        {
            "given": draw.choice(GIVEN),
            "surname": draw.choice(SURNAMES),
            "birth": f"{draw.randint(1940, 2004)}-{draw.randint(1, 12):02}-{draw.randint(1, 28):02}",
            "street": f"{draw.randint(1, 90)} rue {draw.choice(SURNAMES)}",
            "postcode": f"{draw.randint(1, 95):02}{draw.randint(0, 9)}00",
            "city": f"Ville {draw.choice(SURNAMES)}",
        }
        for _ in range(number)
    ]


def search(folder: Path, people: list[Person], **wanted: float) -> Found:
    columns = {name: kind for name, kind in KINDS.items() if any(name in each for each in people)}
    table = {name: pa.array([each.get(name) for each in people], pa.string()) for name in columns}
    with Scratch(folder) as scratch:
        scratch.register("raw", pa.table({"profile": pa.array(range(len(people)), pa.int32())} | table))
        return find(scratch, "raw", columns=columns, **wanted)


def probability(folder: Path, one: Person, other: Person) -> float:
    """How probably two people are one, among strangers; 0 when nobody would ask."""
    found = search(folder, [one, other, *strangers()], least=0.0).pairs.to_pylist()
    return next((each["probability"] for each in found if (each["a"], each["b"]) == (0, 1)), 0.0)
