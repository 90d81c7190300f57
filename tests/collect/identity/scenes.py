"""Customers met under several keys, in words a test can read."""

from collections.abc import Mapping

import pyarrow as pa

from vitrail.collect.declare import Declaration, declare
from vitrail.collect.identity.claims import CLAIMS, claim
from vitrail.collect.identity.settling import resolution, settle
from vitrail.collect.load import load_profiles
from vitrail.engine.canon import canon_of
from vitrail.model.catalogue import Field
from vitrail.warehouse.people import all_keys
from vitrail.warehouse.store import Store


def declare_identities(store: Store, **kinds: str) -> None:
    fields = [Field(name, "text", "", identity=kind) for name, kind in kinds.items()]  # type: ignore[arg-type]
    declare(store, Declaration(traits=tuple(fields)))


def load(store: Store, *people: Mapping[str, str | None], **columns: str) -> None:
    """Load profiles, each a row with its `id`."""
    names = dict.fromkeys(name for each in people for name in each)
    table = pa.table({name: pa.array([each.get(name) for each in people], pa.string()) for name in names})
    load_profiles(store, table, key="id", **columns)  # type: ignore[arg-type]


def claim_all(store: Store, *claims: tuple[str, str, str]) -> None:
    """Claim identities (key of a profile, kind, value), as a filing of messages does."""
    keys = all_keys(store.source()).to_pylist()
    rows = {
        "profile": pa.array([keys.index(key) for key, _, _ in claims], pa.int32()),
        "kind": [kind for _, kind, _ in claims],
        "value": [value for _, _, value in claims],
        "at_us": pa.repeat(pa.scalar(store.now_us(), pa.int64()), len(claims)),
        "source": pa.repeat("site", len(claims)),
    }
    with store.writing() as writer, writer.scratch() as scratch:
        claim(writer, scratch, claims=pa.table(rows).select(CLAIMS.names))
        settle(writer, scratch, catalogue=writer.catalogue)
        writer.commit(writer.catalogue)


def merged(store: Store) -> dict[str, str]:
    """For the key of each profile that is part of another one, the key of that one."""
    source = store.source()
    canon, keys = canon_of(source), all_keys(source).to_pylist()
    pairs = zip(canon.profiles.tolist(), canon.canonicals.tolist(), strict=True)
    return {keys[profile]: keys[canonical] for profile, canonical in pairs}


def resolved_again(store: Store) -> dict[str, str]:
    """The same, found from all claims and decisions at once."""
    keys = all_keys(store.source()).to_pylist()
    with store.writing() as writer, writer.scratch() as scratch:
        found = resolution(writer, scratch)
    pairs = zip(found.profiles.tolist(), found.canonicals.tolist(), strict=True)
    return {keys[profile]: keys[canonical] for profile, canonical in pairs}
