"""Files opened for reading: a process of its own reads each, within limits, and hands its rows over."""

from __future__ import annotations

import contextlib
import io
import os
import select
import signal
import subprocess
import sys
import weakref
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pyarrow as pa

from vitrail.collect.files.asking import Answers, Unanswered
from vitrail.collect.files.child import BROKEN, Job, Told
from vitrail.collect.files.limits import LIMITS, Limits
from vitrail.collect.files.rows import Broken, Look, Part
from vitrail.model.errors import UserError, refuse

MODULE = "vitrail.collect.files.child"
PIPE = 1 << 20
"""Bytes under way between the two processes: with few, they would wait for each other all the time."""


class OpenedFile:
    """A file whose shape is known. It owns the process that reads it; rows can be read several times."""

    def __init__(self, path: Path, answers: Answers, *, limits: Limits = LIMITS) -> None:
        self.path = path
        self._limits = limits
        self._job = msgspec.json.encode(Job(str(path), dict(answers), limits))
        self.look, self._schema = self._begin()

    def _begin(self) -> tuple[Look, pa.Schema]:
        """Start the process and hear what its first look tells."""
        self._process = _start()
        self._rests = weakref.finalize(self, _end, self._process)
        patient = Patient(self._process, self._limits.silence, name=self.path.name)
        self._output = io.BufferedReader(patient, 1 << 20)
        self._order(self._job)
        look = self._hear().look
        assert look is not None
        length = int.from_bytes(self._output.read(8), "little")
        return look, pa.ipc.read_schema(pa.py_buffer(self._output.read(length)))

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns, each once."""
        return self.look.names

    @property
    def types(self) -> tuple[pa.DataType, ...]:
        """The Arrow types of the columns."""
        return tuple(self._schema.types[1:])

    def parts(self) -> Iterator[Part]:
        """The rows in bounded batches, from the first on; to be read to the end."""
        if not self._rests.alive:
            self._begin()
        self._order(b"rows")
        try:
            with pa.ipc.open_stream(self._output) as stream:
                while True:
                    found = stream.read_next_batch_with_custom_metadata()
                    yield _part(found)
        except StopIteration:
            pass
        except (pa.ArrowInvalid, OSError) as error:
            raise self._died() from error
        self._hear()

    def rest(self) -> None:
        """Let the process go; another one starts when the rows are asked for again."""
        self._rests()

    def _order(self, line: bytes) -> None:
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(line + b"\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            raise self._died() from None

    def _hear(self) -> Told:
        """What the process says; raises what it refuses."""
        line = self._output.readline()
        if not line.endswith(b"\n"):
            raise self._died()
        told = msgspec.json.decode(line, type=Told)
        if told.questions:
            raise Unanswered(told.questions)
        if told.problems:
            raise UserError(told.problems)
        return told

    def _died(self) -> UserError:
        try:
            self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        return _beyond(self.path.name, slow=self._process.returncode in (-signal.SIGXCPU, -signal.SIGKILL))


class Patient(io.RawIOBase):
    """The output of a process, which is stopped when it says nothing for too long."""

    def __init__(self, process: subprocess.Popen[bytes], silence: float, *, name: str) -> None:
        super().__init__()
        assert process.stdout is not None
        self._process = process
        self._silence = silence
        self._number = process.stdout.fileno()
        self._name = name

    def readable(self) -> bool:
        """It is read."""
        return True

    def readinto(self, room: object, /) -> int:
        """Wait for something, and take it."""
        ready, _, _ = select.select([self._number], [], [], self._silence)
        if not ready:
            self._process.kill()
            raise _beyond(self._name, slow=True)
        return os.readv(self._number, [room])  # type: ignore[list-item]


def open_file(path: Path, answers: Answers, *, limits: Limits = LIMITS) -> OpenedFile:
    """Look at a file and get ready to read it.

    Raises `Unanswered` with what must be asked first, `UserError` for what cannot be read.
    """
    return OpenedFile(path, answers, limits=limits)


def _start() -> subprocess.Popen[bytes]:
    """A fresh interpreter, which takes no module from the current folder."""
    environment = {
        **os.environ,
        "ARROW_DEFAULT_MEMORY_POOL": "system",
        "MALLOC_ARENA_MAX": "1",
        "MALLOC_MMAP_THRESHOLD_": str(32 << 20),
        "MALLOC_TRIM_THRESHOLD_": str(64 << 20),
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "PYTHONUTF8": "1",
    }
    return subprocess.Popen(
        [sys.executable, "-P", "-m", MODULE],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        pipesize=PIPE,
        env=environment,
    )


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with contextlib.suppress(BrokenPipeError):
                pipe.close()


def _part(found: pa.RecordBatchWithMetadata) -> Part:
    batch, metadata = found.batch, found.custom_metadata
    broken = msgspec.json.decode(metadata[BROKEN], type=tuple[Broken, ...]) if metadata else ()
    lines = batch.column(0).to_numpy(zero_copy_only=False)
    return Part(tuple(batch.columns[1:]), lines, broken)


def _beyond(name: str, *, slow: bool) -> UserError:
    """The refusal of a file whose reader had to be stopped."""
    if slow:
        return refuse(
            "too_slow",
            fr=f"« {name} » demande un temps de lecture démesuré : la lecture a été arrêtée. "
            "Rien n’a été chargé.",
            en=f"“{name}” takes far too long to read: reading was stopped. Nothing was loaded.",
        )
    return refuse(
        "too_heavy",
        fr=f"« {name} » demande une mémoire démesurée : la lecture a été arrêtée. Souvent, une cellule est "
        "remplie très loin du tableau : supprimez les lignes et les colonnes vides, ou enregistrez en CSV. "
        "Rien n’a été chargé.",
        en=f"“{name}” takes far too much memory: reading was stopped. Often, a cell is filled far away from "
        "the table: delete the empty rows and columns beyond it, or save as CSV. Nothing was loaded.",
    )
