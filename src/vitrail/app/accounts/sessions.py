"""Sessions: signing in, being recognised, being signed out.

A token is 256 random bits of which only a hash is kept; it changes whenever what it opens does (ASVS 5.0,
chapter 7). A session ends after an hour without use and twelve hours in any case.
"""

from __future__ import annotations

import msgspec

from vitrail.app.accounts import passwords
from vitrail.app.accounts.acting import By, write
from vitrail.app.accounts.tokens import hash_of, new_token
from vitrail.app.accounts.users import normal_email
from vitrail.ledger import sessions, users
from vitrail.ledger.audit import Subject
from vitrail.ledger.sessions import Session
from vitrail.ledger.users import User
from vitrail.model.access import SYSTEM, Actor
from vitrail.warehouse.store import Store

_MINUTE_US = 60_000_000
IDLE_US = 60 * _MINUTE_US
WHOLE_US = 12 * 60 * _MINUTE_US
HALF_US = 10 * _MINUTE_US
"""How long the second factor is awaited."""


class Place(msgspec.Struct, frozen=True):
    """Where somebody is: the network address, and what their browser calls itself."""

    address: str
    agent: str


class SignedIn(msgspec.Struct, frozen=True):
    """Who is signed in, by which session."""

    user: User
    session: Session


def by_user(user: User, place: Place) -> By:
    """A user who acts from a place."""
    return By(Actor("user", user.id), place.address)


def check_password(store: Store, email: str, *, password: str) -> User | None:
    """Whose e-mail and password these are; None, as slowly, when they are nobody's.

    Takes 19 MiB and a twentieth of a second of a core: the caller bounds how many run at once.
    """
    with store.ledger.reading() as connection:
        user = users.user_with_email(connection, normal_email(email))
    kept = "" if user is None or user.is_disabled else user.password
    right = passwords.matches(kept, password)
    if not right or user is None:
        return None
    if passwords.is_outdated(user.password):
        with store.ledger.writing() as connection:
            users.save_user(connection, msgspec.structs.replace(user, password=passwords.hashed(password)))
    return user


def begin(store: Store, user: User, *, place: Place, is_whole: bool) -> str:
    """Begin a session, and answer its token; one that is not whole only awaits the second factor."""
    token, now_us = new_token(), store.now_us()
    session = Session(
        hash_of(token), user.id, now_us, now_us, is_whole, place.address[:64], place.agent[:200]
    )
    with store.ledger.writing() as connection:
        sessions.drop_stale(connection, began_before_us=now_us - WHOLE_US, seen_before_us=now_us - IDLE_US)
        sessions.keep_session(connection, session)
        if is_whole:
            by = By(Actor("user", user.id), place.address)
            write(connection, by.act("session.begin", Subject("session", session.id)), at_us=store.now_us())
    return token


def note_refusal(store: Store, email: str, *, place: Place) -> None:
    """Write that somebody failed to sign in; not the e-mail they tried, which may be a password."""
    with store.ledger.writing() as connection:
        user = users.user_with_email(connection, normal_email(email))
        by = By(SYSTEM, place.address)
        write(
            connection,
            by.act("session.refuse", Subject("user", "" if user is None else user.id)),
            at_us=store.now_us(),
        )


def recognise(store: Store, token: str) -> SignedIn | None:
    """Who holds this token, whole or half signed in; None when it opens nothing (any more)."""
    now_us = store.now_us()
    with store.ledger.reading() as connection:
        session = sessions.find_session(connection, hash_of(token))
        user = None if session is None else users.user_with_id(connection, session.user)
    if session is None or user is None or user.is_disabled or not _is_alive(session, now_us):
        return None
    if now_us - session.seen_at_us > _MINUTE_US:
        with store.ledger.writing() as connection:
            sessions.note_seen(connection, session.hash, at_us=now_us)
    return SignedIn(user, session)


def end(store: Store, signed_in: SignedIn, *, session: str | None = None, by: By) -> bool:
    """End the session, or another one of the same user by its id; false when there is none of that id."""
    with store.ledger.writing() as connection:
        mine = sessions.sessions_of(connection, signed_in.user.id)
        wanted = signed_in.session.id if session is None else session
        found = next((each for each in mine if each.id == wanted), None)
        if found is None:
            return False
        sessions.end_session(connection, found.hash)
        write(connection, by.act("session.end", Subject("session", found.id)), at_us=store.now_us())
    return True


def end_all_sessions(store: Store, user: User, *, by: By) -> int:
    """End every session of a user; answers how many there were."""
    with store.ledger.writing() as connection:
        ended = sessions.end_sessions(connection, user.id)
        write(
            connection,
            by.act("session.end_all", Subject("user", user.id), details={"sessions": ended}),
            at_us=store.now_us(),
        )
    return ended


def sessions_of(store: Store, user: User) -> tuple[Session, ...]:
    """The sessions of a user that are alive, the last one used first."""
    now_us = store.now_us()
    with store.ledger.reading() as connection:
        found = sessions.sessions_of(connection, user.id)
    return tuple(each for each in found if each.is_whole and _is_alive(each, now_us))


def _is_alive(session: Session, now_us: int) -> bool:
    longest = WHOLE_US if session.is_whole else HALF_US
    return now_us - session.began_at_us < longest and now_us - session.seen_at_us < IDLE_US
