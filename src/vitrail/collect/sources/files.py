"""Files that appear in a folder or an object store: each content is loaded once, and none half-written."""

from __future__ import annotations

import hashlib
import os
import re
import time
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

import msgspec
import pyarrow as pa
import pyarrow.fs as pafs

from vitrail.collect.sources.cursor import seconds_of
from vitrail.collect.sources.definition import Bucket, Folder
from vitrail.collect.sources.ga4 import ga4_portions
from vitrail.collect.sources.kept import fingerprint
from vitrail.collect.sources.portion import Portion, Reading
from vitrail.collect.sources.reach import allowed_for, check_reach
from vitrail.ledger.sources import SeenFile
from vitrail.model.errors import Problem, UserError, problem, refuse

SETTLED = "10 seconds"
PIECE = 2**20


class Entry(msgspec.Struct, frozen=True):
    """A file where it lies: its name there, its size, when it last changed (seconds since 1970)."""

    name: str
    size: int
    changed: float

    @property
    def stamp(self) -> str:
        """What tells, without reading the file, that it is still the same."""
        return f"{self.size}@{self.changed!r}"


class Place(Protocol):
    """Where files lie. A folder and an object store look alike from here."""

    def entries(self) -> Iterator[Entry]:
        """Every file, in any order."""

    def fetch(self, entry: Entry, scratch: Path) -> Path:
        """The file on this machine, to be read."""

    def still(self, entry: Entry) -> bool:
        """Whether the file is still the one that was listed."""


class Local:
    """A folder of this machine; hidden files and links are not looked at."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def entries(self) -> Iterator[Entry]:
        """Every file below the folder."""
        for folder, inner, names in os.walk(self.root):
            inner[:] = [name for name in inner if not name.startswith(".")]
            for name in names:
                path = Path(folder) / name
                if not name.startswith(".") and not path.is_symlink() and path.is_file():
                    yield self._entry(path)

    def fetch(self, entry: Entry, scratch: Path) -> Path:
        """The file itself."""
        return self.root / entry.name

    def still(self, entry: Entry) -> bool:
        """Whether size and time are those that were listed."""
        path = self.root / entry.name
        return path.is_file() and self._entry(path) == entry

    def _entry(self, path: Path) -> Entry:
        """A file with the time of its last change, be it of content or of name, which nobody can set back."""
        found = path.stat()
        name = path.relative_to(self.root).as_posix()
        return Entry(name, found.st_size, max(found.st_mtime, found.st_ctime))


class Remote:
    """A prefix in an object store, where a file appears whole."""

    def __init__(self, store: pafs.FileSystem, root: str) -> None:
        self.store = store
        self.root = root

    def entries(self) -> Iterator[Entry]:
        """Every object below the prefix."""
        for found in self.store.get_file_info(pafs.FileSelector(self.root, recursive=True)):
            if found.type == pafs.FileType.File:
                yield self._entry(found if _dated(found) else self.store.get_file_info(found.path))

    def fetch(self, entry: Entry, scratch: Path) -> Path:
        """A copy of the object."""
        target = scratch / Path(entry.name).name
        with self.store.open_input_stream(f"{self.root}/{entry.name}") as source, target.open("wb") as copy:
            while piece := source.read(PIECE):
                copy.write(piece)
        return target

    def still(self, entry: Entry) -> bool:
        """Whether the object is still the one that was listed; asked alone, its time has no fractions."""
        found = self._entry(self.store.get_file_info(f"{self.root}/{entry.name}"))
        return (found.size, int(found.changed)) == (entry.size, int(entry.changed))

    def _entry(self, found: pafs.FileInfo) -> Entry:
        changed = found.mtime.timestamp() if found.mtime is not None else 0.0
        return Entry(found.path.removeprefix(f"{self.root}/"), found.size or 0, changed)


def _dated(found: pafs.FileInfo) -> bool:
    """Whether the listing told a time that was understood: one in tenths of a second (`…:07.1Z`) is not."""
    return found.mtime is not None and found.mtime.timestamp() > 0


def portions(source: Folder | Bucket, reading: Reading) -> Generator[Portion, None, None]:
    """The files that are new or changed, oldest first; those that failed and are the same are told again."""
    place = _place(source, reading)
    waiting = seconds_of(source.settle or SETTLED, path=f"{source.key}.settle")
    pattern = compiled(source.pattern)
    try:
        found = sorted(
            (entry for entry in place.entries() if pattern.fullmatch(entry.name)),
            key=lambda entry: (entry.changed, entry.name),
        )
        for number, entry in enumerate(found):
            reading.progress(number, len(found))
            yield from _file(source, reading, place=place, entry=entry, waiting=waiting)
    except (pa.ArrowException, OSError) as error:
        raise _unreachable(source, reading, error=error) from None


def compiled(pattern: str) -> re.Pattern[str]:
    """A pattern of names: `*.csv` lies in the folder itself, `**/*.csv` also in those below."""
    parts = re.split(r"(\*\*/|\*|\?)", pattern)
    told = {"**/": "(?:[^/]+/)*", "*": "[^/]*", "?": "[^/]"}
    return re.compile("".join(told.get(part, re.escape(part)) for part in parts))


def _file(
    source: Folder | Bucket, reading: Reading, *, place: Place, entry: Entry, waiting: int
) -> Iterator[Portion]:
    known = reading.seen.get(entry.name)
    stamp = f"{entry.stamp} {fingerprint(source)}"
    if known is not None and known.stamp == stamp:
        if known.problems:
            yield Portion(pa.table({}), failed=_again(known))
        return
    if time.time() - entry.changed < waiting:
        yield Portion(pa.table({}), waits=entry.name)
        return
    path = place.fetch(entry, reading.scratch)
    try:
        content = _hash(path, fingerprint(source))
        seen = SeenFile(source.key, entry.name, entry.size, stamp, content, None, reading.now_us)
        if known is not None and known.hash == content:
            kept = msgspec.structs.replace(known, stamp=stamp, size=entry.size)
            yield Portion(pa.table({}), file=kept, failed=_again(known) if known.problems else ())
        else:
            yield from _content(source, reading, path=path, seen=seen, still=_still(place, entry))
    finally:
        if path.is_relative_to(reading.scratch):
            path.unlink()


def _content(
    source: Folder | Bucket, reading: Reading, *, path: Path, seen: SeenFile, still: Callable[[], bool]
) -> Iterator[Portion]:
    if source.format != "ga4":
        yield Portion(path, file=seen, still=still)
        return
    try:
        yield from ga4_portions(path, seen, reading=reading, still=still)
    except UserError as error:
        told = file_problems(seen.name, error.problems)
        kept = msgspec.structs.replace(seen, problems=msgspec.json.encode(told).decode())
        yield Portion(pa.table({}), file=kept, failed=told)


def _still(place: Place, entry: Entry) -> Callable[[], bool]:
    return lambda: place.still(entry)


def _again(known: SeenFile) -> tuple[Problem, ...]:
    found: tuple[Problem, ...] = msgspec.json.decode(known.problems, type=tuple[Problem, ...])
    return found


def _hash(path: Path, read_as: str) -> str:
    """What tells a content that is read in a certain way from any other."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256")
    digest.update(read_as.encode())
    return digest.hexdigest()


def _place(source: Folder | Bucket, reading: Reading) -> Place:
    match source:
        case Folder():
            root = Path(reading.secrets.fill(source.path, path=f"{source.key}.path"))
            if not root.is_dir():
                raise _no_folder(source, root)
            return Local(root)
        case Bucket():
            return Remote(_object_store(source, reading), f"{source.bucket}/{source.prefix}".strip("/"))


def _object_store(source: Bucket, reading: Reading) -> pafs.FileSystem:
    fill = reading.secrets.fill
    options: dict[str, object] = {"connect_timeout": 15, "request_timeout": 60}
    if source.access_key:
        options["access_key"] = fill(source.access_key, path=f"{source.key}.access_key")
        options["secret_key"] = fill(source.secret_key, path=f"{source.key}.secret_key")
    if source.region:
        options["region"] = source.region
    if source.endpoint:
        host, scheme = pinned_endpoint(source)
        options |= {"endpoint_override": host, "scheme": scheme}
    return pafs.S3FileSystem(**options)


def pinned_endpoint(source: Bucket) -> tuple[str, str]:
    """Where a store is asked, and how: in the clear, at the address that was looked at.

    With a certificate the name stays: whoever it leads to instead has none for it, and is asked nothing.
    """
    found = check_reach(source.endpoint, allowed=allowed_for(source))
    scheme, _, host = source.endpoint.rpartition("://")
    if scheme == "http" and found:
        port = urlsplit(source.endpoint).port
        address = f"[{found[0]}]" if ":" in found[0] else found[0]
        host = f"{address}:{port}" if port else address
    return host, scheme or "https"


def _no_folder(source: Folder, root: Path) -> UserError:
    return refuse(
        "folder_not_found",
        path=f"{source.key}.path",
        fr=f"Le dossier « {root} » n’existe pas. Rien n’a été lu.",
        en=f"There is no folder “{root}”. Nothing was read.",
    )


def _unreachable(source: Folder | Bucket, reading: Reading, *, error: Exception) -> UserError:
    told = reading.secrets.veil(str(error)).strip().splitlines()[:1]
    return refuse(
        "files_unreachable",
        path=source.key,
        fr=f"Les fichiers ne se lisent pas ({''.join(told)}). Ce qui était déjà chargé est gardé.",
        en=f"The files cannot be read ({''.join(told)}). What was loaded before is kept.",
    )


def file_problems(name: str, problems: tuple[Problem, ...]) -> tuple[Problem, ...]:
    """What is wrong in a file, told with its name."""
    return tuple(
        problem(
            each.code,
            path=name,
            fr=f"« {name} » : {each.message.fr}",
            en=f"“{name}”: {each.message.en}",
            hint=each.hint,
        )
        for each in problems
    )


def changed_meanwhile(name: str) -> UserError:
    """A file that was written to while it was read."""
    return refuse(
        "file_changed",
        path=name,
        fr="le fichier a changé pendant sa lecture ; rien n’en est gardé, la prochaine lecture le reprend.",
        en="the file changed while it was read; nothing of it is kept, the next pull reads it again.",
    )
