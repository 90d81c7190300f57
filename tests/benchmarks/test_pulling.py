"""The benchmark of pulling runs, on a size that proves nothing about speed."""

from benchmarks.pulling import measured


def test_every_way_is_measured():
    assert [each.way for each in measured(2_000) if each.seconds > 0] == ["start", "copy", "read", "pull"]
