"""What the gate looks at, the same for a whole segment and for one customer: what is asked, and the scene.

Both are made here alone, so that a page about one customer never says otherwise than an audience does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import msgspec
from pyroaring import BitMap

from vitrail.consent.addresses import addressed
from vitrail.consent.minors import age_asked, of_unknown_age, too_young
from vitrail.consent.refusing import Asking, counted_consents, proved_refusals, refusing
from vitrail.consent.register_check import fitting_relations
from vitrail.consent.rights.standing import Standing, standing_at
from vitrail.consent.rules import rules_for
from vitrail.consent.same_address import by_same_address
from vitrail.consent.steps import Scene, by_address, by_law, frozen
from vitrail.consent.waterfall import Cut
from vitrail.engine.source import Source
from vitrail.language.parse import parse
from vitrail.ledger.proofs import Proof, refusing_proofs
from vitrail.ledger.suppressions import Suppression, suppressed, suppression_key
from vitrail.model.catalogue import Catalogue
from vitrail.model.errors import Message
from vitrail.model.purposes import Channel, Purpose, PurposeFile, Relation
from vitrail.model.tree import Condition, Consented
from vitrail.warehouse.store import Store

REACHED = Message(fr="Cette personne peut être jointe.", en="This person may be reached.")


class Aim(msgspec.Struct, frozen=True):
    """Whom one looks at: a rule with the purposes it names, for a purpose of a register, on a channel."""

    segment: str
    rule: Condition
    named: tuple[str, ...]
    purpose: Purpose
    channel: Channel
    at_us: int
    register: PurposeFile


class Ground(msgspec.Struct, frozen=True):
    """What all aims share: the data, who opposed what, who is on the list, what erased people refused."""

    catalogue: Catalogue
    source: Source
    told: Mapping[Relation, str]
    standing: Standing
    listed: dict[str, Suppression]
    key: str
    proofs: tuple[Proof, ...]
    at_us: int


def ground_of(store: Store, register: PurposeFile, *, catalogue: Catalogue, at_us: int) -> Ground:
    """The data and the ledger as of an instant."""
    source = store.source()
    with store.ledger.reading() as connection:
        key, listed = suppression_key(connection), suppressed(connection, until_us=at_us)
        proofs = tuple(refusing_proofs(connection))
    return Ground(
        catalogue=catalogue,
        source=source,
        told=fitting_relations(register.relations, catalogue),
        standing=standing_at(store, source, at_us=at_us),
        listed=listed,
        key=key or "",
        proofs=proofs,
        at_us=at_us,
    )


def conditions_of(aim: Aim, ground: Ground) -> dict[str, Condition]:
    """All that is asked of the data besides the rule itself."""
    conditions: dict[str, Condition] = {"agreed": Consented(aim.purpose.asked, aim.channel)}
    for key in counted_consents(aim.register, aim.purpose, channel=aim.channel):
        conditions[f"asked.{key}"] = Consented(key, aim.channel)
    for relation, text in ground.told.items():
        conditions[f"relation.{relation}"] = parse(text)
    age = age_asked(aim.purpose)
    if age is not None:
        conditions["minor"] = too_young(ground.catalogue, age)
        conditions["ageless"] = of_unknown_age(ground.catalogue)
    return conditions


def scene_of(
    aim: Aim,
    ground: Ground,
    *,
    members: BitMap,
    met: Mapping[str, BitMap],
    parts: tuple[int, ...] | None = None,
) -> Scene:
    """What the steps look at; `met` says who meets each condition, `parts` whose consents are read."""
    keys = counted_consents(aim.register, aim.purpose, channel=aim.channel)
    asking = Asking(keys, aim.channel, aim.at_us, parts)
    return Scene(
        segment=aim.segment,
        rule=aim.rule,
        named=aim.named,
        purpose=aim.purpose,
        channel=aim.channel,
        at_us=aim.at_us,
        catalogue=ground.catalogue,
        source=ground.source,
        members=members,
        agreed=met["agreed"],
        refused=refusing(ground.source, {key: met[f"asked.{key}"] for key in keys}, asking=asking),
        relations={relation: met[f"relation.{relation}"] for relation in ground.told},
        standing=ground.standing,
        suppressed=ground.listed,
        suppression_key=ground.key,
        counted=keys,
        proved=proved_refusals(ground.proofs, asking, purpose=aim.purpose),
        age=age_asked(aim.purpose),
        minors=met.get("minor", BitMap()),
        ageless=met.get("ageless", BitMap()),
    )


def cuts_in_order(scene: Scene, left: Callable[[], BitMap]) -> Iterator[Cut]:
    """The steps of the gate, in its order; `left` says who has not fallen so far."""
    yield from by_law(scene)
    addresses = addressed(scene.source, scene.catalogue, channel=scene.channel, people=left())
    yield from by_same_address(scene, addresses)
    yield frozen(scene)
    yield from by_address(scene, left(), addresses=addresses)


def law_of(scene: Scene) -> Message:
    """The law by which whoever is left may be reached."""
    rules = rules_for(scene.purpose, scene.channel, on=scene.day)
    return Message(fr=rules[0].law.get("fr", ""), en=rules[0].law.get("en", "")) if rules else Message("", "")
