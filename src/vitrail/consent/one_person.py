"""What the gate says of one customer: may they be reached for a purpose on a channel, and why not.

The same steps as those of an audience, over one customer's data alone, for many purposes in one pass. What
this answers reaches nobody: whatever delivers asks for an `Audience`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import msgspec
import numpy as np
from pyroaring import BitMap

from vitrail.consent.addresses import KINDS, address_field, addresses_of, in_one_form
from vitrail.consent.looking import (
    REACHED,
    Aim,
    Ground,
    conditions_of,
    cuts_in_order,
    ground_of,
    law_of,
    scene_of,
)
from vitrail.consent.purposes import find_purpose, register_of
from vitrail.consent.rights.standing import Standing
from vitrail.consent.steps import Scene
from vitrail.consent.waterfall import Reason
from vitrail.engine import finding
from vitrail.engine.canon import canon_of
from vitrail.engine.duckdb import DuckDB
from vitrail.engine.evaluation import evaluate
from vitrail.engine.plan import Asked
from vitrail.engine.source import Source
from vitrail.engine.sql.search import Probes, Word
from vitrail.model.catalogue import Catalogue
from vitrail.model.purposes import Channel, PurposeFile
from vitrail.model.tree import Condition, Truth
from vitrail.warehouse import memberships
from vitrail.warehouse.cuts import read_cuts
from vitrail.warehouse.refresh import bitmap, catalogue_in_force
from vitrail.warehouse.store import Store

Way = tuple[str, Channel]
"""A purpose and a channel."""


def reasons_for(store: Store, profile: int, *, ways: Sequence[Way], database: DuckDB) -> dict[Way, Reason]:
    """Why one customer may be reached or not for purposes on channels, by any segment that names the purpose.

    `profile` is the number of the customer. Raises `UserError` for an unknown purpose.
    """
    register, catalogue, now_us = register_of(store).document, catalogue_in_force(store), store.now_us()
    ground = ground_of(store, register, catalogue=catalogue, at_us=now_us)
    near = BitMap([profile]) | _at_the_same_address(
        ground.source, catalogue, profile=profile, database=database
    )
    ground = msgspec.structs.replace(ground, standing=_among(ground.standing, near))
    aims = [_aim(register, way, at_us=now_us) for way in ways]
    asked = [conditions_of(aim, ground) for aim in aims]
    met = _met(store, asked, ground=ground, database=database, near=near)
    canon = canon_of(ground.source)
    parts = tuple(part for each in near for part in canon.parts(each))
    scenes = [
        scene_of(aim, ground, members=BitMap([profile]), met=who, parts=parts)
        for aim, who in zip(aims, met, strict=True)
    ]
    return {way: _reason(scene) for way, scene in zip(ways, scenes, strict=True)}


def _aim(register: PurposeFile, way: Way, *, at_us: int) -> Aim:
    """One customer, whatever the segment, as long as it names the purpose."""
    purpose = find_purpose(register, way[0])
    return Aim("", Truth(True), (purpose.key,), purpose, way[1], at_us, register)


def _met(
    store: Store,
    asked: Sequence[Mapping[str, Condition]],
    *,
    ground: Ground,
    database: DuckDB,
    near: BitMap,
) -> list[dict[str, BitMap]]:
    """Who of those near meets each condition of each aim, in one pass."""
    ranks = memberships.frozen_ranks(store)
    found = evaluate(
        {f"{place}.{key}": rule for place, rules in enumerate(asked) for key, rule in rules.items()},
        Asked(ground.catalogue, ground.at_us),
        source=ground.source,
        database=database,
        frozen=read_cuts(ranks[1]) if ranks else {},
        only=np.array(near, dtype=np.int32),
    )
    met = {key: bitmap(members, found.size) & near for key, members in found.members.items()}
    return [{key: met[f"{place}.{key}"] for key in rules} for place, rules in enumerate(asked)]


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


def _reason(scene: Scene) -> Reason:
    """The first step that stops the customer, or that none does."""
    for cut in cuts_in_order(scene, lambda: scene.members):
        if cut.people & scene.members:
            return Reason(False, cut.step, cut.code, cut.message, cut.law)
    return Reason(True, None, "reached", REACHED, law_of(scene))
