"""Segments in the spirit of a real CRM team, from a seed: mostly shared windows and filters, some private.

A segment is one to four tests joined by `and`, `or`, `not`; tests are drawn from families that together
cover the language. The first 100 of 500 segments are the 100.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from benchmarks.world import CATALOGUE
from vitrail.language.check import check
from vitrail.language.parse import parse
from vitrail.model.tree import Condition

SEED = 7

SHARED_WINDOWS = (
    "last 7 days",
    "last 30 days",
    "last 30 days",
    "last 90 days",
    "last 90 days",
    "last 180 days",
    "last 365 days",
    "last 365 days",
    "last 3 months",
    "last 12 months",
    "this month",
    "last month",
    "this year",
    None,
)
SHARED_FILTERS = {
    "page_view": ('category = "category 1"', 'path starts with "/maison/rayon-1"', 'device = "device 1"'),
    "order": ('category = "category 1"', "amount >= 100", 'channel = "channel 1"', 'status != "status 5"'),
    "add_to_cart": ('category = "category 1"', "price >= 50"),
    "email_sent": ('campaign = "campaign 1"',),
    "email_open": ('campaign = "campaign 1"', 'subject contains "nouveauté"'),
    "email_click": ('campaign = "campaign 1"',),
    "search": ('query contains "canapé"',),
    "support_ticket": ("satisfied = false", 'topic = "topic 1"'),
    "survey_answer": ("rating >= 9", "rating <= 6"),
    "store_visit": ('store = "store 1"',),
}


class Team:
    """The people who write segments: one stream of chance, and their habits."""

    def __init__(self, seed: int) -> None:
        self.chance = Random(seed)

    def segment(self) -> str:
        """One condition as text."""
        tests = [self.test() for _ in range(self.chance.choices((1, 2, 3, 4), (25, 40, 25, 10))[0])]
        signed = [f"not {test}" if self.chance.random() < 0.12 else test for test in tests]
        if len(signed) > 2 and self.chance.random() < 0.4:
            return f"({signed[0]} or {signed[1]}) and " + " and ".join(signed[2:])
        return (" or " if self.chance.random() < 0.15 else " and ").join(signed)

    def test(self) -> str:
        """One elementary test, of a family."""
        family = self.chance.choices([each for each, _ in FAMILIES], [weight for _, weight in FAMILIES])[0]
        return family(self)

    def one(self, *choices: str) -> str:
        """One of these."""
        return self.chance.choice(choices)

    def window(self) -> str:
        """A window, with its comma; one in five is of a length that nobody else uses."""
        if self.chance.random() < 0.2:
            return f", last {self.chance.randint(2, 600)} days"
        window = self.chance.choice(SHARED_WINDOWS)
        return f", {window}" if window else ""

    def event(self) -> str:
        """A collection, the useful ones more often than the frequent ones."""
        names = ("order", "page_view", "email_open", "email_click", "add_to_cart", "search")
        rare = ("store_visit", "email_sent", "support_ticket", "survey_answer")
        return self.chance.choice((*names, *names, "order", *rare))

    def where(self, collection: str) -> str:
        """Half of the time nothing, else a filter; one in three is private."""
        if self.chance.random() < 0.5:
            return ""
        if self.chance.random() < 0.67:
            return f" where {self.chance.choice(SHARED_FILTERS[collection])}"
        return f" where {PRIVATE_FILTERS[collection](self)}"

    def selection(self) -> str:
        """Some events."""
        collection = self.event()
        return f"`{collection}`{self.where(collection)}{self.window()}"

    def figure(self, *choices: tuple[str, str]) -> str:
        """What stands in `sum(…)`: a property, a filter, a window."""
        collection, name = self.chance.choice(choices)
        return f"`{collection}`.{name}{self.where(collection)}{self.window()}"


def _text(name: str, form: str, kinds: int) -> Callable[[Team], str]:
    return lambda team: f'{name} = "{form.format(team.chance.randint(1, kinds))}"'


PRIVATE_FILTERS: dict[str, Callable[[Team], str]] = {
    "page_view": lambda team: f'path contains "rayon-{team.chance.randint(1, 99)}"',
    "order": lambda team: f"amount between {team.chance.randint(5, 60)} and {team.chance.randint(80, 300)}",
    "add_to_cart": _text("product", "product {}", 200),
    "email_sent": _text("campaign", "campaign {}", 120),
    "email_open": _text("campaign", "campaign {}", 120),
    "email_click": _text("campaign", "campaign {}", 120),
    "search": lambda team: f'query ends with "{team.chance.randint(1, 9)}"',
    "support_ticket": _text("topic", "topic {}", 9),
    "survey_answer": _text("survey", "survey {}", 6),
    "store_visit": _text("store", "store {}", 30),
}


# --- families ---------------------------------------------------------------------------------


def _trait(team: Team) -> str:
    chance = team.chance
    tests = (
        f'country = "country {chance.randint(1, 9)}"',
        f'country != "country {chance.randint(1, 9)}"',
        f'acquisition in ("acquisition {chance.randint(1, 4)}", "acquisition {chance.randint(5, 8)}")',
        f"household_size >= {chance.randint(2, 4)}",
        f"store_credit > {chance.randint(1, 20)}",
        f"nps between {chance.randint(0, 5)} and {chance.randint(6, 10)}",
        f"newsletter = {team.one('true', 'false')}",
        "company is known",
        "birth_date is unknown",
        f"created_at in last {chance.choice((30, 90, 180))} days",
        f'interests has any of ("interest {chance.randint(1, 7)}", "interest {chance.randint(8, 14)}")',
        f'city contains "{chance.randint(10, 99)}"',
        f'city starts with "commune {chance.randint(1, 9)}"',
        f"distance(latitude, longitude, 48.8566, 2.3522) < {chance.choice((10, 25, 50))}",
        f"anniversary(birth_date) in next {chance.choice((7, 14, 30))} days",
        f"age(birth_date) >= {chance.choice((18, 25, 30, 40, 50, 60))}",
        f"age(birth_date) between {chance.choice((18, 25))} and {chance.choice((34, 49))}",
    )
    return chance.choice(tests)


def _did(team: Team) -> str:
    return f"did({team.selection()})"


def _count(team: Team) -> str:
    return (
        f"count({team.selection()}) {team.one('>=', '>=', '=', '<')} {team.chance.choice((1, 2, 3, 5, 10))}"
    )


def _sum(team: Team) -> str:
    figure = team.figure(
        ("order", "amount"), ("order", "amount"), ("order", "items"), ("add_to_cart", "price")
    )
    return f"sum({figure}) >= {team.chance.choice((50, 100, 200, 500, 1000))}"


def _average(team: Team) -> str:
    figure = team.figure(("order", "amount"), ("page_view", "seconds"), ("survey_answer", "rating"))
    return f"avg({figure}) >= {team.chance.choice((5, 8, 30, 80, 120))}"


def _extreme(team: Team) -> str:
    figure = team.figure(("order", "amount"), ("add_to_cart", "price"))
    return (
        f"{team.one('min', 'max')}({figure}) {team.one('>=', '<')} {team.chance.choice((20, 50, 100, 250))}"
    )


def _recency(team: Team) -> str:
    collection = team.event()
    ago = f"now - last_time(`{collection}`{team.where(collection)})"
    return f"{ago} {team.one('>', '<=')} {team.chance.choice((7, 14, 30, 60, 90, 180, 270, 365))} days"


def _first_time(team: Team) -> str:
    collection = team.event()
    return f"first_time(`{collection}`) in last {team.chance.choice((30, 60, 90, 180, 365))} days"


def _distinct(team: Team) -> str:
    figure = team.figure(("page_view", "category"), ("order", "category"), ("order", "channel"))
    return f"distinct({figure}) >= {team.chance.randint(2, 5)}"


def _mode(team: Team) -> str:
    figure = team.figure(("order", "category"), ("page_view", "category"))
    return f'mode({figure}) = "category {team.chance.randint(1, 6)}"'


def _first_last(team: Team) -> str:
    name, kinds = team.chance.choice((("category", 14), ("channel", 4), ("status", 5)))
    figure = team.figure(("order", name))
    return f'{team.one("first", "last")}({figure}) = "{name} {team.chance.randint(1, kinds)}"'


def _rank(team: Team) -> str:
    value = team.one(
        "sum(`order`.amount, last 365 days)",
        "sum(`order`.amount, last 365 days)",
        "count(`order`, last 365 days)",
        "last_time(`order`)",
        "count(page_view, last 90 days)",
        'score("lead")',
    )
    among = team.one("", "", " among did(`order`)", ' among country = "country 1"')
    if team.chance.random() < 0.5:
        return f"percentile({value}{among}) >= {team.chance.choice((50, 80, 90, 95))}"
    return f"quintile({value}{among}) = {team.chance.randint(1, 5)}"


def _sequence(team: Team) -> str:
    chance = team.chance
    steps = (
        f"sequence(add_to_cart, not `order` within {chance.choice((24, 48, 72))} hours, last 30 days)",
        f"sequence(email_open, email_click within {chance.choice((1, 2))} days, last 90 days)",
        "sequence(search, page_view within 1 hours, "
        f"add_to_cart within {chance.choice((2, 24))} hours, last 30 days)",
        f"sequence(page_view{team.where('page_view')}, "
        f"`order` within {chance.choice((3, 7))} days, last 90 days)",
        "sequence(support_ticket, `order` within 30 days)",
    )
    return chance.choice(steps)


def _regularly(team: Team) -> str:
    at_least = team.chance.randint(2, 4)
    return (
        f"regularly(`order`, every month, at least {at_least} of last {at_least + team.chance.randint(0, 3)})"
    )


def _hours(team: Team) -> str:
    part = team.one("hour(at) >= 20", "weekday(at) >= 6", "hour(at) < 9")
    collection = team.one("`order`", "page_view")
    return f"count({collection} where {part}{team.window()}) >= {team.chance.randint(1, 5)}"


def _record(team: Team) -> str:
    chance = team.chance
    tests = (
        f'count(deal where stage = "stage {chance.randint(1, 6)}") > 0',
        f"sum(deal.amount) >= {chance.choice((500, 1000, 5000))}",
        f'did(subscription where status = "status {chance.randint(1, 4)}")',
        f"did(subscription where renewal_date in next {chance.choice((15, 30, 60))} days)",
        f'count(subscription where plan = "plan {chance.randint(1, 5)}") >= 1',
    )
    return chance.choice(tests)


def _score(team: Team) -> str:
    return f'score("{team.one("lead", "churn")}") >= {team.chance.choice((20, 40, 60))}'


def _mixed(team: Team) -> str:
    chance = team.chance
    tests = (
        f"count(`order`, last 90 days) >= {chance.randint(1, 3)} * household_size",
        "count(email_open, last 90 days) * 10 < count(email_sent, last 90 days)",
        "sum(`order`.amount, last 365 days) / count(page_view, last 365 days) >= 2",
        "sum(`order`.amount, last 90 days) > sum(`order`.amount, between 2025-05-24 and 2025-08-22)",
    )
    return chance.choice(tests)


def _sample(team: Team) -> str:
    return f'sample({team.chance.choice((5, 10, 50))}%, "{team.one("spring", "autumn")}")'


FAMILIES = (
    (_trait, 26),
    (_did, 12),
    (_count, 13),
    (_sum, 9),
    (_average, 3),
    (_extreme, 3),
    (_recency, 8),
    (_first_time, 3),
    (_distinct, 4),
    (_mode, 2),
    (_first_last, 3),
    (_rank, 4),
    (_sequence, 3),
    (_regularly, 1),
    (_hours, 2),
    (_record, 5),
    (_score, 2),
    (_mixed, 2),
    (_sample, 1),
)


def texts(number: int) -> dict[str, str]:
    """So many segments as text, by key."""
    team = Team(SEED)
    return {f"segment_{index:03}": team.segment() for index in range(number)}


def segments(number: int) -> dict[str, Condition]:
    """So many segments as trees, each checked against the catalogue."""
    made = {key: parse(text) for key, text in texts(number).items()}
    for key, condition in made.items():
        errors = [problem for problem in check(condition, CATALOGUE) if problem.severity == "error"]
        if errors:
            raise ValueError(f"{key}: {texts(number)[key]}: {errors[0]}")
    return made
