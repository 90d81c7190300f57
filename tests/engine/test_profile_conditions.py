"""Texts, records, sequences, regularity, shares, consents, segments (language §4; decision 0003)."""

import datetime as dt
import hashlib

import pytest

from tests.engine.people import at, context, deal, event, figure, holds, orders, person, who
from vitrail.engine.profile import evaluate, first_seen, with_first_seen
from vitrail.language.parse import parse


@pytest.mark.parametrize(
    ("test", "expected"),
    [
        ('contains "STRASSE"', True),
        ('starts with "GROSSE"', True),
        ('ends with "ßE 12"', True),
        ('contains "x"', False),
        ('= "große straße 12"', False),
        ('matches "Stra.e [0-9]+$"', True),
        ('matches "stra"', False),
        ('not matches "stra"', True),
        ('not contains "STRASSE"', False),
    ],
)
def test_texts_fold_case_except_in_equality_and_patterns(test, expected):
    assert holds(f"street {test}", person(street="Große Straße 12")) is expected


def test_literals_are_normalised():
    assert holds('name = "Ame\u0301lie"', person(name="Am\u00e9lie"))


def test_a_dot_does_not_match_a_line_break():
    assert not holds('note matches "a.b"', person(note="a\nb"))


def test_texts_compare_by_code_point():
    assert holds('a > "z" and b < "a"', person(a="é", b="Z"))


def test_between_includes_both_ends():
    assert [holds("n between 1 and 3", person(n=n)) for n in (0, 1, 3, 4)] == [False, True, True, False]


def test_in_and_not_in():
    assert holds('country in ("FR", "BE") and country not in ("CH")', person(country="BE"))


def test_logic():
    assert holds("(true or false) and not (true and false)", person())


# --- population and segments ------------------------------------------------------------------


def test_who_was_first_seen_later_is_not_asked():
    assert who(
        "not did(order)", person("a", seen="2025-03-31T08:00:00"), person("b", seen="2025-03-31T07:59:59")
    ) == {"b"}


def test_first_seen_is_the_earliest_of_events_dated_observations_and_creation():
    someone = person(events=orders("2025-02-01"), city=[("2025-03-01", "Lyon")], joined=dt.date(2025, 1, 10))
    assert first_seen(someone, context().catalogue) == at("2025-02-01")
    assert first_seen(someone, context(created="joined").catalogue) == at("2025-01-09T23:00:00")


def test_without_any_date_a_profile_is_there_since_always():
    assert with_first_seen(person(city="Lyon"), context().catalogue).first_seen_us is None


def test_member_is_evaluated_at_the_same_instant():
    someone = person(events=orders("2025-03-01T12:00:00"))
    assert holds('member("active")', someone, active="did(order, last 30 days)")
    assert not holds('member("active")', someone, "2025-04-01", active="did(order, last 30 days)")


# --- record sets ------------------------------------------------------------------------------


def test_records_are_taken_as_they_stood():
    sold = person(
        records={"deal": [deal("d1", stage="visit"), deal("d1", "2025-02-01", sequence=1, stage="won")]}
    )
    rule = 'did(deal where stage = "won")'
    assert [holds(rule, sold, when) for when in ("2025-02-01", "2025-02-01T00:00:01")] == [False, True]
    assert figure("count(deal)", sold) == 1


def test_the_last_version_arrived_counts_among_equal_dates():
    both = person(
        records={
            "deal": [
                deal("d1", "2025-02-01", sequence=2, stage="b"),
                deal("d1", "2025-02-01", sequence=1, stage="a"),
            ]
        }
    )
    assert figure("max(deal.stage)", both) == "b"


# --- sequences --------------------------------------------------------------------------------


def path(**steps):
    return person(
        events={
            name: tuple(event(when, f"{name}{n}") for n, when in enumerate(whens.split()))
            for name, whens in steps.items()
        }
    )


def test_steps_come_strictly_one_after_the_other():
    assert holds("sequence(a, b)", path(a="2025-03-01", b="2025-03-02"))
    assert not holds("sequence(a, b)", path(a="2025-03-01", b="2025-03-01"))
    assert not holds("sequence(a, b)", path(a="2025-03-02", b="2025-03-01"))


def test_within_includes_its_end():
    rule = "sequence(a, b within 1 day)"
    assert holds(rule, path(a="2025-03-01", b="2025-03-02"))
    assert not holds(rule, path(a="2025-03-01", b="2025-03-02T00:00:00.000001"))


def test_any_of_the_earlier_records_may_start():
    assert holds(
        "sequence(a, b within 1 day, c)",
        path(a="2025-03-01 2025-03-05", b="2025-03-03 2025-03-06", c="2025-03-07"),
    )
    assert not holds(
        "sequence(a, b within 1 day, c)",
        path(a="2025-03-01 2025-03-05", b="2025-03-03 2025-03-06", c="2025-03-04"),
    )


def test_the_same_record_cannot_be_two_steps():
    assert not holds("sequence(a, a)", path(a="2025-03-01"))
    assert holds("sequence(a, a)", path(a="2025-03-01 2025-03-02"))


ABANDONED = "sequence(cart, not order within 24 hours, last 7 days)"


def test_an_absence_must_have_had_its_full_time():
    cart = path(cart="2025-03-30T08:00:00")
    assert holds(ABANDONED, cart)
    assert not holds(ABANDONED, cart, "2025-03-31T07:59:59.999999")


def test_an_absence_ends_with_its_bound_included():
    assert not holds(ABANDONED, path(cart="2025-03-30", order="2025-03-31"))
    assert holds(ABANDONED, path(cart="2025-03-30", order="2025-03-31T00:00:00.000001"))
    assert holds(ABANDONED, path(cart="2025-03-30", order="2025-03-30"))


def test_another_start_may_have_its_absence():
    assert holds(ABANDONED, path(cart="2025-03-26 2025-03-29", order="2025-03-26T01:00:00"))


def test_positive_steps_lie_in_the_window_and_absences_look_further():
    assert not holds(ABANDONED, path(cart="2025-03-24T07:59:59"))
    assert not holds(
        "sequence(a, not b, between 2025-03-01 and 2025-03-10)", path(a="2025-03-05", b="2025-03-20")
    )


def test_an_absence_without_length_lasts_until_now():
    assert holds("sequence(a, not b)", path(a="2025-03-05", b="2025-03-01 2025-04-20"))
    assert not holds("sequence(a, not b)", path(a="2025-03-05", b="2025-03-30"))


def test_an_absence_refers_to_the_last_positive_step():
    rule = "sequence(a, not b within 1 hour, not c within 1 hour)"
    assert holds(rule, path(a="2025-03-05", c="2025-03-05T01:30:00"))
    assert not holds(rule, path(a="2025-03-05", c="2025-03-05T01:00:00"))


def test_a_step_after_an_absence_may_come_at_any_later_time():
    rule = "sequence(a, not b within 1 hour, c)"
    assert holds(rule, path(a="2025-03-05", c="2025-03-05T00:30:00"))
    assert not holds(rule, path(a="2025-03-05", b="2025-03-05T00:40:00", c="2025-03-05T00:30:00"))


# --- regularity, shares, consents -------------------------------------------------------------


def test_regularly_counts_whole_periods_before_the_current_one():
    rule = "regularly(order, every month, at least 3 of last 4)"
    assert holds(rule, person(events=orders("2024-10-31T23:00:00", "2025-01-05", "2025-02-05")))
    assert not holds(
        rule, person(events=orders("2024-10-31T22:59:59", "2025-01-05", "2025-02-05", "2025-03-05"))
    )


def test_regularly_counts_a_period_once():
    rule = "regularly(order, every week, at least 2 of last 3)"
    assert not holds(rule, person(events=orders("2025-03-25", "2025-03-26", "2025-03-31T07:00:00")))


def test_a_window_narrows_regularity():
    someone = person(events=orders("2025-01-05", "2025-02-05"))
    assert not holds(
        "regularly(order, last 40 days, every month, at least 2 of last 3)", someone, "2025-03-10"
    )


def test_a_share_is_drawn_from_the_key():
    draw = int.from_bytes(hashlib.sha256(b"x\x1fada").digest()[:8], "big") >> 11
    percent = draw * 100 // 2**53
    assert [holds(f'sample({share}%, "x")', person()) for share in (percent, percent + 1)] == [False, True]


def test_all_and_none_can_be_drawn():
    assert holds("sample(100%) and not sample(0%)", person())


def test_no_word_is_no_consent():
    assert not holds("consented(marketing)", person())


def test_the_last_word_before_now_counts():
    words = [("marketing", "email", True, "2025-01-01"), ("marketing", "email", False, "2025-03-01")]
    someone = person(consents=words)
    assert [holds("consented(marketing, email)", someone, when) for when in ("2025-03-01", "2025-03-02")] == [
        True,
        False,
    ]


def test_without_channel_any_channel_will_do():
    someone = person(consents=[("marketing", "sms", True, "2025-01-01")])
    assert holds("consented(marketing) and not consented(marketing, email) and not consented(stats)", someone)


def test_a_word_without_channel_speaks_for_all():
    gone = person(
        consents=[("marketing", "sms", True, "2025-01-01"), ("marketing", None, False, "2025-02-01")]
    )
    assert not holds("consented(marketing) or consented(marketing, sms)", gone)


def test_evaluate_ignores_the_population():
    assert evaluate(parse("true"), person(seen="2030-01-01"), context=context())
