"""A stream under a passphrase: whoever has the file alone learns its size, and can change nothing unseen.

The key is made from the passphrase by scrypt (RFC 7914); pieces are sealed one by one with AES-256-GCM,
each with its place and whether it is the last (the STREAM construction): none can be left out, moved or cut.
"""

from __future__ import annotations

import base64
import io
import secrets
from typing import IO, Any

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from vitrail.model.errors import UserError, refuse

MAGIC = b"vitrail sealed backup 1\n"
PIECE = 1 << 20
TAG = 16
COST = 1 << 17
"""What a guess of the passphrase costs: 128 MiB and about half a second."""

MOST_COST = 1 << 20
_HEADER = 4096


class Header(msgspec.Struct, frozen=True):
    """How the key was made from the passphrase."""

    salt: str
    prefix: str
    cost: int


class Sealing(io.RawIOBase):
    """Seals what is written to it; `finish` seals the last piece."""

    def __init__(self, target: IO[bytes], passphrase: str) -> None:
        header = Header(_text(secrets.token_bytes(16)), _text(secrets.token_bytes(7)), COST)
        line = msgspec.json.encode(header) + b"\n"
        self._target, self._line = target, line
        self._cipher, self._prefix = _cipher(passphrase, header), base64.b64decode(header.prefix)
        self._held = bytearray()
        self._number = 0
        target.write(MAGIC + line)

    def writable(self) -> bool:
        """It is written to."""
        return True

    def write(self, content: Any, /) -> int:
        """Hold what is written, and seal every whole piece of it."""
        with memoryview(content) as view:
            self._held += view
            size = view.nbytes
        while len(self._held) > PIECE:
            self._seal(bytes(self._held[:PIECE]), last=False)
            del self._held[:PIECE]
        return size

    def finish(self) -> None:
        """Seal what is left: without it the file is known to be cut."""
        self._seal(bytes(self._held), last=True)
        self._held.clear()

    def _seal(self, piece: bytes, *, last: bool) -> None:
        nonce = _nonce(self._prefix, self._number, last=last)
        self._target.write(self._cipher.encrypt(nonce, piece, self._line))
        self._number += 1


class Unsealing(io.RawIOBase):
    """Reads what was sealed. Raises `UserError` for another passphrase, and where something was changed."""

    def __init__(self, source: IO[bytes], passphrase: str) -> None:
        self._source = source
        self._line = source.readline(_HEADER)
        header = _read_header(self._line)
        self._cipher, self._prefix = _cipher(passphrase, header), base64.b64decode(header.prefix)
        self._ahead = source.read(PIECE + TAG)
        self._ready = memoryview(b"")
        self._number = 0
        self._ended = False

    def readable(self) -> bool:
        """It is read."""
        return True

    def readinto(self, buffer: Any, /) -> int:
        """The next bytes; none at the end, which is known to be the end."""
        while not self._ready and not self._ended:
            self._open_next()
        with memoryview(buffer).cast("B") as view:
            size = min(len(view), len(self._ready))
            view[:size] = self._ready[:size]
        self._ready = self._ready[size:]
        return size

    def _open_next(self) -> None:
        piece, self._ahead = self._ahead, self._source.read(PIECE + TAG)
        self._ended = not self._ahead
        nonce = _nonce(self._prefix, self._number, last=self._ended)
        try:
            self._ready = memoryview(self._cipher.decrypt(nonce, piece, self._line))
        except InvalidTag:
            raise wrong_passphrase() if self._number == 0 else broken() from None
        self._number += 1


def _cipher(passphrase: str, header: Header) -> AESGCM:
    salt = base64.b64decode(header.salt)
    return AESGCM(Scrypt(salt=salt, length=32, n=header.cost, r=8, p=1).derive(passphrase.encode()))


def _nonce(prefix: bytes, number: int, *, last: bool) -> bytes:
    return prefix + number.to_bytes(4, "big") + bytes([last])


def _read_header(line: bytes) -> Header:
    try:
        header = msgspec.json.decode(line, type=Header)
        sound = len(base64.b64decode(header.prefix)) == 7 and header.cost.bit_count() == 1
    except (msgspec.MsgspecError, ValueError):
        raise broken() from None
    if not sound or not 2 <= header.cost <= MOST_COST:
        raise broken()
    return header


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode()


def wrong_passphrase() -> UserError:
    """The passphrase opens nothing."""
    return refuse(
        "wrong_passphrase",
        fr="Cette phrase secrète n’ouvre pas la sauvegarde, ou son début est abîmé. Rien n’a été restauré.",
        en="This passphrase does not open the backup, or its beginning is damaged. Nothing was restored.",
    )


def broken(what: str = "") -> UserError:
    """The backup is not whole, or was changed."""
    about = f" ({what})" if what else ""
    return refuse(
        "backup_broken",
        fr=f"La sauvegarde est incomplète ou abîmée{about} : rien n’a été restauré. Prenez-en une autre.",
        en=f"The backup is incomplete or damaged{about}: nothing was restored. Take another one.",
    )
