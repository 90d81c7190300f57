"""A workspace: a folder with a customer base and its segments, and all that can be asked of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import pyarrow as pa

from vitrail.app.answering import Facts, answer
from vitrail.app.audiences import Audiences
from vitrail.app.definition_files import Misread, read_definitions
from vitrail.app.definition_history import telling
from vitrail.app.exports import Taken
from vitrail.app.health import Health, health_of, keep_vitals
from vitrail.app.identities import Identities
from vitrail.app.instants import microseconds
from vitrail.app.live_catalogue import LiveCatalogue
from vitrail.app.loads import Loads
from vitrail.app.profile_view import ProfileView, view_profile
from vitrail.app.respecting import Respecting
from vitrail.app.rights.privacy import Rights
from vitrail.app.segment_view import SegmentView
from vitrail.app.sensitive_rules import plan_with_sensitive, with_sensitive
from vitrail.engine import bits
from vitrail.engine.duckdb import DuckDB
from vitrail.engine.evaluation import Evaluation, Progress, evaluate
from vitrail.engine.plan import Asked
from vitrail.language.check import check
from vitrail.language.describe import describe
from vitrail.language.parse import parse
from vitrail.ledger.audit import Act
from vitrail.model.catalogue import Catalogue
from vitrail.model.definitions import DefinitionFile, Segment, Segmentation
from vitrail.model.errors import Problem, UserError
from vitrail.model.explanation import Explanation
from vitrail.model.tree import Condition
from vitrail.warehouse import changes, store
from vitrail.warehouse.changes import Plan
from vitrail.warehouse.definitions import compile_definitions, merge, unknown_segment, without
from vitrail.warehouse.people import sorted_keys
from vitrail.warehouse.refresh import Refresh, defined, refresh

Rule = str | Condition
"""A condition as text or as a tree."""

Definitions = str | Path | DefinitionFile | Segment | Segmentation
"""Definitions: the path of a YAML file, or values."""


class Workspace(Loads, Identities, Rights, Respecting, Audiences, Taken):
    """An open workspace; use it in a `with` block, or close it.

    Every question takes `as_of`, an aware instant; None is now. Everything in bulk is Arrow.
    """

    def __init__(self, opened: store.Store, *, memory: str = "2GB", threads: int | None = None) -> None:
        self.store = opened
        scratch = str(opened.path / "staging" / "questions")
        self.database = DuckDB(memory=memory, threads=threads, scratch=scratch)
        self._defined: tuple[object, Catalogue] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the files and of the memory."""
        self.database.close()
        self.store.close()

    @property
    def catalogue(self) -> LiveCatalogue:
        """What is known, with its types; `.declare(…)` says more."""
        return LiveCatalogue(self.store, self._catalogue)

    # --- questions ----------------------------------------------------------------------------

    def check(self, rule: Rule, *, purpose: str | None = None) -> list[Problem]:
        """All that is wrong or doubtful in a condition; an empty list when it can be asked."""
        known = self._catalogue()
        found = check(rule, known, purpose=purpose)
        return with_sensitive(found, rule, catalogue=known, store=self.store, purpose=purpose)

    def members(self, rule: Rule, as_of: dt.datetime | None = None) -> pa.Table:
        """Who meets a condition: one column `profile`, ordered."""
        found = self._evaluate({"": rule}, as_of)
        profiles = bits.profiles_of(found.members[""], found.size)
        return pa.table({"profile": sorted_keys(self.store.source(), profiles)})

    def count(self, rule: Rule, as_of: dt.datetime | None = None) -> int:
        """How many meet a condition, exactly."""
        return bits.count(self._evaluate({"": rule}, as_of).members[""])

    def evaluate(
        self,
        rules: Mapping[str, Rule],
        as_of: dt.datetime | None = None,
        *,
        progress: Progress | None = None,
    ) -> pa.Table:
        """Who meets each of many conditions, in one pass: columns `segment` and `profile`, ordered."""
        found = self._evaluate(rules, as_of, progress=progress)
        source = self.store.source()
        tables = []
        for name in rules:
            keys = sorted_keys(source, bits.profiles_of(found.members[name], found.size))
            tables.append(pa.table({"segment": pa.repeat(name, len(keys)), "profile": keys}))
        return pa.concat_tables(tables) if tables else _NO_MEMBERS

    def sets(self, rules: Mapping[str, Rule], as_of: dt.datetime | None = None) -> Evaluation:
        """Who meets each of many conditions, as sets of profile numbers."""
        return self._evaluate(rules, as_of)

    def explain(self, rule: Rule, profile: str | int, *, as_of: dt.datetime | None = None) -> Explanation:
        """Why a profile is in or out, since when, and what would change it.

        Raises `UserError` for a profile nobody has loaded.
        """
        return answer(
            _checked(rule, self._catalogue()),
            str(profile),
            asked=self._asked(as_of),
            facts=Facts(self.store.source(), self.database),
        )

    def profile(self, key: str | int, as_of: dt.datetime | None = None) -> ProfileView:
        """What is known of one profile: each value with its source, its age, and what other sources say.

        Raises `UserError` for a profile nobody has loaded.
        """
        at_us = self.store.now_us() if as_of is None else microseconds(as_of)
        return view_profile(self.store, str(key), at_us=at_us, database=self.database)

    def describe(self, rule: Rule, language: str = "fr") -> str:
        """The condition as a sentence, in French (`fr`) or English (`en`)."""
        return describe(_checked(rule, self._catalogue()), self._catalogue(), language=language)

    # --- segments -----------------------------------------------------------------------------

    def plan(self, definitions: Definitions, *, prune: bool = False) -> Plan:
        """What defining this would change: who would enter, who would leave. Nothing is changed.

        `prune` also removes every segment that the definitions do not hold.
        """
        present = defined(self.store)[1].document
        try:
            document = merge(present, _document(definitions), prune=prune)
        except Misread as error:
            rest = merge(present, error.readable, prune=prune)
            raise UserError((*error.problems, *_also_wrong(rest, self.store.catalogue))) from None
        plan = changes.plan_changes(self.store, document, database=self.database)
        return plan_with_sensitive(plan, self.store)

    def plan_removal(self, *keys: str) -> Plan:
        """What removing some segments or segmentations would change."""
        document = without(defined(self.store)[1].document, keys)
        return changes.plan_changes(self.store, document, database=self.database)

    def apply(self, plan: Plan, *, note: str = "", acts: Sequence[Act] = ()) -> Plan:
        """Put a plan in force; refused when other definitions were applied since it was made.

        `acts` say in the audit trail who did what: they are kept with the version, in one step.
        """
        changes.apply_plan(self.store, plan, note=note, also=telling(self.store, acts))
        self._defined = None
        return plan

    def define(
        self, definitions: Definitions, *, prune: bool = False, note: str = "", acts: Sequence[Act] = ()
    ) -> Plan:
        """Define segments, from a YAML file or from values: plans, applies, answers the difference."""
        return self.apply(self.plan(definitions, prune=prune), note=note, acts=acts)

    def refresh(
        self,
        as_of: dt.datetime | None = None,
        *,
        full: bool = False,
        recut: bool = False,
        progress: Progress | None = None,
    ) -> Refresh:
        """Bring every defined segment up to date; only those who can have changed are evaluated.

        `full` evaluates everybody and gives the same members. `recut` freezes new cut points for ranks.
        An erasure that was stopped on its way is finished first.
        """
        at_us = None if as_of is None else microseconds(as_of)
        self.privacy.resume()
        done = refresh(
            self.store,
            database=self.database,
            as_of_us=at_us,
            full=full,
            recut=recut,
            progress=progress,
        )
        keep_vitals(self.store, self._catalogue(), database=self.database)
        return done

    def health(self, as_of: dt.datetime | None = None) -> Health:
        """What is stale or broken in the data, and which segments may be wrong because of it."""
        at_us = None if as_of is None else microseconds(as_of)
        return health_of(self.store, self._catalogue(), database=self.database, at_us=at_us)

    def segment(self, key: str) -> SegmentView:
        """One defined segment, or one class of a segmentation (`activity.active`)."""
        known = self._catalogue().segments
        if key not in known:
            raise UserError((unknown_segment(key, known),))
        return SegmentView(self.store, key, database=self.database)

    # --- inside -------------------------------------------------------------------------------

    def _catalogue(self) -> Catalogue:
        """The catalogue with the defined segments; read again when either has changed."""
        stamp = self.store.stamp()
        if self._defined is None or self._defined[0] != stamp:
            self._defined = (stamp, defined(self.store)[1].catalogue(self.store.catalogue))
        return self._defined[1]

    def _asked(self, as_of: dt.datetime | None) -> Asked:
        at_us = self.store.now_us() if as_of is None else microseconds(as_of)
        return Asked(self._catalogue(), at_us)

    def _evaluate(
        self,
        rules: Mapping[str, Rule],
        as_of: dt.datetime | None,
        *,
        progress: Progress | None = None,
    ) -> Evaluation:
        catalogue = self._catalogue()
        conditions = {name: _checked(rule, catalogue) for name, rule in rules.items()}
        return evaluate(
            conditions,
            self._asked(as_of),
            source=self.store.source(),
            database=self.database,
            progress=progress,
        )


_NO_MEMBERS = pa.Table.from_batches([], pa.schema([("segment", pa.string()), ("profile", pa.string())]))


def _checked(rule: Rule, catalogue: Catalogue) -> Condition:
    """The condition as a tree, when nothing is wrong in it."""
    problems = [each for each in check(rule, catalogue) if each.severity == "error"]
    if problems:
        raise UserError(tuple(problems))
    return parse(rule) if isinstance(rule, str) else rule


def _also_wrong(readable: DefinitionFile, catalogue: Catalogue) -> list[Problem]:
    """What is wrong in the rules of a file that has other problems, save references to the rest."""
    try:
        compile_definitions(readable, catalogue)
    except UserError as error:
        return [each for each in error.problems if each.code != "unknown_segment"]
    return []


def _document(definitions: Definitions) -> DefinitionFile:
    match definitions:
        case DefinitionFile():
            return definitions
        case Segment():
            return DefinitionFile(edition=2026, segments=(definitions,))
        case Segmentation():
            return DefinitionFile(edition=2026, segmentations=(definitions,))
        case _:
            return read_definitions(definitions)


def create(
    path: str | Path,
    *,
    timezone: str = "Europe/Paris",
    currency: str = "EUR",
    languages: tuple[str, ...] = ("fr", "en"),
    clock: store.Clock | None = None,
) -> Workspace:
    """Make a workspace in a folder that is missing or empty, and open it.

    Raises `UserError` when the folder holds something. `clock` replaces the system's, for tests.
    """
    return Workspace(
        store.create(path, timezone=timezone, currency=currency, languages=languages, clock=clock)
    )


def open(path: str | Path, *, clock: store.Clock | None = None) -> Workspace:
    """Open a workspace that exists. Raises `UserError` when there is none."""
    return Workspace(store.open(path, clock=clock))
