"""Putting traits right because their person says so (GDPR, article 16)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec
import pyarrow as pa

from vitrail.collect.load import load_profiles
from vitrail.consent.exports.following_up import Change, follow_up
from vitrail.language.messages import nearest
from vitrail.ledger.database import Transaction
from vitrail.ledger.manifest import Load
from vitrail.ledger.rectifications import Rectification, save_rectifications
from vitrail.model.catalogue import RECTIFIED, Field
from vitrail.model.errors import Problem, UserError, problem
from vitrail.model.reports import LoadReport, Reject
from vitrail.warehouse.scratch import quoted, statement
from vitrail.warehouse.shelves import BROUGHT, PLACED
from vitrail.warehouse.store import Store
from vitrail.warehouse.writer import Shelf

OBSERVATION = Shelf("observation")


class Correction(msgspec.Struct, frozen=True):
    """What is right of one customer: their key and profiles, values by trait, and who notes it, why."""

    key: str
    profiles: tuple[int, ...]
    values: Mapping[str, object]
    by: str = ""
    why: str = ""
    proof: str = ""


def rectify(store: Store, right: Correction) -> LoadReport:
    """Put traits right: the new values hold over every policy, and the wrong ones do not come back.

    What else was said of them stays on record. Raises `UserError` for a trait nobody knows, one that is
    computed, or a value of another type.
    """
    fields = _fields(store, right.values)
    made = _rectifications(store, right, fields=fields)

    def keep(connection: Transaction, load: Load) -> None:
        if load.accepted:
            save_rectifications(connection, made)
            told = Change("rectification", right.profiles, tuple(field.name for field in fields))
            follow_up(connection, told, source=store.source(), at_us=store.now_us())

    row = {"key": right.key} | {name: _written(value) for name, value in right.values.items()}
    data = pa.Table.from_pylist([row])
    report = load_profiles(store.alongside(keep), data, key="key", source=RECTIFIED)
    if report.rejected:
        raise UserError(tuple(map(_not_of_its_type, report.rejects)))
    return report


def _fields(store: Store, values: Mapping[str, object]) -> tuple[Field, ...]:
    traits = store.catalogue.traits
    wrong = [_unknown(name, tuple(traits)) for name in values if name not in traits]
    wrong += [_computed(name) for name in values if name in traits and traits[name].computed]
    if wrong:
        raise UserError(tuple(wrong))
    return tuple(traits[name] for name in values)


def _rectifications(store: Store, right: Correction, *, fields: Sequence[Field]) -> list[Rectification]:
    """One for each trait of each profile, with all values ever said of it that are not the right one."""
    with store.writing() as writer, writer.scratch() as scratch:
        columns = PLACED | BROUGHT | {field.column: "VARCHAR" for field in fields}
        scratch.view("said", writer.paths(OBSERVATION), columns=columns)
        whose = pa.table({"profile": pa.array(right.profiles, pa.int32())})
        scratch.register("whose", whose)
        said = {
            field.name: [str(row[0]) for row in scratch.rows(statement(_SAID, column=quoted(field.column)))]
            for field in fields
        }
    return [
        Rectification(
            profile,
            name,
            tuple(each for each in values if each != str(_written(right.values[name]))),
            store.now_us(),
            right.by,
            right.why,
            right.proof,
        )
        for name, values in said.items()
        for profile in right.profiles
    ]


def _written(value: object) -> object:
    return list(value) if isinstance(value, (tuple, set, frozenset)) else value


def _unknown(name: str, known: tuple[str, ...]) -> Problem:
    return problem(
        "unknown_trait",
        path=name,
        fr=f"Aucun attribut ne s’appelle « {name} » : rien n’a été changé.",
        en=f"There is no trait “{name}”: nothing was changed.",
        hint=nearest(name, known),
    )


def _computed(name: str) -> Problem:
    return problem(
        "computed_trait",
        path=name,
        fr=f"« {name} » est calculé : rectifiez les attributs dont il dépend.",
        en=f"“{name}” is computed: rectify the traits it follows from.",
    )


def _not_of_its_type(refused: Reject) -> Problem:
    return problem("wrong_type", path=refused.column, fr=refused.message.fr, en=refused.message.en)


_SAID = """
SELECT DISTINCT CAST($column AS VARCHAR) FROM said SEMI JOIN whose USING (profile)
WHERE $column IS NOT NULL ORDER BY 1
"""
