"""The inbox keeps requests in order, forgets what is filed, and gives each position once."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from vitrail.ledger.inbox import INBOX, Inbox, NewRequest, NotKept, open_inbox


@pytest.fixture
def inbox(tmp_path: Path) -> Iterator[Inbox]:
    with open_inbox(tmp_path) as opened:
        yield opened


def group(*bodies: str) -> list[NewRequest]:
    return [NewRequest(7, "shop", body.encode()) for body in bodies]


def positions(inbox: Inbox, after: int = 0) -> list[int]:
    return [request.position for request in inbox.read(after, limit=10_000)]


def test_requests_are_read_in_the_order_they_came(inbox: Inbox):
    inbox.append(group("a", "b"))
    inbox.append(group("c"))
    assert [(r.position, r.received_at_us, r.source, r.body) for r in inbox.read(1, limit=5)] == [
        (2, 7, "shop", b"b"),
        (3, 7, "shop", b"c"),
    ]
    assert [r.body for r in inbox.read(0, limit=1)] == [b"a"]


def test_an_empty_group_is_no_event(inbox: Inbox):
    inbox.append([])
    assert inbox.backlog().requests == 0


def test_a_position_is_given_once_also_after_trimming_and_opening_again(inbox: Inbox, tmp_path: Path):
    inbox.append(group("a", "b", "c"))
    inbox.trim(3)
    assert positions(inbox) == []
    inbox.close()
    with open_inbox(tmp_path) as again:
        again.append(group("d"))
        assert positions(again) == [4]


def test_trimming_keeps_what_comes_after(inbox: Inbox):
    for _ in range(3):
        inbox.append(group(*"x" * 500))
    inbox.trim(1200)
    assert positions(inbox) == list(range(1201, 1501))
    inbox.trim(1200)
    inbox.trim(99_999)
    assert positions(inbox) == []


def test_a_lost_file_does_not_give_filed_positions_again(tmp_path: Path):
    with open_inbox(tmp_path) as fresh:
        fresh.skip_to(41)
        fresh.append(group("a"))
        fresh.skip_to(3)
        fresh.append(group("b"))
        assert positions(fresh) == [42, 43]


def test_the_backlog_grows_and_shrinks(inbox: Inbox):
    inbox.append(group("x" * 100_000))
    full = inbox.backlog()
    inbox.trim(1)
    assert (full.requests, inbox.backlog().requests) == (1, 0)
    assert full.bytes > 100_000 > inbox.backlog().bytes


def test_filed_bytes_leave_the_file(inbox: Inbox, tmp_path: Path):
    inbox.append(group("jeanne@example.org " * 2000))
    inbox.trim(1)
    inbox.close()
    assert b"jeanne" not in (tmp_path / INBOX).read_bytes()


def test_nothing_is_kept_in_a_file_that_vanished(inbox: Inbox, tmp_path: Path):
    inbox.append(group("a"))
    for file in tmp_path.glob(f"{INBOX}*"):
        file.unlink()
    with pytest.raises(NotKept):
        inbox.append(group("b"))
    assert not (tmp_path / INBOX).exists()


def test_what_comes_once_the_file_is_back_is_kept(inbox: Inbox, tmp_path: Path):
    inbox.append(group("a"))
    elsewhere = tmp_path.rename(tmp_path.with_name("elsewhere"))
    with pytest.raises(NotKept):
        inbox.append(group("b"))
    elsewhere.rename(tmp_path)
    inbox.append(group("c"))
    assert [each.body for each in inbox.read(0, limit=9)] == [b"a", b"c"]


def test_trying_it_out_leaves_nothing(inbox: Inbox):
    inbox.append(group("a"))
    inbox.try_out()
    assert [each.body for each in inbox.read(0, limit=9)] == [b"a"]
