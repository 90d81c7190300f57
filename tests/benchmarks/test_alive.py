"""The benchmarks run, on a size that proves nothing about speed."""

import pytest

from benchmarks import freshness, runs
from benchmarks.files import Size
from benchmarks.runs import Setting, measure

LESS = {"FEW": 30, "MANY": 60, "SINGLE": 3, "RUNS": 1}


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        for name, number in LESS.items():
            patch.setattr(runs, name, number)
        return measure(Setting(tmp_path_factory.mktemp("benchmarks"), Size(1_000, 20_000)))


def test_segments_agree_together_and_alone(report):
    assert report.compared == LESS["FEW"]


def test_every_figure_is_measured(report):
    assert len(report.figures) > 15
    assert all(figure.value > 0 for figure in report.figures)


def test_every_bound_of_the_language_and_the_engine_is_looked_at(report):
    assert sum(figure.holds is not None for figure in report.figures) >= 11


def test_memberships_follow_messages(tmp_path, monkeypatch):
    monkeypatch.setattr(freshness, "SEGMENTS", 3)
    report = freshness.freshness(tmp_path, Size(500, 5_000), messages=20, rounds=1)
    assert all(figure.value > 0 for figure in report.figures)
