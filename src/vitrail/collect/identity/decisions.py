"""Splitting and confirming: a person's word on who is one, seen before it is given and taken back at will."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import msgspec
import numpy as np
import pyarrow as pa

from vitrail.collect.identity.forms import Reject, normalise
from vitrail.collect.identity.resolution import Resolution
from vitrail.collect.identity.settling import Settled, look, resolution, settle, show_claims
from vitrail.ledger.identities import save_decision
from vitrail.model.errors import UserError, refuse
from vitrail.model.identities import LABELS, Decision, IdentityKind, Regrouping, Ruling
from vitrail.warehouse.scratch import Scratch
from vitrail.warehouse.store import Store
from vitrail.warehouse.writer import Writer

Rulings = tuple[Ruling, ...]


class Word(msgspec.Struct, frozen=True):
    """Who decides and why; a preview decides nothing."""

    who: str = ""
    why: str = ""
    preview: bool = False


class _Desk(msgspec.Struct, frozen=True):
    """The writer's hold on a workspace, and its working database, while something is decided."""

    writer: Writer
    scratch: Scratch


def split(store: Store, key: str, *, word: Word) -> Regrouping:
    """Set one profile apart: what it shares with others does not count for it any more.

    What was stored of each profile is untouched, so that both are again what they were. Raises
    `UserError` for a key nobody has, and for a profile that shares nothing.
    """

    def rulings(desk: _Desk) -> Rulings:
        (profile,) = _numbers(desk, (key,))
        rows = desk.scratch.rows(_SHARED_BY, {"profile": profile})
        if not rows:
            raise _shares_nothing(key)
        return tuple(Ruling("sever", profile, kind=kind, value=str(value)) for kind, value in rows)  # type: ignore[arg-type]

    return _decide(store, rulings, word=word)


def split_identity(store: Store, kind: IdentityKind, *, value: str, word: Word) -> Regrouping:
    """Let an identity link nobody any more, whoever has it now or later (an address of a whole family)."""

    def rulings(desk: _Desk) -> Rulings:
        form = normalise(kind, value)
        known = {"kind": kind, "value": form if isinstance(form, str) else value}
        if not desk.scratch.number(_CLAIMERS, known):
            raise _unknown_identity(kind, value)
        return (Ruling("sever", None, kind=kind, value=known["value"]),)

    return _decide(store, rulings, word=word)


def confirm(store: Store, keys: Sequence[str], *, word: Word) -> Regrouping:
    """Say that profiles are one, or, with one key, that the component held with it may merge.

    What a split had severed between them counts again; profiles that share nothing are joined by the
    decision itself.
    """

    def rulings(desk: _Desk) -> Rulings:
        profiles = _numbers(desk, keys)
        if len(profiles) == 1:
            return _reviews(desk, profiles[0], key=keys[0])
        return _joining(desk, profiles)

    return _decide(store, rulings, word=word)


def undo(store: Store, number: int, *, word: Word) -> Regrouping:
    """Take a decision back, exactly."""

    def rulings(desk: _Desk) -> Rulings:
        every = desk.writer.decisions
        found = next((each for each in every if each.id == number), None)
        if found is None or any(each.undoes == number for each in every):
            raise _no_decision(number)
        return tuple(_opposite(each) for each in found.rulings)

    return _decide(store, rulings, word=word, undoes=number)


def _decide(
    store: Store, rulings: Callable[[_Desk], Rulings], *, word: Word, undoes: int | None = None
) -> Regrouping:
    with store.writing() as writer, writer.scratch() as scratch:
        show_claims(writer, scratch)
        found = rulings(_Desk(writer, scratch))
        number = max((each.id for each in writer.decisions), default=0) + 1
        decision = Decision(number, writer.now_us, who=word.who, why=word.why, undoes=undoes, rulings=found)
        if word.preview:
            settled = look(writer, scratch, rulings=found)
            return _told(settled, scratch, decision=None)
        settled = settle(writer, scratch, catalogue=writer.catalogue, rulings=found)
        told = _told(settled, scratch, decision=number)
        writer.commit(writer.catalogue, also=(partial(save_decision, decision=decision),))
    return told


def _told(settled: Settled | None, scratch: Scratch, *, decision: int | None) -> Regrouping:
    """The groups that are not the same before and after, by their keys."""
    if settled is None:
        return Regrouping(decision)
    before, after = _groups(settled.before), _groups(settled.after)
    gone, come = sorted(before - after), sorted(after - before)
    keys = _keys(scratch, sorted({profile for group in (*gone, *come) for profile in group}))
    return Regrouping(
        decision,
        before=tuple(tuple(keys[profile] for profile in group) for group in gone),
        after=tuple(tuple(keys[profile] for profile in group) for group in come),
    )


def _groups(canon: pa.Table) -> set[tuple[int, ...]]:
    """Each person of several profiles, the canonical one first."""
    groups: dict[int, list[int]] = {}
    for profile, canonical in zip(canon["profile"].to_pylist(), canon["canonical"].to_pylist(), strict=True):
        groups.setdefault(canonical, []).append(profile)
    return {(canonical, *sorted(others)) for canonical, others in groups.items()}


def _keys(scratch: Scratch, profiles: Sequence[int]) -> dict[int, str]:
    scratch.register("told", pa.table({"profile": pa.array(profiles, pa.int32())}))
    rows = scratch.rows('SELECT profile, key FROM "keys~standing" SEMI JOIN told USING (profile)')
    return {int(str(profile)): str(key) for profile, key in rows}


def _numbers(desk: _Desk, keys: Sequence[str]) -> tuple[int, ...]:
    """The profiles of some keys. Raises `UserError` for those nobody has."""
    desk.scratch.register("asked", pa.table({"key": pa.array(keys, pa.string())}))
    rows = desk.scratch.rows('SELECT key, profile FROM "keys~standing" SEMI JOIN asked USING (key)')
    found = {str(key): int(str(profile)) for key, profile in rows}
    missing = [key for key in keys if key not in found]
    if missing:
        raise UserError(tuple(problem for key in missing for problem in _unknown_key(key).problems))
    return tuple(dict.fromkeys(found[key] for key in keys))


# --- what confirming means --------------------------------------------------------------------


def _reviews(desk: _Desk, profile: int, *, key: str) -> Rulings:
    """The review of all profiles held together with one."""
    held = _held_with(resolution(desk.writer, desk.scratch), (profile,))
    if not held:
        raise _not_held(key)
    return tuple(Ruling("review", each) for each in held)


def _joining(desk: _Desk, profiles: Sequence[int]) -> Rulings:
    """As little as makes some profiles one: what was severed counts again, else they are joined."""
    name = str(max((each.id for each in desk.writer.decisions), default=0) + 1)
    joins = tuple(Ruling("join", each, value=name) for each in profiles)
    severed = _severed_between(desk, profiles)
    for attempt in (severed, (*severed, *joins)):
        if attempt and _are_one(look(desk.writer, desk.scratch, rulings=attempt), profiles):
            return attempt
    held = _held_with(resolution(desk.writer, desk.scratch, rulings=(*severed, *joins)), profiles)
    return (*severed, *joins, *(Ruling("review", each) for each in held))


def _severed_between(desk: _Desk, profiles: Sequence[int]) -> Rulings:
    desk.scratch.register("between", pa.table({"profile": pa.array(profiles, pa.int32())}))
    rows = desk.scratch.rows(_SEVERED_BETWEEN)
    return tuple(Ruling("restore", int(str(one)), kind=kind, value=str(value)) for one, kind, value in rows)  # type: ignore[arg-type]


def _are_one(settled: Settled | None, profiles: Sequence[int]) -> bool:
    if settled is None:
        return False
    canon = settled.after
    of = dict(zip(canon["profile"].to_pylist(), canon["canonical"].to_pylist(), strict=True))
    return len({of.get(each, each) for each in profiles}) == 1


def _held_with(found: Resolution, profiles: Sequence[int]) -> tuple[int, ...]:
    inside = [each.profiles for each in found.held if not set(profiles).isdisjoint(each.profiles)]
    return tuple(np.unique(np.array([one for group in inside for one in group], np.int64)).tolist())


def _opposite(ruling: Ruling) -> Ruling:
    match ruling.effect:
        case "sever":
            return msgspec.structs.replace(ruling, effect="restore")
        case "restore" | "join":
            return msgspec.structs.replace(ruling, effect="sever")
        case "review":
            return msgspec.structs.replace(ruling, effect="unreview")
        case "unreview":
            return msgspec.structs.replace(ruling, effect="review")


# --- what cannot be done ----------------------------------------------------------------------


def _unknown_key(key: str) -> UserError:
    return refuse(
        "unknown_profile",
        path=key,
        fr=f"Aucun client n’a la clé « {key} » : rien n’a été changé.",
        en=f"No profile has the key “{key}”: nothing was changed.",
    )


def _shares_nothing(key: str) -> UserError:
    return refuse(
        "shares_nothing",
        path=key,
        fr=f"« {key} » ne partage aucun identifiant avec un autre profil : il n’y a rien à séparer.",
        en=f"“{key}” shares no identity with another profile: there is nothing to split.",
    )


def _not_held(key: str) -> UserError:
    return refuse(
        "not_held",
        path=key,
        fr=f"« {key} » n’est pas en attente d’examen. Pour dire que des profils sont une seule personne, "
        "donnez-en plusieurs.",
        en=f"“{key}” is not held for review. To say that profiles are one person, give several of them.",
    )


def _unknown_identity(kind: IdentityKind, value: str) -> UserError:
    label, form = LABELS[kind], normalise(kind, value)
    filler = isinstance(form, Reject) and form.reason == "forbidden"
    return refuse(
        "unknown_identity",
        path=kind,
        fr=f"Aucun profil n’a l’identifiant « {value} » ({label.fr}) : rien n’a été changé."
        + (" C’est une valeur de remplissage, qui ne rapproche personne." if filler else ""),
        en=f"No profile has the identity “{value}” ({label.en}): nothing was changed."
        + (" It is a filler, which merges nobody." if filler else ""),
    )


def _no_decision(number: int) -> UserError:
    return refuse(
        "unknown_decision",
        path=str(number),
        fr=f"Il n’y a pas de décision {number} qui soit encore en vigueur : rien n’a été changé.",
        en=f"There is no decision {number} that still holds: nothing was changed.",
    )


_SHARED_BY = """
SELECT m.kind, m.value FROM who_counting m
WHERE m.profile = $profile AND EXISTS (
    SELECT 1 FROM who_counting o WHERE o.kind = m.kind AND o.value = m.value AND o.profile <> m.profile
) ORDER BY ALL
"""
_CLAIMERS = "SELECT count(*) FROM who_links WHERE kind = $kind AND value = $value"
_SEVERED_BETWEEN = """
WITH mine AS (SELECT * FROM who_links SEMI JOIN between USING (profile)),
     common AS (SELECT kind, value FROM mine GROUP BY kind, value HAVING count(*) > 1)
SELECT profile, kind, value FROM mine SEMI JOIN common USING (kind, value)
ANTI JOIN who_counting USING (profile, kind, value) ORDER BY ALL
"""
