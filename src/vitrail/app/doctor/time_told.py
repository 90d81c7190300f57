"""The clock of the machine against that of a web server: the `Date` of its answer (RFC 9110, 6.6.1)."""

from __future__ import annotations

import time
from collections.abc import Iterator
from email.utils import parsedate_to_datetime

from vitrail.app.doctor.findings import Finding, bad, good, warning
from vitrail.collect.egress.client import TransportError, client
from vitrail.model.errors import UserError

SLACK = 5.0
"""Seconds a clock may be apart: a `Date` is of whole seconds, and an answer takes its time."""


def look_at_time(url: str) -> Iterator[Finding]:
    """Whether the clock agrees with what a server says; half of the time it took is taken off."""
    began = time.time()
    try:
        with client(allow_private=True, timeout_seconds=10) as http:
            told = http.head(url).headers.get("date", "")
        ended = time.time()
        apart = (began + ended) / 2 - parsedate_to_datetime(told).timestamp() - 0.5
    except (TransportError, UserError, ValueError, TypeError):
        yield warning(
            "clock_not_compared",
            what=(f"L’heure n’a pas pu être demandée à {url}.", f"The time could not be asked of {url}."),
            todo=("Donnez un serveur que cette machine atteint.", "Give a server this machine reaches."),
        )
        return
    if abs(apart) > SLACK + (ended - began) / 2:
        yield bad(
            "clock_wrong",
            what=(
                f"L’horloge a {apart:.0f} s d’écart avec celle de {url} : des dates seront fausses.",
                f"The clock is {apart:.0f} s apart from that of {url}: dates will be wrong.",
            ),
            todo=("Mettez la machine à l’heure (NTP).", "Set the clock of the machine (NTP)."),
        )
    else:
        yield good("clock_told", fr=f"L’horloge suit celle de {url}.", en=f"The clock agrees with {url}.")
