"""Tokens that open something to whoever holds them: random, shown once, of which only a hash is kept."""

from __future__ import annotations

import hashlib
import secrets

BYTES = 32


def new_token() -> str:
    """256 random bits, as they stand in an address or a cookie."""
    return secrets.token_urlsafe(BYTES)


def hash_of(token: str) -> bytes:
    """What is kept of a token. A plain hash does: nobody can try 2^256 tokens."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
