"""What the builder doubts, where it says so, and what its buttons mend."""

import pytest

from tests.language.shop import CATALOGUE
from vitrail.app.web.builder.acting import act
from vitrail.app.web.builder.doubting import Doubt, Weighed, doubts
from vitrail.app.web.builder.drawing import draw
from vitrail.app.web.builder.reading import Ground, read
from vitrail.language.format import format
from vitrail.language.parse import parse
from vitrail.model.errors import problem

GROUND = Ground(CATALOGUE, "en")


def doubted(text: str, *, size: int | None = None, weighed: Weighed | None = None) -> tuple[Doubt, ...]:
    group = draw(parse(text), GROUND)
    said = read(group, GROUND)
    return doubts(group, said, ground=GROUND, weighed=weighed or Weighed(size=size))


def codes(text: str, path: str, **more: object) -> list[str]:
    return [each.code for each in doubted(text, **more) if each.path == path]  # type: ignore[arg-type]


def mended(text: str, code: str) -> str:
    """The rule after the button of a doubt."""
    group = draw(parse(text), GROUND)
    do = next(each.do for each in doubted(text) if each.code == code)
    return format(read(act(group, do, sent={}, catalogue=CATALOGUE).group, GROUND).condition)


def test_a_choice_with_a_negation_is_doubted_where_it_stands():
    assert "or_with_negation" in codes('country = "FR" or not did(order)', "r")
    assert "or_with_negation" in codes('newsletter = true and (country = "FR" or not did(order))', "r.1")


def test_its_button_asks_for_all_of_them():
    text = 'newsletter = true and (country = "FR" or not did(order))'
    assert mended(text, "or_with_negation") == 'newsletter = true and (country = "FR" and not did(order))'


def test_a_condition_that_is_always_true_can_be_taken_out():
    assert mended('country = "FR" and count(order) >= 0', "always_true") == 'country = "FR"'


def test_what_looks_at_the_hours_of_somebody_is_doubted_with_its_source():
    found = [each for each in doubted("did(order where hour(at) > 21)") if each.code == "night"]
    assert [(each.path, bool(each.source)) for each in found] == [("r.0", True)]


def test_a_small_group_is_told_of_the_whole():
    assert "small_audience" in codes('country = "FR"', "r", size=3)
    assert "small_audience" not in codes('country = "FR"', "r", size=300)


@pytest.mark.parametrize(("text", "told"), [('country = "FR"', ["stale"]), ("did(order)", [])])
def test_what_reads_stale_data_says_so(text: str, told: list[str]):
    stale = problem("stale", fr="Vieux.", en="Old.")
    assert codes(text, "r.0", weighed=Weighed({"traits.country": (stale,)})) == told
