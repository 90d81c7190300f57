"""The cases of `tests/conditions` through the front door: loaded as tables, asked as text."""

import datetime as dt

import pytest

from tests.app.loading_scenes import opened
from tests.engine.scenes import Scene, scenes

THEMES = ("as_of", "numbers", "population", "records", "sets", "text", "unknowns")
SCENES = [
    pytest.param(scene, id=f"{theme}: {scene.title}")
    for theme in THEMES
    for scene in scenes(theme)
    if any("in" in ask for ask in scene.asks)
]


@pytest.mark.parametrize("scene", SCENES)
def test_members_through_the_workspace(scene: Scene, tmp_path):
    asks = {ask["rule"]: set(ask["in"]) for ask in scene.asks if "in" in ask}
    as_of = dt.datetime.fromtimestamp(0, dt.UTC) + dt.timedelta(microseconds=scene.at_us)
    with opened(scene, tmp_path / "shop") as ws:
        found = ws.evaluate({rule: rule for rule in asks}, as_of).to_pylist()
    members = {rule: {row["profile"] for row in found if row["segment"] == rule} for rule in asks}
    assert members == asks
