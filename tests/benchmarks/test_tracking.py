"""The benchmark of the tracking API runs, for a moment that proves nothing about speed."""

import pytest

from benchmarks.figures import named
from benchmarks.tracking import Load, measure


@pytest.mark.parametrize("role", ["collect", "all"])
def test_what_is_acknowledged_is_measured(role):
    figures = named(measure(Load(seconds=1, connections=4, role=role)))
    assert figures["events acknowledged"].value > 0
    assert figures["requests not acknowledged"].value == 0
    assert figures["processor of the server for 1,000 events"].value > 0
