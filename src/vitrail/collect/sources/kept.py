"""The sources a workspace has: applying definitions, finding one, removing one."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Literal

import msgspec

from vitrail.collect.sources.check import check_sources
from vitrail.collect.sources.definition import Source
from vitrail.collect.sources.reach import look_ahead
from vitrail.language.messages import nearest
from vitrail.ledger import sources as ledger
from vitrail.ledger import write_keys
from vitrail.ledger.database import Transaction
from vitrail.model.errors import Problem, UserError, problem, refuse
from vitrail.warehouse.store import Store

HOW = (
    "name",
    "purposes",
    "schedule",
    "auth",
    "overlap",
    "settle",
    "timeout_seconds",
    "largest_mb",
    "per_second",
    "allow_private",
)
"""What may change in a source without reading it anew."""

Change = Literal["added", "changed", "unchanged"]


def apply_sources(store: Store, sources: Sequence[Source]) -> dict[str, Change]:
    """Keep the definitions, all of them or, when one is wrong, none; answers what changed."""
    problems = [*check_sources(sources), *look_ahead(sources)]
    with store.ledger.writing() as connection:
        sending = {each.name for each in write_keys.tracking_sources(connection)}
        problems += [_taken(each.key) for each in sources if each.key in sending]
        if problems:
            raise UserError(tuple(problems))
        found: dict[str, Change] = {}
        for source in sources:
            document = msgspec.json.encode(source).decode()
            present = ledger.source_at(connection, source.key)
            known = present is not None and bool(present.document)
            same = present is not None and present.document == document
            found[source.key] = "unchanged" if same else "changed" if known else "added"
            ledger.save_source(connection, source.key, document=document, at_us=store.now_us())
            if not same:
                _make_due(connection, source)
    return found


def defined_sources(store: Store) -> dict[str, Source]:
    """The sources in force, by key."""
    with store.ledger.reading() as connection:
        kept = ledger.all_sources(connection)
    return {each.key: read_document(each.document) for each in kept}


def find_source(store: Store, key: str) -> Source:
    """The source of that key. Raises `UserError` when there is none."""
    known = defined_sources(store)
    if key in known:
        return known[key]
    raise refuse(
        "unknown_source",
        path=key,
        fr=f"Aucune source à lire ne s’appelle « {key} ». Pour les voir : vitrail source list.",
        en=f"There is no source to pull called “{key}”. To see them: vitrail source list.",
        hint=nearest(key, known),
    )


def remove_pulled(store: Store, key: str) -> None:
    """Pull a source no more; what it loaded stays, and its versions stay in the ledger."""
    find_source(store, key)
    with store.ledger.writing() as connection:
        ledger.save_source(connection, key, document="", at_us=store.now_us())
        ledger.forget_progress(connection, key)


def read_document(document: str) -> Source:
    """The definition that a document of the ledger holds."""
    source: Source = msgspec.json.decode(document, type=Source)
    return source


def fingerprint(source: Source) -> str:
    """What a bookmark belongs to: it is of no use once something else is read, or becomes something else."""
    parts = msgspec.to_builtins(source)
    kept = {name: value for name, value in parts.items() if name not in HOW}
    return hashlib.sha256(msgspec.json.encode(kept, order="sorted")).hexdigest()[:16]


def _make_due(connection: Transaction, source: Source) -> None:
    """A source that is new or changed is pulled at the next occasion."""
    progress = ledger.progress_of(connection, source.key)
    ledger.save_progress(connection, msgspec.structs.replace(progress, next_at_us=None))


def _taken(key: str) -> Problem:
    return problem(
        "source_exists",
        path=key,
        fr=f"« {key} » est déjà une source qui envoie (vitrail source list). Donnez une autre clé.",
        en=f"“{key}” already is a source that sends (vitrail source list). Give another key.",
    )
