"""That a server is there: a lock it holds while it has work, which falls with it however it ends.

A restart, or another machine that shares the workspace, takes over the work of those whose lock fell, and of
nobody else.
"""

from __future__ import annotations

import fcntl
import secrets
import threading
from contextlib import ExitStack, suppress
from pathlib import Path

from vitrail.app.tasks.kept import PLACE
from vitrail.warehouse.folder import only_one
from vitrail.warehouse.store import Store

SERVERS = ".servers"


class Presence:
    """One server, by a name nothing else has; it owns the thread that holds its lock from `show` to `end`."""

    def __init__(self, store: Store) -> None:
        self.name = secrets.token_hex(8)
        self._store = store
        self._shown, self._over = threading.Event(), threading.Event()
        self._thread: threading.Thread | None = None

    def show(self) -> None:
        """Hold the lock from now on."""
        if self._thread is None:
            _lock_of(self._store, self.name).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._thread = threading.Thread(target=self._hold, name="presence", daemon=True)
            self._thread.start()
        self._shown.wait()

    def end(self) -> None:
        """Let the lock go."""
        self._over.set()
        if self._thread is not None:
            self._thread.join()
            _lock_of(self._store, self.name).unlink(missing_ok=True)

    def _hold(self) -> None:
        with ExitStack() as held:
            held.enter_context(only_one(_lock_of(self._store, self.name)))
            with suppress(Exception):  # a database that does not answer: those of this machine know still
                held.enter_context(self._store.ledger.alone(_turn(self.name)))
            self._shown.set()
            self._over.wait()


def is_there(store: Store, name: str) -> bool:
    """Whether the server of that name still runs, on this machine or another one."""
    if not name:
        return False
    if _is_held(_lock_of(store, name)):
        return True
    with store.ledger.alone(_turn(name), wait=False) as free:
        return not free


def forget_gone(store: Store) -> None:
    """Delete what servers that run no more left behind."""
    for path in (store.path / PLACE / SERVERS).glob("*.lock"):
        if not is_there(store, path.stem):
            path.unlink(missing_ok=True)


def _lock_of(store: Store, name: str) -> Path:
    return store.path / PLACE / SERVERS / f"{name}.lock"


def _turn(name: str) -> str:
    return f"server {name}"


def _is_held(lock: Path) -> bool:
    try:
        with lock.open("a") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False
