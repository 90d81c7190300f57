"""What the inbox keeps is read as messages: the same ones each time."""

from decimal import Decimal

import msgspec
import pytest

from vitrail.collect.tracking.reading import messages_of
from vitrail.collect.tracking.times import read_instant
from vitrail.ledger.inbox import StoredRequest
from vitrail.model.tracking import Tracked

NOON = 1_764_158_400_000_000  # 2025-11-26T12:00:00Z
HOUR = 3_600_000_000


def read(*messages: dict, position: int = 5, **envelope: object) -> list[Tracked]:
    body = msgspec.json.encode({**envelope, "batch": messages})
    return list(messages_of(StoredRequest(position, NOON, "site", body)))


def test_a_message_keeps_all_it_says():
    said = {
        "type": "track",
        "messageId": "m1",
        "userId": 17,
        "event": "Order Completed",
        "properties": {"revenue": 39.9},
        "context": {"ip": "1.2.3.4"},
        "timestamp": "2025-11-26T11:00:00Z",
    }
    assert read(said) == [
        Tracked(
            kind="track",
            message_id="m1",
            at_us=NOON - HOUR,
            received_at_us=NOON,
            source="site",
            user_id="17",
            event="Order Completed",
            properties={"revenue": Decimal("39.9")},
            context={"ip": "1.2.3.4"},
        )
    ]


def test_the_clock_of_the_sender_is_set_right():
    [slow] = read(
        {"type": "page", "timestamp": "2025-11-26T08:00:00Z", "sentAt": "2025-11-26T09:00:00Z"}
    )  # an hour before it was sent, whatever its clock says
    [batch] = read({"type": "page", "timestamp": "2025-11-26T08:00:00Z"}, sentAt="2025-11-26T09:00:00Z")
    assert slow.at_us == batch.at_us == NOON - HOUR


def test_without_a_time_it_happened_when_it_was_received():
    assert read({"type": "page"}, sentAt="2020-01-01T00:00:00Z")[0].at_us == NOON


def test_the_context_of_a_batch_is_that_of_its_messages():
    [one] = read({"type": "page", "context": {"locale": "fr"}}, context={"locale": "en", "ip": "1.1.1.1"})
    assert one.context == {"locale": "fr", "ip": "1.1.1.1"}


def test_without_an_id_a_dated_message_is_known_by_its_content_and_another_by_its_place():
    dated = {"type": "page", "timestamp": "2025-11-26T08:00:00Z"}
    ids = [m.message_id for m in read(dated, dated, {"type": "page"}, {"type": "page"})]
    assert ids[0] == ids[1] == read(dated, position=99)[0].message_id
    assert ids[2:] == ["5-2", "5-3"]


@pytest.mark.parametrize(
    ("written", "offset"),
    [
        ("2025-11-26T12:00:00Z", 0),
        ("2025-11-26T12:00:00.000001", 1),
        ("2025-11-26T13:00:00+01:00", 0),
        (1_764_158_400, 0),
        (1_764_158_400_123, 123_000),
    ],
)
def test_instants_are_read_as_they_are_written(written: object, offset: int):
    assert read_instant(written) == NOON + offset


@pytest.mark.parametrize("written", ["0000-00-00", "hier", "", True, None, -1, 10**18, [], float("inf")])
def test_what_is_no_instant_is_not_read(written: object):
    assert read_instant(written) is None
