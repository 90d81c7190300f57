"""A PostgreSQL of its own for the tests, in a temporary folder; it never sees the network."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

USER = "postgres"


def binaries() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    beside = shutil.which("initdb")
    assert found or beside, "PostgreSQL is missing: run tools/system.sh"
    return found[-1].parent if found else Path(str(beside)).parent


def as_nobody() -> dict[str, object]:
    """PostgreSQL refuses to run as root: it then runs as the user that Debian made for it."""
    return {"user": USER, "group": USER, "extra_groups": []} if os.getuid() == 0 else {}


@contextmanager
def running() -> Iterator[str]:
    """A server that listens in a folder; answers the address of its database for SQLAlchemy."""
    with tempfile.TemporaryDirectory(prefix="vt-pg-") as place:
        if os.getuid() == 0:
            shutil.chown(place, USER, USER)
        data, bin = Path(place) / "data", binaries()
        how = {"check": True, "cwd": place, "stdout": subprocess.DEVNULL, **as_nobody()}
        subprocess.run(
            [bin / "initdb", "-D", data, "-U", USER, "-A", "trust", "-E", "UTF8", "--locale=C", "-N"], **how
        )
        settings = f"-k {place} -c listen_addresses='' -c fsync=off -c shared_buffers=64MB -c timezone=UTC"
        control = [bin / "pg_ctl", "-D", data, "-w", "-l", f"{place}/log"]
        subprocess.run([*control, "-o", settings, "start"], **how)
        try:
            yield f"postgresql://{USER}@/postgres?host={place}"
        finally:
            subprocess.run([*control, "-m", "immediate", "stop"], **how)


def execute(address: str, *statements: str) -> None:
    with psycopg.connect(address) as connection:
        for statement in statements:
            connection.execute(statement)  # type: ignore[arg-type]
