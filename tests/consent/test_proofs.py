"""What somebody had agreed to or refused can be shown once they are erased, and goes when its period ends."""

import datetime as dt

import pyarrow as pa
import pytest

import vitrail
from tests.consent.shop import EVERY, NOW, consents, people, reached
from tests.storage import Clock
from vitrail.app.purpose_files import ready_purposes
from vitrail.app.purposes import define_purposes
from vitrail.app.workspace import Workspace
from vitrail.consent.one_person import reasons_for
from vitrail.consent.rights.erasing import Patience
from vitrail.consent.rights.searching import search
from vitrail.model.definitions import Segment
from vitrail.model.retention import ProofRule, RetentionFile

AT_ONCE = Patience(0)
ADDRESS = "ann@example.com"


@pytest.fixture
def clock() -> Clock:
    made = Clock()
    made.now = NOW
    return made


@pytest.fixture
def ws(tmp_path, clock):
    with vitrail.create(tmp_path / "shop", clock=clock) as opened:
        opened.catalogue.declare(traits={"email": "text", "phone": "text"}, events={"order": {}})
        define_purposes(opened.store, ready_purposes())
        opened.define(Segment(key="all", name={"en": "All"}, rule="true", purposes=EVERY))
        yield opened


def told(ws: Workspace, identity: str = ADDRESS) -> list[tuple[str, str, str]]:
    return [(each.about, each.purpose, each.state) for each in ws.privacy.proofs(identity)]


def erase(ws: Workspace, *keys: str) -> None:
    assert ws.privacy.erase(*keys, patience=AT_ONCE).traces == ()


def test_what_was_agreed_and_withdrawn_can_be_shown_under_the_address(ws: Workspace):
    people(ws, "ann")
    consents(ws, ("ann", "marketing", "email", "granted", 90), ("ann", "marketing", "email", "withdrawn", 9))
    erase(ws, "ann")
    assert told(ws, " Ann@Example.COM") == [
        ("consent", "marketing", "granted"), ("consent", "marketing", "withdrawn"),
    ]  # fmt: skip
    assert told(ws, "ann") == told(ws, ADDRESS) and told(ws, "bob@example.com") == []


def test_an_objection_can_be_shown(ws: Workspace):
    people(ws, "ann")
    ws.privacy.object("ann", proof="letter")
    erase(ws, "ann")
    assert told(ws) == [("objection", "", "raised")]


def test_of_many_words_the_last_of_each_kind_are_kept(ws: Workspace):
    people(ws, "ann")
    words = [
        ("ann", "marketing", "email", state, 90 - n) for n, state in enumerate(["granted", "refused"] * 5)
    ]
    consents(ws, *words)
    erase(ws, "ann")
    assert [each[2] for each in told(ws)] == ["granted", "refused"]


def test_nothing_of_the_person_is_in_the_proofs(ws: Workspace):
    people(ws, "ann")
    consents(ws, ("ann", "marketing", "email", "granted", 9))
    erase(ws, "ann")
    assert not list(search(ws.store.path, [ADDRESS, "0612345600"]))


def test_the_instant_that_a_proof_keeps_is_no_trace(ws: Workspace):
    ws.load_profiles(pa.table({"id": ["ann"], "since": [NOW - dt.timedelta(days=9)]}), key="id")
    consents(ws, ("ann", "marketing", "email", "granted", 9))
    erase(ws, "ann")


def test_a_proof_goes_five_years_after_its_word_ended(ws: Workspace, clock: Clock):
    people(ws, "ann")
    consents(ws, ("ann", "marketing", "email", "withdrawn", 365))
    erase(ws, "ann")
    [proof] = {each.until_us for each in ws.privacy.proofs(ADDRESS)}
    clock.advance(days=4 * 365 - 2)
    assert ws.retention.plan().proofs == 0
    clock.advance(days=5)
    plan = ws.retention.plan()
    assert plan.proofs > 0 and proof <= plan.at_us
    assert ws.retention.run(plan, patience=AT_ONCE).proofs == plan.proofs
    assert told(ws) == []


def test_a_rule_of_nothing_keeps_nothing(ws: Workspace):
    ws.retention.define(RetentionFile(2026, proof=ProofRule(0)))
    people(ws, "ann")
    consents(ws, ("ann", "marketing", "email", "withdrawn", 9))
    erase(ws, "ann")
    assert told(ws) == []


def test_who_is_loaded_again_is_not_reached_where_they_had_refused(ws: Workspace):
    people(ws, "ann")
    ws.privacy.object("ann")
    erase(ws, "ann")
    ws.privacy.readmit("ann", why="a file")
    people(ws, "bob", email=["ANN@example.com"])
    consents(ws, ("bob", "marketing", "email", "granted", 200))
    assert reached(ws, "prospecting_email", "email") == []
    reason = ws.audience("all", purpose="prospecting_email", channel="email").reason("bob")
    assert (reason.step, reason.code) == ("objection", "erased_refused")


def test_who_comes_back_and_agrees_anew_is_reached(ws: Workspace, clock: Clock):
    people(ws, "ann")
    consents(ws, ("ann", "marketing", "email", "withdrawn", 9))
    erase(ws, "ann")
    ws.privacy.readmit("ann", why="a new account")
    people(ws, "ann2", email=[ADDRESS])
    consents(ws, ("ann2", "marketing", "email", "granted", 1))
    assert reached(ws, "prospecting_email", "email") == ["ann2"]


def test_the_page_of_one_customer_says_what_the_gate_says(ws: Workspace):
    people(ws, "ann")
    consents(ws, ("ann", "marketing", "email", "refused", 9))
    erase(ws, "ann")
    ws.load_profiles(pa.table({"id": ["kin"], "email": [ADDRESS], "phone": ["non communiqué"]}), key="id")
    consents(ws, ("kin", "marketing", "email", "granted", 30))
    way = ("prospecting_email", "email")
    number = ws.store.source().profiles - 1
    reason = reasons_for(ws.store, number, ways=[way], database=ws.database)[way]
    assert (reason.inside, reason.code) == (False, "erased_refused") and reached(ws, *way) == []
