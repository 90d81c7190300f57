"""What the gate says of one customer: may they be reached for a purpose on a channel, and why not.

The same steps as those of an audience, over one customer's data alone, for many purposes in one pass. What
this answers reaches nobody: whatever delivers asks for an `Audience`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

import msgspec
import numpy as np
from pyroaring import BitMap

from vitrail.consent.addresses import KINDS, address_field, addressed, addresses_of, in_one_form
from vitrail.consent.minors import age_asked, of_unknown_age, too_young
from vitrail.consent.purposes import find_purpose, register_of
from vitrail.consent.refusing import Asking, counted_consents, proved_refusals, refusing
from vitrail.consent.register_check import fitting_relations
from vitrail.consent.rights.standing import Standing, standing_at
from vitrail.consent.rules import rules_for
from vitrail.consent.same_address import by_same_address
from vitrail.consent.steps import Scene, by_address, by_law, frozen
from vitrail.consent.waterfall import Cut, Reason
from vitrail.engine import finding
from vitrail.engine.canon import canon_of
from vitrail.engine.duckdb import DuckDB
from vitrail.engine.evaluation import evaluate
from vitrail.engine.plan import Asked
from vitrail.engine.source import Source
from vitrail.engine.sql.search import Probes, Word
from vitrail.language.parse import parse
from vitrail.ledger.proofs import Proof, refusing_proofs
from vitrail.ledger.suppressions import Suppression, suppressed, suppression_key
from vitrail.model.catalogue import Catalogue
from vitrail.model.errors import Message
from vitrail.model.purposes import Channel, Purpose, PurposeFile, Relation
from vitrail.model.tree import Condition, Consented, Truth
from vitrail.warehouse import memberships
from vitrail.warehouse.cuts import read_cuts
from vitrail.warehouse.refresh import bitmap, catalogue_in_force
from vitrail.warehouse.store import Store

Way = tuple[str, Channel]
"""A purpose and a channel."""


class _Ground(msgspec.Struct, frozen=True):
    """What all ways share: the customer, the register, the data, who opposed what, who is on the list.

    `near` are the customer and whoever may have the same address: their no counts too.
    """

    profile: int
    near: BitMap
    register: PurposeFile
    catalogue: Catalogue
    source: Source
    told: Mapping[Relation, str]
    at_us: int
    standing: Standing
    listed: Mapping[str, Suppression]
    key: str
    proofs: tuple[Proof, ...]


def reasons_for(store: Store, profile: int, *, ways: Sequence[Way], database: DuckDB) -> dict[Way, Reason]:
    """Why one customer may be reached or not for purposes on channels, by any segment that names the purpose.

    `profile` is the number of the customer. Raises `UserError` for an unknown purpose.
    """
    ground = _ground(store, profile, database=database)
    asked = {way: _conditions(ground, way) for way in ways}
    conditions = {
        f"{place}.{key}": rule for place, rules in enumerate(asked.values()) for key, rule in rules.items()
    }
    ranks = memberships.frozen_ranks(store)
    found = evaluate(
        conditions,
        Asked(ground.catalogue, ground.at_us),
        source=ground.source,
        database=database,
        frozen=read_cuts(ranks[1]) if ranks else {},
        only=np.array(ground.near, dtype=np.int32),
    )
    met = {key: bitmap(members, found.size) & ground.near for key, members in found.members.items()}
    return {
        way: _reason(ground, _scene(ground, way, met={key: met[f"{place}.{key}"] for key in rules}))
        for place, (way, rules) in enumerate(asked.items())
    }


def _ground(store: Store, profile: int, *, database: DuckDB) -> _Ground:
    register, catalogue, source = register_of(store).document, catalogue_in_force(store), store.source()
    now_us = store.now_us()
    with store.ledger.reading() as connection:
        key, listed = suppression_key(connection), suppressed(connection, until_us=now_us)
        proofs = tuple(refusing_proofs(connection))
    near = BitMap([profile]) | _at_the_same_address(source, catalogue, profile=profile, database=database)
    return _Ground(
        profile=profile,
        near=near,
        register=register,
        catalogue=catalogue,
        source=source,
        told=fitting_relations(register.relations, catalogue),
        at_us=now_us,
        standing=_among(standing_at(store, source, at_us=now_us), near),
        listed=listed,
        key=key or "",
        proofs=proofs,
    )


def _at_the_same_address(source: Source, catalogue: Catalogue, *, profile: int, database: DuckDB) -> BitMap:
    """Everybody who may have an e-mail or a telephone of the customer: the steps compare them exactly."""
    found = BitMap()
    for kind in dict.fromkeys(KINDS.values()):
        field = address_field(catalogue, kind)
        if field is None:
            continue
        (form,) = in_one_form(addresses_of(source, field, profiles=np.array([profile])), kind).to_pylist()
        if form is None:
            continue
        if kind == "email":
            column = f"{field.column}{finding.FOLDED}"
            probes = Probes(texts=(column,), words=(Word(finding.plain(form)),))
        else:
            digits = re.sub(r"\D", "", form)[-9:]
            column, probes = field.column, Probes(phones=(field.column,), digits=digits)
        rows = finding.find_in_traits(probes, {column: finding.TEXT}, source=source, database=database)
        numbers = rows["profile"].combine_chunks().to_numpy().astype(np.int64)
        found |= BitMap(canon_of(source).of(numbers).astype(np.uint32))
    return found


def _among(standing: Standing, near: BitMap) -> Standing:
    return Standing(
        objects_to_marketing=standing.objects_to_marketing & near,
        objects_to={about: people & near for about, people in standing.objects_to.items()},
        restricted=standing.restricted & near,
    )


def _conditions(ground: _Ground, way: Way) -> dict[str, Condition]:
    """All that is asked of the customer for one way."""
    purpose, channel = find_purpose(ground.register, way[0]), way[1]
    conditions: dict[str, Condition] = {"agreed": Consented(purpose.asked, channel)}
    for key in counted_consents(ground.register, purpose, channel=channel):
        conditions[f"asked.{key}"] = Consented(key, channel)
    for relation, text in ground.told.items():
        conditions[f"relation.{relation}"] = parse(text)
    age = age_asked(purpose)
    if age is not None:
        conditions["minor"] = too_young(ground.catalogue, age)
        conditions["ageless"] = of_unknown_age(ground.catalogue)
    return conditions


def _scene(ground: _Ground, way: Way, *, met: Mapping[str, BitMap]) -> Scene:
    purpose, channel = find_purpose(ground.register, way[0]), way[1]
    keys = counted_consents(ground.register, purpose, channel=channel)
    canon = canon_of(ground.source)
    parts = tuple(part for each in ground.near for part in canon.parts(each))
    asking = Asking(keys, channel, ground.at_us, parts)
    return Scene(
        segment="",
        rule=Truth(True),
        named=(purpose.key,),
        purpose=purpose,
        channel=channel,
        at_us=ground.at_us,
        catalogue=ground.catalogue,
        source=ground.source,
        members=BitMap([ground.profile]),
        agreed=met["agreed"],
        refused=refusing(ground.source, {key: met[f"asked.{key}"] for key in keys}, asking=asking),
        relations={relation: met[f"relation.{relation}"] for relation in ground.told},
        standing=ground.standing,
        suppressed=dict(ground.listed),
        suppression_key=ground.key,
        counted=keys,
        proved=proved_refusals(ground.proofs, asking, purpose=purpose),
        age=age_asked(purpose),
        minors=met.get("minor", BitMap()),
        ageless=met.get("ageless", BitMap()),
    )


def _reason(ground: _Ground, scene: Scene) -> Reason:
    """The first step that stops the customer, or that none does."""
    for cut in _cuts(scene):
        if ground.profile in cut.people:
            return Reason(False, cut.step, cut.code, cut.message, cut.law)
    return Reason(True, None, "reached", REACHED, _law(scene.purpose, scene))


def _cuts(scene: Scene) -> Iterator[Cut]:
    """The steps of the gate, in its order."""
    yield from by_law(scene)
    addresses = addressed(scene.source, scene.catalogue, channel=scene.channel, people=scene.members)
    yield from by_same_address(scene, addresses)
    yield frozen(scene)
    yield from by_address(scene, scene.members, addresses=addresses)


def _law(purpose: Purpose, scene: Scene) -> Message:
    rules = rules_for(purpose, scene.channel, on=scene.day)
    return Message(fr=rules[0].law.get("fr", ""), en=rules[0].law.get("en", "")) if rules else Message("", "")


REACHED = Message(fr="Cette personne peut être jointe.", en="This person may be reached.")
