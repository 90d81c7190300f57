"""The names of this workspace for the roles of the ready-made definitions: chosen once, used everywhere."""

from __future__ import annotations

from vitrail.app.ready import Ready, library, read_mapping, ready
from vitrail.language.messages import nearest
from vitrail.ledger import naming
from vitrail.ledger.database import Transaction
from vitrail.model.catalogue import Catalogue
from vitrail.model.definitions import DefinitionFile, Segment, Segmentation
from vitrail.model.errors import Problem, UserError, problem
from vitrail.warehouse.store import Store

ORDER, AMOUNT = "order", "order.amount"


def mapping_of(store: Store) -> dict[str, str]:
    """The names in force: those that were chosen, else those of the sample shop."""
    with store.ledger.reading() as connection:
        return _in_force(connection)


def _in_force(connection: Transaction) -> dict[str, str]:
    chosen = naming.mapping(connection)
    return read_mapping() if chosen is None else chosen


def choose_mapping(store: Store, chosen: dict[str, str]) -> dict[str, str]:
    """Choose the names of some roles, the others stay; an empty name takes the role out.

    Raises `UserError` for roles that no definition knows.
    """
    known = read_mapping()
    wrong = tuple(
        problem(
            "unknown_role",
            path=role,
            fr=f"Aucune définition prête à l’emploi ne parle de « {role} ».",
            en=f"No ready-made definition speaks of “{role}”.",
            hint=nearest(role, known),
        )
        for role in chosen
        if role not in known
    )
    if wrong:
        raise UserError(wrong)
    with store.ledger.writing() as connection:
        present = _in_force(connection)
        whole = {role: name.strip() for role, name in {**present, **chosen}.items() if name.strip()}
        naming.save_mapping(connection, whole)
    return whole


def ready_here(store: Store, catalogue: Catalogue) -> Ready:
    """The ready-made definitions with the names of this workspace."""
    return ready(mapping_of(store), catalogue)


def ready_part(found: Ready, keys: tuple[str, ...]) -> DefinitionFile:
    """Some of the definitions that fit, with those they refer to. Raises `UserError` for others."""
    every: dict[str, Segment | Segmentation] = {each.key: each for each in found.definitions.segments}
    every |= {each.key: each for each in found.definitions.segmentations}
    left_out = {each.key: each.reason for each in found.left_out}
    wrong = []
    for key in keys:
        if key in left_out:
            reason = left_out[key]
            wrong.append(problem("does_not_fit", path=key, fr=reason.fr, en=reason.en))
        elif key not in every:
            wrong.append(_unknown(key, list(every)))
    if wrong:
        raise UserError(tuple(wrong))
    wanted = _with_referred(keys, every)
    return DefinitionFile(
        edition=2026,
        segments=tuple(each for each in found.definitions.segments if each.key in wanted),
        segmentations=tuple(each for each in found.definitions.segmentations if each.key in wanted),
    )


def names_library() -> dict[str, Segment | Segmentation]:
    """Every ready-made definition by its key, as it is written."""
    return {each.key: each for each in library()}


def _with_referred(keys: tuple[str, ...], every: dict[str, Segment | Segmentation]) -> set[str]:
    """The keys, and those of what their rules name."""
    wanted: set[str] = set()
    waiting = list(keys)
    while waiting:
        key = waiting.pop()
        if key in wanted:
            continue
        wanted.add(key)
        text = _text(every[key])
        waiting += [other for other in every if f'member("{other}"' in text or f'member("{other}.' in text]
    return wanted


def _text(each: Segment | Segmentation) -> str:
    if isinstance(each, Segment):
        return each.rule
    return " ".join((each.among, *(one.rule for one in each.classes)))


def _unknown(key: str, valid: list[str]) -> Problem:
    return problem(
        "unknown_ready",
        path=key,
        fr=f"Rien de prêt à l’emploi ne s’appelle « {key} ».",
        en=f"Nothing ready-made is called “{key}”.",
        hint=nearest(key, valid),
    )
