"""The server's side of long work: each step in a process of its own, two at once; a restart loses none."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager, suppress
from functools import partial

import msgspec
import structlog

from vitrail.app.logs import told
from vitrail.app.tasks.kept import Act, Step, Task, Tasks
from vitrail.app.tasks.presence import Presence, forget_gone, is_there
from vitrail.app.tasks.recipes import recipe_for
from vitrail.collect.proposal import propose
from vitrail.ledger.manifest import Load, all_loads
from vitrail.model.errors import Problem, UserError, problem, refuse
from vitrail.model.reports import LoadReport
from vitrail.warehouse.store import Store

AT_ONCE = 2
ENDING_SECONDS = 10.0
"""How long a process may take to end once it said how its step went."""

TURN = "tasks"
"""The lock of who begins a step, among all servers."""

MODULE = "vitrail.app.tasks.running"


class Runner:
    """Does the steps of tasks beside the server; it owns their processes and the threads that follow them."""

    def __init__(self, store: Store) -> None:
        self.tasks = Tasks(store.path.absolute())
        self._store = store
        self._presence = Presence(store)
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="task")
        self._running: dict[str, Future[None]] = {}
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._stopped: set[str] = set()
        self._lock = threading.Lock()
        self._ended = False

    def recover(self) -> None:
        """Say of each step whose server is gone what became of it; what others do stays theirs."""
        with self._alone():
            for task in self.tasks.all():
                step = self.tasks.step(task.id)
                if step is not None and step.is_under_way and not self._is_done(task.id):
                    self.tasks.write(task.id, step=self._cut_off(task, step))

    def sweep(self) -> None:
        """Delete what is too old; no step begins meanwhile."""
        with self._alone():
            self.tasks.sweep(self._store.now_us())
            forget_gone(self._store)

    @contextmanager
    def at_rest(self, id: str) -> Iterator[Callable[[Act], None]]:
        """A task that rests, to be changed while no server begins anything; gives what begins its next step.

        Raises `UserError` when a step of it is under way, here or on another server.
        """
        self._let_end(id)
        with self._alone():
            step, going = self.tasks.step(id), self._running.get(id)
            if (step is not None and step.is_under_way) or (going is not None and not going.done()):
                raise _busy(id)
            yield partial(self._begin, id)

    def _let_end(self, id: str) -> None:
        """Wait for a process that has said how its step went and only has to end."""
        step = self.tasks.step(id)
        if step is not None and not step.is_under_way:
            self.wait(id, ENDING_SECONDS)

    def wait(self, id: str, seconds: float) -> None:
        """Wait a moment for a step: what is quickly done needs no page of its own."""
        going = self._running.get(id)
        if going is not None:
            wait((going,), seconds)

    def stop(self, id: str) -> None:
        """End a step on its way, or one that waits for its turn; nothing of it stays half done.

        Raises `UserError` when another server does it.
        """
        if self._is_elsewhere(id):
            raise _elsewhere(id)
        with self._lock:
            self._stopped.add(id)
            going, process = self._running.get(id), self._processes.get(id)
        if going is not None and going.cancel():
            self._say_stopped(id)
        elif process is not None:
            process.kill()

    def close(self) -> None:
        """End with the server: steps on their way stop, and say so after the restart."""
        with self._lock:
            self._ended = True
            for process in self._processes.values():
                _end(process)
        self._threads.shutdown(wait=True, cancel_futures=True)
        self._presence.end()

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Nobody begins a step, here or on another server."""
        with self._lock, self._store.only_one(TURN):
            yield

    def _begin(self, id: str, act: Act) -> None:
        self.tasks.find(id)
        self._presence.show()
        self.tasks.write(id, server=self._presence.name)
        self.tasks.write(id, step=Step(act, "waiting", _now_us()))
        self._stopped.discard(id)
        self._running[id] = self._threads.submit(self._do, id, act)

    def _do(self, id: str, act: Act) -> None:
        """One step in its thread; whatever happens, the task says how it ended, unless it is gone."""
        began = _now_us()
        try:
            self._look(id) if act == "look" else self._step(id, act)
        except FileNotFoundError as error:
            if self.tasks.folder(id).exists():
                self._fail(id, Step(act, "failed", began), error=error)
        except Exception as error:
            self._fail(id, Step(act, "failed", began), error=error)

    def _fail(self, id: str, step: Step, *, error: Exception) -> None:
        if not isinstance(error, UserError):
            structlog.get_logger().error("task_failure", reason=type(error).__name__, where=told(error))
        problems = error.problems if isinstance(error, UserError) else (_died(),)
        with suppress(OSError):  # no room, or the task was dropped: a restart says what became of it
            self.tasks.write(id, step=msgspec.structs.replace(step, ended_us=_now_us(), problems=problems))

    def _look(self, id: str) -> None:
        began = _now_us()
        self.tasks.write(id, step=Step("look", "running", began))
        self._propose(id)
        self.tasks.write(id, step=Step("look", "done", began, ended_us=_now_us()))

    def _propose(self, id: str) -> None:
        said = self.tasks.said(id)
        found = propose(self.tasks.file_of(self.tasks.find(id)), said.answers, kind=said.kind)
        if found.columns and not said.columns:
            known = recipe_for(self._store.path, [each.name for each in found.columns])
            if known is not None:
                said = msgspec.structs.replace(known, answers=known.answers | said.answers)
                self.tasks.write(id, said=said)
                found = propose(found.file, said.answers, kind=said.kind)
        self.tasks.write(id, look=found)

    def _step(self, id: str, act: Act) -> None:
        if self._ended:
            return
        command = (sys.executable, "-P", "-m", MODULE, str(self._store.path.absolute()), id, act)
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL) as process:
            self._follow(id, process)
            process.wait()
        with self._lock:
            self._processes.pop(id, None)
        self._say_stopped(id)

    def _follow(self, id: str, process: subprocess.Popen[bytes]) -> None:
        """Know a process that has begun, unless it was told to end in the meantime."""
        with self._lock:
            self._processes[id] = process
            if self._ended:
                _end(process)
            elif id in self._stopped:
                process.kill()

    def _say_stopped(self, id: str) -> None:
        """Say of a step that nobody does any more what became of it."""
        step = self.tasks.step(id)
        if step is not None and step.is_under_way:
            self.tasks.write(id, step=self._cut_off(self.tasks.find(id), step))

    def _is_done(self, id: str) -> bool:
        """Whether somebody does a step of the task now."""
        going = self._running.get(id)
        return (going is not None and not going.done()) or self._is_elsewhere(id)

    def _is_elsewhere(self, id: str) -> bool:
        step, server = self.tasks.step(id), self.tasks.read(id, "server", kind=str) or ""
        under_way = step is not None and step.is_under_way
        return under_way and server != self._presence.name and is_there(self._store, server)

    def _cut_off(self, task: Task, step: Step) -> Step:
        """What became of a step whose process is gone: the ledger knows whether its load was committed."""
        if step.act == "load":
            with self._store.ledger.reading() as connection:
                loads = all_loads(connection)
            read = str(self.tasks.file_of(task))
            mine = [each for each in loads if each.origin == read and each.received_at_us >= step.at_us]
            return msgspec.structs.replace(step, state="stopped", reports=tuple(map(_report, mine)))
        return msgspec.structs.replace(step, state="stopped")


def _report(load: Load) -> LoadReport:
    """The account of a load as the ledger keeps it."""
    return LoadReport(
        load=load.id,
        kind=load.kind,
        name=load.name,
        accepted=load.accepted,
        rejected=load.rejected,
        created=load.created,
        updated=load.updated,
        unchanged=load.unchanged,
    )


def _end(process: subprocess.Popen[bytes]) -> None:
    """Tell a process that its server ends."""
    if process.stdin is not None:
        process.stdin.close()


def _busy(id: str) -> UserError:
    return refuse(
        "task_busy",
        path=id,
        fr="Ce travail est déjà en cours\u00a0: attendez qu’il finisse.",
        en="This is already under way: wait until it ends.",
    )


def _elsewhere(id: str) -> UserError:
    return refuse(
        "task_elsewhere",
        path=id,
        fr="Un autre serveur fait ce travail\u00a0: attendez qu’il finisse.",
        en="Another server does this: wait until it ends.",
    )


def _died() -> Problem:
    return problem(
        "failure",
        fr="Le fichier n’a pas pu être lu\u00a0: l’erreur est la nôtre, et notée. Rien n’a été chargé.",
        en="The file could not be read: the error is ours, and noted. Nothing was loaded.",
    )


def _now_us() -> int:
    return time.time_ns() // 1000
