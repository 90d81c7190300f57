"""One profile in plain Python: the oracle of the tests, the explainer's eyes, the real-time path.

It shares no code with the compiled plan below the tree: the two agree because the meaning is
written down, and the tests prove it.
"""

from vitrail.engine.profile.context import Context, Measure, RankTable, measure, rank_table
from vitrail.engine.profile.evaluation import evaluate, value
from vitrail.engine.profile.history import (
    Consent,
    Event,
    Fact,
    History,
    Observation,
    Record,
    Version,
    first_seen,
    in_population,
    with_first_seen,
)
from vitrail.engine.profile.population import belongs, members, rank_tables, with_ranks
from vitrail.engine.profile.quantities import Answer, Ratio

__all__ = [
    "Answer",
    "Consent",
    "Context",
    "Event",
    "Fact",
    "History",
    "Measure",
    "Observation",
    "RankTable",
    "Ratio",
    "Record",
    "Version",
    "belongs",
    "evaluate",
    "first_seen",
    "in_population",
    "measure",
    "members",
    "rank_table",
    "rank_tables",
    "value",
    "with_first_seen",
    "with_ranks",
]
