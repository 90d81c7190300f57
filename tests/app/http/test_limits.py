"""How often one may ask."""

from vitrail.app.http.limits import Buckets, Rate


class Seconds:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_so_many_at_once_then_so_many_a_second():
    clock = Seconds()
    buckets = Buckets(Rate(2, 5), clock=clock)
    assert [buckets.seconds_to_wait("a") for _ in range(6)] == [0, 0, 0, 0, 0, 1]
    clock.now = 1.0
    assert [buckets.seconds_to_wait("a") for _ in range(3)] == [0, 0, 1]


def test_a_bucket_holds_no_more_than_it_can():
    clock = Seconds()
    buckets = Buckets(Rate(2, 5), clock=clock)
    buckets.seconds_to_wait("a")
    clock.now = 1_000.0
    assert [buckets.seconds_to_wait("a") for _ in range(6)].count(0) == 5


def test_others_have_their_own():
    buckets = Buckets(Rate(1, 1), clock=Seconds())
    assert [buckets.seconds_to_wait(name) for name in ("a", "a", "b")] == [0, 1, 0]


def test_no_rate_is_no_limit():
    buckets = Buckets(Rate(0, 1), clock=Seconds())
    assert not any(buckets.seconds_to_wait("a") for _ in range(1_000))


def test_memory_is_bounded():
    buckets = Buckets(Rate(1, 1), clock=Seconds())
    for number in range(60_000):
        buckets.seconds_to_wait(str(number))
    assert len(buckets._buckets) == 50_000
