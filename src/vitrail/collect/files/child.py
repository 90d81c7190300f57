"""The process that reads a foreign file, within limits: it looks, then sends rows as often as asked.

On its input come lines of JSON: the job, then `rows` or `end`. On its output go, for each, one line of
JSON (what the look told, or the problems), and for `rows` an Arrow stream followed by such a line.
"""

from __future__ import annotations

import os
import resource
import sys
from pathlib import Path
from typing import IO

import msgspec
import pyarrow as pa

from vitrail.collect.files.asking import Question, Unanswered
from vitrail.collect.files.limits import Limits, processor_seconds
from vitrail.collect.files.looking import look_at
from vitrail.collect.files.rows import Look, Part, Reader
from vitrail.collect.files.unpacking import damaged, too_large
from vitrail.model.errors import Problem, UserError
from vitrail.warehouse.without_pandas import Hiding

LINES = "line~"
BROKEN = b"broken"


class Job(msgspec.Struct, frozen=True):
    """What the process is to read, and within which bounds."""

    path: str
    answers: dict[str, str]
    limits: Limits


class Told(msgspec.Struct, frozen=True):
    """What the process says at the end of a step: what the look told, or why it stops."""

    look: Look | None = None
    problems: tuple[Problem, ...] = ()
    questions: tuple[Question, ...] = ()


def main() -> None:
    """Read the job, look, then obey."""
    sys.meta_path.insert(0, Hiding())
    orders, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    job = msgspec.json.decode(orders.readline(), type=Job)
    _bound(job)
    reader = _attempt(job, answers)
    while reader is not None and orders.readline().strip() == b"rows":
        _send(reader, job, answers=answers)


def _bound(job: Job) -> None:
    """Hold this process within its limits, from here on."""
    size = Path(job.path).stat().st_size
    seconds = processor_seconds(job.limits, size)
    resource.setrlimit(resource.RLIMIT_AS, (job.limits.memory, job.limits.memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (job.limits.spooled, job.limits.spooled))


def _attempt(job: Job, answers: IO[bytes]) -> Reader | None:
    try:
        reader = look_at(Path(job.path), job.answers, limits=job.limits)
    except Exception as error:
        _tell(answers, _refusal(error, job))
        return None
    _tell(answers, Told(reader.look))
    _write_schema(answers, _schema(reader))
    return reader


def _send(reader: Reader, job: Job, *, answers: IO[bytes]) -> None:
    """The rows as an Arrow stream; then what went wrong, if something did."""
    schema = _schema(reader)
    end = Told()
    with pa.ipc.new_stream(answers, schema) as stream:
        try:
            for part in reader.parts():
                _write(stream, part, schema=schema)
        except BrokenPipeError:
            raise
        except Exception as error:
            end = _refusal(error, job)
    _tell(answers, end)


def _write(stream: pa.ipc.RecordBatchStreamWriter, part: Part, *, schema: pa.Schema) -> None:
    batch = pa.RecordBatch.from_arrays([pa.array(part.lines), *part.columns], schema=schema)
    metadata = {BROKEN: msgspec.json.encode(part.broken)} if part.broken else None
    stream.write_batch(batch, custom_metadata=metadata)


def _refusal(error: Exception, job: Job) -> Told:
    match error:
        case Unanswered():
            return Told(problems=error.problems, questions=error.questions)
        case UserError():
            return Told(problems=error.problems)
        case MemoryError() | pa.ArrowMemoryError():
            return Told(problems=too_large(Path(job.path).name).problems)
        case _:
            return Told(problems=damaged(Path(job.path).name, error).problems)


def _schema(reader: Reader) -> pa.Schema:
    fields = [pa.field(str(place), kind) for place, kind in enumerate(reader.types)]
    return pa.schema([pa.field(LINES, pa.int64()), *fields])


def _write_schema(answers: IO[bytes], schema: pa.Schema) -> None:
    content = schema.serialize().to_pybytes()
    answers.write(len(content).to_bytes(8, "little") + content)
    answers.flush()


def _tell(answers: IO[bytes], told: Told) -> None:
    answers.write(msgspec.json.encode(told) + b"\n")
    answers.flush()


if __name__ == "__main__":
    main()
