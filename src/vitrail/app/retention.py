"""Retention in a workspace: `ws.retention`: its rules, what is past its period, and letting it go."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import msgspec

from vitrail.app.rights.holders import HOLDERS
from vitrail.app.yaml_files import converted, read_yaml, unknown_names
from vitrail.app.yaml_structs import each_of, edition_of, one_of
from vitrail.collect.aging import AGING
from vitrail.collect.filing.drain import drain
from vitrail.consent.retention.planning import Ground, RetentionPlan, plan_retention
from vitrail.consent.retention.rules import check_retention, fitting
from vitrail.consent.retention.running import Retained, run_retention
from vitrail.consent.rights.erasing import Patience
from vitrail.engine.duckdb import DuckDB
from vitrail.ledger import audit, respect
from vitrail.ledger.audit import Subject
from vitrail.ledger.inbox import INBOX, open_inbox
from vitrail.ledger.respect import Due
from vitrail.model.access import SYSTEM, Actor
from vitrail.model.errors import Problem, UserError, problem
from vitrail.model.retention import DataRule, PeopleRule, ProofRule, RetentionFile
from vitrail.warehouse.refresh import catalogue_in_force
from vitrail.warehouse.store import Store


class Retention:
    """How long people and what they did are kept. `plan` and `run` work on the same value."""

    def __init__(self, store: Store, database: DuckDB) -> None:
        self._store = store
        self._ground = Ground(store, database, HOLDERS, AGING)

    @property
    def rules(self) -> RetentionFile:
        """The rules in force."""
        with self._store.ledger.reading() as connection:
            return respect.retention_rules(connection)

    def define(
        self, given: str | Path | RetentionFile | None = None, *, actor: Actor = SYSTEM
    ) -> RetentionFile:
        """Put rules in force: of a YAML file, given, or the ready-made ones as far as they fit.

        Raises `UserError` with all that is wrong in them; nothing is changed then.
        """
        catalogue = catalogue_in_force(self._store)
        if given is None:
            rules = fitting(ready_retention(), catalogue)
        else:
            rules = given if isinstance(given, RetentionFile) else read_retention(given)
        if problems := check_retention(rules, catalogue):
            raise UserError(problems)
        with self._store.writing(), self._store.ledger.writing() as connection:
            respect.save_retention_rules(connection, rules)
            act = audit.Act("retention.define", actor, Subject("retention"))
            audit.record(connection, act, at_us=self._store.now_us())
        return rules

    def plan(self) -> RetentionPlan:
        """Exactly who and what would go now. Only the number of each is kept, for the health."""
        plan = plan_retention(self.rules, self._ground)
        self._note(plan)
        return plan

    def run(
        self, plan: RetentionPlan, *, patience: Patience | None = None, actor: Actor = SYSTEM
    ) -> Retained:
        """Do what a plan says, if it still says the same. It cannot be undone.

        What waits in the inbox is filed first, since it may be a sign of somebody. Raises `UserError`
        when who or what has to go has changed: nothing is done then.
        """
        _file_what_waits(self._store)
        done = run_retention(self.rules, plan, ground=self._ground, patience=patience, actor=actor)
        self._note(plan_retention(self.rules, self._ground))
        return done

    @property
    def is_on(self) -> bool:
        """Whether what is past its period goes by itself, every day."""
        with self._store.ledger.reading() as connection:
            return respect.respect(connection).retention

    def switch(self, on: bool, *, actor: Actor = SYSTEM) -> None:
        """Let what is past its period go by itself, or only tell it."""
        with self._store.writing(), self._store.ledger.writing() as connection:
            present = respect.respect(connection)
            respect.save_respect(connection, msgspec.structs.replace(present, retention=on))
            act = audit.Act("retention.switch", actor, Subject("retention"), details={"on": on})
            audit.record(connection, act, at_us=self._store.now_us())

    def _note(self, plan: RetentionPlan) -> None:
        counts = {rule: count for rule, count in plan.counts().items() if count}
        with self._store.ledger.writing() as connection:
            respect.save_retention_due(connection, Due(plan.at_us, counts))


def _file_what_waits(store: Store) -> None:
    if (store.inbox / INBOX).exists():
        with open_inbox(store.inbox) as inbox:
            while drain(store, inbox).more:
                continue


def read_retention(path: str | Path) -> RetentionFile:
    """The rules of one YAML file. Raises `UserError` with all that is wrong in it, each with its place."""
    content = read_yaml(path, fr="des règles de conservation", en="rules of retention")
    problems: list[Problem] = [*edition_of(content.get("edition"))]
    problems += unknown_names(content, RetentionFile.__struct_fields__)
    people = tuple(each_of(content.get("people") or [], PeopleRule, path="people", problems=problems))
    data = tuple(each_of(content.get("data") or [], DataRule, path="data", problems=problems))
    proof = one_of(content.get("proof") or {}, ProofRule, path="proof", problems=problems)
    contacts = converted(content.get("contacts") or [], tuple[str, ...], path="contacts", problems=problems)
    if problems:
        raise UserError(tuple(problems))
    return RetentionFile(2026, contacts=contacts or (), people=people, data=data, proof=proof or ProofRule())


def ready_retention() -> RetentionFile:
    """The ready-made rules of a French shop, to be completed."""
    return msgspec.yaml.decode(ready_retention_text(), type=RetentionFile)


def ready_retention_text() -> str:
    """The same as YAML, with its comments, to keep and to change."""
    return files("vitrail.app.ready").joinpath("retention.yaml").read_text("utf-8")


def retention_problems(store: Store) -> tuple[Problem, ...]:
    """What is past its period and has not gone, by the last plan; nothing when it goes by itself."""
    with store.ledger.reading() as connection:
        due, chosen = respect.retention_due(connection), respect.respect(connection)
        rules = respect.retention_rules(connection)
    names = {each.key: each.name for each in rules.people} | {each.key: each.name for each in rules.data}
    if due is None or chosen.retention:
        return ()
    return tuple(
        msgspec.structs.replace(_due(rule, count, names=names), severity="warning")
        for rule, count in due.counts.items()
    )


def _due(rule: str, count: int, *, names: dict[str, dict[str, str]]) -> Problem:
    words = names.get(rule, {})
    fr, en = (words.get(language) or next(iter(words.values()), rule) for language in ("fr", "en"))
    return problem(
        "retention_due",
        path=f"retention.{rule}",
        fr=f"Durée de conservation dépassée\u00a0: {count} ({fr}). Voyez vitrail retention plan.",
        en=f"Past the retention period: {count} ({en}). See vitrail retention plan.",
    )
