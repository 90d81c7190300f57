"""The gate: who passes, who falls at which step and why, and that nothing else makes an audience."""

from __future__ import annotations

import ast
import copy
import pickle
from pathlib import Path

import msgspec
import pytest
from pyroaring import BitMap

from tests.consent.shop import EVERY, at, consents, orders, people, reached
from vitrail.app.purposes import define_purposes, purposes_in_force
from vitrail.consent import gate
from vitrail.consent.gate import Audience, audience
from vitrail.consent.suppression import Suppressing, suppress, unsuppress
from vitrail.consent.waterfall import STEPS, Cut, Wanted
from vitrail.model.definitions import Segment
from vitrail.model.errors import Bug, Message, UserError

SOURCES = Path(__file__).parents[2] / "src"


def yes(key: str, days: float = 10, *, channel: str = "email") -> tuple[str, str, str, str, float]:
    return key, "marketing", channel, "granted", days


def falls(ws, purpose="prospecting_email", channel="email", *, segment="all") -> dict[str, int]:
    found = ws.audience(segment, purpose=purpose, channel=channel).waterfall
    return {fall.step: fall.fell for fall in found.falls if fall.fell}


# --- steps ------------------------------------------------------------------------------------


def test_who_agreed_is_reached_and_nobody_else(ws):
    people(ws, "ann", "bob")
    consents(ws, yes("ann"))
    assert reached(ws, "prospecting_email", "email") == ["ann"]


def test_no_word_is_no_consent(ws):
    people(ws, "ann")
    assert falls(ws) == {"basis": 1}


def test_a_withdrawal_counts_at_once(ws):
    people(ws, "ann")
    consents(ws, yes("ann", 10), ("ann", "marketing", "email", "withdrawn", 1))
    assert reached(ws, "prospecting_email", "email") == []


def test_a_consent_for_one_channel_is_none_for_another(ws):
    people(ws, "ann")
    consents(ws, yes("ann", channel="sms"))
    assert reached(ws, "prospecting_email", "email") == []


def test_a_segment_without_a_purpose_reaches_nobody(ws):
    people(ws, "ann")
    consents(ws, yes("ann"))
    assert falls(ws, segment="counted") == {"purpose": 1}
    found = ws.audience("counted", purpose="prospecting_email", channel="email")
    assert found.reason("ann").code == "no_purpose"


def test_a_segment_without_a_purpose_is_counted_all_the_same(ws):
    people(ws, "ann")
    assert ws.count('member("counted")') == 1


def test_a_trait_collected_for_something_else_stops_the_rule_that_reads_it(ws):
    people(ws, "ann", pro=[True])
    pro = msgspec.structs.replace(ws.catalogue.traits["pro"], purposes=("satisfaction",))
    ws.catalogue.declare(traits={"pro": pro})
    ws.define(msgspec.structs.replace(_segment("pros"), rule="pro = true"))
    consents(ws, yes("ann"))
    found = ws.audience("pros", purpose="prospecting_email", channel="email")
    assert found.reason("ann").code == "trait_purpose"


def test_an_objection_to_all_marketing_beats_a_consent(ws):
    people(ws, "ann")
    consents(ws, yes("ann", 0.5))
    ws.privacy.object("ann")
    assert falls(ws) == {"objection": 1}


def test_an_objection_to_marketing_leaves_service_messages(ws):
    people(ws, "ann")
    ws.privacy.object("ann")
    assert reached(ws, "customer_relationship", "service") == ["ann"]


def test_frozen_data_are_used_for_nothing(ws):
    people(ws, "ann")
    ws.privacy.restrict("ann")
    assert reached(ws, "customer_relationship", "service") == []
    assert falls(ws, "customer_relationship", "service") == {"restriction": 1}


@pytest.mark.parametrize("written", ["ANN@example.com ", "ann@example.com"])
def test_a_suppressed_address_is_not_reached_however_it_is_written(ws, written):
    people(ws, "ann")
    consents(ws, yes("ann"))
    suppress(ws.store, [written], why=Suppressing("bounce"))
    assert falls(ws) == {"suppression": 1}


@pytest.mark.parametrize("written", ["+33 6 12 34 56 00", "0612345600", "06.12.34.56.00", "0033612345600"])
def test_a_suppressed_number_is_not_reached_however_it_is_written(ws, written):
    people(ws, "ann")
    consents(ws, yes("ann", channel="sms"))
    suppress(ws.store, [written], why=Suppressing())
    assert falls(ws, "prospecting_sms", "sms") == {"suppression": 1}


def test_an_address_taken_off_the_list_is_reached_again(ws):
    people(ws, "ann")
    consents(ws, yes("ann"))
    suppress(ws.store, ["ann@example.com"], why=Suppressing())
    assert unsuppress(ws.store, "ann@example.com", why=Suppressing())
    assert reached(ws, "prospecting_email", "email") == ["ann"]


def test_who_unsubscribed_still_gets_what_is_no_marketing(ws):
    people(ws, "ann")
    suppress(ws.store, ["ann@example.com"], why=Suppressing("unsubscribe"))
    assert reached(ws, "satisfaction", "email") == ["ann"]


def test_the_list_holds_no_address(ws):
    suppress(ws.store, ["ann@example.com"], why=Suppressing())
    ws.store.ledger.checkpoint()
    assert b"ann@example" not in b"".join(file.read_bytes() for file in ws.store.path.glob("ledger*"))


@pytest.mark.parametrize("address", [None, "", "ann", "ann@", "ann@example", "a b@example.com"])
def test_who_has_no_valid_address_is_not_reached(ws, address):
    people(ws, "ann", email=[address])
    consents(ws, yes("ann"))
    assert falls(ws) == {"unreachable": 1}


def test_a_customer_who_once_said_no_gets_no_similar_products(ws):
    people(ws, "ann", "bob", "cyd")
    _register(ws, sale_address="did(order)")
    orders(ws, "ann", "bob", "cyd")
    consents(ws, ("bob", "marketing", "email", "refused", 9), ("cyd", "marketing", "email", "withdrawn", 9))
    assert reached(ws, "prospecting_email_customers", "email") == ["ann"]
    assert falls(ws, "prospecting_email_customers") == {"objection": 2}


def test_the_consent_for_mail_is_none_for_its_pixel(ws):
    people(ws, "ann")
    consents(ws, yes("ann"))
    assert reached(ws, "email_opens", "pixel") == []


def test_a_consent_of_its_own_allows_the_pixel(ws):
    people(ws, "ann")
    consents(ws, ("ann", "email_opens", "pixel", "granted", 3))
    assert reached(ws, "email_opens", "pixel") == ["ann"]


def test_each_instant_is_judged_by_what_had_been_said(ws):
    people(ws, "ann")
    consents(ws, yes("ann", 10), ("ann", "marketing", "email", "withdrawn", -1))
    asked = {"purpose": "prospecting_email", "channel": "email"}
    assert len(ws.audience("all", **asked)) == 1
    assert len(ws.audience("all", **asked, as_of=at(-2))) == 0


class Holdout:
    """A holdout of one person, as the room that measures will hand it over."""

    def __init__(self, number: int, step: str = "holdout") -> None:
        self.number, self.step = number, step

    def held(self, wanted: Wanted, *, among: BitMap) -> list[Cut]:
        return [Cut(self.step, "holdout", BitMap([self.number]), Message(fr="témoin", en="holdout"))]


def test_a_holdout_is_kept_out(ws):
    people(ws, "ann", "bob")
    consents(ws, yes("ann"), yes("bob"))
    wanted = Wanted("all", "prospecting_email", "email")
    found = audience(ws.store, wanted, database=ws.database, holds=[Holdout(0)])
    assert found.members()["profile"].to_pylist() == ["bob"]
    assert found.reason("ann").step == "holdout"


def test_a_hold_cannot_speak_for_the_law(ws):
    people(ws, "ann")
    wanted = Wanted("all", "prospecting_email", "email")
    with pytest.raises(Bug):
        audience(ws.store, wanted, database=ws.database, holds=[Holdout(0, "basis")])


# --- answers ----------------------------------------------------------------------------------


def test_the_waterfall_adds_up(ws):
    people(ws, "ann", "bob", "cyd", "dee", email=["a@example.com", None, "c@example.com", "d@example.com"])
    consents(ws, yes("ann"), yes("bob"), yes("cyd"))
    ws.privacy.object("cyd")
    found = ws.audience("all", purpose="prospecting_email", channel="email").waterfall
    assert [fall.step for fall in found.falls] == list(STEPS)
    assert found.segment - sum(fall.fell for fall in found.falls) == found.audience == 1


def test_the_reason_shows_the_word_that_decided(ws):
    people(ws, "ann")
    consents(ws, yes("ann", 10), ("ann", "marketing", "email", "withdrawn", 1))
    reason = ws.audience("all", purpose="prospecting_email", channel="email").reason("ann")
    assert reason.consent is not None and reason.consent.consent is not None
    assert (reason.step, reason.consent.consent.state) == ("basis", "withdrawn")
    assert "L.34-5" in reason.law.fr


def test_the_reason_shows_the_objection(ws):
    people(ws, "ann")
    consents(ws, yes("ann"))
    ws.privacy.object("ann", proof="letter 12")
    reason = ws.audience("all", purpose="prospecting_email", channel="email").reason("ann")
    assert reason.act is not None and reason.act.proof == "letter 12"


def test_contacts_are_those_of_the_audience_alone(ws):
    people(ws, "ann", "bob")
    consents(ws, yes("bob"))
    found = ws.audience("all", purpose="prospecting_email", channel="email").contacts().to_pylist()
    assert found == [{"profile": "bob", "address": "bob@example.com"}]


def test_a_merged_customer_who_said_no_once_is_not_reached(ws):
    people(ws, "ann", "anne")
    consents(ws, yes("ann"), ("anne", "marketing", "email", "refused", 3))
    ws.confirm("ann", "anne")
    assert reached(ws, "prospecting_email", "email") == []


@pytest.mark.parametrize(("segment", "purpose"), [("none", "prospecting_email"), ("all", "none")])
def test_what_is_not_defined_is_refused(ws, segment, purpose):
    with pytest.raises(UserError):
        ws.audience(segment, purpose=purpose, channel="email")


# --- the only way -----------------------------------------------------------------------------


def _made(ws) -> Audience:
    people(ws, "ann")
    return ws.audience("all", purpose="customer_relationship", channel="service")


def test_nobody_else_makes_an_audience(ws):
    found = _made(ws)
    parts = {"store": ws.store, "wanted": found.wanted, "scene": found._scene, "cuts": ()}
    with pytest.raises(Bug):
        Audience(gate._Key(), **parts)
    with pytest.raises(Bug):
        Audience(None, **parts)


@pytest.mark.parametrize("act", [copy.copy, copy.deepcopy, pickle.dumps])
def test_an_audience_is_not_copied(ws, act):
    with pytest.raises(Bug):
        act(_made(ws))


def test_an_audience_does_not_change(ws):
    found = _made(ws)
    found.numbers().clear()
    assert len(found) == 1
    with pytest.raises(Bug):
        found._people = BitMap()


def test_an_audience_has_no_other_kinds():
    with pytest.raises(Bug):
        type("Mine", (Audience,), {})


def test_the_program_makes_audiences_in_the_gate_alone():
    own = SOURCES / "vitrail" / "consent" / "gate.py"
    found = [file.name for file in SOURCES.rglob("*.py") if file != own and _reaches_around(file.read_text())]
    assert found == []


def test_who_reaches_around_the_gate_is_seen():
    assert _reaches_around("from vitrail.consent.gate import Audience\nx = Audience(1)")
    assert _reaches_around("from vitrail.consent.gate import _KEY")
    assert not _reaches_around("from vitrail.consent.gate import Audience\ndef send(to: Audience): ...")


def _reaches_around(text: str) -> bool:
    """Whether a file calls `Audience(…)`, asks for its key, or makes one without its constructor."""
    for node in ast.walk(ast.parse(text)):
        match node:
            case ast.Call(func=ast.Name(id="Audience") | ast.Attribute(attr="Audience")):
                return True
            case ast.ImportFrom(module="vitrail.consent.gate", names=names):
                if any(name.name.startswith("_") for name in names):
                    return True
            case ast.Attribute(attr="_KEY" | "_Key"):
                return True
            case ast.Call(func=ast.Attribute(attr="__new__"), args=[ast.Name(id="Audience"), *_]):
                return True
    return False


def _segment(key: str) -> Segment:
    return Segment(key=key, name={"en": key}, rule="true", purposes=EVERY)


def _register(ws, **relations: str) -> None:
    known = purposes_in_force(ws.store).document
    define_purposes(ws.store, msgspec.structs.replace(known, relations={**known.relations, **relations}))


def test_a_withdrawal_reaches_another_profile_with_the_same_address(ws):
    people(ws, "old", "new", "else", email=["Ann@Example.com", "ann@example.com ", "bob@example.com"])
    consents(
        ws,
        *((key, "marketing", "email", "granted", 9) for key in ("old", "new", "else")),
        ("old", "marketing", "email", "withdrawn", 3),
    )
    assert reached(ws, "prospecting_email", "email") == ["else"]
    found = ws.audience("all", purpose="prospecting_email", channel="email").reason("new")
    assert (found.step, found.code) == ("objection", "same_address_refused")


def test_an_objection_reaches_another_profile_with_the_same_number(ws):
    people(ws, "old", "new", phone=["+33 6 12 34 56 78", "0612345678"])
    consents(ws, yes("old", channel="sms"), yes("new", channel="sms"))
    assert reached(ws, "prospecting_sms", "sms") == ["new", "old"]
    ws.privacy.object("old")
    assert reached(ws, "prospecting_sms", "sms") == []


def test_a_no_on_one_channel_reaches_no_other_address(ws):
    people(ws, "old", "new", email=["ann@example.com"] * 2, phone=["0612345678", "0612345679"])
    consents(ws, yes("new", channel="sms"), ("old", "marketing", "sms", "refused", 3))
    assert reached(ws, "prospecting_sms", "sms") == ["new"]
