"""Who is one person: by what people share, by what their devices share, and when it is held."""

import random

import numpy as np
import pyarrow as pa
import pytest

from vitrail.collect.identity.resolution import Resolution, resolve

Claim = tuple[int, str, str]


def resolved(*claims: Claim, reviewed: tuple[int, ...] = ()) -> Resolution:
    """The resolution of claims; the key of profile 7 is K07."""
    profiles, kinds, values = zip(*claims, strict=True) if claims else ((), (), ())
    table = pa.table(
        {
            "profile": pa.array(profiles, pa.int32()),
            "kind": pa.array(kinds, pa.string()),
            "value": pa.array(values, pa.string()),
        }
    )
    return resolve(table, keys_of=keys_of, reviewed=np.array(reviewed, np.int64))


def keys_of(profiles: np.ndarray) -> list[str]:
    return [f"K{number:02}" for number in profiles]


def merged(*claims: Claim, reviewed: tuple[int, ...] = ()) -> dict[int, int]:
    found = resolved(*claims, reviewed=reviewed)
    return dict(zip(found.profiles.tolist(), found.canonicals.tolist(), strict=True))


def test_nothing_claimed_merges_nobody():
    assert merged() == {}


def test_profiles_that_share_an_address_are_one_under_the_smallest_key():
    assert merged((2, "email", "a@x.fr"), (1, "email", "a@x.fr"), (3, "email", "b@x.fr")) == {2: 1}


def test_sharing_goes_on_from_one_to_the_next():
    chain = [
        (0, "email", "a"),
        (1, "email", "a"),
        (1, "phone", "p"),
        (2, "phone", "p"),
        (2, "key", "k"),
        (3, "key", "k"),
    ]
    assert merged(*chain) == {1: 0, 2: 0, 3: 0}


def test_the_same_text_of_another_kind_is_another_identity():
    assert merged((0, "email", "42"), (1, "crm_id", "42")) == {}


def test_an_anonymous_profile_goes_to_the_person_its_device_knows():
    assert merged((0, "anonymous_id", "a"), (1, "anonymous_id", "a"), (1, "key", "C1")) == {0: 1}


def test_a_shared_device_links_nobody_and_is_told():
    tablet = [
        (0, "anonymous_id", "a"),
        (1, "anonymous_id", "a"),
        (1, "key", "C1"),
        (2, "anonymous_id", "a"),
        (2, "key", "C2"),
    ]
    found = resolved(*tablet)
    assert not len(found.profiles)
    assert [(each.identities, each.profiles, each.people) for each in found.shared] == [
        ((("anonymous_id", "a"),), (0, 1, 2), 2)
    ]


def test_an_anonymous_profile_is_no_bridge_between_two_people():
    bridge = [
        (0, "anonymous_id", "a"),
        (0, "device_id", "d"),
        (1, "anonymous_id", "a"),
        (1, "key", "C1"),
        (2, "device_id", "d"),
        (2, "key", "C2"),
    ]
    assert merged(*bridge) == {}


def test_a_device_of_profiles_that_are_one_person_is_not_shared():
    claims = [
        (0, "anonymous_id", "a"),
        (1, "anonymous_id", "a"),
        (2, "anonymous_id", "a"),
        (1, "email", "m"),
        (2, "email", "m"),
    ]
    assert merged(*claims) == {0: 1, 2: 1}


def test_two_anonymous_profiles_of_one_device_are_one():
    assert merged((1, "device_id", "d"), (0, "device_id", "d"), (0, "anonymous_id", "a")) == {1: 0}


def crowd(size: int, *, first: int = 0) -> list[Claim]:
    return [(number, "email", "shop@x.fr") for number in range(first, first + size)]


def test_fifty_profiles_may_be_one_and_one_more_is_held():
    assert len(merged(*crowd(50))) == 49
    found = resolved(*crowd(51))
    assert not len(found.profiles)
    assert [(each.reason, len(each.profiles)) for each in found.held] == [("profiles", 51)]


def test_five_addresses_may_be_one_and_one_more_is_held():
    chain = [(number, "email", f"{address}@x.fr") for number in range(5) for address in (number, number + 1)]
    assert len(merged(*chain[:-1])) == 4
    found = resolved(*chain)
    assert [(each.reason, each.emails) for each in found.held] == [("emails", 6)]
    assert not len(found.profiles)


def test_what_was_reviewed_does_not_count():
    assert len(merged(*crowd(51), reviewed=(0,))) == 50
    assert len(merged(*crowd(120), reviewed=tuple(range(80)))) == 119


def test_too_many_devices_stay_apart_and_the_person_stays_whole():
    devices = [(number, "anonymous_id", f"a{number}") for number in range(2, 60)]
    seen = [(0, "anonymous_id", f"a{number}") for number in range(2, 60)]
    found = resolved((0, "email", "m"), (1, "email", "m"), *devices, *seen)
    assert (found.profiles.tolist(), found.canonicals.tolist()) == ([1], [0])
    assert [(each.reason, len(each.profiles)) for each in found.held] == [("devices", 60)]


KINDS = ("email", "phone", "key", "anonymous_id", "device_id")


def some_claims(chance: random.Random) -> list[Claim]:
    values = chance.randint(2, 30)
    return [
        (chance.randrange(40), chance.choice(KINDS), str(chance.randrange(values)))
        for _ in range(chance.randrange(90))
    ]


@pytest.mark.parametrize("seed", range(60))
def test_neither_order_nor_repetition_matters(seed):
    chance = random.Random(seed)
    claims = some_claims(chance)
    first = resolved(*claims)
    again = [*claims, *chance.choices(claims, k=5)] if claims else []
    chance.shuffle(again)
    second = resolved(*again)
    assert sorted(zip(first.profiles, first.canonicals, strict=True)) == sorted(
        zip(second.profiles, second.canonicals, strict=True)
    )
    assert (first.held, first.shared) == (second.held, second.shared)


@pytest.mark.parametrize("seed", range(60))
def test_it_is_what_counting_by_hand_finds(seed):
    """Without the guards, in plain loops: people by spreading from neighbour to neighbour, then devices."""
    claims = some_claims(random.Random(1000 + seed))
    found = resolved(*claims, reviewed=tuple(range(40)))
    got = dict(zip(found.profiles.tolist(), found.canonicals.tolist(), strict=True))
    assert got == by_hand(claims)


WEAK = ("anonymous_id", "device_id")


def spread(start: int, claims: list[Claim]) -> set[int]:
    reached, before = {start}, set[int]()
    while reached != before:
        before = set(reached)
        values = {(kind, value) for profile, kind, value in claims if profile in reached}
        reached |= {profile for profile, kind, value in claims if (kind, value) in values}
    return reached


def by_hand(claims: list[Claim]) -> dict[int, int]:
    strong = [claim for claim in claims if claim[1] not in WEAK]
    weak = [claim for claim in claims if claim[1] in WEAK]
    known = {profile for profile, _, _ in strong}
    person = {profile: frozenset(spread(profile, strong)) for profile in known}
    groups = set(person.values())
    strangers = {profile for profile, _, _ in weak} - known
    for stranger in strangers:
        mates = spread(stranger, [claim for claim in weak if claim[0] in strangers])
        values = {(kind, value) for profile, kind, value in weak if profile in mates}
        people = {
            person[profile] for profile, kind, value in weak if (kind, value) in values and profile in known
        }
        if not people:
            groups.add(frozenset(mates))
        elif len(people) == 1:
            (one,) = people
            old = next(group for group in groups if one <= group)
            groups = (groups - {old}) | {old | mates}
    mapping = {}
    for group in groups:
        best = min(group, key=lambda profile: (profile not in known, profile))
        mapping |= dict.fromkeys(group - {best}, best)
    return mapping
