"""What is inside a packed file: gzip and zip, within bounds, without ever writing a name found inside."""

from __future__ import annotations

import gzip
import io
import tempfile
import zipfile
import zlib
from pathlib import Path
from typing import IO

import msgspec

from vitrail.collect.files import kinds
from vitrail.collect.files.asking import Answers, Choice, Question, Unanswered, chosen
from vitrail.collect.files.kinds import Kind
from vitrail.collect.files.limits import MB, Limits
from vitrail.model.errors import Message, UserError, refuse

BLOCK = 1 << 20


class Content(msgspec.Struct, frozen=True):
    """What is to be read: its kind, and where it lies. `path` is the file itself when nothing is packed.

    `member` is its name in a zip, `layers` are the packings around it, the outermost first.
    """

    kind: Kind
    path: Path
    layers: tuple[Kind, ...] = ()
    member: str = ""

    def open(self, limits: Limits) -> IO[bytes]:
        """The bytes, from the first on."""
        size = self.path.stat().st_size
        stream: IO[bytes] = self.path.open("rb")
        for layer in self.layers:
            if layer == "gzip":
                stream = gzip.GzipFile(fileobj=stream, mode="rb")  # type: ignore[assignment]
            else:
                archive = zipfile.ZipFile(stream)
                stream = archive.open(self.member)
        return io.BufferedReader(Bounded(stream, size, limits=limits), BLOCK) if self.layers else stream

    def seekable(self, limits: Limits) -> IO[bytes]:
        """The bytes, for a reader that jumps about; what is packed is laid out in a file without a name."""
        if not self.layers:
            return self.path.open("rb")
        spool = tempfile.TemporaryFile()  # noqa: SIM115 - it is handed over
        with self.open(limits) as stream:
            while block := stream.read(BLOCK):
                if spool.tell() + len(block) > limits.spooled:
                    raise too_large(self.path.name)
                spool.write(block)
        spool.seek(0)
        return spool


class Bounded(io.RawIOBase):
    """A stream that stops a bomb: it gives at most so many bytes for those it was packed into."""

    def __init__(self, stream: IO[bytes], packed: int, *, limits: Limits) -> None:
        super().__init__()
        self._stream = stream
        self._left = max(limits.unpacked, packed * limits.ratio)

    def readable(self) -> bool:
        """It is read."""
        return True

    def readinto(self, room: object, /) -> int:
        """Fill some room; refuses to go on beyond the bound."""
        view = memoryview(room)  # type: ignore[arg-type]
        block = self._stream.read(min(len(view), BLOCK))
        self._left -= len(block)
        if self._left < 0:
            raise too_large("")
        view[: len(block)] = block
        return len(block)

    def close(self) -> None:
        """Close what is under it too."""
        self._stream.close()
        super().close()


def unpack(path: Path, answers: Answers, *, limits: Limits) -> Content:
    """Look through the packings of a file at what is to be read; asks which file of a zip."""
    content = Content(_kind(path), path)
    for _ in range(3):
        match content.kind:
            case "gzip":
                content = _inside_gzip(content, limits)
            case "zip":
                content = _inside_zip(content, answers, limits=limits)
            case _:
                return content
    raise nested(path.name)


def _kind(path: Path) -> Kind:
    with path.open("rb") as file:
        head = file.read(kinds.HEAD)
    kind = kinds.kind_of(head)
    if kind == "zip":
        with path.open("rb") as file:
            return kinds.kind_of_zip(_names(file, path.name))
    return _of_compound(kind, path) if kind == "xls" and head.startswith(b"\xd0\xcf") else kind


def _of_compound(kind: Kind, path: Path) -> Kind:
    if path.stat().st_size > 512 * MB:
        return kind
    return kinds.kind_of_compound(path.read_bytes())


def _inside_gzip(content: Content, limits: Limits) -> Content:
    opened = msgspec.structs.replace(content, layers=(*content.layers, "gzip"))
    try:
        with opened.open(limits) as stream:
            head = stream.read(kinds.HEAD) or b""
    except (OSError, EOFError, zlib.error) as error:
        raise damaged(content.path.name, error) from error
    return _within(opened, kinds.kind_of(head), limits=limits)


def _inside_zip(content: Content, answers: Answers, *, limits: Limits) -> Content:
    if "zip" in content.layers or "gzip" in content.layers:
        raise nested(content.path.name)
    with content.path.open("rb") as file:
        entries = _entries(file, content.path.name, limits=limits)
    entry = _chosen_entry(entries, answers, name=content.path.name)
    if entry.flag_bits & 1:
        raise locked(content.path.name)
    inside = msgspec.structs.replace(content, layers=("zip",), member=entry.filename)
    try:
        with inside.open(limits) as stream:
            head = stream.read(kinds.HEAD) or b""
    except (OSError, EOFError, zlib.error, zipfile.BadZipFile, NotImplementedError) as error:
        raise damaged(content.path.name, error) from error
    return _within(inside, kinds.kind_of(head), limits=limits)


def _within(content: Content, kind: Kind, *, limits: Limits) -> Content:
    """The content once its kind is known; what looks like a zip or an old document is looked into."""
    found = msgspec.structs.replace(content, kind=kind)
    if kind not in ("zip", "xls"):
        return found
    with found.seekable(limits) as file:
        kind = kinds.kind_of_zip(_names(file, content.path.name)) if kind == "zip" else _compound(file)
    if kind == "zip":
        raise nested(content.path.name)
    return msgspec.structs.replace(content, kind=kind)


def _compound(file: IO[bytes]) -> Kind:
    content = file.read()
    return kinds.kind_of_compound(content) if content.startswith(b"\xd0\xcf") else "xls"


def _names(file: IO[bytes], name: str) -> list[str]:
    try:
        return zipfile.ZipFile(file).namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise damaged(name, error) from error


def _entries(file: IO[bytes], name: str, *, limits: Limits) -> list[zipfile.ZipInfo]:
    """The files of a zip, without folders and what systems add."""
    try:
        found = zipfile.ZipFile(file).infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise damaged(name, error) from error
    if len(found) > limits.members:
        raise too_large(name)
    return [each for each in found if not each.is_dir() and not _of_system(each.filename)]


def _of_system(name: str) -> bool:
    last = name.rpartition("/")[2]
    return name.startswith("__MACOSX/") or last.startswith(".") or last in ("Thumbs.db", "desktop.ini")


def _chosen_entry(entries: list[zipfile.ZipInfo], answers: Answers, *, name: str) -> zipfile.ZipInfo:
    if not entries:
        raise refuse(
            "empty_input",
            fr=f"« {name} » ne contient aucun fichier. Rien n’a été chargé.",
            en=f"“{name}” holds no file. Nothing was loaded.",
        )
    if len(entries) == 1:
        return entries[0]
    text = Message(
        fr=f"« {name} » contient {len(entries)} fichiers : lequel charger ?",
        en=f"“{name}” holds {len(entries)} files: which one is to be loaded?",
    )
    choices = tuple(Choice(each.filename, _bytes(each.file_size)) for each in entries)
    question = Question("member", text, choices)
    picked = chosen(answers, question)
    if picked is None:
        raise Unanswered((question,))
    return next(each for each in entries if each.filename == picked)


def _bytes(size: int) -> Message:
    kilobytes = max(1, round(size / 1024))
    return Message(fr=f"{kilobytes} ko", en=f"{kilobytes} kB")


def too_large(name: str) -> UserError:
    """The refusal of what unpacks to more than it should."""
    shown = name or "…"
    return refuse(
        "too_large",
        fr=f"« {shown} » devient démesuré une fois décompressé, comme le ferait un fichier piégé. "
        "S’il est sain, décompressez-le avant de l’importer. Rien n’a été chargé.",
        en=f"“{shown}” becomes huge once unpacked, as a trap would. If it is sound, unpack it before the "
        "import. Nothing was loaded.",
    )


def nested(name: str) -> UserError:
    """The refusal of packings in packings."""
    return refuse(
        "packed_twice",
        fr=f"« {name} » contient un fichier compressé dans un autre : décompressez-le d’abord. "
        "Rien n’a été chargé.",
        en=f"“{name}” holds a packed file inside another: unpack it first. Nothing was loaded.",
    )


def locked(name: str) -> UserError:
    """The refusal of what a password protects."""
    return refuse(
        "password",
        fr=f"« {name} » est protégé par un mot de passe : enregistrez-le sans. Rien n’a été chargé.",
        en=f"“{name}” is protected by a password: save it without one. Nothing was loaded.",
    )


def damaged(name: str, error: BaseException) -> UserError:
    """The refusal of what is cut or broken."""
    return refuse(
        "unreadable_file",
        fr=f"« {name} » ne se lit pas jusqu’au bout ({error}) : il a sans doute été mal copié ou mal "
        "téléchargé. Rien n’a été chargé.",
        en=f"“{name}” cannot be read to its end ({error}): it was probably copied or downloaded badly. "
        "Nothing was loaded.",
    )
