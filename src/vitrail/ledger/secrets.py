"""The secrets of a workspace: kept sealed, under a key that lies elsewhere.

Each has a name that says whose it is: `source/CRM_TOKEN`, `form_links`, `totp/…`. All are in one table,
so that a new key seals every one of them in one step.
"""

from __future__ import annotations

import msgspec
from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    String,
    Table,
    Text,
    delete,
    func,
    insert,
    select,
    update,
)

from vitrail.ledger import schema
from vitrail.ledger.sealing import SealingKeys, add_key, key_name, missing_key, read_ring
from vitrail.ledger.settings import workspace_id

secrets = Table(
    "secrets",
    schema.tables,
    Column("name", String(200), primary_key=True),
    Column("sealed", Text, nullable=False),
    Column("at_us", BigInteger, nullable=False),
)


class KeptSecret(msgspec.Struct, frozen=True):
    """What may be told of a secret: its name, the name of its key, and since when it is so."""

    name: str
    key: str
    at_us: int


def keep_secret(connection: Connection, name: str, *, text: str, at_us: int) -> None:
    """Keep a secret, in the place of the one of the same name.

    Within a writing transaction. The very first makes the key, outside the workspace.
    """
    sealed = _ring(connection, makes=True).seal(text, purpose=name)
    forget_secret(connection, name)
    connection.execute(insert(secrets), {"name": name, "sealed": sealed, "at_us": at_us})


def find_secret(connection: Connection, name: str) -> str | None:
    """A secret; None for a name nobody gave. Raises `UserError` when its key is not at hand."""
    sealed = connection.scalar(select(secrets.c.sealed).where(secrets.c.name == name))
    return None if sealed is None else _ring(connection).unseal(sealed, purpose=name)


def forget_secret(connection: Connection, name: str) -> bool:
    """Forget a secret; False when there was none."""
    return connection.execute(delete(secrets).where(secrets.c.name == name)).rowcount > 0


def kept_secrets(connection: Connection, *, prefix: str = "") -> tuple[KeptSecret, ...]:
    """Every secret whose name begins so, by name, without what it says."""
    query = select(secrets.c.name, secrets.c.sealed, secrets.c.at_us).order_by(secrets.c.name)
    rows = connection.execute(query.where(secrets.c.name.startswith(prefix, autoescape=True)))
    return tuple(KeptSecret(name, key_name(sealed), at_us) for name, sealed, at_us in rows)


def unseal_all(connection: Connection, *, prefix: str) -> dict[str, str]:
    """The secrets whose names begin so, by the rest of the name."""
    query = select(secrets.c.name, secrets.c.sealed).where(secrets.c.name.startswith(prefix, autoescape=True))
    rows = connection.execute(query).all()
    if not rows:
        return {}
    ring = _ring(connection)
    return {name.removeprefix(prefix): ring.unseal(sealed, purpose=name) for name, sealed in rows}


def rotate_key(connection: Connection) -> int:
    """Seal every secret under a new key, or under the newest of the environment; answers how many.

    The former key stays in its file for backups that were made before.
    """
    ring = read_ring(workspace_id(connection))
    kept = connection.execute(select(secrets.c.name, secrets.c.sealed)).all()
    if kept and not ring.keys:
        raise missing_key(ring.place)
    texts = {name: ring.unseal(sealed, purpose=name) for name, sealed in kept}
    if ring.file is not None:
        ring = add_key(ring)
    for name, text in texts.items():
        sealed = ring.seal(text, purpose=name)
        connection.execute(update(secrets).where(secrets.c.name == name).values(sealed=sealed))
    return len(texts)


def ring_of(connection: Connection) -> SealingKeys:
    """The keys at hand for the secrets of a ledger."""
    return read_ring(workspace_id(connection))


def _ring(connection: Connection, *, makes: bool = False) -> SealingKeys:
    ring = ring_of(connection)
    if ring.keys or not makes:
        return ring
    if connection.scalar(select(func.count()).select_from(secrets)) or ring.file is None:
        raise missing_key(ring.place)
    return add_key(ring)
