"""The pages on privacy over HTTP: what is changed by forms, and what a role is not shown."""

from __future__ import annotations

import datetime as dt
import itertools
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from pathlib import Path

import pyarrow as pa
import pytest

import vitrail
from tests.app.http.serving import Served, serving
from tests.app.http.visiting import Visitor, make_user
from vitrail.app.purposes import purposes_in_force
from vitrail.model.access import Role
from vitrail.model.catalogue import Field, Label

LONG_AGO = dt.date(2015, 1, 1)
KEYS = [list(each) for each in itertools.permutations(["ann", "bob", "cid"])]


@contextmanager
def three_customers(root: Path) -> Iterator[Served]:
    """A workspace of three customers who have been silent for long, served."""
    with vitrail.create(root) as ws:
        ws.catalogue.declare(
            traits={"email": "text", "religion": "text", "joined": "date"},
            events={"visit": {}, "order": {}},
            created="joined",
        )
        keys = ["ann", "bob", "cid"]
        table = {"id": keys, "email": [f"{key}@example.org" for key in keys], "joined": [LONG_AGO] * 3}
        ws.load_profiles(pa.table(table), key="id")
    with serving(root, "") as served:
        yield served


def entered(served: Served, role: Role) -> Visitor:
    """Somebody of a role, signed in."""
    visitor = Visitor(served)
    visitor.sign_in(make_user(served, role).email)
    return visitor


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with three_customers(tmp_path_factory.mktemp("privacy") / "shop") as served:
        yield served


@pytest.fixture(scope="module")
def officer(small: Served) -> Visitor:
    return entered(small, "privacy_officer")


@pytest.fixture(scope="module")
def reader(small: Served) -> Visitor:
    return entered(small, "reader")


def text(visitor: Visitor) -> str:
    return unescape(re.sub(r"<[^>]+>", " ", visitor.page.text))


def test_the_ready_made_set_is_applied_in_one_click(small: Served, officer: Visitor):
    officer.go("/privacy/purposes")
    assert officer.send("/privacy/purposes/ready").status_code == 303
    with vitrail.open(small.root) as ws:
        assert len(purposes_in_force(ws.store).document.purposes) > 10
    officer.go("/privacy/purposes")
    assert "Apply the ready-made set" not in text(officer)


def test_traits_are_told_by_what_they_are_called(small: Served, officer: Visitor):
    with vitrail.open(small.root) as ws:
        named = Field("first_name", "text", "", label=Label("prénom", "first name"))
        ws.catalogue.declare(traits={"first_name": named})
    officer.go("/privacy")
    told = text(officer).partition("Traits without a purpose")[2][:300]
    assert "First name" in told
    assert "first_name" not in told


def test_without_a_rule_nothing_is_said_of_what_is_past_its_period(tmp_path: Path):
    with three_customers(tmp_path / "shop") as served:
        officer = entered(served, "privacy_officer")
        officer.go("/privacy")
        assert "No rule: data are kept without end." in text(officer)
        assert "Past their retention period" not in text(officer)


def form_of(visitor: Visitor) -> dict[str, str]:
    """What stands in the form of a purpose that has no list with several values."""
    page = visitor.page.text
    fields = dict(re.findall(r'<input id="[^"]*" name="([^"]*)"[^>]*value="([^"]*)"', page))
    fields |= dict(re.findall(r'<textarea id="[^"]*" name="([^"]*)"[^>]*>([^<]*)</textarea>', page))
    return {name: unescape(value) for name, value in fields.items()}


def test_a_purpose_is_looked_at_then_put_in_force_then_taken_away(small: Served, officer: Visitor):
    place = "/privacy/purposes/new"
    officer.go(place)
    fields = {"name.fr": "Jeu d’été", "basis": "consent", "channel": "email", "marketing": "1"}
    officer.send(place, **fields, do="look")
    assert "Reached after" in text(officer)
    with vitrail.open(small.root) as ws:
        assert purposes_in_force(ws.store).document.find("jeu_d_ete") is None
    assert (
        officer.send(place, **fields, do="save").headers["location"]
        == "/privacy/purposes/jeu_d_ete?done=saved"
    )
    officer.go("/privacy/purposes/jeu_d_ete/edit")
    same = {**form_of(officer), "basis": "consent", "channel": "email", "marketing": "1", "do": "save"}
    answer = officer.send("/privacy/purposes/jeu_d_ete/edit", **same)
    assert answer.headers["location"].endswith("done=nothing")
    officer.go("/privacy/purposes/jeu_d_ete/edit")
    assert officer.send("/privacy/purposes/jeu_d_ete/edit", do="remove").status_code == 303
    assert officer.go("/privacy/purposes/jeu_d_ete").status_code == 400


def test_what_is_wrong_in_a_purpose_is_said_and_nothing_typed_is_lost(officer: Visitor):
    place = "/privacy/purposes/new"
    officer.go(place)
    answer = officer.send(place, **{"name.en": "Interest", "basis": "legitimate_interests", "do": "save"})
    assert answer.status_code == 422
    assert "balancing" in text(officer)
    assert 'value="Interest"' in officer.page.text


def test_checking_the_ledger_says_what_was_checked_and_is_remembered(officer: Visitor):
    officer.go("/privacy/consents")
    assert "seals never checked" in text(officer)
    officer.send("/privacy/consents/verify")
    assert "The ledger is whole" in text(officer)
    officer.go("/privacy/consents")
    assert "seals checked on" in text(officer)


def test_a_request_is_noted_and_refused_with_a_reason_which_the_trail_tells(tmp_path: Path):
    with three_customers(tmp_path / "shop") as served:
        officer = entered(served, "privacy_officer")
        refuse_a_request(officer)
        read_the_trail(officer)


def refuse_a_request(officer: Visitor) -> None:
    officer.go("/privacy/requests")
    assert officer.send("/privacy/requests", right="access", person="nobody").status_code == 422
    officer.send("/privacy/requests", right="access", person="example.org")
    assert re.findall(r'type="radio" name="person" value="([^"]*)"', officer.page.text)[:3] in KEYS
    assert officer.send("/privacy/requests", right="access", person="ann", how="letter").status_code == 303
    officer.go("/privacy/requests")
    assert "ann" in text(officer)
    assert officer.send("/privacy/requests/1", do="refuse", why="").status_code == 422
    assert "Say why" in text(officer)
    assert officer.send("/privacy/requests/1", do="refuse", why="excessive").status_code == 303


def test_what_goes_is_shown_confirmed_and_then_gone(small: Served, officer: Visitor):
    place = "/privacy/retention"
    officer.go(place)
    officer.send(place, do="ready")
    officer.go(place)
    officer.send(place, do="plan")
    assert "3" in re.search(r"people erased\s+(\d+)", text(officer))[1]
    seal = re.search(r'name="seal" value="([0-9a-f]+)"', officer.page.text)[1]
    officer.send(place, do="run", seal=seal)
    assert "nothing was done" in text(officer)
    officer.go(place)
    assert officer.send(place, do="run", seal=seal, sure="1").status_code == 303
    until = time.monotonic() + 120
    while "Done: 3 people erased" not in text(officer):
        assert time.monotonic() < until
        time.sleep(0.5)
        officer.go(place)
    with vitrail.open(small.root) as ws:
        assert ws.count("true") == 0


def test_a_sensitive_trait_is_decided(small: Served, officer: Visitor):
    officer.go("/privacy/sensitive")
    assert "religion" in text(officer)
    fields = {"csrf": officer.token, "path": "traits.religion", "do": "not"}
    officer.client.post("/privacy/sensitive", data=fields)
    officer.go("/privacy/sensitive")
    assert "religion" not in text(officer)


BEGINNINGS = {"html": b"<!doctype html>", "csv": "\ufeffController".encode(), "xlsx": b"PK", "json": b"{"}


@pytest.mark.parametrize("form", BEGINNINGS)
def test_the_record_is_taken_in_four_forms(officer: Visitor, form: str):
    answer = officer.client.get(f"/privacy/record/record.{form}")
    assert answer.status_code == 200
    assert answer.headers["content-disposition"].endswith(f'.{form}"')
    assert answer.content.startswith(BEGINNINGS[form]) and len(answer.content) > 900


def read_the_trail(officer: Visitor) -> None:
    """Filter it, check it, take it away."""
    officer.go("/privacy/audit?act=request.refuse")
    assert "refused a request" in text(officer)
    officer.send("/privacy/audit/verify")
    assert "The trail is whole" in text(officer)
    lines = officer.client.post("/privacy/audit/download", data={"csrf": officer.token}).text.splitlines()
    assert '"request.refuse"' in "".join(lines)


@pytest.mark.parametrize("page", ["/privacy", "/privacy/purposes", "/privacy/consents", "/privacy/sensitive"])
def test_a_reader_is_drawn_nothing_they_may_not_do(reader: Visitor, page: str):
    reader.go(page)
    main = reader.page.text.partition("<main")[2]
    assert '<form method="post"' not in main
    tabs = re.search(r'<nav class="tabs.*?</nav>', main, re.S)
    assert "/privacy/consents" in tabs[0]
    assert "/privacy/requests" not in tabs[0]


def test_a_reader_sees_of_the_ledger_no_entry(reader: Visitor):
    reader.go("/privacy/consents")
    assert "Last entries" not in text(reader)
