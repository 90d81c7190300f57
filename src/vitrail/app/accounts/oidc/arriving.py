"""Who comes from the identity provider: the account they are bound to, invited before, or by a rule.

The first time, a verified e-mail finds the account of somebody invited, and binds it to the subject the
provider knows them by; from then on the subject alone counts, whatever their e-mail becomes there. The role
stays the one given here.
"""

from __future__ import annotations

import secrets

from vitrail.app.accounts.acting import By, write
from vitrail.app.accounts.oidc.identity import Identity, Refused
from vitrail.app.accounts.oidc.settings import Settings
from vitrail.app.accounts.sessions import Place
from vitrail.app.accounts.users import checked_name, normal_email
from vitrail.ledger import subjects, users
from vitrail.ledger.audit import Subject
from vitrail.ledger.database import Transaction
from vitrail.ledger.settings import default_language
from vitrail.ledger.users import User
from vitrail.model.access import SYSTEM, Actor, Role
from vitrail.warehouse.store import Store


def arrive(store: Store, identity: Identity, *, settings: Settings, place: Place) -> User:
    """The account of who comes. Raises `Refused` where there is none for them, or it is closed."""
    with store.ledger.writing() as connection:
        bound = subjects.user_of(connection, identity.issuer, subject=identity.subject)
        if bound is not None:
            user = users.user_with_id(connection, bound)
        else:
            user = _bound(connection, identity, store=store, settings=settings, place=place)
        if user is None or user.is_disabled:
            raise Refused("no account")
        return user


def _bound(
    connection: Transaction, identity: Identity, *, store: Store, settings: Settings, place: Place
) -> User | None:
    """The account with the e-mail that the provider vouches for, bound from now on."""
    email = normal_email(identity.email or "")
    if not email:
        return None
    user = users.user_with_email(connection, email)
    if user is None:
        role = settings.domains.get(email.rpartition("@")[2])
        if role is None:
            return None
        user = _added(connection, identity, store=store, role=role, place=place)
    if subjects.is_bound(connection, user.id, issuer=identity.issuer):
        raise Refused("bound to another subject")
    subjects.bind(connection, user.id, issuer=identity.issuer, subject=identity.subject)
    by = By(Actor("user", user.id), place.address)
    write(connection, by.act("user.bind", Subject("user", user.id)), at_us=store.now_us())
    return user


def _added(connection: Transaction, identity: Identity, *, store: Store, role: Role, place: Place) -> User:
    """An account by the rule of its domain; it has no password."""
    email, name = normal_email(identity.email or ""), checked_name(identity.name[:100])
    language = default_language(connection)
    user = User(secrets.token_hex(8), email, name, role, language, "", store.now_us())
    users.add_user(connection, user)
    details = {"role": role, "rule": email.rpartition("@")[2]}
    by = By(SYSTEM, place.address)
    write(connection, by.act("user.add", Subject("user", user.id), details=details), at_us=store.now_us())
    return user
