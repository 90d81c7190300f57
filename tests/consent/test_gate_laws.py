"""The laws of the gate, on random people, against a judge in plain Python that takes one at a time."""

from __future__ import annotations

import itertools
import random

import msgspec
import pyarrow as pa
import pytest

from tests.consent.shop import NOW, at, orders
from vitrail.app.purposes import define_purposes, purposes_in_force
from vitrail.consent.suppression import Suppressing, suppress
from vitrail.ledger.standing import add_acts
from vitrail.model.consents import Consent
from vitrail.model.standing import Act

SIZE = 1_000
PURPOSES = ("marketing", "prospecting_phone", "email_opens", "personalisation_trackers", "other")
CHANNELS = ("", "email", "sms", "phone", "pixel", "web")
STATES = ("granted", "refused", "withdrawn")
ADDRESSES = (None, "", "nobody", "{}@example.com", "{}@example.com", "{}@example.com", "family")
FAMILIES = 60
"""Addresses that several profiles have."""


class Person(msgspec.Struct):
    """What is true of one random customer."""

    key: str
    words: list[Consent]
    acts: list[Act]
    email: str | None
    buyer: bool
    suppressed: str = ""


def draw(chance: random.Random, number: int) -> Person:
    """Few instants, so that words of the same instant meet."""
    words = [
        Consent(
            number,
            chance.choice(PURPOSES),
            chance.choice(STATES),
            chance.randrange(1, 6),
            chance.choice(CHANNELS),
        )
        for _ in range(chance.randrange(6))
    ]
    acts = [
        Act(
            number,
            *chance.choice(
                [
                    ("objection", "raised"),
                    ("objection", "lifted"),
                    ("restriction", "raised"),
                    ("restriction", "lifted"),
                ]
            ),
            0,
        )
        for _ in range(chance.randrange(3))
    ]
    about = ("", "prospecting_email", "personalisation")
    acts = [
        msgspec.structs.replace(act, about=chance.choice(about) if act.right == "objection" else "")
        for act in acts
    ]
    address = chance.choice(ADDRESSES)
    key = f"c{number:05}"
    if address == "family":
        address = chance.choice(("f{}@example.com", "F{}@Example.com ")).format(chance.randrange(FAMILIES))
    person = Person(key, words, acts, address and address.format(key), chance.random() < 0.5)
    if person.email == f"{key}@example.com" and chance.random() < 0.2:
        person.suppressed = chance.choice(("bounce", "unsubscribe"))
    return person


# --- the judge ----------------------------------------------------------------------------------


def said_last(person: Person, purpose: str, channel: str) -> str:
    about = [each for each in person.words if each.purpose == purpose and each.channel in ("", channel)]
    return max(about, key=lambda each: (each.at_us, each.state != "granted")).state if about else ""


def standing(person: Person) -> set[tuple[str, str]]:
    held: dict[tuple[str, str], str] = {}
    for act in person.acts:
        held[act.right, act.about] = act.step
    return {subject for subject, step in held.items() if step == "raised"}


def said_no(person: Person, purpose, channel: str) -> bool:
    """Objected, refused or withdrew: what reaches whoever has the same address."""
    held = standing(person)
    if (purpose.marketing and ("objection", "") in held) or ("objection", purpose.key) in held:
        return True
    consents = {"consent": purpose.asked}.get(purpose.basis, "")
    if purpose.key == "prospecting_email_customers":
        consents = "marketing"
    return said_last(person, consents, channel) in ("refused", "withdrawn")


def one_form(person: Person) -> str:
    told = (person.email or "").strip().lower()
    return told if "@" in told else ""


def stopped_addresses(everybody: list[Person], purpose, channel: str) -> set[str]:
    if channel not in ("email", "pixel"):
        return set()
    return {one_form(each) for each in everybody if said_no(each, purpose, channel)} - {""}


def may_be_reached(person: Person, purpose, channel: str, *, stopped: set[str]) -> bool:
    held = standing(person)
    if one_form(person) in stopped:
        return False
    if ("restriction", "") in held or (purpose.marketing and ("objection", "") in held):
        return False
    if ("objection", purpose.key) in held:
        return False
    yes = said_last(person, purpose.asked, channel) == "granted"
    if purpose.basis == "consent" and not yes:
        return False
    if purpose.key == "prospecting_email_customers":
        no = said_last(person, "marketing", channel) in ("refused", "withdrawn")
        if no or not person.buyer:
            return False
    if channel in ("email", "pixel"):
        listed = person.suppressed == "bounce" or (purpose.marketing and person.suppressed == "unsubscribe")
        return bool(person.email) and "@" in (person.email or "") and not listed
    return True


# --- the world ----------------------------------------------------------------------------------


def build(ws, everybody: list[Person]) -> None:
    ws.catalogue.declare(purposes=["other"])
    rows = {"id": [each.key for each in everybody], "email": [each.email for each in everybody]}
    ws.load_profiles(pa.table(rows), key="id")
    orders(ws, *(each.key for each in everybody if each.buyer))
    said = [(each.key, word) for each in everybody for word in each.words]
    columns = {
        "id": [key for key, _ in said],
        "at": pa.array([at(10 - word.at_us) for _, word in said], pa.timestamp("us", tz="UTC")),
    }
    columns |= {name: [getattr(word, name) for _, word in said] for name in ("purpose", "channel", "state")}
    ws.load_consents(pa.table(columns), profile="id", state="state", at="at")
    now_us = ws.store.now_us()
    acts = [msgspec.structs.replace(act, at_us=now_us) for each in everybody for act in each.acts]
    with ws.store.ledger.writing() as connection:
        add_acts(connection, acts, at_us=now_us)
    for reason in ("bounce", "unsubscribe"):
        some = [each.email for each in everybody if each.suppressed == reason]
        suppress(ws.store, some, why=Suppressing(reason))
    known = purposes_in_force(ws.store).document
    relations = {"customer": "did(order)", "sale_address": "did(order)"}
    define_purposes(ws.store, msgspec.structs.replace(known, relations=relations))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_an_audience_is_exactly_those_the_judge_lets_pass(ws, seed):
    chance = random.Random(seed)
    everybody = [draw(chance, number) for number in range(SIZE)]
    build(ws, everybody)
    register = purposes_in_force(ws.store).document
    asked = [
        (purpose, channel)
        for purpose, channel in itertools.product(register.purposes, ("email", "pixel", "web", "service"))
        if channel in purpose.channels and purpose.key != "prospecting_professionals"
    ]
    assert len(asked) >= 9
    for purpose, channel in asked:
        found = ws.audience("all", purpose=purpose.key, channel=channel)
        reached = set(found.members()["profile"].to_pylist())
        stopped = stopped_addresses(everybody, purpose, channel)
        expected = {each.key for each in everybody if may_be_reached(each, purpose, channel, stopped=stopped)}
        assert reached == expected, (purpose.key, channel)
        assert found.waterfall.segment - sum(fall.fell for fall in found.waterfall.falls) == len(reached)
        for each in chance.sample(everybody, 5):
            assert found.reason(each.key).inside == (each.key in reached)


def test_the_fold_of_ten_thousand_histories_is_that_of_the_judge(ws):
    chance = random.Random(7)
    everybody = [msgspec.structs.replace(draw(chance, n), acts=[], suppressed="") for n in range(10_000)]
    build(ws, everybody)
    rules = {
        f"{purpose} {channel}": f"consented({purpose}, {channel})"
        for purpose in PURPOSES[:2]
        for channel in ("email", "sms")
    }
    found = ws.evaluate(rules, as_of=NOW)
    held = set(zip(found["segment"].to_pylist(), found["profile"].to_pylist(), strict=True))
    expected = {
        (name, each.key)
        for name in rules
        for each in everybody
        if said_last(each, *name.split()) == "granted"
    }
    assert len(expected) > 1_000
    assert held == expected
