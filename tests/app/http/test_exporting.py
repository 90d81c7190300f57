"""Exports over the API of a real server: files, what is hidden in them, and the register."""

from collections.abc import Iterator

import httpx2
import pytest

import vitrail
from tests.app.http.serving import Served, serving
from tests.app.http.test_api import ANALYST, Api
from tests.app.terminal import make_shop
from tests.consent.shop import consents, people
from vitrail.app.purposes import define_purposes
from vitrail.model.definitions import Segment

REACHED = {"segment": "all", "purpose": "prospecting_email", "channel": "email"}
MARKETER = (*ANALYST, "view_personal_data", "send")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("exporting")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VITRAIL_SECRET_KEY_FILE", str(folder / "keys" / "shop.key"))
        root = make_shop(folder / "shop")
        with vitrail.open(root) as ws:
            define_purposes(ws.store)
            people(ws, "ann", "bob")
            consents(ws, ("ann", "marketing", "email", "granted", 9))
            ws.define(Segment(key="all", name={"en": "All"}, rule="true", purposes=("prospecting_email",)))
            ws.refresh()
        with serving(root, "", options=("--requests-a-second", "0")) as server:
            yield server


@pytest.fixture(scope="module")
def marketer(served: Served) -> Api:
    return Api(served, *MARKETER)


def newest(served: Served) -> dict[str, object]:
    found: dict[str, object] = Api(served, "view_audit").get("exports?limit=1").json()["exports"][0]
    return found


def test_an_audience_tells_its_waterfall(marketer: Api):
    told = marketer.post("audience", **REACHED).json()
    assert told["audience"] == 1
    assert told["segment"] - sum(each["fell"] for each in told["falls"]) == 1


def test_an_audience_is_taken_as_a_file_and_is_in_the_register(served: Served, marketer: Api):
    answer = marketer.post("audience/export", **REACHED, form="csv", recipient="Agence Dupont")
    assert answer.headers["content-disposition"] == 'attachment; filename="people.csv"'
    assert answer.content.decode("utf-8-sig").splitlines()[1:] == ["ann;ann@example.com"]
    told = newest(served)
    assert (told["kind"], told["recipient"], told["people"]) == ("audience", "Agence Dupont", 1)


def test_who_may_not_see_personal_data_takes_no_audience(served: Served):
    answer = Api(served, *ANALYST, "send").post("audience/export", **REACHED, form="csv")
    assert answer.status_code == 403


def test_a_list_is_masked_for_who_may_not_see_personal_data(served: Served):
    answer = Api(served, *ANALYST).post("segments/all/export", form="csv")
    text = answer.content.decode("utf-8-sig")
    assert answer.status_code == 200 and "@" not in text and "p-" in text
    assert newest(served)["masked"] is True


def test_a_list_is_whole_for_who_may(marketer: Api):
    answer = marketer.post("segments/all/export", form="parquet", traits=["email"])
    assert answer.content[:4] == b"PAR1"


def test_pages_a_program_reads_are_in_the_register(served: Served, marketer: Api):
    assert marketer.get("segments/all/members?limit=1").status_code == 200
    told = newest(served)
    assert (told["kind"], told["segment"], told["people"]) == ("members", "all", 1)


def test_a_follow_up_is_settled(served: Served, marketer: Api):
    marketer.post("audience/export", **REACHED, form="csv")
    with vitrail.open(served.root) as ws:
        ws.privacy.restrict("ann")
    officer = Api(served, "serve_rights")
    waiting = officer.get("follow-ups?state=open").json()["follow_ups"]
    number = waiting[0]["standing"]["number"]
    assert officer.post(f"follow-ups/{number}", state="done", note="mail").json()["state"] == "done"
    assert len(officer.get("follow-ups?state=open").json()["follow_ups"]) == len(waiting) - 1
    assert officer.post(f"follow-ups/{number}", state="impossible").status_code == 400


def test_a_misspelt_purpose_is_refused_with_the_nearest(marketer: Api):
    answer = marketer.post("audience", **REACHED | {"purpose": "prospecting_emial"})
    assert isinstance(answer, httpx2.Response) and answer.status_code == 400
    assert "prospecting_email" in answer.text
