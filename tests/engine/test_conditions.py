"""Every case of `tests/conditions`, for one profile at a time and on DuckDB."""

import pytest

from tests.engine.harness import Members, answered, expected, run
from tests.engine.scenes import Scene, scenes, themes
from vitrail.language.check import check
from vitrail.language.parse import parse

CASES = [
    pytest.param(theme, number, place, id=f"{theme}: {scene.title}: {ask['rule']}")
    for theme in themes()
    for number, scene in enumerate(scenes(theme))
    for place, ask in enumerate(scene.asks)
]


@pytest.fixture(scope="module")
def answers(tmp_path_factory):
    """What DuckDB says of all the rules of a scene, asked in one pass, once."""
    known: dict[tuple[str, int], Members] = {}

    def answer(theme: str, number: int) -> Members:
        if (theme, number) not in known:
            scene = scenes(theme)[number]
            source = scene.world.source(tmp_path_factory.mktemp("scene"), number, valid_until_us=scene.at_us)
            found = run(rules(scene), scene.world, source, at_us=scene.at_us)
            known[theme, number] = answered(found, scene.world)
        return known[theme, number]

    return answer


def rules(scene: Scene):
    return {ask["rule"]: parse(ask["rule"]) for ask in scene.asks if "refused" not in ask}


@pytest.mark.parametrize(("theme", "number", "place"), CASES)
def test_case(theme, number, place, answers):
    scene = scenes(theme)[number]
    ask = scene.asks[place]
    rule = ask["rule"]
    codes = {each.code for each in check(rule, scene.catalogue) if each.severity == "error"}
    if "refused" in ask:
        assert ask["refused"] in codes
        return
    assert not codes
    members = set(ask["in"])
    assert members <= {each.key for each in scene.world.histories}
    assert expected(rules(scene), scene.world, at_us=scene.at_us)[rule] == members, "one profile at a time"
    assert answers(theme, number)[rule] == members, "on DuckDB"
