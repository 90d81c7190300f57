"""One examination: everything is looked at, in order; what is safe is put right when asked."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pyarrow as pa

from vitrail.app.doctor import keeping, machine
from vitrail.app.doctor.findings import Finding, bad
from vitrail.app.doctor.mail import Sender, look_at_mail
from vitrail.app.doctor.time_told import look_at_time
from vitrail.ledger.checking import LEDGER_ERRORS
from vitrail.warehouse.backup.making import clear_leftovers
from vitrail.warehouse.damage import is_damage
from vitrail.warehouse.room import is_failing, is_full
from vitrail.warehouse.store import Store

LOOKS: tuple[Callable[[Store], Iterator[Finding]], ...] = (
    keeping.look_at_ledger,
    keeping.look_at_server,
    keeping.look_at_seals,
    keeping.look_at_orphans,
    keeping.look_at_secrets,
    keeping.look_at_erasures,
    keeping.look_at_backups,
    machine.look_at_inbox,
    machine.look_at_disk,
    machine.look_at_rights,
    machine.look_at_clock,
    machine.look_at_zone,
    machine.look_at_versions,
)


UNREADABLE = (*LEDGER_ERRORS, OSError, pa.ArrowException, msgspec.MsgspecError)
"""What looking at something that is damaged may end with: the other looks go on."""


class Examination(msgspec.Struct, frozen=True):
    """All that was found."""

    findings: tuple[Finding, ...]

    @property
    def is_good(self) -> bool:
        """Whether nothing is wrong; what is only worth a look counts as good."""
        return not any(each.severity == "error" for each in self.findings)


def examine(
    store: Store, *, deep: bool = False, sender: Sender | None = None, clock: str = ""
) -> Examination:
    """Look at everything; `deep` reads every file through, `sender` is a domain that mail is sent from,
    `clock` an address of the web whose server tells the time."""
    found = _looked(keeping.look_at_files(store, deep=deep))
    for look in LOOKS:
        found += _looked(look(store))
    if clock:
        found += look_at_time(clock)
    if sender is not None:
        found += look_at_mail(sender)
    return Examination(tuple(dict.fromkeys(found)))


def of_unopened(folder: Path, error: Exception) -> Examination:
    """What is told of a workspace that does not even open. Raises what is no fault of disk or file."""
    if is_damage(error):
        return Examination((_unreadable(error),))
    if not (is_full(error) or is_failing(error)):
        raise error
    free = shutil.disk_usage(folder).free / 1_000_000
    finding = bad(
        "disk_refuses",
        what=(
            f"Le disque est plein ou refuse d’écrire ({free:.1f} Mo libres) : l’espace ne s’ouvre pas.",
            f"The disk is full or refuses to write ({free:.1f} MB free): the workspace does not open.",
        ),
        todo=(
            "Libérez de la place, puis recommencez : rien de ce qui était acquitté n’est perdu.",
            "Make room, then try again: nothing that was acknowledged is lost.",
        ),
    )
    return Examination((finding,))


def _looked(look: Iterator[Finding]) -> list[Finding]:
    """What one look finds, up to where it could read."""
    found: list[Finding] = []
    try:
        found.extend(look)
    except UNREADABLE as error:
        found.append(_unreadable(error))
    return found


def _unreadable(error: Exception) -> Finding:
    said = str(error).partition("\n")[0][:200]
    return bad(
        "unreadable",
        what=(
            f"Le registre ou un fichier ne se lit plus : {said}.",
            f"The ledger or a file can no longer be read: {said}.",
        ),
        todo=keeping.RESTORE,
    )


def repair(store: Store) -> int:
    """Delete what serves nothing: files the ledger does not name, what was staged; answers how many."""
    before = len(keeping.orphans(store))
    with store.writing():
        clear_leftovers(store.path)
    return before - len(keeping.orphans(store))
