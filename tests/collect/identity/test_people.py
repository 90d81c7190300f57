"""Loads and decisions make people: the same ones in any order, and taken apart again exactly."""

import contextlib
import random

import pytest

from tests.collect.contents import first_seen, observations, snapshot
from tests.collect.identity.scenes import (
    claim_all,
    declare_identities,
    load,
    merged,
    resolved_again,
)
from tests.storage import Clock
from vitrail.collect.identity import decisions
from vitrail.collect.identity.decisions import Word, confirm, split, split_identity, undo
from vitrail.collect.identity.resolution import MOST_PROFILES
from vitrail.model.errors import UserError
from vitrail.warehouse import store as stores
from vitrail.warehouse.store import Store

WORD = Word(who="marie", why="two sisters")


@pytest.fixture
def shop(store: Store) -> Store:
    declare_identities(store, email="email")
    return store


def test_a_load_makes_one_person_of_two_profiles(shop: Store):
    load(shop, {"id": "till-7", "email": "anne@x.fr"}, {"id": "crm-1", "email": " ANNE@x.fr"})
    assert merged(shop) == {"till-7": "crm-1"}


def test_the_row_of_a_person_holds_what_was_said_of_all_profiles(shop: Store, clock: Clock):
    load(shop, {"id": "b", "email": "anne@x.fr", "city": "Lyon", "size": "M"})
    clock.advance(days=1)
    load(shop, {"id": "a", "email": "anne@x.fr", "shoe": "38"})
    assert merged(shop) == {"b": "a"}
    assert snapshot(shop)["a"] == {
        "email": "anne@x.fr",
        "city": "Lyon",
        "city~folded": "lyon",
        "size": "M",
        "size~folded": "m",
        "shoe": "38",
    }


def test_a_later_load_of_a_merged_profile_reaches_the_person(shop: Store, clock: Clock):
    load(shop, {"id": "b", "email": "anne@x.fr", "city": "lyon"}, {"id": "a", "email": "anne@x.fr"})
    clock.advance(days=1)
    load(shop, {"id": "b", "city": "paris"})
    assert snapshot(shop)["a"]["city"] == "paris"


def test_a_profile_is_compared_with_what_was_said_of_itself(shop: Store, clock: Clock):
    """What is stored of a profile does not depend on whom it is merged with: splitting is exact."""
    load(shop, {"id": "b", "email": "anne@x.fr", "city": "lyon"}, {"id": "a", "email": "anne@x.fr"})
    clock.advance(days=1)
    load(shop, {"id": "a", "city": "paris"})
    assert [
        (row["profile"], row["city"], row["at_us"] < 0) for row in observations(shop) if "city" in row
    ] == [
        ("a", "paris", True),
        ("b", "lyon", True),
    ]


def test_a_split_gives_both_back_what_they_were(shop: Store, clock: Clock):
    load(
        shop, {"id": "b", "email": "b@x.fr", "city": "lyon"}, {"id": "a", "email": "a@x.fr", "city": "paris"}
    )
    before, seen = snapshot(shop), first_seen(shop)
    clock.advance(days=1)
    claim_all(shop, ("b", "phone", "06 98 76 54 31"), ("a", "phone", "+33698765431"))
    assert merged(shop) == {"b": "a"}
    told = split(shop, "b", word=WORD)
    assert (told.before, told.after) == ((("a", "b"),), ())
    assert merged(shop) == {}
    assert (snapshot(shop), first_seen(shop)) == (before, seen)


def test_a_preview_changes_nothing(shop: Store):
    load(shop, {"id": "b", "email": "x@x.fr"}, {"id": "a", "email": "x@x.fr"})
    version = shop.version
    told = split(shop, "b", word=Word(preview=True))
    assert (told.decision, told.before, told.after) == (None, (("a", "b"),), ())
    assert shop.version == version
    assert merged(shop) == {"b": "a"}


def test_what_was_severed_stays_so_when_it_is_loaded_again(shop: Store):
    rows = {"id": "b", "email": "x@x.fr"}, {"id": "a", "email": "x@x.fr"}
    load(shop, *rows)
    split(shop, "b", word=WORD)
    load(shop, *rows)
    assert merged(shop) == {}


def test_a_split_is_undone_exactly(shop: Store):
    load(shop, {"id": "b", "email": "x@x.fr"}, {"id": "a", "email": "x@x.fr"}, {"id": "c", "email": "x@x.fr"})
    number = split(shop, "b", word=WORD).decision
    assert merged(shop) == {"c": "a"}
    undo(shop, number, word=WORD)
    assert merged(shop) == {"b": "a", "c": "a"}
    with pytest.raises(UserError):
        undo(shop, number, word=WORD)


def test_an_address_of_a_family_can_be_told_to_link_nobody(shop: Store):
    load(shop, {"id": "a", "email": "x@x.fr"}, {"id": "b", "email": "x@x.fr"})
    split_identity(shop, "email", value="X@x.fr", word=WORD)
    load(shop, {"id": "c", "email": "x@x.fr"}, {"id": "d", "email": "x@x.fr"})
    assert merged(shop) == {}


def test_two_profiles_that_share_nothing_can_be_said_to_be_one(shop: Store):
    load(shop, {"id": "b", "email": "b@x.fr"}, {"id": "a", "email": "a@x.fr"}, {"id": "c", "email": "c@x.fr"})
    number = confirm(shop, ("c", "b"), word=WORD).decision
    assert merged(shop) == {"c": "b"}
    undo(shop, number, word=WORD)
    assert merged(shop) == {}


def test_confirming_two_profiles_takes_back_what_split_them(shop: Store):
    load(shop, {"id": "b", "email": "x@x.fr"}, {"id": "a", "email": "x@x.fr"})
    split(shop, "b", word=WORD)
    confirm(shop, ("a", "b"), word=WORD)
    assert merged(shop) == {"b": "a"}
    with shop.writing() as writer:
        assert [each.effect for decision in writer.decisions for each in decision.rulings] == [
            "sever",
            "restore",
        ]


def test_what_is_held_merges_once_it_is_confirmed(shop: Store):
    load(shop, *({"id": f"{number:02}", "email": "shop@x.fr"} for number in range(MOST_PROFILES + 1)))
    assert merged(shop) == {}
    number = confirm(shop, ("07",), word=WORD).decision
    assert len(merged(shop)) == MOST_PROFILES
    load(shop, {"id": "new", "email": "shop@x.fr"})
    assert merged(shop)["new"] == "00"
    undo(shop, number, word=WORD)
    assert merged(shop) == {}


@pytest.mark.parametrize(
    ("act", "code"),
    [
        (lambda shop: split(shop, "zoe", word=WORD), "unknown_profile"),
        (lambda shop: split(shop, "a", word=WORD), "shares_nothing"),
        (lambda shop: confirm(shop, ("a",), word=WORD), "not_held"),
        (lambda shop: confirm(shop, ("a", "zoe"), word=WORD), "unknown_profile"),
        (lambda shop: split_identity(shop, "email", value="zoe@x.fr", word=WORD), "unknown_identity"),
        (lambda shop: undo(shop, 3, word=WORD), "unknown_decision"),
    ],
)
def test_what_makes_no_sense_is_refused(shop: Store, act, code):
    load(shop, {"id": "a", "email": "a@x.fr"})
    with pytest.raises(UserError) as error:
        act(shop)
    assert [each.code for each in error.value.problems] == [code]


def test_a_trait_declared_later_to_be_an_identity_merges_those_already_there(store: Store):
    load(store, {"id": "b", "mail": "x@x.fr"}, {"id": "a", "mail": "X@x.fr"})
    declare_identities(store, mail="email")
    assert merged(store) == {"b": "a"}


class Story:
    """Loads, claims and decisions at random; what was claimed can be told again in another order."""

    def __init__(self, store: Store, clock: Clock, seed: int) -> None:
        self.chance, self.store, self.clock = random.Random(seed), store, clock
        self.people = [f"k{number:02}" for number in range(14)]
        load(store, *({"id": key, "city": "x"} for key in self.people))

    def claims(self) -> list[tuple[str, str, str]]:
        kinds = ["email", "phone", "crm_id", "anonymous_id", "device_id"]
        values = {"phone": lambda n: f"+3369876540{n}", "email": lambda n: f"a{n}@x.fr"}
        found = []
        for _ in range(self.chance.randrange(1, 7)):
            kind, number = self.chance.choice(kinds), self.chance.randrange(6)
            value = values.get(kind, lambda n: f"v{n}")(number)
            found.append((self.chance.choice(self.people), kind, value))
        return found

    def decide(self) -> None:
        acts = [
            lambda: split(self.store, self.chance.choice(self.people), word=WORD),
            lambda: confirm(self.store, self.chance.sample(self.people, 2), word=WORD),
            lambda: undo(self.store, self.chance.randrange(1, 6), word=WORD),
        ]
        with contextlib.suppress(UserError):
            self.chance.choice(acts)()


@pytest.mark.parametrize("seed", range(3))
def test_step_by_step_gives_the_people_found_at_once(store: Store, clock: Clock, seed: int):
    story = Story(store, clock, seed)
    for _ in range(5):
        claim_all(store, *story.claims())
        assert merged(store) == resolved_again(store)
        story.decide()
        assert merged(store) == resolved_again(store)


@pytest.mark.parametrize("seed", range(2))
def test_claims_in_any_order_and_any_batches_make_the_same_people(tmp_path, store, clock, seed):
    story = Story(store, clock, seed)
    claims = [each for _ in range(6) for each in story.claims()]
    claim_all(store, *claims)
    wanted = merged(store)
    for turn in range(2):
        story.chance.shuffle(claims)
        with stores.create(
            tmp_path / f"again {turn}", timezone="UTC", currency="EUR", languages=("en",)
        ) as again:
            load(again, *({"id": key} for key in story.chance.sample(story.people, 14)))
            for start in range(0, len(claims), 5):
                claim_all(again, *claims[start : start + 5])
            assert merged(again) == wanted


def test_a_decision_and_what_follows_are_kept_together_or_not_at_all(shop: Store, monkeypatch):
    load(shop, {"id": "b", "email": "x@x.fr"}, {"id": "a", "email": "x@x.fr"})
    version = shop.version
    with monkeypatch.context() as broken:
        broken.setattr(decisions, "save_decision", lambda *_, **__: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            split(shop, "b", word=WORD)
    assert (shop.version, merged(shop)) == (version, {"b": "a"})
    assert split(shop, "b", word=WORD).decision == 1
    assert merged(shop) == {}
