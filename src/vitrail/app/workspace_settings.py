"""What an owner chooses for the whole workspace: its name, its language, and the smallest group told."""

from __future__ import annotations

import msgspec

from vitrail.app.accounts.acting import By, note
from vitrail.app.accounts.users import checked_name
from vitrail.app.respect_settings import choose_smallest_group, respect_of, wrong_smallest_group
from vitrail.ledger import settings
from vitrail.ledger.audit import Detail, Subject
from vitrail.model.errors import Problem, UserError, problem
from vitrail.warehouse.store import Store

LANGUAGES = ("fr", "en")


class WorkspaceSettings(msgspec.Struct, frozen=True):
    """The settings as they are; currency, zone and languages were chosen when the workspace was made.

    `language` is that of new accounts, and of those whose browser prefers none of ours.
    """

    name: str
    smallest_group: int
    language: str
    currency: str
    timezone: str
    languages: tuple[str, ...]


class SettingsChange(msgspec.Struct, frozen=True):
    """What is to be changed; what is not said stays."""

    name: str | None = None
    smallest_group: int | None = None
    language: str | None = None


def name_of(store: Store) -> str:
    """What people call the workspace: the name they gave it or, failing that, that of its folder."""
    with store.ledger.reading() as connection:
        return settings.workspace_name(connection) or store.path.name


def settings_of(store: Store) -> WorkspaceSettings:
    """The settings in force."""
    catalogue = store.catalogue
    return WorkspaceSettings(
        name_of(store),
        respect_of(store).smallest_group,
        language_by_default(store),
        catalogue.currency,
        catalogue.timezone,
        tuple(catalogue.languages),
    )


def language_by_default(store: Store) -> str:
    """The language of those who chose none."""
    with store.ledger.reading() as connection:
        return settings.default_language(connection)


def wrong_in(change: SettingsChange) -> tuple[Problem, ...]:
    """All that is wrong in what is to be changed."""
    found = []
    if change.name is not None and not checked_name(change.name):
        found.append(problem("no_name", path="name", fr="Donnez un nom.", en="Give a name."))
    if change.smallest_group is not None:
        found += wrong_smallest_group(change.smallest_group)
    if change.language is not None and change.language not in LANGUAGES:
        found.append(
            problem(
                "unknown_language",
                path="language",
                fr=f"Vitrail parle français (fr) et anglais (en), pas « {change.language[:20]} ».",
                en=f"Vitrail speaks French (fr) and English (en), not “{change.language[:20]}”.",
                hint=LANGUAGES,
            )
        )
    return tuple(found)


def change_settings(store: Store, change: SettingsChange, *, by: By) -> WorkspaceSettings:
    """Change what is said, all of it or nothing; what was changed is in the audit trail.

    Raises `UserError` with all that is wrong.
    """
    if wrong := wrong_in(change):
        raise UserError(wrong)
    before = settings_of(store)
    if change.smallest_group is not None and change.smallest_group != before.smallest_group:
        choose_smallest_group(store, change.smallest_group)
    with store.ledger.writing() as connection:
        if change.name is not None and checked_name(change.name) != before.name:
            settings.save_workspace_name(connection, checked_name(change.name))
        if change.language is not None and change.language != before.language:
            settings.save_default_language(connection, change.language)
    after = settings_of(store)
    details: dict[str, Detail] = {
        field: f"{getattr(before, field)} → {getattr(after, field)}"
        for field in ("name", "smallest_group", "language")
        if getattr(before, field) != getattr(after, field)
    }
    if details:
        note(store, by.act("settings.change", Subject("settings"), details=details))
    return after
