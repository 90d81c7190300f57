"""What is told to the driver of PostgreSQL, which only a ledger that lies there loads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from psycopg.abc import Buffer
from psycopg.errors import Diagnostic
from psycopg.types.string import StrDumperUnknown

_NUMBER = re.compile(r"\d+")


class Cleaning(StrDumperUnknown):
    """How texts are sent: a zero byte, which PostgreSQL cannot hold, leaves a mark in its place."""

    def dump(self, obj: str) -> Buffer | None:
        """The text as it is sent."""
        return super().dump(obj.replace("\0", "\ufffd") if "\0" in obj else obj)


def clean_texts(connection: Any) -> None:
    """Let no text be refused for a zero byte."""
    connection.adapters.register_dumper(str, Cleaning)


@contextmanager
def left_behind(connection: Any) -> Iterator[list[int]]:
    """A list that grows by what VACUUM tells: how many dead rows it had to keep, table by table."""
    found: list[int] = []

    def told(message: Diagnostic) -> None:
        number = _NUMBER.match(message.message_detail or "")
        if number:
            found.append(int(number[0]))

    connection.add_notice_handler(told)
    try:
        yield found
    finally:
        connection.remove_notice_handler(told)
