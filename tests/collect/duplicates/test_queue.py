import pyarrow as pa
import pytest

from tests.collect.duplicates.people import Person, strangers
from tests.storage import Clock, clock, store
from vitrail.collect.duplicates.people import compared_traits
from vitrail.collect.duplicates.queue import (
    find_duplicates,
    keep_apart,
    pair_of,
    pairs_of,
    values_of,
    verdicts_of,
)
from vitrail.collect.load import load_profiles
from vitrail.model.errors import UserError
from vitrail.warehouse.store import Store

__all__ = ["clock", "store"]

ANNE = {"id": "A", "given": "Anne", "surname": "Kerouedan", "birth": "1980-05-07", "postcode": "35000"}
TWICE = [ANNE, ANNE | {"id": "B", "given": "ANNE", "surname": "Kérouédan"}]
NAMES = {"given": "prenom", "surname": "nom", "birth": "date_naissance"}


def load(store: Store, people: list[Person]) -> None:
    columns = dict.fromkeys(name for each in people for name in each)
    rows = {NAMES.get(name, name): [each.get(name) for each in people] for name in columns}
    load_profiles(store, pa.table(rows), key="id", types={"postcode": "text", "date_naissance": "date"})


@pytest.fixture
def base(store: Store) -> Store:
    """Anne, who is there twice, among strangers."""
    load(store, [*TWICE, *({"id": f"S{n}"} | each for n, each in enumerate(strangers(100)))])
    return store


def test_a_pair_waits_with_its_reasons(base: Store):
    assert find_duplicates(base).proposed == 1
    (pair,) = pairs_of(base)
    assert pair.state == "proposed" and pair.probability > 0.9
    assert [(each.part, each.level) for each in pair.reasons if each.part == "birth_date"] == [
        ("birth_date", 4)
    ]
    assert values_of(base, pair)["nom"] == ("Kerouedan", "Kérouédan")


def test_finding_again_changes_nothing(base: Store, clock: Clock):
    find_duplicates(base)
    before = pairs_of(base)
    clock.advance(days=1)
    assert find_duplicates(base).new == 0
    assert pairs_of(base) == before


def test_a_pair_kept_apart_stays_apart_until_its_data_change(base: Store, clock: Clock):
    find_duplicates(base)
    keep_apart(base, ("B", "A"), by="claire", why="mother and daughter")
    found = find_duplicates(base)
    assert (found.proposed, found.kept_apart) == (0, 1)
    clock.advance(days=1)
    load(base, [ANNE | {"postcode": "35200"}])
    assert find_duplicates(base).proposed == 1
    assert [(each.verdict, each.by, each.why) for each in verdicts_of(base)] == [
        ("apart", "claire", "mother and daughter")
    ]


def test_a_pair_that_is_no_longer_alike_stops_waiting(base: Store, clock: Clock):
    find_duplicates(base)
    clock.advance(days=1)
    load(base, [ANNE | {"given": "Yves", "birth": "1951-01-30"}])
    assert find_duplicates(base).proposed == 0
    assert pairs_of(base) == ()


def test_traits_are_known_by_their_names(base: Store):
    assert compared_traits(base.catalogue) == {
        "prenom": "given_name", "nom": "surname", "date_naissance": "birth_date", "postcode": "postcode",
        "city": "city", "street": "street",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("keys", "code"), [(("A", "Z"), "unknown_profile"), (("A", "S1"), "no_pair"), (("A", "A"), "no_pair")]
)
def test_what_is_no_pair_is_refused(base: Store, keys: tuple[str, str], code: str):
    find_duplicates(base)
    with pytest.raises(UserError) as refused:
        pair_of(base, keys)
    assert [each.code for each in refused.value.problems] == [code]


def test_without_names_there_is_nothing_to_compare(store: Store):
    load_profiles(store, pa.table({"id": ["a"], "loyal": [True]}), key="id")
    with pytest.raises(UserError) as refused:
        find_duplicates(store)
    assert [each.code for each in refused.value.problems] == ["nothing_to_compare"]
