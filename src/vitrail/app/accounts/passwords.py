"""Passwords: what makes one good enough, and how it is kept.

Length and being hard to guess count, nothing else: no composition rules, no expiry (NIST SP 800-63B,
ASVS 5.0 chapter 6.2). Kept as Argon2id with the parameters OWASP gives for 19 MiB.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from unicodedata import normalize

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from zxcvbn import zxcvbn

from vitrail.model.errors import Problem, problem

SHORTEST, LONGEST = 12, 256
GUESSES = 10**10
"""Under so many guesses, a password falls to whoever has stolen its hash."""

LOOKED_AT = 72
"""How many characters are looked at to tell how hard a password is to guess."""

FAMILIAR = (
    "vitrail",
    "motdepasse",
    "azerty",
    "azertyuiop",
    "qsdfghjklm",
    "wxcvbn",
    "bonjour",
    "soleil",
    "marseille",
    "doudou",
    "loulou",
    "chouchou",
    "jetaime",
    "jtm",
    "coucou",
    "camille",
    "nicolas",
    "bienvenue",
    "administrateur",
)
"""What French people choose first, which the lists of English words do not hold."""

HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
NOBODY = HASHER.hash("nobody has this password")
"""What the password of an unknown account is compared with, so that it takes as long as a known one."""


def faults(password: str, *, about: Sequence[str] = ()) -> Iterator[Problem]:
    """What is wrong with a password; `about` are words it must not be made of: the e-mail, the name."""
    if len(password) < SHORTEST:
        yield problem(
            "password_short",
            path="password",
            fr=f"Ce mot de passe est trop court : {SHORTEST} caractères au moins. Une phrase fait l’affaire.",
            en=f"This password is too short: at least {SHORTEST} characters. A sentence does well.",
        )
    elif len(password) > LONGEST:
        yield problem(
            "password_long",
            path="password",
            fr=f"Ce mot de passe est trop long : {LONGEST} caractères au plus.",
            en=f"This password is too long: at most {LONGEST} characters.",
        )
    elif _guesses(password, about) < GUESSES:
        yield problem(
            "password_common",
            path="password",
            fr="Ce mot de passe se devine : il est fait de mots de passe connus, de suites ou de votre nom. "
            "Quatre mots sans rapport entre eux font l’affaire.",
            en="This password can be guessed: it is made of known passwords, of sequences, or of your name. "
            "Four unrelated words do well.",
        )


def hashed(password: str) -> str:
    """What is kept of a password."""
    return HASHER.hash(_composed(password))


def matches(kept: str, password: str) -> bool:
    """Whether a password is the one that was kept; as slow when none was."""
    try:
        HASHER.verify(kept or NOBODY, _composed(password))
    except (VerificationError, InvalidHashError):
        return False
    return bool(kept)


def is_outdated(kept: str) -> bool:
    """Whether a password was kept with other parameters than today's."""
    return HASHER.check_needs_rehash(kept)


def _guesses(password: str, about: Sequence[str]) -> float:
    words = [part for each in about for part in (each, each.partition("@")[0], *re.split(r"\W+", each))]
    told = zxcvbn(password[:LOOKED_AT], user_inputs=[*filter(None, words), *FAMILIAR])
    return float(told["guesses"])


def _composed(password: str) -> str:
    """The same characters, however the keyboard put them together (RFC 8265)."""
    return normalize("NFC", password)
