"""Whatever happens, in whatever order: an incremental refresh gives the members of a full one."""

import contextlib
import datetime as dt
import random
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import msgspec
import pyarrow as pa
import pytest

from vitrail.app.workspace import Workspace, create
from vitrail.collect.identity.decisions import Word, confirm, split
from vitrail.engine import opened
from vitrail.engine.duckdb import DuckDB
from vitrail.engine.evaluation import evaluate
from vitrail.engine.plan import Asked
from vitrail.model.catalogue import Field, Policy
from vitrail.model.definitions import DefinitionFile, Segment
from vitrail.model.errors import UserError
from vitrail.warehouse import memberships
from vitrail.warehouse.cuts import read_cuts
from vitrail.warehouse.people import all_keys
from vitrail.warehouse.refresh import bitmap, defined, refresh

UTC = dt.UTC
START = dt.datetime(2026, 2, 26, 21, 30, tzinfo=UTC)
SOURCES = [None, "crm", "till"]
POLICIES = [Policy("most_frequent"), Policy("priority", ("crm", "till")), None]
ADDRESSES = [None, None, "anne@x.fr", "ben@x.fr", "cloe@x.fr", "dan@x.fr"]
PEOPLE = [f"C{number}" for number in range(12)]

RULES = [
    "did(order, last 2 days)",
    "count(order, last 1 week) >= 2",
    "sum(order.amount, last 3 days) > 20",
    "did(order, today)",
    "count(order, this month) >= 2",
    "did(order, yesterday)",
    "count(order, last month) >= 1",
    "not did(order, last 1 month)",
    "now - last_time(order) > 36 hours",
    "last_time(order) < now - 1 month",
    "last_time(order) not in last 3 days",
    "last_time(visit) not in last 1 month",
    "not last_time(visit where page is known) not in last 36 hours",
    "first_time(order) in last 5 days",
    "first_time(order) in this week",
    "age(birth_date) >= 30",
    "anniversary(birth_date) in next 3 days",
    "anniversary(birth_date) in this month",
    "renewal_on in next 7 days",
    'city = "Lyon" and did(visit, last 1 day)',
    'city != "Lyon" or count(visit where page contains "PROMO", last 2 days) > 0',
    "sequence(visit, order within 1 day, last 1 week)",
    "sequence(visit, not order within 2 days)",
    "sequence(order, not visit, last 10 days)",
    "regularly(order, every week, at least 2 of last 3)",
    "regularly(visit, every day, at least 2 of last 4)",
    "quintile(sum(order.amount, last 1 week)) >= 4",
    "percentile(count(visit)) > 50 and did(order)",
    "rank(now - last_time(visit)) <= 3",
    "percentile(age(birth_date) among did(order)) >= 50",
    "count(order where at > now - 2 days) > 0",
    "count(order where hour(at) >= 20 and amount > 5, last 4 days) >= 1",
    "hour(now) >= 12",
    'count(deal where stage = "won") > 0',
    "max(deal.due_on) in next 5 days",
    "age(first(order.gift_for)) >= 18",
    "last_time(order) + 3 days > now",
    'score("lead") >= 50',
    'member("s0") and not member("s3")',
    "distinct(visit.page, last 3 days) >= 2",
    'last(visit.page, last 5 days) = "/home"',
    'sample(40%, "x") and did(visit, since 2026-03-01)',
    "birth_date + 30 years in this year",
    "true",
]


class Story:
    """A workspace whose clock and events a random number generator drives."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.random = random.Random(seed)
        self.now = START
        self.number = 0
        self.ws: Workspace = create(folder / f"story {seed}", clock=lambda: self.now)
        self.ws.catalogue.declare(
            traits={
                "city": Field("city", "text", "", policy=POLICIES[seed % len(POLICIES)]),
                "birth_date": "date",
                "renewal_on": "date",
                "email": Field("email", "text", "", identity="email"),
            },
            events={
                "order": {"amount": "decimal", "gift_for": "date"},
                "visit": {"page": "text"},
            },
            records={"deal": {"stage": "text", "due_on": "date"}},
            scores=["lead"],
        )
        segments = tuple(Segment(f"s{index}", {"en": rule}, rule) for index, rule in enumerate(RULES))
        self.ws.define(DefinitionFile(edition=2026, segments=segments))

    def steps(self) -> list:
        return [
            self.orders,
            self.visits,
            self.people,
            self.deals,
            self.scores,
            self.decide,
            self.wait,
            self.wait,
            self.wait,
        ]

    def redefine(self) -> None:
        """Some rules are left out, others come back; those that others need, and ranks, stay."""
        stays = ("quintile", "percentile", "rank(", "member(")
        chosen = {
            f"s{index}": rule
            for index, rule in enumerate(RULES)
            if index in (0, 3) or rule.startswith(stays) or self.random.random() < 0.6
        }
        segments = tuple(Segment(key, {"en": rule}, rule) for key, rule in chosen.items())
        self.ws.define(DefinitionFile(edition=2026, segments=segments))

    def keys(self, count: int) -> list[str]:
        self.number += count
        return [f"k{self.number - index}" for index in range(count)]

    def moment(self) -> dt.datetime:
        hours = self.random.choice([-1, -5, -30, -100, -300, -800, 2, 30])
        return self.now + dt.timedelta(hours=hours, minutes=self.random.randrange(60))

    def someone(self, count: int) -> list[str]:
        return [self.random.choice(PEOPLE) for _ in range(count)]

    def day(self) -> dt.date:
        return START.date() + dt.timedelta(days=self.random.randrange(-3, 15))

    def orders(self) -> None:
        count = self.random.randrange(1, 5)
        amounts = [Decimal(self.random.randrange(1, 400)) / 10 for _ in range(count)]
        gifts = [self.day().replace(year=2008) if self.random.random() < 0.5 else None for _ in range(count)]
        table = pa.table(
            {
                "id": self.keys(count),
                "who": self.someone(count),
                "at": [self.moment() for _ in range(count)],
                "amount": pa.array(amounts, pa.decimal128(18, 4)),
                "gift_for": pa.array(gifts, pa.date32()),
            }
        )
        self.ws.load_events("order", table, profile="who", at="at", key="id")

    def visits(self) -> None:
        count = self.random.randrange(1, 6)
        pages = [self.random.choice(["/home", "/promo/été", None]) for _ in range(count)]
        table = pa.table(
            {
                "id": self.keys(count),
                "who": self.someone(count),
                "at": [self.moment() for _ in range(count)],
                "page": pa.array(pages, pa.string()),
            }
        )
        self.ws.load_events("visit", table, profile="who", at="at", key="id")

    def people(self) -> None:
        count = self.random.randrange(1, 4)
        cities = [self.random.choice(["Lyon", "Paris", None]) for _ in range(count)]
        born = [self.day().replace(year=1996) if self.random.random() < 0.7 else None for _ in range(count)]
        table = pa.table(
            {
                "who": self.random.sample(PEOPLE, count),
                "city": pa.array(cities, pa.string()),
                "birth_date": pa.array(born, pa.date32()),
                "renewal_on": [self.day() for _ in range(count)],
                "email": pa.array([self.random.choice(ADDRESSES) for _ in range(count)], pa.string()),
            }
        )
        if self.random.random() < 0.3:
            dated = table.append_column("seen", pa.array([self.moment() for _ in range(count)]))
            self.ws.load_profiles(dated, key="who", at="seen", source=self.random.choice(SOURCES))
        else:
            self.ws.load_profiles(table, key="who", source=self.random.choice(SOURCES))

    def deals(self) -> None:
        count = self.random.randrange(1, 3)
        table = pa.table(
            {
                "deal": self.random.sample(["d1", "d2", "d3"], count),
                "who": self.someone(count),
                "stage": [self.random.choice(["open", "won"]) for _ in range(count)],
                "due_on": [self.day() for _ in range(count)],
            }
        )
        self.ws.load_records("deal", table, profile="who", key="deal")

    def scores(self) -> None:
        table = pa.table(
            {"who": self.someone(1), "value": [self.random.random() * 100], "at": [self.moment()]}
        )
        self.ws.load_scores("lead", table, profile="who", value="value", at="at")

    def decide(self) -> None:
        """Somebody says that two profiles are one, or that one stands alone."""
        word, pair = Word(who="marie"), self.random.sample(PEOPLE, 2)
        with contextlib.suppress(UserError):
            if self.random.random() < 0.5:
                split(self.ws.store, pair[0], word=word)
            else:
                confirm(self.ws.store, pair, word=word)

    def wait(self) -> None:
        self.now += self.random.choice(
            [
                dt.timedelta(minutes=7),
                dt.timedelta(hours=1),
                dt.timedelta(hours=11),
                dt.timedelta(days=1),
                dt.timedelta(days=3, hours=5),
                dt.timedelta(days=31),
            ]
        )

    def differences(self) -> dict[str, tuple[set[int], set[int]]]:
        """The segments whose members are not those of a full evaluation with the same cut points."""
        store = self.ws.store
        _, compiled = defined(store)
        stored = memberships.frozen_ranks(store)
        frozen = read_cuts(stored[1]) if stored else {}
        asked = Asked(compiled.catalogue(store.catalogue), store.now_us())
        source = store.source()
        folding = msgspec.structs.replace(source.traits, valid_from_us=2**63 - 1)
        logged = msgspec.structs.replace(source, traits=folding)
        whole, folded = (
            evaluate(compiled.conditions, asked, source=each, database=self.ws.database, frozen=frozen)
            for each in (source, logged)
        )
        assert all((folded.members[key] == each).all() for key, each in whole.members.items())
        present = memberships.current_members(store)
        wanted = {key: set(bitmap(each, whole.size)) for key, each in whole.members.items()}
        return {
            RULES[int(key[1:])]: (set(present[key]), members)
            for key, members in wanted.items()
            if set(present[key]) != members
        }

    def members(self) -> dict[str, list[int]]:
        """Who meets each rule now, with ranks computed on the spot."""
        compiled, store = defined(self.ws.store)[1], self.ws.store
        asked = Asked(compiled.catalogue(store.catalogue), store.now_us())
        found = evaluate(compiled.conditions, asked, source=store.source(), database=self.ws.database)
        return {key: sorted(bitmap(each, found.size)) for key, each in found.members.items()}


@pytest.fixture(params=range(3))
def story(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Story]:
    if request.param != 1:
        monkeypatch.setattr(opened, "SMALL", 0)  # every file has open columns
    made = Story(tmp_path, request.param)
    yield made
    made.ws.close()


def test_incremental_refresh_gives_the_members_of_a_full_one(story: Story) -> None:
    for step in (story.people, story.orders, story.visits, story.deals):
        step()
    story.ws.refresh()
    for _ in range(6):
        for _ in range(story.random.randrange(1, 3)):
            story.random.choice(story.steps())()
        done = refresh(story.ws.store, database=story.ws.database, few=1.0)
        assert not done.full
        assert story.differences() == {}


def test_what_was_defined_before_does_not_stand_in_the_way(story: Story) -> None:
    for step in (story.people, story.orders, story.visits, story.deals):
        step()
    story.ws.refresh()
    for _ in range(3):
        story.redefine()
        story.random.choice(story.steps())()
        done = refresh(story.ws.store, database=story.ws.database, few=1.0)
        assert not done.full
        assert story.differences() == {}


def test_without_kept_answers_everybody_is_evaluated(story: Story) -> None:
    for step in (story.people, story.orders):
        step()
    story.ws.refresh()
    (kept,) = (story.ws.store.path / "memberships").glob("answers-*")
    kept.unlink()
    story.visits()
    assert refresh(story.ws.store, database=story.ws.database, few=1.0).full
    assert story.differences() == {}


def test_the_answers_of_the_last_refresh_alone_are_kept(story: Story) -> None:
    for _ in range(2):
        story.orders()
        story.ws.refresh()
    story.orders()
    kept = (story.ws.store.path / "memberships").glob("answers-*")
    assert [path.name for path in kept] == ["answers-00000002.bits"]


def test_a_merge_taken_back_restores_every_member(story: Story) -> None:
    for step in (story.people, story.orders, story.visits, story.deals, story.scores, story.people):
        step()
    before = story.members()
    known = all_keys(story.ws.store.source()).to_pylist()
    decision = story.ws.confirm(*story.random.sample(known, 3)).decision
    assert story.members() != before
    story.ws.undo(decision)
    assert story.members() == before


def test_answers_to_cut_points_that_were_cut_again_meanwhile_are_not_kept(story: Story) -> None:
    for step in (story.people, story.orders, story.visits):
        step()
    story.ws.refresh()
    for _ in range(3):
        story.orders()
    meanwhile = iter([None])

    def recut(done: int, of: int) -> None:
        for _ in meanwhile:
            refresh(story.ws.store, database=DuckDB(), recut=True)

    refresh(story.ws.store, database=story.ws.database, few=1.0, progress=recut)
    assert next(meanwhile, "used") == "used"
    story.now += dt.timedelta(minutes=1)
    refresh(story.ws.store, database=story.ws.database, few=1.0)
    assert story.differences() == {}
