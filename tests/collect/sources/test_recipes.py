"""Each ready recipe against a server that speaks as its service documents."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest

from tests.collect.contents import events, rows, snapshot
from tests.collect.sources import services
from vitrail.app.source_files import read_sources, recipe_names, recipe_text
from vitrail.collect.sources import pull
from vitrail.collect.sources.definition import Http
from vitrail.warehouse.store import Store

KEYS = {
    "HUBSPOT_TOKEN": "pat-eu1-x",
    "SALESFORCE_DOMAIN": "acme",
    "SALESFORCE_CLIENT_ID": "me",
    "SALESFORCE_CLIENT_SECRET": "shh",
    "SHOPIFY_SHOP": "acme",
    "SHOPIFY_TOKEN": "shpat_x",
    "STRIPE_KEY": "sk_x",
    "BREVO_KEY": "xkeysib-x",
    "AXONAUT_KEY": "ax-key",
}
HOSTS = (
    "https://api.hubapi.com",
    "https://${SALESFORCE_DOMAIN}.my.salesforce.com",
    "https://${SHOPIFY_SHOP}.myshopify.com",
    "https://api.stripe.com",
    "https://api.brevo.com",
    "https://axonaut.com",
)


@pytest.fixture(autouse=True)
def keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in KEYS.items():
        monkeypatch.setenv(f"VITRAIL_SECRET_{name}", value)


def recipe(name: str, address: str, tmp_path: Path) -> Http:
    """A ready recipe that asks our server instead, without its pauses."""
    text = recipe_text(name)
    for host in HOSTS:
        text = text.replace(host, address)
    file = tmp_path / "recipe.yaml"
    file.write_text(text)
    (source,) = read_sources(file)
    assert isinstance(source, Http)
    return msgspec.structs.replace(source, allow_private=True, per_second=0)


Twice = Callable[[str, Callable], tuple[pull.Pulled, pull.Pulled]]


@pytest.fixture
def twice(store: Store, tmp_path: Path) -> Twice:
    """Pull a recipe from a server, and once more."""

    def pulled(name: str, answer: Callable) -> tuple[pull.Pulled, pull.Pulled]:
        with services.serving(answer) as (address, _):
            source = recipe(name, address, tmp_path)
            return pull.pull(store, source), pull.pull(store, source)

    return pulled


def counts(found: pull.Pulled) -> tuple[str, int, int, int]:
    assert not found.problems, found.problems
    return found.outcome, found.created, found.unchanged, found.rejected


def test_every_recipe_can_be_read(tmp_path: Path):
    assert len(recipe_names()) == 10
    for name in recipe_names():
        assert recipe(name, "http://localhost", tmp_path).key == name


def test_hubspot_contacts(store: Store, twice: Twice):
    first, again = twice("hubspot-contacts", services.hubspot_contacts(21))
    assert (counts(first), counts(again)) == (("done", 21, 0, 0), ("done", 0, 11, 0))  # ten minutes overlap
    kept = snapshot(store)["500007"]
    assert (kept["email"], kept["postcode"], "city" in kept) == ("p7@example.com", "01000", False)


def test_hubspot_searches_anew_beyond_its_limit(store: Store, tmp_path: Path):
    with services.serving(services.hubspot_contacts(21, most=8)) as (address, _):
        source = recipe("hubspot-contacts", address, tmp_path)
        since = msgspec.structs.replace(source.since, restart_after=8)
        found = pull.pull(store, msgspec.structs.replace(source, since=since))
    assert counts(found)[:2] == ("done", 21)


def test_hubspot_deals(store: Store, twice: Twice):
    first, again = twice("hubspot-deals", services.hubspot_deals)
    assert (counts(first), counts(again)) == (("done", 2, 0, 0), ("done", 0, 2, 0))
    deal = rows(store.source().records["deal"])[0]
    assert (deal["amount"], deal["won"]) == (Decimal("1500.5000"), True)


def test_salesforce_contacts(store: Store, twice: Twice):
    first, again = twice("salesforce-contacts", services.salesforce)
    assert (counts(first), counts(again)) == (("done", 5, 0, 0), ("done", 0, 5, 0))
    assert snapshot(store)["003000000000000002"]["refuses_email"] is True


def test_shopify_orders(store: Store, twice: Twice):
    first, again = twice("shopify-orders", services.shopify_orders)
    assert (counts(first), counts(again)) == (("done", 4, 0, 0), ("done", 0, 4, 0))
    order = events(store, "order")[0]
    assert (order["id"], order["amount"], order["codes"]) == ("450789469", Decimal("409.9400"), ["TENOFF"])


def test_stripe_charges(store: Store, twice: Twice):
    first, again = twice("stripe-charges", services.stripe_charges)
    assert (counts(first), counts(again)) == (("done", 4, 0, 0), ("done", 0, 4, 0))
    assert events(store, "charge")[0]["amount"] == Decimal("19.9900")


def test_brevo_contacts(store: Store, twice: Twice):
    first, again = twice("brevo-contacts", services.brevo)
    assert (counts(first), counts(again)) == (("done", 1203, 0, 0), ("done", 0, 11, 0))
    assert snapshot(store)["0"]["refuses_email"] is True


def test_axonaut_companies(store: Store, twice: Twice):
    first, again = twice("axonaut-companies", services.axonaut)
    assert (counts(first), counts(again)) == (("done", 4, 0, 0), ("done", 0, 4, 0))


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("hubspot-contacts", services.hubspot_contacts(1)),
        ("shopify-orders", services.shopify_orders),
        ("brevo-contacts", services.brevo),
        ("axonaut-companies", services.axonaut),
    ],
)
def test_a_wrong_key_is_said(store: Store, tmp_path: Path, monkeypatch, name: str, answer: Callable):
    for key in KEYS:
        monkeypatch.setenv(f"VITRAIL_SECRET_{key}", "wrong-key")
    with services.serving(answer) as (address, _):
        found = pull.pull(store, recipe(name, address, tmp_path))
    assert [each.code for each in found.problems] == ["not_allowed"]
    assert "wrong-key" not in found.problems[0].text("fr")
