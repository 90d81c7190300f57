"""Sealing: a text that only the holder of a key can read, under a key that never lies in the workspace.

AES-256 in Galois counter mode (NIST SP 800-38D) with a nonce of its own for each text. What a text is for
goes into its seal: one secret cannot be put in the place of another.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
import secrets
import stat
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from vitrail.model.errors import UserError, refuse

KEY = "VITRAIL_SECRET_KEY"
"""The environment variable that holds the key; several with commas between them, the newest first."""

KEY_FILE = "VITRAIL_SECRET_KEY_FILE"
"""The environment variable that names the file of the keys: one a line, the newest first."""

BYTES = 32
NONCE = 12


class Key(msgspec.Struct, frozen=True):
    """A key, and the name that what it sealed carries: it tells which key is needed, and nothing of it."""

    name: str
    content: bytes

    def __repr__(self) -> str:
        return f"Key({self.name})"


class SealingKeys(msgspec.Struct, frozen=True):
    """The keys at hand: the first seals, every one of them opens. `place` is where they were looked for."""

    keys: tuple[Key, ...]
    place: str
    file: Path | None = None

    def seal(self, text: str, *, purpose: str) -> str:
        """The text under the newest key. Raises `UserError` when there is none."""
        if not self.keys:
            raise missing_key(self.place)
        key, nonce = self.keys[0], secrets.token_bytes(NONCE)
        closed = AESGCM(key.content).encrypt(nonce, text.encode(), _bound(key, purpose))
        return f"{key.name}.{base64.urlsafe_b64encode(nonce + closed).decode()}"

    def unseal(self, sealed: str, *, purpose: str) -> str:
        """The text again. Raises `UserError` without its key, and when it was changed or moved."""
        name, _, content = sealed.partition(".")
        key = next((each for each in self.keys if each.name == name), None)
        if key is None:
            raise missing_key(self.place, name=name)
        try:
            raw = base64.urlsafe_b64decode(content)
            return AESGCM(key.content).decrypt(raw[:NONCE], raw[NONCE:], _bound(key, purpose)).decode()
        except (InvalidTag, ValueError):
            raise _broken_seal(purpose) from None


def key_name(sealed: str) -> str:
    """The name of the key that sealed a text."""
    return sealed.partition(".")[0]


def new_key() -> str:
    """A key nobody can guess, as it is written in a file or a variable."""
    return base64.urlsafe_b64encode(secrets.token_bytes(BYTES)).decode()


def read_ring(workspace: str, environment: Mapping[str, str] = os.environ) -> SealingKeys:
    """The keys of a workspace: from the environment, from the file it names, or from that of the user."""
    if written := environment.get(KEY, "").strip():
        return SealingKeys(_keys(written.split(","), place=KEY), KEY)
    file = key_file(workspace, environment)
    if not file.is_file():
        return SealingKeys((), str(file), file)
    if file.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise _open_to_others(file)
    return SealingKeys(_keys(file.read_text("ascii").split("\n"), place=str(file)), str(file), file)


def key_file(workspace: str, environment: Mapping[str, str] = os.environ) -> Path:
    """The file the keys of a workspace lie in: never inside the workspace."""
    if named := environment.get(KEY_FILE):
        return Path(named)
    home = environment.get("XDG_CONFIG_HOME") or Path(environment.get("HOME") or "~").expanduser() / ".config"
    return Path(home) / "vitrail" / "keys" / f"{workspace}.key"


def add_key(ring: SealingKeys) -> SealingKeys:
    """A new key before those at hand, in their file, which is there whole or not at all.

    Raises `UserError` when the keys come from the environment, which this program cannot change.
    """
    if ring.file is None:
        raise _key_of_environment()
    written = new_key()
    lines = [written, *(base64.urlsafe_b64encode(key.content).decode() for key in ring.keys)]
    _write(ring.file, "\n".join(lines) + "\n", first=not ring.keys)
    with_new = _keys(ring.file.read_text("ascii").split("\n"), place=ring.place)
    return SealingKeys(with_new, ring.place, ring.file)


def _write(file: Path, text: str, *, first: bool) -> None:
    """Put a file of keys in place, for its owner alone; of two who make the first, one wins for both."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    temporary = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as target:
        target.write(text)
        target.flush()
        os.fsync(target.fileno())
    if first:
        with suppress(FileExistsError):
            os.link(temporary, file)
        temporary.unlink()
    else:
        os.replace(temporary, file)


def _keys(lines: Sequence[str], *, place: str) -> tuple[Key, ...]:
    return tuple(_key(line.strip(), place=place) for line in lines if line.strip())


def _key(written: str, *, place: str) -> Key:
    try:
        content = base64.urlsafe_b64decode(written.encode("ascii"))
    except (binascii.Error, ValueError):
        content = b""
    if len(content) != BYTES:
        raise _bad_key(place)
    return Key(hashlib.sha256(b"vitrail key name" + content).hexdigest()[:8], content)


def _bound(key: Key, purpose: str) -> bytes:
    return f"vitrail {key.name} {purpose}".encode()


def missing_key(place: str, *, name: str = "") -> UserError:
    """There are secrets, and their key is not at hand."""
    wanted = f" « {name} »" if name else ""
    called = f" “{name}”" if name else ""
    return refuse(
        "secret_key_missing",
        path=place,
        fr=f"La clé{wanted} qui ouvre les secrets n’est pas dans {place}. Remettez-la : dans {KEY}, "
        f"ou dans le fichier que nomme {KEY_FILE}. Rien n’a été changé.",
        en=f"The key{called} that opens the secrets is not in {place}. Put it back: in {KEY}, "
        f"or in the file that {KEY_FILE} names. Nothing was changed.",
    )


def _broken_seal(purpose: str) -> UserError:
    return refuse(
        "secret_broken",
        path=purpose,
        fr=f"Le secret « {purpose} » a été altéré ou déplacé : il ne s’ouvre pas. Donnez-le à nouveau.",
        en=f"The secret “{purpose}” was altered or moved: it does not open. Give it again.",
    )


def _bad_key(place: str) -> UserError:
    return refuse(
        "bad_secret_key",
        path=place,
        fr=f"Ce qui est dans {place} n’est pas une clé : il faut 32 octets en base64. "
        "Pour en faire une : vitrail secrets key.",
        en=f"What is in {place} is not a key: it takes 32 bytes in base64. To make one: vitrail secrets key.",
    )


def _open_to_others(file: Path) -> UserError:
    return refuse(
        "secret_key_readable",
        path=str(file),
        fr=f"D’autres que son propriétaire peuvent lire la clé {file}. Faites : chmod 600 {file}",
        en=f"Others than its owner can read the key {file}. Run: chmod 600 {file}",
    )


def _key_of_environment() -> UserError:
    return refuse(
        "secret_key_of_environment",
        path=KEY,
        fr=f"La clé vient de {KEY}, que ce programme ne peut pas changer. Mettez-y la nouvelle devant "
        f"l’ancienne ({KEY}=nouvelle,ancienne ; pour en faire une : vitrail secrets key), puis recommencez.",
        en=f"The key comes from {KEY}, which this program cannot change. Put the new one before the old "
        f"one there ({KEY}=new,old; to make one: vitrail secrets key), then try again.",
    )
