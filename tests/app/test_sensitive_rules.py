"""What is sensitive is told to those who write rules, import files and read the report of the base."""

import msgspec
import pyarrow as pa
import pytest

from vitrail import Segment
from vitrail.app.purposes import define_purposes
from vitrail.app.report.base.gather import gather_base
from vitrail.collect.proposal import propose
from vitrail.model.purposes import Purpose, PurposeFile


@pytest.fixture
def base(empty):
    empty.load_profiles(pa.table({"id": ["A", "B"], "religion": ["x", None]}), key="id")
    care = Purpose("care", {"en": "Care"}, "consent", sensitive="explicit_consent")
    define_purposes(empty.store, PurposeFile(2026, purposes=(care, Purpose("ads", {"en": "Ads"}, "consent"))))
    return empty


def codes(problems):
    return [(each.code, each.severity) for each in problems]


def test_a_check_tells_what_a_rule_reveals(base):
    assert codes(base.check('religion = "x"')) == [("sensitive_use", "warning")]


def test_a_purpose_that_permits_it_silences_the_check(base):
    assert base.check('religion = "x"', purpose="care") == []


def test_a_purpose_that_does_not_is_named(base):
    found = base.check('religion = "x"', purpose="ads")
    assert codes(found) == [("sensitive_use", "warning")] and "ads" in found[0].message.en


def test_a_check_of_a_wrong_rule_tells_what_is_wrong(base):
    assert codes(base.check('religion = "x" and')) != [] and base.check("true") == []


@pytest.mark.parametrize("purposes, expected", [((), 1), (("ads",), 1), (("care",), 0)])
def test_a_plan_tells_what_its_rules_reveal(base, purposes, expected):
    plan = base.plan(Segment("s", {"en": "S"}, 'religion = "x"', purposes=purposes))
    assert [each.path for each in plan.warnings] == ["segments.s.rule:left"] * expected


def test_a_plan_tells_what_the_name_of_a_segment_reveals(base):
    plan = base.plan(Segment("s", {"en": "Pregnant women"}, "true", purposes=("ads",)))
    assert [(each.code, each.path) for each in plan.warnings] == [("sensitive_name", "segments.s.rule:name")]


def test_a_field_marked_by_hand_is_told_once(base):
    marked = msgspec.structs.replace(base.catalogue.traits["religion"], sensitive=True)
    base.catalogue.declare(traits={"religion": marked})
    assert codes(base.check('religion = "x"')) == [("sensitive_use", "warning")]


def test_a_proposal_flags_columns_by_name_and_by_value(tmp_path):
    rows = "id,email,maladie,x\n1,a@b.fr,non,269054958815780\n2,c@d.fr,oui,180017512301219\n"
    (tmp_path / "clients.csv").write_text(rows, "utf-8")
    found = [each for each in propose(tmp_path / "clients.csv").notes if each.code == "looks_sensitive"]
    assert {each.path for each in found} == {"maladie", "x"}


def test_the_report_of_the_base_flags_what_nobody_marked(base):
    assert "looks_sensitive" in [each.code for each in gather_base(base).problems]
