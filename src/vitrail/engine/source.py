"""What an engine is handed: paths of files and their bounds. It never opens the ledger.

All files are Parquet. `profile` is a dense INT32 (0 … profiles-1); instants are BIGINT microseconds
since 1970 in UTC; decimals DECIMAL(18,4); dates DATE; texts VARCHAR in NFC; sets of texts
VARCHAR[] sorted without repetition; a NaN never reaches a file (it is NULL: unknown). A text column
`city` has a companion `city~folded` that holds `str.casefold(city)` where it differs from the text
and NULL where it is the same.
"""

from __future__ import annotations

import msgspec

from vitrail.model.catalogue import Policy

ALWAYS = -(2**63) + 1
"""The instant of what holds since always (an undated first value)."""


class File(msgspec.Struct, frozen=True):
    """One immutable Parquet file; `first_us` and `last_us` bound its `at_us` (both included).

    `columns` is the folder where its columns may be laid open, empty where there is none.
    """

    path: str
    rows: int
    first_us: int = ALWAYS
    last_us: int = 2**63 - 1
    columns: str = ""


class ProfileFiles(msgspec.Struct, frozen=True):
    """Where traits are.

    `snapshots`: columns `profile` and one column per trait; one row per profile and file; a profile
    present in a later file replaces its row of the earlier ones. The snapshots hold exactly the
    observations dated before `valid_until_us` (excluded) and are right for every T with
    `valid_from_us < T <= valid_until_us`; for other instants, `observations` are folded: columns
    `profile`, `at_us` (ALWAYS for an undated first value), `sequence` (BIGINT, the order of arrival,
    which decides between equal `at_us`), `source~` (who said it), and one column per trait where NULL
    says nothing. `policies` has the columns of the traits that are not folded to their latest value.
    """

    snapshots: tuple[File, ...] = ()
    observations: tuple[File, ...] = ()
    valid_from_us: int = ALWAYS
    valid_until_us: int = 2**63 - 1
    policies: dict[str, Policy] = {}


class Source(msgspec.Struct, frozen=True):
    """A consistent snapshot of the facts of a workspace.

    `keys`: `profile`, `key` (the identifier people gave, as text). `first_seen`: `profile`,
    `at_us`; several rows per profile are possible and the smallest counts; a profile without a row
    is there since always. `events[c]`: `profile`, `at_us`, `id` (VARCHAR), and one column per
    property; each file sorted by (profile, at_us). `records[c]`: versions: `profile`, `at_us`,
    `sequence`, `id`, properties; the version with the greatest (at_us, sequence) before T counts.
    `scores[s]`: `profile`, `at_us`, `sequence`, `value` (DOUBLE).
    `consents`: `profile`, `at_us`, `purpose`, `channel` (empty: all of them), `state`.
    Observations, events, records and scores have two columns more, `load` (the number of the load)
    and `source~` (the name of its source), both unknown in the oldest files.
    `canon`: `profile`, `canonical`: raw profiles that are part of another one, which is none of
    them; whatever a file says of the first, it says of the second. The snapshots of traits hold the
    fold of all of them under the second, and rows of the first say nothing.
    `token` names this snapshot: the same token, the same answers. `erased` of the `profiles` are
    those of people who were erased: they are first seen at the end of time and have no key.
    """

    profiles: int
    token: str = ""
    keys: tuple[File, ...] = ()
    first_seen: tuple[File, ...] = ()
    traits: ProfileFiles = ProfileFiles()
    events: dict[str, tuple[File, ...]] = {}
    records: dict[str, tuple[File, ...]] = {}
    scores: dict[str, tuple[File, ...]] = {}
    consents: tuple[File, ...] = ()
    canon: tuple[File, ...] = ()
    erased: int = 0
