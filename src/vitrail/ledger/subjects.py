"""Which account is whose at the company's identity provider: bound once, by the subject it knows them by."""

from __future__ import annotations

from sqlalchemy import Column, Connection, String, Table, Text, insert, select

from vitrail.ledger import schema

subjects = Table(
    "oidc_subjects",
    schema.tables,
    Column("issuer", Text, primary_key=True),
    Column("subject", String(255), primary_key=True),
    Column("user", String(32), nullable=False),
)


def user_of(connection: Connection, issuer: str, *, subject: str) -> str | None:
    """The id of the account a subject of a provider is bound to."""
    same = subjects.c.issuer == issuer, subjects.c.subject == subject
    return connection.scalar(select(subjects.c.user).where(*same))


def is_bound(connection: Connection, user: str, *, issuer: str) -> bool:
    """Whether an account is bound to a subject of a provider."""
    same = subjects.c.issuer == issuer, subjects.c.user == user
    return connection.scalar(select(subjects.c.subject).where(*same)) is not None


def bind(connection: Connection, user: str, *, issuer: str, subject: str) -> None:
    """Bind an account to a subject."""
    connection.execute(insert(subjects), {"issuer": issuer, "subject": subject, "user": user})
