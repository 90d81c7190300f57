"""New ledgers in SQLite: in each process the migrations run for the first; the others get what they made."""

from functools import cache

from sqlalchemy import Connection, create_engine

from vitrail.ledger.upgrade import upgrade


def upgrade_again(connection: Connection) -> None:
    """What the migrations do to a new ledger; any other is upgraded by themselves."""
    if (
        connection.dialect.name != "sqlite"
        or connection.exec_driver_sql("SELECT 1 FROM sqlite_master").first()
    ):
        upgrade(connection)
        return
    for statement in _made():
        connection.exec_driver_sql(statement)


@cache
def _made() -> tuple[str, ...]:
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        upgrade(connection)
        lines = connection.connection.driver_connection.iterdump()
        return tuple(each for each in lines if each not in ("BEGIN TRANSACTION;", "COMMIT;"))
