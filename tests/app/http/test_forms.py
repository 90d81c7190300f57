"""The pages of forms in a real browser: a survey, a preference centre, and links that open nothing."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

import vitrail
from tests.app.http.browsing import browsing
from tests.app.http.serving import Served, kept, make_workspace, serving
from vitrail.app.form_links import apply_forms, link_for

FORMS = """
edition: 2026
forms:
  - key: nps
    name: {fr: Votre avis, en: Your opinion}
    intro: {fr: "Deux questions, une minute.", en: "Two questions, one minute."}
    questions:
      - key: rating
        kind: nps
        trait: nps
        required: true
        label: {fr: "Nous recommanderiez-vous à un ami ?", en: "Would you recommend us to a friend?"}
      - {key: why, kind: text, label: {fr: "Pourquoi cette note ?", en: "Why this score?"}}
  - key: preferences
    kind: preferences
    event: preferences_answer
    name: {fr: Mes préférences, en: My preferences}
    questions:
      - key: topics
        kind: choices
        trait: interests
        label: {fr: "De quoi vous parler ?", en: "What should we tell you about?"}
        options:
          - {value: garden, label: {fr: Jardin, en: Garden}}
          - {value: kitchen, label: {fr: Cuisine, en: Kitchen}}
      - {key: sms, kind: yes_no, trait: likes_sms, label: {fr: "Par SMS ?", en: "By text message?"}}
      - {key: birthday, kind: date, trait: birthday, label: {fr: Votre anniversaire, en: Your birthday}}
"""
PEOPLE = "id,interests,birthday\nC1,garden,1985-03-31\nC2,,\n"


class Forms:
    """A server with two forms, and the links of its customers."""

    def __init__(self, served: Served) -> None:
        self.served = served

    def link(self, form: str, profile: str) -> str:
        with vitrail.open(self.served.root) as ws:
            return link_for(ws, form, profile=profile, base=self.served.url)


@pytest.fixture(scope="module")
def forms(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Forms]:
    folder = tmp_path_factory.mktemp("forms")
    root = folder / "shop"
    key = make_workspace(root)
    (folder / "forms.yaml").write_text(FORMS, "utf-8")
    (folder / "people.csv").write_text(PEOPLE, "utf-8")
    with vitrail.open(root) as ws:
        apply_forms(ws, folder / "forms.yaml")
        ws.load_profiles(folder / "people.csv", key="id")
    with serving(root, key) as served:
        yield Forms(served)


@pytest.fixture(scope="module")
def browser():
    with browsing() as opened:
        yield opened


@pytest.fixture(params=["fr-FR", "en-GB"])
def page(request, browser) -> Iterator[Page]:
    """A page in each language, at the width of a telephone, without scripts."""
    context = browser.new_context(
        locale=request.param, viewport={"width": 390, "height": 800}, java_script_enabled=False
    )
    context.set_default_timeout(5_000)
    yield context.new_page()
    context.close()


def last(root: Path, count: int) -> list:
    return kept(root)[-count:]


def test_a_survey_is_answered(forms, page):
    page.goto(forms.link("nps", "C1"))
    page.check("input[name=rating][value='9']")
    page.fill("textarea", "Livraison rapide !")
    page.click("button")
    assert page.get_by_role("status").is_visible()
    traits, answer = last(forms.served.root, 2)
    assert (traits.user_id, traits.traits) == ("C1", {"nps": 9})
    assert answer.properties == {"form": "nps", "rating": 9, "why": "Livraison rapide !"}
    assert {traits.source, answer.source} == {"declared"}


def test_a_question_that_needs_an_answer_says_so_and_the_rest_stays(forms, page):
    before = len(kept(forms.served.root))
    page.goto(forms.link("nps", "C1"))
    page.fill("textarea", "Je n’ai pas mis de note")
    page.click("button")
    assert page.get_by_role("alert").is_visible()
    assert page.input_value("textarea") == "Je n’ai pas mis de note"
    assert len(kept(forms.served.root)) == before


def test_a_preference_centre_shows_what_is_known(forms, page):
    page.goto(forms.link("preferences", "C1"))
    checked = page.locator("input:checked")
    assert [each.get_attribute("value") for each in checked.all()] == ["garden"]
    assert page.input_value("input[type=date]") == "1985-03-31"


def test_choices_taken_back_become_the_empty_set(forms, page):
    page.goto(forms.link("preferences", "C1"))
    page.uncheck("input[value=garden]")
    page.click("button")
    traits, _ = last(forms.served.root, 2)
    assert traits.traits == {"interests": [], "birthday": "1985-03-31"}


def test_the_page_speaks_the_language_of_the_browser_and_offers_the_other(forms, page):
    page.goto(forms.link("nps", "C2"))
    first = page.get_attribute("html", "lang")
    page.click(".languages a")
    assert {first, page.get_attribute("html", "lang")} == {"fr", "en"}


def test_a_page_asks_nothing_of_anybody_else(forms, page):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(forms.link("nps", "C2"))
    assert all(url.startswith(forms.served.url) for url in asked)


def test_a_link_that_was_changed_opens_nothing(forms, page):
    answer = page.goto(forms.link("nps", "C2")[:-2])
    assert (answer.status, page.locator("form").count()) == (404, 0)


def test_a_link_whose_time_has_passed_says_so(forms, page):
    early = dt.datetime.now(dt.UTC) - dt.timedelta(days=91)
    with vitrail.open(forms.served.root, clock=lambda: early) as ws:
        old = link_for(ws, "nps", profile="C2", base=forms.served.url)
    assert page.goto(old).status == 410
