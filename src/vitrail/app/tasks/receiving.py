"""Receiving a file in pieces: written to disk as it comes, never whole in memory, within its room."""

from __future__ import annotations

import os
import re
import shutil
import unicodedata
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
from anyio.to_thread import run_sync

from vitrail.app.tasks.kept import Task, Tasks
from vitrail.model.errors import UserError, refuse

MB = 1 << 20
LARGEST = 20 * 1024 * MB
RESERVE = 512 * MB
"""Bytes of the disk that stay free whatever is brought in."""

TIMES = 3
"""A file that is loaded takes about three times its size for a while."""

LONGEST = 120


class Room(msgspec.Struct, frozen=True):
    """How large a file may be, for the disk has so much room."""

    most: int
    free: int


def room_of(root: Path) -> Room:
    """How much may be brought in now."""
    free = shutil.disk_usage(root).free
    return Room(max(0, min(LARGEST, (free - RESERVE) // TIMES)), free)


def file_name(given: str) -> str:
    """The name of a file as it is kept: its last part, in one line, without what a disk reads otherwise."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", given))[-1]
    plain = "".join(each for each in last if each.isprintable() and each not in '<>:"|?*').strip(". ")
    stem, dot, ending = plain.rpartition(".")
    return (f"{stem[:LONGEST]}{dot}{ending[:12]}" if dot and stem else plain[:LONGEST]) or "file"


async def receive(tasks: Tasks, task: Task, *, pieces: AsyncIterator[bytes], at: int = 0, room: Room) -> Task:
    """Append what comes to the file of a task, from a place on. Raises `UserError` beyond what is allowed.

    A piece that begins elsewhere than the file ends is refused, with the place to go on from.
    """
    path = tasks.file_of(task)
    path.parent.mkdir(mode=0o700, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
    with os.fdopen(handle, "r+b" if at else "wb", buffering=MB) as file:
        size = file.seek(0, os.SEEK_END)
        if at > size:
            raise _gap(size)
        file.seek(at)
        file.truncate()
        size = at
        async for piece in pieces:
            size += len(piece)
            if size > room.most:
                tasks.drop_file(task.id)
                raise too_large(room)
            file.write(piece)
        file.flush()
        await run_sync(os.fsync, file.fileno())
    return msgspec.structs.replace(task, size=size)


def check_size(size: int, room: Room) -> None:
    """Refuse a file that is announced as too large, before any of it comes."""
    if size > room.most:
        raise too_large(room)


def too_large(room: Room) -> UserError:
    """The file is larger than allowed, or than the disk takes."""
    most = room.most // MB
    return refuse(
        "file_too_large",
        fr=f"Le fichier est trop grand\u00a0: {most} Mo au plus pour l’instant, d’après la place sur le "
        "disque. Découpez-le, compressez-le (.gz, .zip), ou libérez de la place. Rien n’a été gardé.",
        en=f"The file is too large: at most {most} MB for now, given the room on the disk. Split it, pack it "
        "(.gz, .zip), or free some room. Nothing was kept.",
    )


def _gap(size: int) -> UserError:
    return refuse(
        "upload_gap",
        path=str(size),
        fr=f"Il manque un morceau\u00a0: reprenez l’envoi à l’octet {size}.",
        en=f"A piece is missing: go on from byte {size}.",
    )
