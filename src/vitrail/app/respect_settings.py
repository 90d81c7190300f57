"""How far a workspace goes in sparing people: what a person chose, and choosing otherwise."""

from __future__ import annotations

import msgspec

from vitrail.ledger import respect
from vitrail.ledger.respect import Respect
from vitrail.model.errors import Problem, UserError, problem
from vitrail.warehouse.store import Store

LEAST, GREATEST = 5, 1000


def respect_of(store: Store) -> Respect:
    """How far a workspace goes in sparing people."""
    with store.ledger.reading() as connection:
        return respect.respect(connection)


def wrong_smallest_group(k: int) -> tuple[Problem, ...]:
    """What is wrong in a smallest group. At least 5: fewer hide nobody."""
    if LEAST <= k <= GREATEST:
        return ()
    return (
        problem(
            "bad_smallest_group",
            path="smallest_group",
            fr=f"Le plus petit groupe montré compte entre {LEAST} et {GREATEST} personnes, pas {k}.",
            en=f"The smallest group shown has between {LEAST} and {GREATEST} people, not {k}.",
        ),
    )


def choose_smallest_group(store: Store, k: int) -> None:
    """Say how many people there must be for their number to be told."""
    if wrong := wrong_smallest_group(k):
        raise UserError(wrong)
    with store.ledger.writing() as connection:
        present = respect.respect(connection)
        respect.save_respect(connection, msgspec.structs.replace(present, smallest_group=k))
