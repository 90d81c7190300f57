"""The server's side of the worker: starting it, learning how it goes, starting it again, ending it."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import msgspec

from vitrail.app.worker import News

SECONDS_TO_FINISH = 30
PAUSE = 1.0
"""Seconds before a worker that ended on its own is followed by another."""


class Worker:
    """A worker process for as long as the server runs; if it dies, another takes its place."""

    def __init__(self, folder: Path) -> None:
        self._command = (sys.executable, "-m", "vitrail.app.worker", str(folder))
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="worker")
        self._process: subprocess.Popen[bytes] | None = None
        self.trouble: str | None = None

    @contextmanager
    def beside(self) -> Iterator[None]:
        """Work for as long as the block lasts; what is under way is finished."""
        self._thread.start()
        try:
            yield
        finally:
            self._ended.set()
            self._end()
            self._thread.join()

    def _run(self) -> None:
        while not self._ended.is_set():
            try:
                status = self._follow()
            except OSError as error:
                self.trouble = f"the worker did not start: {type(error).__name__}"
            else:
                self.trouble = self.trouble or f"the worker ended with status {status}"
            self._ended.wait(PAUSE)

    def _follow(self) -> int:
        """Start a worker and learn how it goes until it ends; answers its status."""
        with subprocess.Popen(self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
            self._process = process
            if self._ended.is_set():
                self._end()
            for line in process.stdout or ():
                with suppress(msgspec.MsgspecError):
                    self.trouble = msgspec.json.decode(line, type=News).trouble or None
        return process.returncode

    def _end(self) -> None:
        """Let the worker finish, but not for ever: a batch that is cut off is filed the next time."""
        process = self._process
        if process is None:
            return
        if process.stdin is not None:
            process.stdin.close()
        try:
            process.wait(SECONDS_TO_FINISH)
        except subprocess.TimeoutExpired:
            process.kill()
