"""A real Tryton, with the module of parties, on SQLite. Its database is made once and kept in `.cache`."""

import base64
import fcntl
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
import trytond

CACHE = Path(__file__).parents[3] / ".cache"
PASSWORD = "admin"
DATABASE = "crm"


@contextmanager
def running(place: Path) -> Iterator[str]:
    """The address of a server that has just been made, and is thrown away."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = _settings(place, port)
    shutil.copy(_made(), place / f"{DATABASE}.sqlite")
    program = Path(sys.executable).with_name("trytond")
    server = subprocess.Popen([program, "-c", settings, "-d", DATABASE], stderr=subprocess.DEVNULL)
    try:
        _wait(port)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait()


def _settings(place: Path, port: int = 8000) -> Path:
    file = place / "trytond.conf"
    file.write_text(f"[database]\nuri = sqlite://\npath = {place}\n[web]\nlisten = 127.0.0.1:{port}\n")
    return file


def _made() -> Path:
    """A database with the module of parties; about 8 seconds of work, once for each version of Tryton."""
    CACHE.mkdir(exist_ok=True)
    kept = CACHE / f"tryton-{trytond.__version__}.sqlite"
    with (CACHE / "tryton.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.exists():
            place = CACHE / "tryton-in-the-making"
            shutil.rmtree(place, ignore_errors=True)
            place.mkdir()
            (place / f"{DATABASE}.sqlite").touch()
            (place / "password").write_text(PASSWORD)
            program = Path(sys.executable).with_name("trytond-admin")
            told = [program, "-c", _settings(place), "-d", DATABASE, "-u", "party", "--activate-dependencies"]
            environment = {**os.environ, "TRYTONPASSFILE": str(place / "password")}
            subprocess.run(told, check=True, env=environment, input=b"\n", capture_output=True)
            os.replace(place / f"{DATABASE}.sqlite", kept)
            shutil.rmtree(place)
    return kept


def _wait(port: int) -> None:
    for _ in range(600):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise TimeoutError("Tryton does not start")


class Clerk:
    """Somebody who works in Tryton."""

    def __init__(self, address: str) -> None:
        self._client = httpx2.Client(base_url=address, timeout=60)
        user, session = self.call("common.db.login", "admin", {"password": PASSWORD})[:2]
        told = base64.b64encode(f"admin:{user}:{session}".encode()).decode()
        self._client.headers["Authorization"] = f"Session {told}"

    def call(self, method: str, *parameters: Any) -> Any:
        body = {"id": 1, "method": method, "params": list(parameters)}
        return self._client.post(f"/{DATABASE}/rpc/", json=body).json()["result"]

    def create(self, *parties: dict[str, Any]) -> list[int]:
        return self.call("model.party.party.create", list(parties), {})

    def write(self, party: int, **values: Any) -> None:
        self.call("model.party.party.write", [party], values, {})
