"""The gate: the only way from a segment to an audience, who may really be reached (GDPR, articles 5 to 7).

`Audience = segment − no basis − objection − restriction − suppression − caps − quiet hours − holdout`.
Whatever reaches a person asks for an `Audience`, and nothing but this file can make one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NoReturn, final

import msgspec
import numpy as np
import pyarrow as pa
from pyroaring import BitMap

from vitrail.consent.looking import (
    REACHED,
    Aim,
    conditions_of,
    cuts_in_order,
    ground_of,
    law_of,
    scene_of,
)
from vitrail.consent.purposes import find_purpose, register_of
from vitrail.consent.steps import HELD, Scene, contacts
from vitrail.consent.waterfall import Cut, Hold, Reason, Wanted, Waterfall, waterfall_of
from vitrail.engine.canon import canon_of
from vitrail.engine.duckdb import DuckDB
from vitrail.engine.evaluation import evaluate
from vitrail.engine.plan import Asked
from vitrail.ledger.consents import entries
from vitrail.ledger.standing import all_acts
from vitrail.model.catalogue import Catalogue
from vitrail.model.consents import Entry
from vitrail.model.definitions import DefinitionFile
from vitrail.model.errors import Bug, Message, UserError, refuse
from vitrail.model.purposes import Channel, Purpose, PurposeFile
from vitrail.model.standing import Act
from vitrail.model.tree import Condition, Truth
from vitrail.warehouse import memberships
from vitrail.warehouse.cuts import read_cuts
from vitrail.warehouse.definitions import unknown_segment
from vitrail.warehouse.people import all_keys, number_of, sorted_keys
from vitrail.warehouse.refresh import bitmap, defined
from vitrail.warehouse.store import Store


class _Key:
    """What the constructor of an audience asks for; there is one, and it stays in this file."""


_KEY: Final = _Key()


@final
class Audience:
    """Who of a segment may really be reached, for a purpose on a channel; made by the gate alone.

    `waterfall` tells how many fell at each step. The people cannot be changed.
    """

    __slots__ = ("_cuts", "_people", "_scene", "_store", "wanted", "waterfall")

    def __init__(
        self, key: _Key, /, *, store: Store, wanted: Wanted, scene: Scene, cuts: Sequence[Cut]
    ) -> None:
        if key is not _KEY:
            raise Bug("an audience is made by the gate alone")
        people = BitMap.difference(scene.members, *(cut.people for cut in cuts))
        fixed = {
            "_store": store,
            "wanted": wanted,
            "_scene": scene,
            "_cuts": tuple(cuts),
            "_people": people,
            "waterfall": waterfall_of(scene.members, cuts, audience=people, ageless=scene.ageless),
        }
        for name, value in fixed.items():
            object.__setattr__(self, name, value)

    wanted: Wanted
    waterfall: Waterfall
    _store: Store
    _scene: Scene
    _cuts: tuple[Cut, ...]
    _people: BitMap

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise Bug("an audience does not change")

    def __delattr__(self, name: str) -> NoReturn:
        raise Bug("an audience does not change")

    def __reduce__(self) -> NoReturn:
        raise Bug("an audience is not copied: ask the gate again")

    def __init_subclass__(cls) -> NoReturn:
        raise Bug("an audience has no other kinds")

    def __len__(self) -> int:
        return len(self._people)

    def __contains__(self, profile: object) -> bool:
        return isinstance(profile, int) and profile in self._people

    def numbers(self) -> BitMap:
        """The dense numbers of the people: a copy."""
        return self._people.copy()

    def members(self) -> pa.Table:
        """The people: one column `profile`, their keys, ordered."""
        return pa.table({"profile": sorted_keys(self._scene.source, self._profiles())})

    def contacts(self) -> pa.Table:
        """Where to reach them: columns `profile` and `address`, ordered by key.

        On a channel without addresses of its own (post, push, web), `address` is unknown.
        """
        keys = all_keys(self._scene.source).take(pa.array(self._profiles()))
        table = pa.table({"profile": keys, "address": contacts(self._scene, self._people)})
        return table.sort_by("profile")

    def reason(self, profile: str) -> Reason:
        """Why one person may be reached or not, with what the ledger holds of it.

        Raises `UserError` for a key nobody has.
        """
        number = number_of(self._scene.source, profile)
        if number is None:
            raise _unknown_profile(profile)
        consent, act = self._entry(number), self._act(number)
        if number in self._people:
            return Reason(True, None, "reached", REACHED, law_of(self._scene), consent)
        for cut in self._cuts:
            if number in cut.people:
                told = consent if cut.step == "basis" else None
                asked = act if cut.step in ("objection", "restriction") else None
                return Reason(False, cut.step, cut.code, cut.message, cut.law, told, asked)
        return Reason(False, None, "not_in_segment", _NOT_IN_SEGMENT, Message(fr="", en=""))

    def _profiles(self) -> np.ndarray[tuple[int], np.dtype[np.uint32]]:
        return np.frombuffer(self._people.to_array(), dtype=np.uint32)

    def _entry(self, number: int) -> Entry | None:
        """The last word on the purpose and the channel; at one instant a no comes after a yes."""
        parts = canon_of(self._scene.source).parts(number)
        with self._store.ledger.reading() as connection:
            found = [each for each in entries(connection, profiles=parts) if self._is_about(each)]
        return max(found, key=_weight, default=None)

    def _is_about(self, entry: Entry) -> bool:
        said = entry.consent
        return (
            said is not None
            and said.purpose == self._scene.purpose.asked
            and said.channel in ("", self._scene.channel)
            and said.at_us < self._scene.at_us
        )

    def _act(self, number: int) -> Act | None:
        """The last objection or restriction of a person."""
        parts = canon_of(self._scene.source).parts(number)
        with self._store.ledger.reading() as connection:
            found = [each.act for each in all_acts(connection, until_us=self._scene.at_us, profiles=parts)]
        raised = [act for act in found if act is not None and act.step == "raised"]
        return raised[-1] if raised else None


class Instead(msgspec.Struct, frozen=True):
    """The rule and the purposes of a segment that is not saved yet; None: those it has."""

    rule: Condition | None = None
    purposes: tuple[str, ...] | None = None


class Foreseen(msgspec.Struct, frozen=True):
    """What the gate would say of a rule that is not saved: figures and sets of people, but no audience.

    Nobody can be reached with it: what delivers asks for an `Audience`.
    """

    waterfall: Waterfall
    cuts: tuple[Cut, ...]
    members: BitMap
    reached: BitMap


def audience(store: Store, wanted: Wanted, *, database: DuckDB, holds: Sequence[Hold] = ()) -> Audience:
    """Who of a segment may be reached for a purpose on a channel.

    Works on whole sets of people. Raises `UserError` for an unknown segment, purpose or channel.
    """
    scene = _scene(store, wanted, database=database)
    return Audience(_KEY, store=store, wanted=wanted, scene=scene, cuts=_falls(scene, wanted, holds=holds))


def foreseen(
    store: Store,
    wanted: Wanted,
    *,
    database: DuckDB,
    instead: Instead | None = None,
    holds: Sequence[Hold] = (),
) -> Foreseen:
    """How many of a segment may be reached, and who falls where.

    `instead` is what it would be if it were saved.
    Raises `UserError` for an unknown purpose or channel, and for an unknown segment without a rule.
    """
    supposed = instead or Instead()
    scene = _scene(store, wanted, database=database, rule=supposed.rule)
    if supposed.purposes is not None:
        scene = msgspec.structs.replace(scene, named=supposed.purposes)
    cuts = _falls(scene, wanted, holds=holds)
    reached = BitMap.difference(scene.members, *(cut.people for cut in cuts))
    waterfall = waterfall_of(scene.members, cuts, audience=reached, ageless=scene.ageless)
    return Foreseen(waterfall, tuple(cuts), scene.members, reached)


def _falls(scene: Scene, wanted: Wanted, *, holds: Sequence[Hold]) -> list[Cut]:
    """Who falls at each step: disjoint parts of the segment."""
    left, cuts = scene.members.copy(), list[Cut]()

    def fall(cut: Cut) -> None:
        nonlocal left
        fallen = left & cut.people
        if fallen:
            cuts.append(msgspec.structs.replace(cut, people=fallen))
            left = left - fallen

    for cut in cuts_in_order(scene, lambda: left):
        fall(cut)
    for hold in holds:
        for cut in hold.held(wanted, among=left):
            if cut.step not in HELD:
                raise Bug(f"a hold cannot speak for the step {cut.step}")
            fall(cut)
    return cuts


def reachable(
    store: Store, purpose: Purpose, *, channel: Channel, register: PurposeFile, database: DuckDB
) -> BitMap:
    """Who among all customers a purpose, as a register writes it, would let one reach on a channel.

    The steps of an audience, to look at a purpose before it is put in force: nobody is reached by it.
    """
    aim = Aim("", Truth(True), (purpose.key,), purpose, channel, store.now_us(), register)
    scene = _looked_at(store, aim, catalogue=defined(store)[1].catalogue(store.catalogue), database=database)
    cuts = _falls(scene, Wanted("", purpose.key, channel), holds=())
    return BitMap.difference(scene.members, *(cut.people for cut in cuts))


def _scene(store: Store, wanted: Wanted, *, database: DuckDB, rule: Condition | None = None) -> Scene:
    at_us = store.now_us() if wanted.at_us is None else wanted.at_us
    register = register_of(store, at_us=wanted.at_us).document
    compiled = defined(store)[1]
    if rule is None and wanted.segment not in compiled.conditions:
        raise UserError((unknown_segment(wanted.segment, compiled.conditions),))
    aim = Aim(
        wanted.segment,
        compiled.conditions[wanted.segment] if rule is None else rule,
        purposes_of(compiled.document, wanted.segment),
        find_purpose(register, wanted.purpose),
        wanted.channel,
        at_us,
        register,
    )
    return _looked_at(store, aim, catalogue=compiled.catalogue(store.catalogue), database=database)


def _looked_at(store: Store, aim: Aim, *, catalogue: Catalogue, database: DuckDB) -> Scene:
    """All that the steps look at, in one pass over the facts."""
    ground = ground_of(store, aim.register, catalogue=catalogue, at_us=aim.at_us)
    ranks = memberships.frozen_ranks(store)
    found = evaluate(
        {"segment": aim.rule, **conditions_of(aim, ground)},
        Asked(catalogue, aim.at_us),
        source=ground.source,
        database=database,
        frozen=read_cuts(ranks[1]) if ranks else {},
    )
    met = {key: bitmap(each, found.size) for key, each in found.members.items()}
    return scene_of(aim, ground, members=met["segment"], met=met)


def purposes_of(document: DefinitionFile, key: str) -> tuple[str, ...]:
    """The purposes a segment names; a class has those of its segmentation."""
    base = key.partition(".")[0]
    named = [each.purposes for each in document.segments if each.key == key]
    named += [each.purposes for each in document.segmentations if each.key == base]
    return named[0] if named else ()


def _weight(entry: Entry) -> tuple[int, bool, int]:
    said = entry.consent
    return (0, False, 0) if said is None else (said.at_us, said.state != "granted", entry.position)


def _unknown_profile(key: str) -> UserError:
    return refuse(
        "unknown_profile",
        path=key,
        fr=f"Aucun client n’a la clé « {key} ».",
        en=f"No customer has the key “{key}”.",
    )


_NOT_IN_SEGMENT = Message(
    fr="Cette personne n’est pas dans le segment.", en="This person is not in the segment."
)
