"""Running the server: one process that answers, writes to the inbox, and files."""

from __future__ import annotations

import errno
import resource
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from functools import partial
from pathlib import Path
from typing import Any, Literal

import msgspec
import structlog
import uvicorn
from litestar.datastructures import State

from vitrail.app.accounts.users import first_link
from vitrail.app.http.application import Application
from vitrail.app.http.committing import Bounds, Committer
from vitrail.app.http.filing import Worker
from vitrail.app.http.keys import KeyRing
from vitrail.app.http.limits import Buckets, Rate
from vitrail.app.http.meters import Meters
from vitrail.app.http.tracking import TrackingApi
from vitrail.app.logs import configure_logs, told
from vitrail.app.tasks.runner import Runner
from vitrail.app.workspace import Workspace
from vitrail.collect.filing.drain import filed_until
from vitrail.ledger.inbox import Inbox, open_inbox
from vitrail.model.errors import VitrailError, refuse
from vitrail.warehouse import store as stores

SECONDS_TO_FINISH = 15
CONNECTIONS = 10_000
IDLE_SECONDS = 15
"""How long a connection may be silent between two requests."""

FILES_BESIDE = 500
"""How many files are open for anything but connections, at most."""

KEEPING_HOUSE_SECONDS = 0.5
SETTLING_SECONDS = 0.1
SWEEPING_SECONDS = 3_600.0
"""How often files that nobody loaded are looked for."""

RECOVERING_SECONDS = 15.0
"""How often it is asked whether another server ended in the middle of a step."""


Role = Literal["all", "collect"]
"""What a server does: everything, or only keep what comes in, for another one to file."""


Ready = Callable[[str, str | None], None]


class Address(msgspec.Struct, frozen=True):
    """Where to answer; port 0 takes any that is free."""

    host: str
    port: int


class Duties(msgspec.Struct, frozen=True):
    """What a server does, and how much it lets wait."""

    role: Role = "all"
    bounds: Bounds = Bounds()
    rate: Rate = Rate()


class Server(uvicorn.Server):
    """A server that says when it answers, and ends well when it is told to end.

    What it had taken is acknowledged, then it returns.
    """

    def __init__(self, config: uvicorn.Config, *, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Take connections, and say so."""
        await super().startup(sockets)
        self._ready()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Take a signal as a wish to end, and do not raise it again once that is done."""
        with super().capture_signals():
            yield
            self._captured_signals.clear()


def serve(
    folder: Path, address: Address, *, ready: Callable[[str, str | None], None], duties: Duties
) -> None:
    """Answer until a signal says to end. `ready` is told the address once connections are taken.

    It is also told the token of the link that makes the first owner, while there is none.
    """
    configure_logs()
    with stores.open(folder) as store, listening(address) as listener, open_inbox(store.inbox) as inbox:
        inbox.skip_to(filed_until(store, inbox.name))
        keys = KeyRing(store)
        worker = Worker(store.path)
        committer = Committer(inbox, duties.bounds)
        house = partial(keep_house, keys, inbox=inbox, committer=committer)
        committer.start()
        runner = Runner(store)
        try:
            with (
                in_background(inbox.settle, seconds=SETTLING_SECONDS),
                in_background(house, seconds=KEEPING_HOUSE_SECONDS),
                worker.beside() if duties.role == "all" else nullcontext(),
                caring(runner) if duties.role == "all" else nullcontext(),
            ):
                meters = Meters(store, inbox)
                api = TrackingApi(committer, keys, now_us=store.now_us, meters=meters)
                parts = {"inbox": inbox, "committer": committer, "worker": worker}
                parts |= {"store": store, "meters": meters, "keeps_current": duties.role == "all"}
                parts |= {"runner": runner}
                state = State({**parts, "buckets": Buckets(duties.rate, shared=lambda: store.shared)})
                app = Application(api, Workspace(store), committer=committer, state=state)
                first = first_link(store) if duties.role == "all" else None
                told_ready = partial(ready, f"http://{address.host}:{listener.getsockname()[1]}", first)
                Server(configuration(app), ready=told_ready).run(sockets=[listener])
        finally:
            runner.close()
            committer.stop()


@contextmanager
def caring(runner: Runner) -> Iterator[None]:
    """Take care, now and beside the block, of steps whose server is gone, and of what is too old."""
    runner.recover()
    runner.sweep()
    with (
        in_background(runner.recover, seconds=RECOVERING_SECONDS),
        in_background(runner.sweep, seconds=SWEEPING_SECONDS),
    ):
        yield


def configuration(app: Any) -> uvicorn.Config:
    """How connections are handled."""
    return uvicorn.Config(
        app,
        loop="uvloop",
        http="httptools",
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        limit_concurrency=allowed_connections(),
        timeout_keep_alive=IDLE_SECONDS,
        timeout_graceful_shutdown=SECONDS_TO_FINISH,
    )


def allowed_connections() -> int:
    """As many connections as the system allows this process to have, and no more than are sensible."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = CONNECTIONS + FILES_BESIDE
    files = wanted if most == resource.RLIM_INFINITY else min(most, wanted)
    resource.setrlimit(resource.RLIMIT_NOFILE, (files, most))
    return max(files - FILES_BESIDE, 100)


def keep_house(keys: KeyRing, *, inbox: Inbox, committer: Committer) -> None:
    """What is done twice a second: learn of new keys, of how much waits, and whether trouble is over."""
    keys.read_again()
    committer.measured(inbox.backlog())
    committer.recover()


@contextmanager
def in_background(work: Callable[[], None], *, seconds: float) -> Iterator[None]:
    """Do something again and again beside the block, in a thread of its own; a failure is told."""
    ended = threading.Event()

    def again() -> None:
        while not ended.wait(seconds):
            try:
                work()
            except Exception as error:
                structlog.get_logger().error(
                    "background_failure", reason=type(error).__name__, where=told(error).partition(" in ")[2]
                )

    thread = threading.Thread(target=again, name="house")
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


@contextmanager
def listening(address: Address) -> Iterator[socket.socket]:
    """A socket that takes connections; refuses an address that is taken or not ours."""
    try:
        family = socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)[0][0]
        listener = socket.create_server(
            (address.host, address.port), family=family, backlog=2048, reuse_port=False
        )
    except OSError as error:
        raise _unavailable(address, error) from error
    with listener:
        yield listener


def _unavailable(address: Address, error: OSError) -> VitrailError:
    host, port = address.host, address.port
    if error.errno == errno.EADDRINUSE:
        return refuse(
            "port_busy",
            path="--port",
            fr=f"Le port {port} de {host} est déjà pris, peut-être par un autre Vitrail. "
            f"Donnez-en un autre : --port {port + 1}.",
            en=f"Port {port} of {host} is already taken, perhaps by another Vitrail. Give another one: "
            f"--port {port + 1}.",
        )
    return refuse(
        "address_unusable",
        path="--host",
        fr=f"Impossible d’écouter sur {host}, port {port} ({error.strerror}).",
        en=f"Cannot listen on {host}, port {port} ({error.strerror}).",
    )
