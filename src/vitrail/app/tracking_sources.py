"""The sources of the tracking API: who may send, with which key."""

from __future__ import annotations

import difflib
import re

import msgspec

from vitrail.ledger import filing, write_keys
from vitrail.ledger.filing import PlanWarning, plan_warnings
from vitrail.ledger.write_keys import SourceKind, TrackingSource, Unplanned, new_key
from vitrail.model.errors import UserError, refuse
from vitrail.warehouse.store import Store


def add_source(store: Store, name: str, *, kind: SourceKind, unplanned: Unplanned) -> TrackingSource:
    """Let a new source send, with a key of its own."""
    if not re.fullmatch("[a-z0-9][a-z0-9_-]{0,63}", name):
        raise refuse(
            "bad_source_name",
            path="name",
            fr=f"« {name} » ne peut pas nommer une source : des minuscules sans accent, des chiffres, "
            "- et _, 64 au plus. Exemple : site-web.",
            en=f"“{name}” cannot name a source: lower-case letters, digits, - and _, at most 64. "
            "Example: web-site.",
        )
    source = TrackingSource(name, kind, new_key(), unplanned, store.now_us())
    with store.ledger.writing() as connection:
        if write_keys.tracking_source(connection, name) is not None:
            raise refuse(
                "source_exists",
                path="name",
                fr=f"La source « {name} » existe déjà. Pour lui donner une autre clé : "
                f"vitrail source rotate {name}.",
                en=f"The source “{name}” already exists. To give it another key: "
                f"vitrail source rotate {name}.",
            )
        write_keys.add_source(connection, source)
    return source


def all_sources(store: Store) -> tuple[TrackingSource, ...]:
    """Every source that may send, by name."""
    with store.ledger.reading() as connection:
        return write_keys.tracking_sources(connection)


def change_source(
    store: Store, name: str, *, unplanned: Unplanned | None = None, keeps_ip: bool | None = None
) -> TrackingSource:
    """Change what is done with the messages of a source; what is not said stays."""
    said = {"unplanned": unplanned, "keeps_ip": keeps_ip}
    return _changed(store, name, values={each: value for each, value in said.items() if value is not None})


def warnings_of(store: Store, name: str | None = None) -> tuple[PlanWarning, ...]:
    """What was taken from one source, or from all, but is worth a look; the most frequent first."""
    with store.ledger.reading() as connection:
        return plan_warnings(connection, source=name)


def forget_warnings(store: Store, name: str) -> None:
    """Begin to count the warnings of a source anew."""
    with store.ledger.writing() as connection:
        filing.forget_warnings(connection, name)


def rotate_key(store: Store, name: str) -> TrackingSource:
    """Give a source another key; the one it had is refused from now on."""
    return _changed(store, name, values={"key": new_key()})


def remove_source(store: Store, name: str) -> None:
    """Let a source send no more; what it sent stays."""
    with store.ledger.writing() as connection:
        if write_keys.tracking_source(connection, name) is None:
            raise _unknown(name, write_keys.tracking_sources(connection))
        write_keys.remove_source(connection, name)


def _changed(store: Store, name: str, *, values: dict[str, object]) -> TrackingSource:
    with store.ledger.writing() as connection:
        source = write_keys.tracking_source(connection, name)
        if source is None:
            raise _unknown(name, write_keys.tracking_sources(connection))
        changed = msgspec.structs.replace(source, **values)
        write_keys.change_source(connection, changed)
    return changed


def _unknown(name: str, known: tuple[TrackingSource, ...]) -> UserError:
    return refuse(
        "unknown_source",
        path="name",
        fr=f"Aucune source ne s’appelle « {name} ». Pour les voir : vitrail source list.",
        en=f"There is no source “{name}”. To see them: vitrail source list.",
        hint=tuple(difflib.get_close_matches(name, [source.name for source in known])),
    )
