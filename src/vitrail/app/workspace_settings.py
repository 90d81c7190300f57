"""What an owner chooses for the whole workspace: its name, and the smallest group that is told."""

from __future__ import annotations

import msgspec

from vitrail.app.accounts.acting import By, note
from vitrail.app.accounts.users import checked_name
from vitrail.app.respect_settings import choose_smallest_group, respect_of
from vitrail.ledger import settings
from vitrail.ledger.audit import Detail, Subject
from vitrail.model.errors import refuse
from vitrail.warehouse.store import Store


class WorkspaceSettings(msgspec.Struct, frozen=True):
    """The settings as they are; currency, zone and languages were chosen when the workspace was made."""

    name: str
    smallest_group: int
    currency: str
    timezone: str
    languages: tuple[str, ...]


class SettingsChange(msgspec.Struct, frozen=True):
    """What is to be changed; what is not said stays."""

    name: str | None = None
    smallest_group: int | None = None


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
        catalogue.currency,
        catalogue.timezone,
        tuple(catalogue.languages),
    )


def change_settings(store: Store, change: SettingsChange, *, by: By) -> WorkspaceSettings:
    """Change what is said, all of it or nothing; what was changed is in the audit trail."""
    name = None if change.name is None else checked_name(change.name)
    if name == "":
        raise refuse("no_name", path="name", fr="Donnez un nom.", en="Give a name.")
    before = settings_of(store)
    if change.smallest_group is not None and change.smallest_group != before.smallest_group:
        choose_smallest_group(store, change.smallest_group)
    if name is not None and name != before.name:
        with store.ledger.writing() as connection:
            settings.save_workspace_name(connection, name)
    after = settings_of(store)
    details: dict[str, Detail] = {
        field: f"{getattr(before, field)} → {getattr(after, field)}"
        for field in ("name", "smallest_group")
        if getattr(before, field) != getattr(after, field)
    }
    if details:
        note(store, by.act("settings.change", Subject("settings"), details=details))
    return after
