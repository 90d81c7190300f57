"""Everything that keeps personal data, on one page, in the order an erasure goes through it.

What waits comes first, so that nothing of it becomes a fact behind our back; the keys come last, since by
them a person is found. A new table of the ledger or kind of file stands here, by a holder beside its
data, or below with the reason why it tells of nobody: a test compares both with what there is.
"""

from __future__ import annotations

from vitrail.collect.brought import BroughtHolder
from vitrail.collect.holders import HELD
from vitrail.consent.rights.ledger_holders import LEDGER
from vitrail.model.errors import Message
from vitrail.warehouse.holders import FACTS, KeysHolder, MembershipHolder
from vitrail.warehouse.holding import Holder

HOLDERS: tuple[Holder, ...] = (BroughtHolder(), *HELD, *FACTS, *LEDGER, MembershipHolder(), KeysHolder())

STAFF = {
    "users": "id email name role language password created_at_us disabled_at_us has_totp totp_step",
    "sessions": "hash user began_at_us seen_at_us is_whole address agent",
    "api_keys": "id hash name user permissions created_at_us until_us used_at_us",
    "account_links": "hash user until_us",
    "recovery_codes": "user hash",
    "oidc_subjects": "issuer subject user",
    "oidc_states": "print until_us",
}
_SAYING_NOTHING = {
    "settings": "name value",
    "catalogues": "version committed_at_us document",
    "versions": "number committed_at_us load profiles traits_from_us traits_until_us erased",
    "files": "id kind name path rows first_us last_us load added_in removed_in removed_at_us",
    "definitions": "version applied_at_us document note",
    "runs": "id as_of_us finished_at_us definitions full source_version source_token evaluated entered left "
    "seconds",
    "ranks": "run at_us definitions path",
    "filed_positions": "inbox position",
    "plan_warnings": "source event code path messages first_us last_us",
    "forms": "key version applied_at_us document",
    "tracking_sources": "name kind key unplanned created_at_us keeps_ip",
    "pulled_sources": "key version applied_at_us document",
    "secrets": "name sealed at_us",
    "purpose_registers": "version applied_at_us document note",
    "reference_editions": "number received_at_us edition source rows content",
    "shared_attempts": "name count until last",
    "shared_buckets": "name left at",
    # Numbers of profiles, as in the audit: the sets of people whose counts were shown.
    "shared_shown": "number k people",
    # Profiles are told by their number, which tells nothing once its key is erased.
    "audit": "position at_us actor_kind actor act subject_kind subject origin details chain",
    "erasures": "number begun_at_us finished_at_us profiles by why steps found",
    # Keyed hashes: kept so that an erased person does not come back, and is not written to.
    "proofs": "number print about purpose channel state at_us wording method position erasure until_us",
    "suppressions": "number at_us print kind reason removed by note",
    "tombstones": "number print kind at_us erasure lifted why",
}
TELLS_OF_NOBODY: dict[str, tuple[str, ...]] = {
    table: tuple(columns.split()) for table, columns in (_SAYING_NOTHING | STAFF).items()
}
"""Columns of the ledger that tell of no customer; those of `STAFF` tell of who works with Vitrail."""

FILES_OF_NOBODY: dict[str, str] = {
    "touched": "numbers of profiles alone, for the next refresh",
    "message": "hashes of the ids of messages, which are drawn by chance",
}
"""Kinds of files that tell of no customer, and why."""


def holder_label(name: str) -> Message | None:
    """What a holder is called by people; None where none has that name."""
    return next((holder.label for holder in HOLDERS if holder.name == name), None)
