"""Looking where a source leads: when it is defined, and again before each connection."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import assert_never
from urllib.parse import urlsplit

from vitrail.collect.egress.addresses import INTERNET, Allowed, reachable, read_allowed
from vitrail.collect.sources.definition import (
    Bucket,
    ClientCredentials,
    Database,
    Folder,
    Http,
    Source,
    Tryton,
)
from vitrail.collect.sources.secrets import names_in
from vitrail.model.errors import Problem, UserError


def look_ahead(sources: Sequence[Source]) -> Iterator[Problem]:
    """The sources that lead where they may not, as far as it can be told before their secrets are known.

    A name that leads nowhere now is no problem yet: it is looked at again before each connection.
    """
    for source in sources:
        for url in addresses_of(source):
            try:
                check_reach(url, allowed=allowed_for(source))
            except UserError as error:
                yield from error.problems
            except OSError:
                continue


def check_reach(url: str, *, allowed: Allowed) -> list[str]:
    """The addresses a URL leads to, all of which may be reached; none where its host is still unknown.

    Raises `UserError` when one may not be, `OSError` when its name leads nowhere.
    """
    try:
        host = urlsplit(url if "://" in url else f"https://{url}").hostname
    except ValueError as error:
        raise OSError(str(error)) from None
    return [] if not host or names_in(host) or "{" in host else reachable(host, None, allowed=allowed)


def allowed_for(source: Source) -> Allowed:
    """What a source may reach beside the internet: what the operator allows, for services that say so."""
    match source:
        case Http() | Tryton():
            return read_allowed() if source.allow_private else INTERNET
        case Database() | Folder() | Bucket():
            return read_allowed()
        case _:
            assert_never(source)


def addresses_of(source: Source) -> tuple[str, ...]:
    """The URLs a source asks, as they are written."""
    match source:
        case Http(url=url, auth=ClientCredentials(token_url=token_url)):
            return (url, token_url)
        case Http(url=url) | Tryton(url=url):
            return (url,)
        case Database(url=url):
            return () if url.startswith("sqlite") else (url,)
        case Bucket(endpoint=endpoint):
            return (endpoint,) if endpoint else ()
        case Folder():
            return ()
        case _:
            assert_never(source)
