"""What a load is asked: a name for what is loaded, and the columns that play the parts it needs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from vitrail.language.messages import nearest
from vitrail.model.errors import Problem, UserError, problem, refuse


def check_name(name: str) -> None:
    """Refuse a collection or a score without a name."""
    if name.strip():
        return
    raise refuse(
        "no_name",
        fr="Donnez un nom à ce qui est chargé, par exemple « order ». Rien n'a été chargé.",
        en="Give a name to what is loaded, for example “order”. Nothing was loaded.",
    )


def check_parts(columns: Mapping[str, object], kind: type, *, needed: Iterable[str]) -> None:
    """Refuse a load that does not say which columns play the needed parts, or that says anything else."""
    known = kind.__annotations__
    found = [_unsaid(part) for part in needed if columns.get(part) is None]
    found += [_strange(part, known) for part in columns if part not in known]
    if found:
        raise UserError(tuple(found))


def _unsaid(part: str) -> Problem:
    return problem(
        "column_not_named",
        path=part,
        fr=f'Dites quelle colonne joue le rôle de « {part} » : {part}="…". Rien n\'a été chargé.',
        en=f'Say which column plays the part of “{part}”: {part}="…". Nothing was loaded.',
    )


def _strange(part: str, known: Iterable[str]) -> Problem:
    return problem(
        "unknown_part",
        path=part,
        fr=f"Un chargement ne prend pas « {part} ». Rien n'a été chargé.",
        en=f"A load does not take “{part}”. Nothing was loaded.",
        hint=nearest(part, known),
    )
