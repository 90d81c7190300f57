"""Closing the database while somebody still asks."""

import threading

import duckdb
import pytest
from sqlglot import parse_one

from vitrail.engine.duckdb import DuckDB

ENDLESS = parse_one("SELECT sum(sqrt(range)) AS total FROM range(5000000000)", read="duckdb")


class Asking(threading.Thread):
    """A thread that asks a question without end, and keeps what went wrong."""

    def __init__(self, database: DuckDB) -> None:
        super().__init__(daemon=True)
        self.database = database
        self.trouble: Exception | None = None

    def run(self) -> None:
        try:
            self.database.rows(ENDLESS)
        except duckdb.Error as error:
            self.trouble = error


def test_a_question_under_way_is_broken_off():
    database = DuckDB()
    asking = Asking(database)
    asking.start()
    while database.lock.acquire(blocking=False):
        database.lock.release()
    database.close()
    asking.join(30)
    assert isinstance(asking.trouble, duckdb.InterruptException | duckdb.ConnectionException)


def test_closing_twice_is_closing_once():
    database = DuckDB()
    database.close()
    database.close()
    with pytest.raises(duckdb.ConnectionException):
        database.rows(ENDLESS)
