"""API keys: what lets a program in, with the permissions it was given and no more than its maker has."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Sequence

import msgspec

from vitrail.app.accounts.acting import By, write
from vitrail.app.accounts.tokens import hash_of, new_token
from vitrail.app.accounts.users import checked_name
from vitrail.language.messages import nearest
from vitrail.ledger import sessions, users
from vitrail.ledger.audit import Subject
from vitrail.ledger.sessions import ApiKey
from vitrail.model.access import PERMISSIONS, Permission, permissions_of
from vitrail.model.errors import refuse
from vitrail.warehouse.store import Store

BEGINNING = "vk"
_MINUTE_US = 60_000_000


class Admitted(msgspec.Struct, frozen=True):
    """A key that was shown, and what it may do now."""

    key: ApiKey
    permissions: frozenset[Permission]


def add_key(
    store: Store, name: str, *, permissions: Sequence[str], until_us: int | None, by: By
) -> tuple[ApiKey, str]:
    """A new key, and the secret that is shown this once.

    A key made by a user does what it was given and that user may do, today and later.
    """
    maker = by.actor.id if by.actor.kind == "user" else ""
    key_id = secrets.token_hex(4)
    secret = f"{BEGINNING}_{key_id}_{new_token()}"
    given = frozenset(checked_permission(each) for each in permissions)
    now_us = store.now_us()
    if not given:
        raise refuse(
            "key_without_permission",
            path="permissions",
            fr="Dites ce que la clé peut faire.",
            en="Say what the key may do.",
            hint=PERMISSIONS,
        )
    if until_us is not None and until_us <= now_us:
        raise refuse("key_expired", path="until", fr="Cette date est passée.", en="This date has passed.")
    key = ApiKey(key_id, hash_of(secret), checked_name(name), maker, given, now_us, until_us)
    with store.ledger.writing() as connection:
        sessions.keep_key(connection, key)
        details = {"permissions": tuple(sorted(given))}
        write(connection, by.act("key.add", Subject("key", key.id), details=details), at_us=store.now_us())
    return key, secret


def admit(store: Store, secret: str) -> Admitted | None:
    """The key a program shows, and what it may do now; None when it opens nothing (any more)."""
    beginning, _, rest = secret.partition("_")
    key_id = rest.partition("_")[0]
    if beginning != BEGINNING or len(key_id) != 8:
        return None
    now_us = store.now_us()
    with store.ledger.reading() as connection:
        key = sessions.find_key(connection, key_id)
        maker = users.user_with_id(connection, key.user) if key is not None and key.user else None
    if key is None or not hmac.compare_digest(key.hash, hash_of(secret)):
        return None
    if key.until_us is not None and key.until_us <= now_us:
        return None
    if key.user and (maker is None or maker.is_disabled):
        return None
    if key.used_at_us is None or now_us - key.used_at_us > _MINUTE_US:
        with store.ledger.writing() as connection:
            sessions.note_used(connection, key.id, at_us=now_us)
    return Admitted(key, key.permissions if maker is None else key.permissions & permissions_of(maker.role))


def all_keys(store: Store) -> tuple[ApiKey, ...]:
    """Every key, the newest first."""
    with store.ledger.reading() as connection:
        return sessions.all_keys(connection)


def revoke_key(store: Store, key_id: str, *, by: By) -> None:
    """Let a key open nothing any more. Raises `UserError` when there is none with this id."""
    with store.ledger.writing() as connection:
        if not sessions.drop_key(connection, key_id):
            raise refuse(
                "unknown_key",
                path="key",
                fr=f"Aucune clé n’est « {key_id} ». Pour les voir : vitrail keys list.",
                en=f"There is no key “{key_id}”. To see them: vitrail keys list.",
                hint=nearest(key_id, [each.id for each in sessions.all_keys(connection)]),
            )
        write(connection, by.act("key.revoke", Subject("key", key_id)), at_us=store.now_us())


def checked_permission(permission: str) -> Permission:
    """A permission. Raises `UserError` for what is none."""
    found = next((each for each in PERMISSIONS if each == permission), None)
    if found is None:
        raise refuse(
            "unknown_permission",
            path="permissions",
            fr=f"« {permission} » n’est pas une permission.",
            en=f"“{permission}” is no permission.",
            hint=nearest(permission, PERMISSIONS) or PERMISSIONS,
        )
    return found
