"""The machine: room on the disk, the clock, who may read the folder, time zones, what waits to be filed."""

from __future__ import annotations

import os
import platform
import shutil
import sqlite3
import stat
import tempfile
import time
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from zoneinfo import ZoneInfo

from vitrail.app.doctor.findings import Finding, bad, good, warning
from vitrail.ledger import manifest
from vitrail.ledger.checking import oldest_waiting
from vitrail.ledger.inbox import INBOX, open_inbox
from vitrail.warehouse.store import Store

GIGABYTE = 1_000_000_000
LITTLE, TOO_LITTLE = 0.10, 0.03
"""Parts of the disk that are free: below, it is said, and it is wrong."""

SLACK_US = 5_000_000
LATE_US, TOO_LATE_US = 600_000_000, 3_600_000_000
OLDEST_SQLITE = (3, 37)


def look_at_disk(store: Store) -> Iterator[Finding]:
    """Room for bytes and for files."""
    usage = shutil.disk_usage(store.path)
    yield from _room(usage.free / usage.total, free=usage.free)
    found = os.statvfs(store.path)
    if found.f_files and found.f_favail / found.f_files < TOO_LITTLE:
        yield bad(
            "inodes",
            what=(
                f"Le disque n’a presque plus de place pour de nouveaux fichiers ({found.f_favail}).",
                f"The disk has hardly any room for new files ({found.f_favail}).",
            ),
            todo=(
                "Supprimez de petits fichiers d’autres programmes.",
                "Delete small files of other programs.",
            ),
        )


def _room(part: float, *, free: int) -> Iterator[Finding]:
    gigabytes = f"{free / GIGABYTE:.1f}"
    french = gigabytes.replace(".", ",")
    todo = (
        "Faites de la place : sous 3 %, les messages reçus sont bientôt refusés.",
        "Make room: under 3%, messages are soon refused.",
    )
    what = (
        f"Le disque est presque plein : {french} Go libres.",
        f"The disk is nearly full: {gigabytes} GB free.",
    )
    if part < TOO_LITTLE:
        yield bad("disk_full", what=what, todo=todo)
    elif part < LITTLE:
        yield warning("disk_filling", what=what, todo=todo)
    else:
        yield good("disk", fr=f"Disque : {french} Go libres.", en=f"Disk: {gigabytes} GB free.")


def look_at_clock(store: Store) -> Iterator[Finding]:
    """The clock of the program against that of the disk, and against what was written before."""
    with store.ledger.reading() as connection:
        newest = manifest.newest_version(connection).committed_at_us
    ahead = newest - store.now_us()
    apart = _disk_apart(store.path)
    if ahead > SLACK_US or abs(apart) > SLACK_US / 1_000_000:
        seconds = round(max(ahead / 1_000_000, abs(apart)))
        yield bad(
            "clock",
            what=(
                f"L’horloge a {seconds} s d’écart avec ce qui est écrit : des dates seront fausses.",
                f"The clock is {seconds} s apart from what is written: dates will be wrong.",
            ),
            todo=("Mettez la machine à l’heure (NTP).", "Set the clock of the machine (NTP)."),
        )
    else:
        yield good(
            "clock", fr="L’horloge suit celle du disque.", en="The clock agrees with that of the disk."
        )


def _disk_apart(root: Path) -> float:
    with tempfile.NamedTemporaryFile(dir=root, prefix=".clock-") as file:
        file.write(b"x")
        file.flush()
        return time.time() - os.stat(file.name).st_mtime


def look_at_rights(store: Store) -> Iterator[Finding]:
    """Whether others on this machine can read the folder, which holds personal data."""
    mode = store.path.stat().st_mode
    if mode & (stat.S_IROTH | stat.S_IXOTH | stat.S_IWOTH):
        yield warning(
            "readable_by_all",
            what=(
                "Tous les utilisateurs de cette machine peuvent entrer dans le dossier.",
                "Every user of this machine can enter the folder.",
            ),
            todo=(f"Faites : chmod 700 {store.path}", f"Run: chmod 700 {store.path}"),
        )
    else:
        yield good(
            "permissions", fr="Le dossier n’est pas ouvert à tous.", en="The folder is not open to everybody."
        )


def look_at_zone(store: Store) -> Iterator[Finding]:
    """The time zone of the workspace is known to this machine."""
    name = store.catalogue.timezone
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        yield bad(
            "timezone",
            what=(f"Le fuseau « {name} » est inconnu ici.", f"The time zone “{name}” is unknown here."),
            todo=("Installez tzdata.", "Install tzdata."),
        )
        return
    yield good(
        "timezone",
        fr=f"Fuseau {name}, tzdata {version('tzdata')}.",
        en=f"Zone {name}, tzdata {version('tzdata')}.",
    )


def look_at_inbox(store: Store) -> Iterator[Finding]:
    """How much waits to be filed, and since when."""
    if not (store.inbox / INBOX).is_file():
        return
    with open_inbox(store.inbox) as inbox:
        waiting, oldest = inbox.backlog(), oldest_waiting(inbox)
    age = 0 if oldest is None else store.now_us() - oldest
    if age > LATE_US:
        minutes = age // 60_000_000
        told = bad if age > TOO_LATE_US else warning
        yield told(
            "inbox_late",
            what=(
                f"{waiting.requests} envois attendent d’être classés, le plus ancien depuis {minutes} min.",
                f"{waiting.requests} requests wait to be filed, the oldest for {minutes} min.",
            ),
            todo=(
                "Lancez vitrail serve (rôle all), et voyez /health : « filing » dit ce qui échoue.",
                "Run vitrail serve (role all), and look at /health: “filing” says what fails.",
            ),
        )
    else:
        yield good(
            "inbox",
            fr=f"Envois en attente : {waiting.requests}.",
            en=f"Requests waiting: {waiting.requests}.",
        )


def look_at_versions(_store: Store) -> Iterator[Finding]:
    """What Vitrail runs on."""
    told = ", ".join(
        [f"Python {platform.python_version()}", f"SQLite {sqlite3.sqlite_version}"]
        + [f"{name} {version(name)}" for name in ("duckdb", "pyarrow", "SQLAlchemy")]
    )
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        yield bad(
            "sqlite_old",
            what=(f"SQLite est trop ancien : {told}.", f"SQLite is too old: {told}."),
            todo=("Installez un Python plus récent.", "Install a newer Python."),
        )
    else:
        yield good("versions", fr=f"{told}.", en=f"{told}.")
