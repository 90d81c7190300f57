"""Signing in: the password, within bounds of memory and of patience, then the second factor."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import TypeVar

import msgspec
from anyio.to_thread import run_sync

from vitrail.app.accounts import second_factor, sessions, users
from vitrail.app.accounts.sessions import Place, SignedIn
from vitrail.app.accounts.throttling import Throttle
from vitrail.app.accounts.users import Chosen, normal_email
from vitrail.ledger.users import User
from vitrail.warehouse.store import Store

AT_ONCE = 2
"""How many passwords are compared at once: each takes 19 MiB."""

QUEUE = 200
"""How many may wait for it."""

T = TypeVar("T")


class Opened(msgspec.Struct, frozen=True):
    """The door opened: the token of the session, and whether the second factor is still owed."""

    token: str
    is_whole: bool


class Wait(msgspec.Struct, frozen=True):
    """Too many attempts, or too many people at the door: come back in so many seconds."""

    seconds: int


class Refused(msgspec.Struct, frozen=True):
    """These do not go together; which of them is wrong is not told."""


Outcome = Opened | Wait | Refused


class Gate:
    """The threads that compare passwords, and nothing else: each keeps the memory that one comparison took.

    Forty threads in turn, of which two are at work at any time, held 320 MiB in the end; these hold 40.
    """

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="passwords")
        self._inside = 0

    @property
    def is_full(self) -> bool:
        """Whether as many wait as may."""
        return self._inside - AT_ONCE >= QUEUE

    async def run(self, work: Callable[[], T]) -> T:
        """Do it when its turn comes."""
        self._inside += 1
        try:
            return await asyncio.wrap_future(self._threads.submit(copy_context().run, work))
        finally:
            self._inside -= 1


class Doors:
    """Where people sign in to one workspace."""

    def __init__(self, store: Store, *, clock: Callable[[], float] = time.time) -> None:
        self._store = store
        self._throttle = Throttle(lambda: store.shared, clock)
        self._passwords = Gate()

    async def sign_in(self, email: str, password: str, *, place: Place) -> Outcome:
        """Try an e-mail and a password. An unknown e-mail takes as long, and is told the same."""
        account = normal_email(email)[:254]
        if self._passwords.is_full:
            return Wait(5)
        # taken back below: those who wait count as well
        if seconds := await run_sync(self._throttle.begin, account, place.address):
            return Wait(math.ceil(seconds))
        user = await self.check(account, password)
        if user is None:
            await run_sync(lambda: sessions.note_refusal(self._store, account, place=place))
            return Refused()
        await run_sync(self._throttle.succeeded, account, place.address)
        return await run_sync(self._opened, user, place)

    async def check(self, email: str, password: str) -> User | None:
        """Whose password this is, when its turn comes."""
        if len(password) > 1_000:
            return None
        return await self._passwords.run(
            lambda: sessions.check_password(self._store, email, password=password)
        )

    async def second(self, half: SignedIn, code: str, *, place: Place) -> Outcome:
        """Try a code of the second factor; the session gets another token when it is whole."""
        account = f"code {half.user.id}"
        if seconds := await run_sync(self._throttle.begin, account, place.address):
            return Wait(math.ceil(seconds))
        if not await run_sync(lambda: second_factor.check(self._store, half.user, code=code[:100])):
            await run_sync(lambda: sessions.note_refusal(self._store, half.user.email, place=place))
            return Refused()
        await run_sync(self._throttle.succeeded, account, place.address)
        return await run_sync(self._made_whole, half, place)

    async def accept(self, token: str, *, chosen: Chosen, place: Place) -> Opened:
        """Choose a password with a link, when its turn comes, and come in; a second factor is owed.

        Raises `UserError`.
        """
        user = await self._passwords.run(
            lambda: users.accept(self._store, token, chosen=chosen, origin=place.address)
        )
        return await run_sync(self._opened, user, place)

    async def change_password(self, signed_in: SignedIn, new: str, *, place: Place) -> str:
        """Give somebody another password; all their sessions end, and this one begins anew."""
        from_here = sessions.by_user(signed_in.user, place)
        await self._passwords.run(
            lambda: users.change_password(self._store, signed_in.user, new=new, by=from_here)
        )
        return await self.begin_again(signed_in.user, place=place)

    async def begin_again(self, user: User, *, place: Place) -> str:
        """A new session for somebody whose sessions have just ended."""
        return await run_sync(lambda: sessions.begin(self._store, user, place=place, is_whole=True))

    def _opened(self, user: User, place: Place) -> Opened:
        is_whole = not user.has_totp
        return Opened(sessions.begin(self._store, user, place=place, is_whole=is_whole), is_whole)

    def _made_whole(self, half: SignedIn, place: Place) -> Opened:
        token = sessions.begin(self._store, half.user, place=place, is_whole=True)
        sessions.end(self._store, half, by=sessions.by_user(half.user, place))
        return Opened(token, is_whole=True)
