"""One examination: everything is looked at, in order; what is safe is put right when asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import msgspec

from vitrail.app.doctor import keeping, machine
from vitrail.app.doctor.findings import Finding
from vitrail.app.doctor.mail import Sender, look_at_mail
from vitrail.app.doctor.time_told import look_at_time
from vitrail.warehouse.backup.making import clear_leftovers
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
    found = [*keeping.look_at_files(store, deep=deep)]
    for look in LOOKS:
        found += look(store)
    if clock:
        found += look_at_time(clock)
    if sender is not None:
        found += look_at_mail(sender)
    return Examination(tuple(found))


def repair(store: Store) -> int:
    """Delete what serves nothing: files the ledger does not name, what was staged; answers how many."""
    before = len(keeping.orphans(store))
    with store.writing():
        clear_leftovers(store.path)
    return before - len(keeping.orphans(store))
