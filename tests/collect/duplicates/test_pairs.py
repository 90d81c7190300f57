from pathlib import Path

import pytest

from tests.collect.duplicates.people import Person, probability, search, strangers

ANNE = {"given": "Anne", "surname": "Kerouedan", "birth": "1980-05-07",
        "email": "anne.kerouedan@laposte.net", "phone": "06 98 76 54 31",
        "street": "12 bis, av. du Gal Leclerc", "postcode": "35000", "city": "St-Malo"}  # fmt: skip


def changed(**values: str) -> Person:
    return ANNE | values


@pytest.mark.parametrize(
    "other",
    [
        changed(given="ANNE", surname="KÉROUÉDAN"),
        changed(given="Kerouedan", surname="Anne"),
        changed(given="Anne-Sophie", email=""),
        changed(given="A.", email=""),
        changed(surname="de Kerouedan"),
        changed(surname="Le Bihan Kerouedan"),
        changed(surname="Mme Kerouedan ép. Le Bihan", email=""),
        changed(surname="Kerouedna", phone=""),
        changed(birth="1980-07-05", email=""),
        changed(birth="1980-05-01"),
        changed(email="anne.kerouedan@gmail.com", phone=""),
        changed(street="12 bis avenue du Général Leclerc", city="Saint-Malo CEDEX", email="", phone=""),
        changed(street="3 quai Sud", postcode="13001", city="Marseille"),
    ],
    ids=lambda other: ", ".join(value for name, value in other.items() if value and value != ANNE[name]),
)
def test_one_person_written_in_two_ways(tmp_path: Path, other: Person):
    assert probability(tmp_path, ANNE, other) > 0.95


@pytest.mark.parametrize(
    "other",
    [
        changed(given="Yves", birth="1978-01-30"),
        changed(given="Yves", birth="1978-01-30", phone="", email=""),
        changed(given="Malo", birth="2012-10-11"),
        changed(given="Malo", birth=""),
    ],
    ids=["husband", "husband, own phone", "child", "child, no birth date"],
)
def test_members_of_a_household_are_not_one(tmp_path: Path, other: Person):
    assert probability(tmp_path, ANNE, other) == 0.0


def test_a_common_name_says_less_than_a_rare_one(tmp_path: Path):
    people = strangers()
    common = {"given": people[0]["given"], "surname": people[0]["surname"]}
    rare = {"given": "Enora", "surname": "Kerouedan"}
    one, two = (probability(tmp_path, each, dict(each)) for each in (common, rare))
    assert one < two


def test_strangers_are_not_proposed(tmp_path: Path):
    assert search(tmp_path, strangers()).pairs.num_rows == 0


def test_one_person_alone_is_no_pair(tmp_path: Path):
    assert search(tmp_path, [ANNE]).pairs.num_rows == 0


def test_what_too_many_share_is_told_and_not_compared(tmp_path: Path):
    people = [{"card": "42", "surname": "X"} for _ in range(70)]
    found = search(tmp_path, people)
    assert [(each.name, each.people) for each in found.crowded] == [("code:card", 70)]
    assert found.compared == 0
