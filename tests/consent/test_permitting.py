"""Sensitive data are used for a purpose that permits it, or for nothing."""

import pytest

from tests.consent.shop import consents, people
from vitrail.app.purposes import define_purposes
from vitrail.consent.sensitive.permitting import blocked, permits, unmarked
from vitrail.language.parse import parse
from vitrail.model.catalogue import Catalogue, Field
from vitrail.model.definitions import Segment
from vitrail.model.purposes import Purpose, PurposeFile

KNOWN = Catalogue(traits={"religion": Field("religion", "text", "religion")})


def purpose(basis="consent", **more):
    return Purpose("p", {"en": "P"}, basis, **more)


@pytest.mark.parametrize(
    "given, subject, expected",
    [
        (purpose(), "health", False),
        (purpose(sensitive="explicit_consent"), "health", True),
        (purpose(sensitive="explicit_consent"), "declared", True),
        (purpose(sensitive="explicit_consent"), "offences", False),
        (purpose("legal_obligation"), "offences", True),
        (purpose("legal_obligation"), "national_id", True),
        (purpose("legal_obligation"), "religion", False),
        (purpose("contract"), "children", True),
        (purpose("contract", marketing=True), "children", False),
        (purpose("contract", profiling=True), "children", False),
    ],
)
def test_a_purpose_permits_what_it_says(given, subject, expected):
    assert permits(given, subject) is expected


def test_every_purpose_must_permit_it():
    rule = parse('religion = "x"')
    allowing = purpose(sensitive="explicit_consent")
    assert blocked(rule, KNOWN, purposes=[allowing]) == ()
    assert [each.code for each in blocked(rule, KNOWN, purposes=[allowing, purpose()])] == ["sensitive_use"]


def test_without_a_purpose_nothing_is_permitted():
    found = blocked(parse('religion = "x"'), KNOWN, purposes=[])
    assert [(each.code, each.path, each.severity) for each in found] == [("sensitive_use", "left", "error")]


def test_a_plain_rule_needs_no_permission():
    assert blocked(parse("true"), KNOWN, purposes=[]) == ()


@pytest.mark.parametrize("mark, expected", [(None, ["looks_sensitive"]), (True, []), (False, [])])
def test_what_nobody_marked_is_told(mark, expected):
    known = Catalogue(traits={"religion": Field("religion", "text", "religion", sensitive=mark)})
    assert [each.code for each in unmarked(known)] == expected


# --- in the gate ------------------------------------------------------------------------------


@pytest.fixture
def faithful(ws):
    people(ws, "ann", religion=["x"])
    faith = Purpose(
        "faith", {"en": "Faith"}, "consent", marketing=True, sensitive="explicit_consent", channels=("email",)
    )
    define_purposes(ws.store, PurposeFile(2026, purposes=(faith,)))
    consents(ws, ("ann", "marketing", "email", "granted", 10), ("ann", "faith", "email", "granted", 10))
    ws.define(Segment("pious", {"en": "Pious"}, 'religion = "x"', purposes=("prospecting_email", "faith")))
    return ws


def test_a_sensitive_rule_reaches_nobody_for_a_purpose_that_does_not_permit_it(faithful):
    found = faithful.audience("pious", purpose="prospecting_email", channel="email")
    assert (len(found), found.reason("ann").step) == (0, "sensitive")


def test_it_reaches_those_who_agreed_for_one_that_does(faithful):
    assert len(faithful.audience("pious", purpose="faith", channel="email")) == 1


@pytest.mark.parametrize("purpose, reached", [("prospecting_email", 0), ("faith", 1)])
def test_what_a_segment_is_called_counts_whatever_its_rule_reads(faithful, purpose, reached):
    name, purposes = {"fr": "Femmes enceintes", "en": "New"}, ("prospecting_email", "faith")
    faithful.define(Segment("new", name, "true", purposes=purposes))
    assert len(faithful.audience("new", purpose=purpose, channel="email")) == reached
