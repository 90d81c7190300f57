"""Sign-ins at the identity provider that came back: each opens once, at whichever server it comes back to."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Connection, String, Table, delete, func, insert, select

from vitrail.ledger import schema

MOST = 10_000
"""So many people may come in within the time they have; beyond, the provider vouches for anything."""

states = Table(
    "oidc_states",
    schema.tables,
    Column("print", String(64), primary_key=True),
    Column("until_us", BigInteger, nullable=False, index=True),
)


def use_state(connection: Connection, print: str, *, until_us: int, now_us: int) -> bool:
    """Note that a sign-in came back; answers whether it was the first time. Old ones are forgotten."""
    connection.execute(delete(states).where(states.c.until_us <= now_us))
    known = connection.scalar(select(states.c.until_us).where(states.c.print == print)) is not None
    if known or (connection.scalar(select(func.count()).select_from(states)) or 0) >= MOST:
        return False
    connection.execute(insert(states), {"print": print, "until_us": until_us})
    return True
