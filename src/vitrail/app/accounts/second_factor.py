"""The second factor: six digits from an application on a telephone (TOTP, RFC 6238), and recovery codes.

Each step of thirty seconds is taken once: a code that was seen over somebody's shoulder opens nothing.
"""

from __future__ import annotations

import base64
import hmac
import secrets
import time
from urllib.parse import quote

import msgspec
import segno
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from vitrail.app.accounts.acting import By, write
from vitrail.app.accounts.tokens import hash_of
from vitrail.ledger import sessions, users
from vitrail.ledger.audit import Subject
from vitrail.ledger.secrets import find_secret, forget_secret, keep_secret
from vitrail.ledger.users import User
from vitrail.model.errors import UserError, refuse
from vitrail.warehouse.store import Store

STEP, DIGITS, AROUND = 30, 6, 1
"""Seconds of a step, digits of a code, and how many steps a clock may be early or late."""

SECRET_BYTES = 20
CODES, CODE_BYTES = 10, 10


class Proposed(msgspec.Struct, frozen=True):
    """A secret to be put into an application: as text, as an address, and as an image (SVG)."""

    secret: str
    address: str
    image: str


def propose(store: Store, user: User) -> Proposed:
    """A new secret, which counts once a code from it has been given."""
    written = base64.b32encode(secrets.token_bytes(SECRET_BYTES)).decode()
    with store.ledger.writing() as connection:
        keep_secret(connection, f"totp-new/{user.id}", text=written, at_us=store.now_us())
    return drawn(user, written)


def proposed(store: Store, user: User) -> Proposed | None:
    """The secret that awaits its first code."""
    with store.ledger.reading() as connection:
        written = find_secret(connection, f"totp-new/{user.id}")
    return None if written is None else drawn(user, written)


def drawn(user: User, secret: str) -> Proposed:
    """How a secret is shown to be put into an application."""
    label = quote(f"Vitrail:{user.email}", safe="")
    address = f"otpauth://totp/{label}?secret={secret}&issuer=Vitrail"
    image = segno.make(address, error="m", micro=False).svg_inline(scale=5, border=4, light="#fff")
    return Proposed(secret, address, image)


def confirm(store: Store, user: User, *, code: str, by: By) -> tuple[str, ...]:
    """Ask the second factor from now on; answers the recovery codes, shown this once.

    The other sessions end. Raises `UserError` when the code is not of the proposed secret.
    """
    with store.ledger.writing() as connection:
        written = find_secret(connection, f"totp-new/{user.id}")
        step = None if written is None else step_of(written, code, now=_seconds(store))
        present = users.user_with_id(connection, user.id)
        if written is None or step is None or present is None:
            raise wrong_code()
        keep_secret(connection, f"totp/{user.id}", text=written, at_us=store.now_us())
        forget_secret(connection, f"totp-new/{user.id}")
        users.save_user(connection, msgspec.structs.replace(present, has_totp=True, totp_step=step))
        codes = tuple(_new_code() for _ in range(CODES))
        users.keep_codes(connection, user.id, hashes=[hash_of(_plain(each)) for each in codes])
        sessions.end_sessions(connection, user.id)
        write(connection, by.act("user.totp", Subject("user", user.id)), at_us=store.now_us())
    return codes


def check(store: Store, user: User, *, code: str) -> bool:
    """Whether a code, or a recovery code, is right; it is used up either way of being right."""
    with store.ledger.writing() as connection:
        if users.use_code(connection, user.id, hashed=hash_of(_plain(code))):
            return True
        written = find_secret(connection, f"totp/{user.id}")
        step = None if written is None else step_of(written, code, now=_seconds(store))
        return step is not None and users.take_step(connection, user.id, step=step)


def remove(store: Store, user: User, *, by: By) -> None:
    """Ask the second factor no more; the sessions end."""
    with store.ledger.writing() as connection:
        present = users.user_with_id(connection, user.id)
        if present is not None:
            users.save_user(connection, msgspec.structs.replace(present, has_totp=False))
        forget_secret(connection, f"totp/{user.id}")
        users.keep_codes(connection, user.id, hashes=[])
        sessions.end_sessions(connection, user.id)
        write(connection, by.act("user.totp_remove", Subject("user", user.id)), at_us=store.now_us())


def step_of(secret: str, code: str, *, now: float) -> int | None:
    """The step whose code this is, near an instant in seconds; None when it is of none."""
    said = code.replace(" ", "").replace("\u00a0", "")
    if len(said) != DIGITS or not said.isascii() or not said.isdigit():
        return None
    totp = TOTP(base64.b32decode(secret), DIGITS, SHA1(), STEP)
    present = int(now) // STEP
    steps = [step for step in range(present - AROUND, present + AROUND + 1) if step >= 0]
    found = [step for step in steps if hmac.compare_digest(totp.generate(step * STEP), said.encode())]
    return found[-1] if found else None


def code_at(secret: str, now: float | None = None) -> str:
    """The code of a secret at an instant, as the application shows it."""
    totp = TOTP(base64.b32decode(secret), DIGITS, SHA1(), STEP)
    return totp.generate(int(time.time() if now is None else now)).decode()


def wrong_code() -> UserError:
    """The code is not the one of now."""
    return refuse(
        "wrong_code",
        path="code",
        fr="Ce n’est pas le bon code, ou il a déjà servi : attendez le suivant. L’heure du téléphone "
        "est-elle juste ?",
        en="This is not the right code, or it was used already: wait for the next one. Is the clock of "
        "the telephone right?",
    )


def _seconds(store: Store) -> float:
    return store.now_us() / 1_000_000


def _new_code() -> str:
    written = base64.b32encode(secrets.token_bytes(CODE_BYTES)).decode().lower()
    return "-".join(written[at : at + 4] for at in range(0, len(written), 4))


def _plain(code: str) -> str:
    return "".join(each for each in code.lower() if each.isalnum())
