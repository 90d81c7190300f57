"""Who is who on the command line: the reasons of merges, and decisions seen before they are taken."""

from pathlib import Path

import pyarrow as pa
import pytest

import vitrail
from tests.app.terminal import answer, run
from tests.copies import Mould
from vitrail.model.catalogue import Field


def make(root: Path) -> None:
    """Anne has a card at the till and an account on the site; 51 people gave the shop's own address."""
    with vitrail.create(root) as ws:
        ws.catalogue.declare(traits={"email": Field("email", "text", "", identity="email")})
        people = {"id": ["till-7", "site-1"], "email": ["anne@x.fr", " Anne@X.fr"], "city": ["Lyon", None]}
        ws.load_profiles(pa.table(people), key="id", source="crm")
        crowd = [f"k{number:02}" for number in range(51)]
        ws.load_profiles(pa.table({"id": crowd, "email": ["shop@x.fr"] * 51}), key="id", source="till")


@pytest.fixture(scope="module")
def shops(tmp_path_factory: pytest.TempPathFactory) -> Mould:
    return Mould(tmp_path_factory.mktemp("merges"), make)


@pytest.fixture
def shop(shops: Mould, tmp_path: Path) -> Path:
    return shops.cast(tmp_path / "shop")


def test_every_merge_has_its_reason(shop: Path):
    told = answer(run("merges", "--json", workspace=shop))
    assert (told["people"], told["profiles"], told["held"]) == (1, 2, 1)
    (link,) = told["merged"][0]["links"]
    assert (link["kind"], link["value"], link["profiles"], link["source"]) == (
        "email",
        "anne@x.fr",
        ["site-1", "till-7"],
        "crm",
    )


def test_the_reasons_are_told_in_french(shop: Path):
    told = run("merges", workspace=shop, language="fr").stdout
    assert "Rapprochés : 1 client pour 2 profils." in told
    assert "trop de profils" in told


def test_a_customer_is_found_by_any_key(shop: Path):
    assert answer(run("merges", "till-7", "--json", workspace=shop))["key"] == "site-1"
    profile = answer(run("profile", "till-7", "--json", workspace=shop))
    assert (profile["key"], profile["others"]) == ("site-1", ["till-7"])
    assert {each["name"]: each["value"] for each in profile["traits"]}["city"] == "Lyon"


def test_a_split_is_only_shown_then_done_then_undone(shop: Path):
    for arguments, people in (("--dry-run", 1), ("--yes", 0)):
        told = run("split", "till-7", "--why", "two sisters", arguments, workspace=shop)
        assert told.exit_code == 0
        assert "till-7" in told.stdout
        assert answer(run("merges", "--json", workspace=shop))["people"] == people
    assert "two sisters" in run("merges", workspace=shop).stdout
    run("undo", "1", "--yes", workspace=shop)
    assert answer(run("merges", "--json", workspace=shop))["people"] == 1


def test_what_is_held_is_confirmed(shop: Path):
    told = answer(run("confirm", "k07", "--yes", "--json", workspace=shop))
    assert [len(group) for group in told["after"]] == [51]
    assert answer(run("merges", "--json", workspace=shop))["held"] == 0


def test_customers_are_counted_not_profiles(shop: Path):
    assert answer(run("catalogue", "--json", workspace=shop))["profiles"] == 52
    assert answer(run("segments", "--json", workspace=shop))["profiles"] == 52


@pytest.mark.parametrize(
    "arguments",
    [("split",), ("split", "till-7", "--identity", "email=a@x.fr"), ("split", "--identity", "shoe=38"),
     ("split", "zoe"), ("confirm", "site-1"), ("undo", "9"), ("merges", "zoe"), ("split", "till-7")],
)  # fmt: skip
def test_what_cannot_be_decided_is_refused(shop: Path, arguments: tuple[str, ...]):
    told = run(*arguments, workspace=shop)
    assert told.exit_code == 2
    assert "✗" in told.stderr
