"""Where somebody goes next: to an address of this site, and to no other."""

from __future__ import annotations

from urllib.parse import quote

LONGEST = 2_000


def here_only(address: str) -> str:
    """Where to go next, on this site alone."""
    is_ours = address.startswith("/") and not address.startswith(("//", "/\\")) and address.isprintable()
    return address if is_ours and len(address) < LONGEST and "\\" not in address else "/"


def on_to(address: str, here: str) -> str:
    """An address that leads on to another of this site, whole with its questions."""
    return f"{address}?next={quote(here)}"
