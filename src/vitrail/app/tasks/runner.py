"""The server's side of long work: each step in a process of its own, two at once; a restart loses none."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress

import msgspec
import structlog

from vitrail.app.logs import told
from vitrail.app.tasks.kept import Act, Step, Task, Tasks
from vitrail.app.tasks.recipes import recipe_for
from vitrail.collect.proposal import propose
from vitrail.ledger.manifest import Load, all_loads
from vitrail.model.errors import Problem, UserError, problem, refuse
from vitrail.model.reports import LoadReport
from vitrail.warehouse.store import Store

AT_ONCE = 2
MODULE = "vitrail.app.tasks.running"


class Runner:
    """Does the steps of tasks beside the server; it owns their processes and the threads that follow them."""

    def __init__(self, store: Store) -> None:
        self.tasks = Tasks(store.path.absolute())
        self._store = store
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="task")
        self._running: dict[str, Future[None]] = {}
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._lock = threading.Lock()
        self._ended = False

    def recover(self) -> None:
        """Say of each step that a restart cut off what became of it; sweep what is too old."""
        for task in self.tasks.all():
            step = self.tasks.step(task.id)
            if step is not None and step.is_under_way:
                self.tasks.write(task.id, step=self._cut_off(task, step))
        self.sweep()

    def sweep(self) -> None:
        """Delete what is too old; no step begins meanwhile."""
        with self._lock:
            self.tasks.sweep(self._store.now_us())

    def start(self, id: str, act: Act) -> None:
        """Begin a step. Raises `UserError` when the task is not at rest."""
        with self._lock:
            going = self._running.get(id)
            if going is not None and not going.done():
                raise _busy()
            self.tasks.find(id)
            self.tasks.write(id, step=Step(act, "waiting", _now_us()))
            work = self._look if act == "look" else self._step
            self._running[id] = self._threads.submit(work, id, act)

    def wait(self, id: str, seconds: float) -> None:
        """Wait a moment for a step: what is quickly done needs no page of its own."""
        going = self._running.get(id)
        if going is not None:
            with suppress(TimeoutError):
                going.result(seconds)

    def stop(self, id: str) -> None:
        """End a step on its way; nothing of it stays half done."""
        process = self._processes.get(id)
        if process is not None:
            process.kill()

    def close(self) -> None:
        """End with the server: steps on their way stop, and say so after the restart."""
        self._ended = True
        for process in list(self._processes.values()):
            if process.stdin is not None:
                process.stdin.close()
        self._threads.shutdown(wait=True, cancel_futures=True)

    def _look(self, id: str, act: Act) -> None:
        began = _now_us()
        self.tasks.write(id, step=Step(act, "running", began))
        try:
            self._propose(id)
        except UserError as error:
            ended = Step(act, "failed", began, ended_us=_now_us(), problems=error.problems)
            self.tasks.write(id, step=ended)
        except Exception as error:
            structlog.get_logger().error("look_failure", reason=type(error).__name__, where=told(error))
            self.tasks.write(id, step=Step(act, "failed", began, ended_us=_now_us(), problems=(_died(),)))
        else:
            self.tasks.write(id, step=Step(act, "done", began, ended_us=_now_us()))

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
            self._processes[id] = process
            process.wait()
        self._processes.pop(id, None)
        step = self.tasks.step(id)
        if step is not None and step.is_under_way:
            self.tasks.write(id, step=self._cut_off(self.tasks.find(id), step))

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


def _busy() -> UserError:
    return refuse(
        "task_busy",
        fr="Ce travail est déjà en cours\u00a0: attendez qu’il finisse.",
        en="This is already under way: wait until it ends.",
    )


def _died() -> Problem:
    return problem(
        "failure",
        fr="Le fichier n’a pas pu être lu\u00a0: l’erreur est la nôtre, et notée. Rien n’a été chargé.",
        en="The file could not be read: the error is ours, and noted. Nothing was loaded.",
    )


def _now_us() -> int:
    return time.time_ns() // 1000
