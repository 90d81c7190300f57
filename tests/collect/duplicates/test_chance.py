"""Who changed address and e-mail is proposed by what strangers hardly share, and never merged alone."""

import random
from pathlib import Path

import pyarrow as pa
import pytest

from tests.collect.duplicates.people import Person, search, strangers
from tests.storage import clock, store
from vitrail.app.shop.stream import profiles, sample_shop
from vitrail.collect.duplicates.merging import merge_probable
from vitrail.collect.duplicates.queue import CHANCE, LEAST, find_duplicates, pairs_of
from vitrail.collect.load import load_profiles
from vitrail.warehouse.store import Store

__all__ = ["clock", "store"]

COLUMNS = {
    "first_name": "given", "last_name": "surname", "email": "email", "phone": "phone",
    "birth_date": "birth", "postcode": "postcode", "city": "city",
}  # fmt: skip
MOVED = ("email", "street", "postcode", "city")


@pytest.fixture(scope="module")
def customers() -> list[Person]:
    """The customers of a sample shop, none of whom is there twice."""
    table = profiles(sample_shop(20_000)).read_all().select(list(COLUMNS))
    return [
        {COLUMNS[name]: str(value) for name, value in row.items() if value is not None}
        for row in table.to_pylist()
    ]


def proposed(folder: Path, people: list[Person]) -> set[tuple[int, int]]:
    found = search(folder, people, least=LEAST).pairs.to_pylist()
    return {(each["a"], each["b"]) for each in found}


@pytest.mark.parametrize("kept", ["birth", "phone"])
def test_ten_who_moved_and_changed_their_mailbox_are_proposed_and_no_stranger(
    tmp_path: Path, customers: list[Person], kept: str
):
    draw = random.Random(1969)
    whole = [place for place, each in enumerate(customers) if set(COLUMNS.values()) <= set(each)]
    people, planted = [dict(each) for each in customers], set[tuple[int, int]]()
    for number, place in enumerate(draw.sample(whole, 10)):
        people[place]["phone"] = f"+336781200{number:02}"
        elsewhere = customers[draw.choice(whole)]
        again = people[place] | {name: elsewhere[name] for name in MOVED if name in elsewhere}
        again |= {"email": f"client{number}@exemple.fr"}
        del again["phone" if kept == "birth" else "birth"]
        planted.add((place, len(people)))
        people.append(again)
    assert proposed(tmp_path, people) == planted


def test_the_customers_of_the_shop_are_strangers(tmp_path: Path, customers: list[Person]):
    assert proposed(tmp_path, customers) == set()


ANNE = {"given": "Anne", "surname": "Kerouedan", "postcode": "35400", "city": "Saint-Malo"}


def with_anne(**values: str) -> list[Person]:
    """Anne twice, among strangers: as she is, and with something more."""
    people = [ANNE | {"email": "a.k@laposte.net"}, ANNE | {"email": "annek@gmail.com"} | values]
    return [*people, *strangers(400)]


def test_one_name_in_a_small_town_is_proposed(tmp_path: Path):
    assert (0, 1) in proposed(tmp_path, with_anne())


def test_one_name_in_a_large_town_is_not(tmp_path: Path):
    people = with_anne()
    town = {"postcode": ANNE["postcode"], "city": ANNE["city"]}
    assert (0, 1) not in proposed(tmp_path, [each | town for each in people])


def test_another_birth_date_tells_father_from_son(tmp_path: Path):
    people = with_anne(birth="1990-03-04")
    people[0] |= {"birth": "1961-11-27"}
    assert (0, 1) not in proposed(tmp_path, people)


def test_what_waits_by_chance_alone_is_never_merged_without_a_person(store: Store):
    people = [{"id": str(number)} | each for number, each in enumerate(with_anne())]
    names = {"given": "prenom", "surname": "nom", "birth": "date_naissance"}
    columns = dict.fromkeys(name for each in people for name in each)
    rows = {names.get(name, name): [each.get(name) for each in people] for name in columns}
    load_profiles(store, pa.table(rows), key="id", types={"postcode": "text"})
    find_duplicates(store)
    assert merge_probable(store, above=0.5) == ()
    (pair,) = pairs_of(store)
    assert pair.probability > 0.5 and CHANCE in {each.part for each in pair.reasons}
