"""What a condition reads."""

from __future__ import annotations

import pytest

from vitrail.language.parse import parse
from vitrail.language.uses import Uses, uses
from vitrail.model.catalogue import Catalogue


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('country = "FR" and age(birth_date) > 18', Uses(traits=("birth_date", "country"))),
        ("did(order)", Uses(collections=("order",))),
        (
            "sum(order.amount where hour(at) > 20 and weight < 2) > 5",
            Uses(
                collections=("order",),
                properties=(("order", "amount"), ("order", "at"), ("order", "weight")),
            ),
        ),
        (
            'sequence(page where path = "/", not order where amount > 1 within 2 days)',
            Uses(collections=("order", "page"), properties=(("order", "amount"), ("page", "path"))),
        ),
        ('member("vip") or score("lead") > 6', Uses(segments=("vip",), scores=("lead",))),
        ("consented(marketing, email)", Uses(purposes=("marketing",), channels=("email",))),
        ("decile(count(order) among did(visit)) = 10", Uses(collections=("order", "visit"))),
        ("true", Uses()),
    ],
)
def test_names_are_listed_once_and_sorted(text: str, expected: Uses) -> None:
    assert uses(parse(text)) == expected


SEGMENTS = Catalogue(
    segments={
        "vip": parse('did(order) and member("french")'),
        "french": parse('country = "FR" or member("vip")'),
    }
)


def test_segments_are_followed_when_a_catalogue_is_given() -> None:
    assert uses(parse('member("vip")'), SEGMENTS) == Uses(
        traits=("country",), collections=("order",), segments=("french", "vip")
    )


def test_an_unknown_segment_is_still_listed() -> None:
    assert uses(parse('member("gone")'), SEGMENTS).segments == ("gone",)
