"""Definitions from YAML files: what they make, and everything that is wrong with them at once."""

from pathlib import Path

import pytest

from vitrail import Segment, Segmentation
from vitrail.app.workspace import Workspace
from vitrail.model.errors import UserError

GOOD = """
edition: 2026
segments:
  - key: loyal
    name: {fr: Clients fidèles, en: Loyal customers}
    rule: count(order) >= 2
segmentations:
  - key: activity
    name: {fr: Activité, en: Activity}
    among: country is known
    classes:
      - {key: active, name: {fr: Actif, en: Active}, rule: "did(order, last 4 days)"}
    otherwise: {key: rest, name: {fr: Autres, en: Others}}
"""
WRONG = """
edition: 2025
segement: []
segments:
  - {key: a, nom: {fr: A}, rule: did(order)}
  - {key: b, name: {fr: B}, rule: true}
  - {key: c, name: {fr: C}, rule: did(ordre)}
  - {key: d, name: {fr: D}, rule: did(order}
  - {key: e, name: {fr: E}, rule: member("a")}
segmentations:
  - key: s
    name: {fr: S}
    classes:
      - {key: x, name: {fr: X}}
"""


@pytest.fixture
def define(shop: Workspace, tmp_path: Path):
    def from_text(text):
        path = tmp_path / "segments.yaml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return shop.define(path)

    return from_text


def problems_of(define, text):
    with pytest.raises(UserError) as refused:
        define(text)
    return refused.value.problems


def test_a_file_defines_segments_and_classes(define, shop):
    plan = define(GOOD)
    assert {change.key: change.size_after for change in plan.changes} == {
        "loyal": 1,
        "activity.active": 1,
        "activity.rest": 1,
    }
    assert shop.members('member("activity.active")')["profile"].to_pylist() == ["B"]


def test_a_file_and_values_define_the_same(define, shop):
    plan = define(GOOD)
    segment, segmentation = plan.document.segments[0], plan.document.segmentations[0]
    assert isinstance(segment, Segment)
    assert isinstance(segmentation, Segmentation)
    assert shop.plan(segment).is_empty
    assert shop.plan(segmentation).is_empty


def test_the_same_file_again_changes_nothing(define):
    define(GOOD)
    assert define(GOOD).is_empty


def test_all_problems_of_a_file_come_at_once(define):
    assert [(found.code, found.path.partition(":")[0]) for found in problems_of(define, WRONG)] == [
        ("bad_edition", "edition"),
        ("unknown_part", "segement"),
        ("unknown_part", "segments.a.nom"),
        ("missing_part", "segments.a.name"),
        ("bad_value", "segments.b.rule"),
        ("missing_part", "segmentations.s.classes.x.rule"),
        ("missing_part", "segmentations.s.otherwise"),
        ("unclosed_bracket", "segments.d.rule"),
        ("unknown_collection", "segments.c.rule"),
    ]


def test_what_is_wrong_changes_nothing(define, shop):
    problems_of(define, WRONG)
    assert shop.catalogue.segments == ()


def test_every_problem_speaks_both_languages(define):
    messages = [found.message for found in problems_of(define, WRONG)]
    assert all(message.fr != message.en for message in messages)


def test_an_error_says_where(define):
    with pytest.raises(UserError, match=r"segmentations\.s\.otherwise: “otherwise” is missing"):
        define(WRONG)


FILES = {
    "an empty file": (b"", "not_a_mapping"),
    "a list": (b"- a\n", "not_a_mapping"),
    "no edition": (b"segments: []\n", "bad_edition"),
    "a tab": (b"edition: 2026\nsegments:\n\t- key: a\n", "not_yaml"),
    "two documents": (b"edition: 2026\n---\nedition: 2026\n", "not_yaml"),
    "a program": (b"edition: 2026\nsegments: !!python/name:os.system\n", "not_yaml"),
    "a name twice": (b"edition: 2026\nsegments:\n  - {key: a, rule: x, rule: y}\n", "name_twice"),
    "another encoding": ("edition: 2026 # été".encode("latin-1"), "file_unreadable"),
    "no list": (b"edition: 2026\nsegments: {a: b}\n", "not_a_list"),
    "a text for a definition": (b"edition: 2026\nsegments: [loyal]\n", "bad_value"),
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_something_else_is_refused(define, name):
    content, code = FILES[name]
    assert [found.code for found in problems_of(define, content)] == [code]


def test_the_line_of_a_fault_is_told(define):
    (found,) = problems_of(define, "edition: 2026\nsegments:\n  - key: a: b\n")
    assert found.path.endswith("segments.yaml, line 3")


def test_a_missing_file_is_told(shop, tmp_path):
    with pytest.raises(UserError) as refused:
        shop.define(tmp_path / "nothing.yaml")
    assert refused.value.problems[0].code == "file_not_found"
