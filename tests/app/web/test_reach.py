"""The funnel from a segment to its audience says what the gate says."""

import msgspec

from vitrail.app.counting import Counts
from vitrail.app.falling import Question, reach_of, wanted_of
from vitrail.app.web.desk import Desk
from vitrail.consent.purposes import register_of
from vitrail.language.parse import parse
from vitrail.model.access import PERMISSIONS, permissions_of


def test_the_funnel_of_a_segment_is_that_of_the_gate(desk: Desk):
    reach = reach_of(
        desk.ws, Question("big_basket", None), counts=Counts(desk.ws, set(PERMISSIONS)), language="en"
    )
    found = desk.ws.audience("big_basket", purpose=reach.purpose, channel=reach.channel)
    assert reach.audience.value == len(found)
    assert [fall.fell.value for fall in reach.falls] == [
        each.fell for each in found.waterfall.falls if each.fell
    ]
    assert reach.segment.value - sum(fall.fell.value or 0 for fall in reach.falls) == reach.audience.value


def test_an_unsaved_rule_has_the_funnel_its_segment_will_have(desk: Desk):
    key = "big_basket"
    rule = desk.ws.catalogue.current().segments[key]
    counts = Counts(desk.ws, set(PERMISSIONS))
    saved = reach_of(desk.ws, Question(key, None), counts=counts, language="en")
    named = (saved.purpose,)
    unsaved = reach_of(
        desk.ws, Question("", rule, saved.purpose, saved.channel, None, named), counts=counts, language="en"
    )
    assert unsaved.segment == saved.segment
    assert unsaved.audience == saved.audience
    assert saved.falls
    assert unsaved.falls == saved.falls


def test_every_reason_to_fall_is_told_and_they_add_up(desk: Desk):
    counts = Counts(desk.ws, set(PERMISSIONS))
    question = Question("", parse("true"), "prospecting_email", "email", None, ("prospecting_email",))
    reach = reach_of(desk.ws, question, counts=counts, language="fr")
    assert 0 < (reach.audience.value or 0) < (reach.segment.value or 0)
    for fall in reach.falls:
        assert sum(why.people.value or 0 for why in fall.whys) == fall.fell.value
        assert all(why.text for why in fall.whys)


def test_small_groups_stay_hidden_from_those_who_see_nobody(desk: Desk):
    counts = Counts(desk.ws, permissions_of("reader"))
    reach = reach_of(
        desk.ws, Question("", parse("count(order) >= 8"), named=()), counts=counts, language="en"
    )
    assert reach.share is None
    assert reach.falls
    assert all(fall.share is None for fall in reach.falls)
    assert all((fall.fell.value or 20) >= 20 for fall in reach.falls)


def test_the_purpose_shown_first_is_prospecting_by_email(desk: Desk):
    register = register_of(desk.ws.store).document
    named = ("personalisation", "prospecting_post", "prospecting_email_customers")
    wanted = wanted_of(Question("", None, named=named), register)
    assert (wanted.purpose, wanted.channel) == ("prospecting_email_customers", "email")


def test_a_segment_for_the_post_alone_is_shown_by_post(desk: Desk):
    register = register_of(desk.ws.store).document
    only = msgspec.structs.replace(register, purposes=(register.find("prospecting_post"),))
    wanted = wanted_of(Question("", None, named=("prospecting_post",)), only)
    assert (wanted.purpose, wanted.channel) == ("prospecting_post", "post")
