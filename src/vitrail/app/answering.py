"""Why one profile is in or out: its history out of the files, the ranks it is compared with, the answer."""

from __future__ import annotations

import msgspec
import numpy as np

from vitrail.engine.duckdb import DuckDB
from vitrail.engine.evaluation import Frozen, evaluate
from vitrail.engine.explain.answer import explain
from vitrail.engine.histories import read_history
from vitrail.engine.places import places
from vitrail.engine.plan import Asked, atoms, ranks
from vitrail.engine.profile.context import Context
from vitrail.engine.source import Source
from vitrail.language.messages import nearest
from vitrail.model.errors import UserError, refuse
from vitrail.model.explanation import Explanation
from vitrail.model.tree import Condition
from vitrail.warehouse.people import all_keys, keys_of, number_of

SOME = 20_000
"""Among how many keys a misspelt one is looked for."""


class Facts(msgspec.Struct, frozen=True):
    """What is asked: the files, the database that reads them, and frozen cut points, if any.

    Ranks without frozen cut points compare with everybody at T.
    """

    source: Source
    database: DuckDB
    cuts: Frozen = {}


def answer(
    condition: Condition,
    profile: str,
    *,
    asked: Asked,
    facts: Facts,
) -> Explanation:
    """The explanation for one profile. Raises `UserError` for a profile nobody has loaded."""
    source, database = facts.source, facts.database
    number = number_of(source, profile)
    if number is None:
        raise unknown_profile(profile, source)
    history = read_history(
        number,
        keys_of(source, np.array([number]))[0],
        source=source,
        catalogue=asked.catalogue,
        database=database,
    )
    tables: Frozen = {}
    every = atoms([condition], asked.catalogue.segments)
    if any(True for atom in every for _ in ranks(atom)):
        run = evaluate({"": condition}, asked, source=source, database=database, frozen=facts.cuts)
        tables = run.ranks
    return explain(condition, history, context=Context(asked.at_us, asked.catalogue, places(tables)))


def unknown_profile(key: str, source: Source) -> UserError:
    """What is answered to who asks for a profile nobody has loaded."""
    some = all_keys(source).slice(0, SOME).to_pylist()
    return refuse(
        "unknown_profile",
        path=key,
        fr=f"Aucun client n’a l’identifiant « {key} ».",
        en=f'No profile has the key "{key}".',
        hint=nearest(key, some),
    )
