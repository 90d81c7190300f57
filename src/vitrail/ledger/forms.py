"""The forms people answer, version by version, and the secret that signs their links."""

from __future__ import annotations

import secrets

import msgspec
from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Integer,
    String,
    Table,
    Text,
    delete,
    func,
    insert,
    select,
)

from vitrail.ledger import schema
from vitrail.ledger.secrets import find_secret, keep_secret
from vitrail.model.forms import Form

forms = Table(
    "forms",
    schema.tables,
    Column("key", String(64), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("applied_at_us", BigInteger, nullable=False),
    Column("document", Text, nullable=False),
)

SECRET = "form_links"


def save_form(connection: Connection, form: Form, *, at_us: int) -> bool:
    """Keep a new version of a form; False when nothing changed."""
    if form == find_form(connection, form.key):
        return False
    newest = connection.scalar(select(func.max(forms.c.version)).where(forms.c.key == form.key)) or 0
    document = msgspec.json.encode(form).decode()
    row = {"key": form.key, "version": newest + 1, "applied_at_us": at_us, "document": document}
    connection.execute(insert(forms), row)
    return True


def find_form(connection: Connection, key: str) -> Form | None:
    """A form in its newest version; None for a key nobody gave."""
    query = select(forms.c.document).where(forms.c.key == key).order_by(forms.c.version.desc()).limit(1)
    document = connection.scalar(query)
    return None if document is None else msgspec.json.decode(document, type=Form)


def all_forms(connection: Connection) -> tuple[Form, ...]:
    """Every form in its newest version, by key."""
    found: dict[str, Form] = {}
    for key, document in connection.execute(
        select(forms.c.key, forms.c.document).order_by(forms.c.key, forms.c.version)
    ):
        found[key] = msgspec.json.decode(document, type=Form)
    return tuple(found.values())


def known_secret(connection: Connection) -> str | None:
    """The secret that signs links; None as long as no link was made."""
    table = schema.settings
    sealed = find_secret(connection, SECRET)
    return sealed or connection.scalar(select(table.c.value).where(table.c.name == SECRET))


def link_secret(connection: Connection, *, at_us: int) -> str:
    """The secret that signs links; made at the first call, within a writing transaction.

    One of a former version, which lay there unsealed, is sealed.
    """
    sealed = find_secret(connection, SECRET)
    if sealed is not None:
        return sealed
    known = known_secret(connection) or secrets.token_urlsafe(32)
    keep_secret(connection, SECRET, text=known, at_us=at_us)
    connection.execute(delete(schema.settings).where(schema.settings.c.name == SECRET))
    return known
