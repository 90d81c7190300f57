"""What is kept: the ledger, its seals, the files it names, those it does not, secrets, backups."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from vitrail.app.doctor.findings import Finding, bad, good, warning
from vitrail.consent.rights.erasing import pending
from vitrail.ledger import consents, manifest, runs
from vitrail.ledger.address import VARIABLE, wanted_address
from vitrail.ledger.audit import verify_audit
from vitrail.ledger.backups import last_backup
from vitrail.ledger.checking import page_faults, reference_faults
from vitrail.ledger.database import current_migration
from vitrail.ledger.postgres import server_facts
from vitrail.ledger.secrets import kept_secrets, ring_of
from vitrail.ledger.upgrade import NEWEST
from vitrail.model.errors import UserError
from vitrail.warehouse import folder
from vitrail.warehouse.backup.making import PLACE
from vitrail.warehouse.store import Store

SHOWN = 3
BACKUP_DAYS = 8
DAY_US = 86_400_000_000
RESTORE = (
    "Restaurez la dernière sauvegarde (vitrail restore), et gardez ce dossier pour l’étudier.",
    "Restore the last backup (vitrail restore), and keep this folder to study it.",
)


def look_at_ledger(store: Store) -> Iterator[Finding]:
    """The pages of the database, its references, and its shape."""
    with store.ledger.reading() as connection:
        pages, references = page_faults(connection), reference_faults(connection)
    if pages:
        told = "; ".join(pages[:SHOWN])
        yield bad(
            "ledger_damaged",
            what=(f"Le registre est abîmé : {told}.", f"The ledger is damaged: {told}."),
            todo=RESTORE,
        )
    if references:
        told = ", ".join(references[:SHOWN])
        what = f"Des lignes du registre renvoient à d’autres qui manquent : {told}."
        yield bad(
            "ledger_references",
            what=(what, f"Rows of the ledger refer to others that are missing: {told}."),
            todo=RESTORE,
        )
    if not pages and not references:
        shape = current_migration(store.ledger)
        yield good(
            "ledger",
            fr=f"Registre intact, à la forme {shape} ({NEWEST} attendue).",
            en=f"Ledger sound, in shape {shape} ({NEWEST} expected).",
        )


def look_at_server(store: Store) -> Iterator[Finding]:
    """The server of a ledger that lies elsewhere, and whether what it says it keeps is kept."""
    if store.ledger.kind == "sqlite":
        if wanted_address() is not None:
            yield warning(
                "ledger_here",
                what=(
                    f"{VARIABLE} nomme une base, mais le registre de cet espace est dans son dossier.",
                    f"{VARIABLE} names a database, but the ledger of this workspace lies in its folder.",
                ),
                todo=(
                    "Pour l’y mettre : vitrail backup, puis vitrail restore avec cette variable.",
                    "To move it there: vitrail backup, then vitrail restore with this variable.",
                ),
            )
        return
    with store.ledger.reading() as connection:
        facts = server_facts(connection)
    told = f"PostgreSQL {facts['server_version']}"
    unsafe = [name for name in ("fsync", "full_page_writes") if facts[name] != "on"]
    if unsafe:
        names = ", ".join(unsafe)
        yield bad(
            "ledger_unsafe",
            what=(
                f"{told} tourne sans {names} : après une panne, le registre peut être perdu.",
                f"{told} runs without {names}: after a failure the ledger may be lost.",
            ),
            todo=(f"Mettez {names} à on sur le serveur.", f"Set {names} to on at the server."),
        )
    elif facts["data_checksums"] != "on":
        yield warning(
            "ledger_checksums",
            what=(
                f"{told} ne vérifie pas ses pages (data_checksums) : un défaut du disque passe inaperçu.",
                f"{told} does not verify its pages (data_checksums): a fault of the disk goes unseen.",
            ),
            todo=(
                "Arrêtez le serveur, puis faites : pg_checksums --enable",
                "Stop the server, then run: pg_checksums --enable",
            ),
        )
    else:
        yield good("ledger_server", fr=f"{told}, pages vérifiées.", en=f"{told}, pages verified.")


def look_at_seals(store: Store) -> Iterator[Finding]:
    """The seals of the ledger of consents and of the audit trail."""
    with store.ledger.reading() as connection:
        broken = {"consents": consents.verify(connection), "audit": verify_audit(connection)}
    for name, found in broken.items():
        if found is not None:
            yield bad(
                f"seal_{name}",
                what=(
                    f"Le sceau de l’entrée {found.position} ({name}) est rompu : quelqu’un l’a changée.",
                    f"The seal of entry {found.position} ({name}) is broken: somebody changed it.",
                ),
                todo=(
                    "Comparez avec une sauvegarde d’avant, et cherchez qui a eu accès au registre.",
                    "Compare with an earlier backup, and find out who had access to the ledger.",
                ),
            )
    if not any(broken.values()):
        yield good(
            "seals",
            fr="Sceaux des consentements et du journal d’audit intacts.",
            en="Seals of the consents and of the audit trail whole.",
        )


def look_at_files(store: Store, *, deep: bool) -> Iterator[Finding]:
    """Every file that the ledger names: there, readable, with as many rows as it says."""
    with store.ledger.reading() as connection:
        files = manifest.files_in_force(connection)
        others = sorted(manifest.paths_of_memberships(connection))
    faults = [(file.path, fault) for file in files if (fault := _fault(store.path, file, deep=deep))]
    faults += [(path, "missing") for path in others if not (store.path / path).exists()]
    every = len(files) + len(others)
    if faults:
        told = ", ".join(f"{path}: {fault}" for path, fault in faults[:SHOWN])
        number = len(faults)
        yield bad(
            "files_damaged",
            what=(
                f"Fichiers qui manquent ou ne se lisent pas : {number} sur {every} ({told}).",
                f"Files that are missing or cannot be read: {number} of {every} ({told}).",
            ),
            todo=RESTORE,
        )
    else:
        how = (", lus en entier", ", read through") if deep else ("", "")
        yield good(
            "files",
            fr=f"Les {every} fichiers que le registre nomme sont là{how[0]}.",
            en=f"All {every} files that the ledger names are there{how[1]}.",
        )


def _fault(root: Path, file: manifest.StoredFile, *, deep: bool) -> str:
    """What is wrong with a file; nothing when it is sound."""
    path = root / file.path
    try:
        if path.suffix != ".parquet":
            return "" if path.stat().st_size else "empty"
        with pq.ParquetFile(path, page_checksum_verification=deep) as opened:
            if opened.metadata.num_rows != file.rows:
                return f"{opened.metadata.num_rows} rows, not {file.rows}"
            for _ in opened.iter_batches() if deep else ():
                pass
    except FileNotFoundError:
        return "missing"
    except (OSError, pa.ArrowException) as error:
        return type(error).__name__
    return ""


def orphans(store: Store) -> list[Path]:
    """The files that the ledger does not name: what a killed writer left. Waits for the writer to end."""
    with store.only_one(folder.WRITER), store.ledger.reading() as connection:
        known = manifest.known_paths(connection) | runs.last_answers(connection)
        found = (path for name in folder.FACTS for path in (store.path / name).rglob("*") if path.is_file())
        return [path for path in found if path.relative_to(store.path).as_posix() not in known]


def look_at_orphans(store: Store) -> Iterator[Finding]:
    """Files nobody needs: they may hold personal data that nothing shows any more."""
    left = orphans(store)
    held = store.path / PLACE
    holding = any(held.iterdir()) if held.is_dir() else False
    if left or holding:
        size = sum(path.stat().st_size for path in left)
        yield warning(
            "orphans",
            what=(
                f"Fichiers qui ne servent à rien, un programme ayant été tué : {len(left)} ({size} octets).",
                f"Files that serve nothing, since a program was killed: {len(left)} ({size} bytes).",
            ),
            todo=("Faites : vitrail doctor --repair", "Run: vitrail doctor --repair"),
        )
    else:
        yield good("orphans", fr="Aucun fichier orphelin.", en="No file is left over.")


def look_at_secrets(store: Store) -> Iterator[Finding]:
    """The keys that open the secrets are at hand."""
    with store.ledger.reading() as connection:
        kept = kept_secrets(connection)
        try:
            ring = ring_of(connection)
        except UserError as error:
            message = error.problems[0].message
            yield bad("secret_key", what=(message.fr, message.en), todo=SECRET_TODO)
            return
    missing = sorted({each.key for each in kept} - {key.name for key in ring.keys})
    if missing:
        told = ", ".join(missing)
        what = (
            f"La clé {told} qui ouvre des secrets n’est pas dans {ring.place}.",
            f"The key {told} that opens secrets is not in {ring.place}.",
        )
        yield bad("secret_key", what=what, todo=SECRET_TODO)
    else:
        yield good(
            "secrets",
            fr=f"Secrets gardés : {len(kept)}, leurs clés sont là.",
            en=f"Secrets kept: {len(kept)}, their keys are there.",
        )


SECRET_TODO = (
    "Remettez le fichier de clés d’où vous le gardez, ou donnez à nouveau les secrets.",
    "Put the file of keys back from where you keep it, or give the secrets again.",
)


def look_at_backups(store: Store) -> Iterator[Finding]:
    """How old the last backup is."""
    with store.ledger.reading() as connection:
        last = last_backup(connection)
    if last is None:
        yield warning(
            "no_backup",
            what=("Aucune sauvegarde n’a été faite.", "No backup was ever made."),
            todo=("Faites : vitrail backup FICHIER", "Run: vitrail backup FILE"),
        )
        return
    days = (store.now_us() - last.at_us) // DAY_US
    at = dt.datetime.fromtimestamp(last.at_us / 1_000_000, dt.UTC).strftime("%Y-%m-%d %H:%M")
    if days >= BACKUP_DAYS:
        yield warning(
            "old_backup",
            what=(
                f"La dernière sauvegarde a {days} jours ({at} UTC).",
                f"The last backup is {days} days old ({at} UTC).",
            ),
            todo=("Faites : vitrail backup FICHIER", "Run: vitrail backup FILE"),
        )
    else:
        yield good("backup", fr=f"Dernière sauvegarde : {at} UTC.", en=f"Last backup: {at} UTC.")


def look_at_erasures(store: Store) -> Iterator[Finding]:
    """Erasures that were stopped on their way."""
    waiting = pending(store)
    if waiting:
        yield warning(
            "erasures_pending",
            what=(
                f"Effacements commencés et non finis : {len(waiting)}.",
                f"Erasures begun and not finished: {len(waiting)}.",
            ),
            todo=("Faites : vitrail refresh, qui les finit.", "Run: vitrail refresh, which finishes them."),
        )
