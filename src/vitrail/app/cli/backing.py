"""Backing up a workspace, and making one from a backup."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vitrail.app.cli import behind
from vitrail.app.cli.options import Folder, Json, Speak
from vitrail.app.cli.progress import progress
from vitrail.app.cli.session import Session, session
from vitrail.model.errors import refuse

if TYPE_CHECKING:
    from vitrail.app.restoring import Returned
    from vitrail.warehouse.backup.contents import About
    from vitrail.warehouse.backup.restoring import Restored

PASSPHRASE = "VITRAIL_BACKUP_PASSPHRASE"
MEGABYTE = 1_000_000

app = typer.Typer()

Passphrase = Annotated[
    Path | None,
    typer.Option(
        "--passphrase-file",
        metavar="FILE",
        help="A file whose first line is the passphrase; by default, VITRAIL_BACKUP_PASSPHRASE if it is set.",
        show_default=False,
    ),
]


@app.command(rich_help_panel="Operations")
def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The backup to write.", show_default=False)],
    marks: Annotated[
        Path | None,
        typer.Option(
            "--marks",
            metavar="FILE",
            help="Also write the marks of those who were erased, for the restoration of older backups.",
            show_default=False,
        ),
    ] = None,
    passphrase_file: Passphrase = None,
    workspace: Folder = None,
    language: Speak = None,
    json: Json = False,
) -> None:
    """Write everything of the workspace to one file, while it is in use.

    With a passphrase, the file is of no use without it.

    Example: `vitrail backup /backups/shop-2026-03-01.backup`
    """
    here = session(workspace, language, json=json)
    passphrase = _passphrase(passphrase_file)
    with here.opened() as ws, progress(here, fr="Sauvegarde", en="Backup") as bar:
        made = behind.back_up(ws.store, file, passphrase=passphrase, progress=bar)
        if marks is not None:
            behind.write_marks(ws.store, marks)
    held = _held(made.about, here)
    size = here.decimal(made.size / MEGABYTE)
    sealed = here.pick(fr=", sous phrase secrète", en=", under a passphrase") if made.sealed else ""
    here.give(
        {"file": str(file), "bytes": made.size, "sealed": made.sealed, "about": made.about},
        here.pick(
            fr=f"Sauvegardé dans {file} : {held}, {size} Mo{sealed}.",
            en=f"Backed up to {file}: {held}, {size} MB{sealed}.",
        ),
    )
    if not made.sealed:
        here.note(
            fr="Ce fichier contient des données personnelles en clair : gardez-le comme l’espace de travail.",
            en="This file holds personal data in the clear: keep it as you keep the workspace.",
        )


@app.command(rich_help_panel="Operations")
def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The backup.", show_default=False)],
    workspace: Folder = None,
    check: Annotated[
        bool, typer.Option("--check", help="Read it through and compare its checksums; restore nothing.")
    ] = False,
    erased_since: Annotated[
        Path | None,
        typer.Option(
            "--erased-since",
            metavar="PATH",
            help="Who was erased since stays erased: the workspace that is replaced, or a file of --marks.",
            show_default=False,
        ),
    ] = None,
    passphrase_file: Passphrase = None,
    language: Speak = None,
    json: Json = False,
) -> None:
    """Make a workspace from a backup, in a folder that is missing or empty.

    Example: `vitrail restore /backups/shop-2026-03-01.backup --workspace shop`
    """
    here = session(workspace, language, json=json)
    passphrase = _passphrase(passphrase_file)
    with progress(here, fr="Restauration", en="Restoration") as bar:
        if check:
            _tell_checked(file, behind.verify(file, passphrase=passphrase, progress=bar), here=here)
            return
        found = behind.restore_workspace(
            file, here.folder, erased_since=erased_since, passphrase=passphrase, progress=bar
        )
    held = _held(found.restored.about, here)
    here.give(
        {"file": str(file), "restored": True, "erased": found.erased, **_document(found.restored)},
        here.pick(
            fr=f"Restauré dans {here.folder} : {held}. Pour le vérifier : vitrail doctor.",
            en=f"Restored to {here.folder}: {held}. To check it: vitrail doctor.",
        ),
    )
    _tell_erased(found, here)


def _tell_checked(file: Path, found: Restored, *, here: Session) -> None:
    held = _held(found.about, here)
    here.give(
        {"file": str(file), "restored": False, **_document(found)},
        here.pick(fr=f"{file} est entier : {held}.", en=f"{file} is whole: {held}."),
    )


def _tell_erased(found: Returned, here: Session) -> None:
    if found.erased:
        people = here.customers(found.erased)
        here.note(fr=f"Effacés à nouveau : {people}.", en=f"Erased again: {people}.")
    if not found.marks_known:
        here.note(
            fr="Les personnes effacées depuis cette sauvegarde sont peut-être revenues : "
            "restaurez avec --erased-since pour qu’elles restent effacées.",
            en="People erased since this backup may be back: restore with --erased-since "
            "to keep them erased.",
        )


def _document(found: Restored) -> dict[str, object]:
    return {"sealed": found.sealed, "about": found.about}


def _held(about: About, here: Session) -> str:
    """What a backup holds, in words."""
    at = behind.instant(about.made_at_us).strftime("%Y-%m-%d %H:%M")
    files = here.many(about.files, fr=("fichier", "fichiers"), en=("file", "files"))
    return here.pick(fr=f"{files}, état du {at} UTC", en=f"{files}, as of {at} UTC")


def _passphrase(file: Path | None) -> str:
    """The passphrase of a backup; an empty text is none."""
    if file is None:
        return os.environ.get(PASSPHRASE, "")
    try:
        told = file.read_text("utf-8").partition("\n")[0].strip()
    except OSError as error:
        raise refuse(
            "no_passphrase_file",
            path=str(file),
            fr=f"Le fichier « {file} » ne se lit pas ({error.strerror}). Rien n’a été fait.",
            en=f"The file “{file}” cannot be read ({error.strerror}). Nothing was done.",
        ) from None
    if not told:
        raise refuse(
            "empty_passphrase",
            path=str(file),
            fr=f"La première ligne de « {file} » est vide. Rien n’a été fait.",
            en=f"The first line of “{file}” is empty. Nothing was done.",
        )
    return told
