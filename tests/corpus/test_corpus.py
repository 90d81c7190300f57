"""Hostile files, all loaded through the front door: nothing is lost, nothing is bent, nothing hangs."""

import time
from pathlib import Path

import pytest

from tests.collect.contents import snapshot
from tests.corpus import packed, sheets, texts
from tests.corpus.case import Case
from tests.storage import clock, store
from vitrail.collect.files.asking import Answers, Unanswered
from vitrail.collect.load import load_profiles
from vitrail.model.errors import UserError
from vitrail.model.reports import LoadReport
from vitrail.warehouse.store import Store

__all__ = ["clock", "store"]

CASES = [*texts.CASES, *packed.CASES, *sheets.CASES]
SECONDS = 60


def load(case: Case, store: Store, path: Path, answers: Answers) -> LoadReport:
    key, column = case.names
    types = {column: "text"} if case.text and _has_column(case) else {}
    return load_profiles(store, path, key=key, types=types, answers=answers)


def _has_column(case: Case) -> bool:
    return any(value is not None for value in case.values.values())


def test_the_corpus_is_large():
    assert len(CASES) >= 80
    assert len({case.name for case in CASES}) == len(CASES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_each_file_ends_as_it_should(case: Case, store: Store, tmp_path: Path):
    path = tmp_path / case.name
    path.write_bytes(case.bytes())
    started = time.monotonic()
    answers = case.answers
    if case.outcome == "ask":
        with pytest.raises(Unanswered) as asked:
            load(case, store, path, {})
        assert tuple(question.key for question in asked.value.questions) == case.told
    if case.outcome == "refuse":
        with pytest.raises(UserError) as refusal:
            load(case, store, path, answers)
        assert tuple(problem.code for problem in refusal.value.problems) == case.told
        assert store.version.number == 0
    else:
        check(case, load(case, store, path, answers), store)
    assert time.monotonic() - started < SECONDS


def check(case: Case, report: LoadReport, store: Store) -> None:
    assert (report.accepted, report.rejected) == (case.accepted, case.refused)
    codes = {warning.code for warning in report.warnings} | {group.code for group in report.groups}
    assert case.outcome == "ask" or set(case.told) <= codes
    column = next(
        (field.column for name, field in store.catalogue.traits.items() if name == case.names[1]), ""
    )
    found = {key: row[column] for key, row in snapshot(store).items() if row.get(column) is not None}
    assert found == {key: value for key, value in case.values.items() if value is not None}
