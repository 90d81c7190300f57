"""Who said no to marketing on a channel: no other legal basis reaches them there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as compute
import pyarrow.parquet as parquet
from pyroaring import BitMap

from vitrail.engine.canon import canon_of
from vitrail.engine.source import Source
from vitrail.ledger.proofs import Proof
from vitrail.model.purposes import Basis, Channel, Purpose, PurposeFile
from vitrail.model.standing import ALL_MARKETING

MAY_OBJECT: tuple[Basis, ...] = ("consent", "legitimate_interests", "public_task")
"""The bases one may object to outside direct marketing (GDPR, article 21(1)); a consent is withdrawn so."""


class Asking(msgspec.Struct, frozen=True):
    """The keys of consents whose refusal counts, on which channel, as of when; `only` of some profiles."""

    keys: tuple[str, ...]
    channel: Channel
    at_us: int
    only: tuple[int, ...] | None = None


def counted_consents(register: PurposeFile, purpose: Purpose, *, channel: Channel) -> tuple[str, ...]:
    """The consents whose refusal counts: the one a purpose rests on; for marketing that rests on something
    else, those that are asked for marketing on the channel.

    What is shown on one's own pages is left to the objections: refusing trackers is not refusing it.
    """
    if purpose.basis == "consent":
        return (purpose.asked,)
    if not purpose.marketing or channel == "web":
        return ()
    consents = [each for each in register.purposes if each.marketing and each.basis == "consent"]
    return tuple(dict.fromkeys(each.asked for each in consents if channel in each.channels))


def refusing(source: Source, agreed: Mapping[str, BitMap], *, asking: Asking) -> BitMap:
    """Those who spoke of one of the consents and have not agreed to it; `agreed` is by key."""
    found = BitMap()
    for key in asking.keys:
        found |= _spoke(source, key, asking=asking) - agreed[key]
    return found


def proved_refusals(kept: Iterable[Proof], asking: Asking, *, purpose: Purpose) -> dict[str, int]:
    """The hashes of the addresses under which erased people had said no to a purpose, and when at last."""
    opposed = (purpose.key, purpose.asked) if may_oppose(purpose) else ()
    found: dict[str, int] = {}
    for each in kept:
        if each.about == "objection":
            counts = each.purpose in opposed or (purpose.marketing and each.purpose == ALL_MARKETING)
        else:
            counts = each.purpose in asking.keys and each.channel in ("", asking.channel)
            counts = counts and each.at_us < asking.at_us
        if counts and each.at_us <= asking.at_us:
            found[each.print] = max(each.at_us, found.get(each.print, each.at_us))
    return found


def may_oppose(purpose: Purpose) -> bool:
    """Whether one may object to a purpose: marketing, or a basis that leaves the choice (article 21)."""
    return purpose.marketing or purpose.basis in MAY_OBJECT


def agreed_since(source: Source, people: BitMap, *, asking: Asking) -> dict[int, int]:
    """When each of some people last said yes to one of the consents on the channel."""
    canon, found = canon_of(source), dict[int, int]()
    for file in source.consents:
        rows = parquet.read_table(file.path, columns=["profile", "at_us", "purpose", "channel", "state"])
        kept = rows.filter(
            compute.and_(
                compute.and_(
                    compute.is_in(rows["purpose"], value_set=pa.array(asking.keys, pa.string())),
                    compute.is_in(rows["channel"], value_set=pa.array(["", asking.channel])),
                ),
                compute.equal(rows["state"], "granted"),
            )
        )
        whose, when = canon.of(kept["profile"].to_numpy()), kept["at_us"].to_numpy()
        asked = np.isin(whose, np.array(people, dtype=np.int64)) & (when < asking.at_us)
        for who, at_us in zip(whose[asked].tolist(), when[asked].tolist(), strict=True):
            found[who] = max(at_us, found.get(who, at_us))
    return found


def _spoke(source: Source, key: str, *, asking: Asking) -> BitMap:
    canon = canon_of(source)
    found = BitMap()
    for file in source.consents:
        mine = None if asking.only is None else [("profile", "in", asking.only)]
        rows = parquet.read_table(file.path, columns=["profile", "at_us", "purpose", "channel"], filters=mine)
        on = compute.is_in(rows["channel"], value_set=pa.array(["", asking.channel]))
        about = compute.and_(compute.equal(rows["purpose"], key), on)
        kept = rows.filter(compute.and_(about, compute.less(rows["at_us"], asking.at_us)))
        found |= BitMap(canon.of(kept["profile"].to_numpy()).astype(np.uint32))
    return found
