"""The register of purposes: what is refused, what applying changes, what comes with the product."""

from __future__ import annotations

import msgspec
import pytest

import vitrail
from vitrail.app.purpose_files import read_purposes, ready_purposes, ready_purposes_text
from vitrail.app.purposes import define_purposes, propose_purposes, purposes_in_force
from vitrail.consent.purposes import apply_purposes, register_of
from vitrail.model.definitions import Segment
from vitrail.model.errors import UserError
from vitrail.model.purposes import Purpose, PurposeFile, Retention

MAILING = Purpose("news", {"en": "News"}, "consent", marketing=True, channels=("email",))


@pytest.fixture
def ws(tmp_path):
    with vitrail.create(tmp_path / "empty") as opened:
        yield opened


def register(*purposes: Purpose, **more) -> PurposeFile:
    return PurposeFile(2026, purposes=purposes, **more)


def codes(ws, given: PurposeFile) -> list[str]:
    with pytest.raises(UserError) as refused:
        define_purposes(ws.store, given)
    return [each.code for each in refused.value.problems]


def test_the_ready_made_register_fits_every_workspace(ws):
    define_purposes(ws.store)
    assert len(purposes_in_force(ws.store).document.purposes) == len(ready_purposes().purposes)


def test_the_ready_made_register_is_a_file_like_any_other(tmp_path):
    file = tmp_path / "purposes.yaml"
    file.write_text(ready_purposes_text(), "utf-8")
    assert read_purposes(file) == ready_purposes()


@pytest.mark.parametrize("part", ["name", "description", "security"])
def test_every_ready_made_purpose_speaks_both_languages(part):
    for each in ready_purposes().purposes:
        assert set(getattr(each, part)) == {"fr", "en"}, each.key


@pytest.mark.parametrize("part", ["data", "people", "recipients", "retention"])
def test_every_ready_made_purpose_says_what_the_record_asks_for(part):
    assert [each.key for each in ready_purposes().purposes if not getattr(each, part)] == []


def test_a_relation_the_catalogue_cannot_tell_is_left_out_and_named(ws):
    assert propose_purposes(ws.store).left_out == ("customer",)


def test_a_relation_the_catalogue_can_tell_stays(ws):
    ws.catalogue.declare(events={"order": {}})
    assert propose_purposes(ws.store).left_out == ()


def test_conditions_may_ask_for_the_consents_of_a_purpose(ws):
    define_purposes(ws.store, register(MAILING))
    assert ws.check("consented(news, email)") == []


def test_applying_the_same_again_makes_no_new_version(ws):
    define_purposes(ws.store, register(MAILING))
    assert define_purposes(ws.store, register(MAILING)).is_empty
    assert register_of(ws.store).version == 1


def test_the_purposes_of_the_past_stay_known(ws):
    define_purposes(ws.store, register(MAILING))
    before_us = ws.store.now_us()
    define_purposes(ws.store, register(msgspec.structs.replace(MAILING, channels=("sms",))))
    past = register_of(ws.store, at_us=before_us).document.find("news")
    assert past is not None and past.channels == ("email",)


def test_a_plan_that_was_overtaken_is_refused(ws):
    plan = propose_purposes(ws.store, register(MAILING)).plan
    define_purposes(ws.store)
    with pytest.raises(UserError, match="meanwhile"):
        apply_purposes(ws.store, plan)


def test_pruning_removes_what_is_not_given(ws):
    define_purposes(ws.store)
    plan = propose_purposes(ws.store, register(MAILING), prune=True).plan
    assert [each.key for each in plan.document.purposes] == ["news"]


@pytest.mark.parametrize(
    ("code", "change"),
    [
        ("no_balancing", {"basis": "legitimate_interests"}),
        ("no_law", {"basis": "legal_obligation", "marketing": False}),
        ("marketing_without_basis", {"basis": "public_task"}),
        ("explicit_without_consent", {"basis": "contract", "sensitive": "explicit_consent"}),
        ("consents_without_consent", {"basis": "contract", "consents": "other"}),
        ("bad_retention", {"retention": Retention("collection")}),
        ("bad_retention", {"retention": Retention("collection", months=3, days=3)}),
        ("consent_not_apart", {"channels": ("email", "phone")}),
        ("bad_key", {"key": "Été"}),
        ("no_name", {"name": {}}),
    ],
)
def test_what_the_law_or_the_record_does_not_allow_is_refused(ws, code, change):
    assert codes(ws, register(msgspec.structs.replace(MAILING, **change))) == [code]


def test_the_consent_of_a_pixel_serves_nothing_else(ws):
    pixel = Purpose("opens", {"en": "Opens"}, "consent", channels=("pixel",), consents="news")
    assert codes(ws, register(MAILING, pixel)) == ["consent_not_apart"]


def test_all_problems_are_told_at_once(ws):
    wrong = register(MAILING, MAILING, relations={"customer": "did(nothing)"}, sources={"crm": ("old",)})
    assert codes(ws, wrong) == ["repeated_key", "unknown_collection", "unknown_purpose"]


def test_the_problems_of_a_file_have_their_places(tmp_path):
    file = tmp_path / "purposes.yaml"
    file.write_text("edition: 2026\npurposes:\n  - {key: news, name: {en: News}, basis: whim, why: so}\n")
    with pytest.raises(UserError) as refused:
        read_purposes(file)
    assert {each.path for each in refused.value.problems} == {"purposes.news.why", "purposes.news.basis"}


def test_a_segment_that_names_an_unknown_purpose_is_warned_of_with_the_nearest(ws):
    define_purposes(ws.store, register(MAILING))
    plan = ws.plan(Segment("vip", {"en": "VIP"}, "true", purposes=("new",)))
    assert [(each.code, each.hint) for each in plan.warnings] == [("unknown_purpose", ("news",))]


def test_a_segment_that_names_a_purpose_in_force_is_not(ws):
    define_purposes(ws.store, register(MAILING))
    assert ws.plan(Segment("vip", {"en": "VIP"}, "true", purposes=("news",))).warnings == ()
