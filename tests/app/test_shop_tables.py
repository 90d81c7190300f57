import datetime as dt
from unicodedata import is_normalized

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from tests.app.shops import END, SHOP, SPAN, table
from vitrail.app import shop
from vitrail.app.shop.declare import CATALOGUE, KEYS
from vitrail.app.shop.seasons import PARIS, date_of

HAPPENINGS = [*shop.EVENTS, *shop.RECORDS]
ALL = ["profiles", *HAPPENINGS, *shop.SCORES]
ARROW = {
    "text": pa.string(),
    "integer": pa.int64(),
    "decimal": pa.decimal128(18, 2),
    "float": pa.float64(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
    "instant": pa.timestamp("us", tz="UTC"),
    "texts": pa.list_(pa.string()),
}


def declared(name):
    properties = CATALOGUE.traits if name == "profiles" else CATALOGUE.collections[name].properties
    return {field.name: field for field in properties.values()}


@pytest.mark.parametrize("name", ["profiles", *HAPPENINGS])
def test_every_column_has_the_type_the_catalogue_declares(name):
    keys = {"customer_id", "at", KEYS.get(name)} if name != "profiles" else {"customer_id"}
    found = {field.name: field.type for field in table(name).schema if field.name not in keys}
    assert found == {field.name: ARROW[field.type] for field in declared(name).values()}


@pytest.mark.parametrize("name", ["profiles", *HAPPENINGS])
def test_every_value_is_one_of_the_declared_choices(name):
    for field in declared(name).values():
        if field.choices and field.type == "text":
            found = set(pc.unique(table(name)[field.name]).to_pylist()) - {None}
            assert found <= {choice.value for choice in field.choices}, field.name


@pytest.mark.parametrize("name", HAPPENINGS)
def test_keys_are_unique(name):
    assert len(pc.unique(table(name)[KEYS[name]])) == table(name).num_rows


@pytest.mark.parametrize("name", ALL)
def test_everything_belongs_to_a_customer(name):
    known = table("profiles")["customer_id"].combine_chunks()
    assert pc.all(pc.is_in(table(name)["customer_id"], value_set=known)).as_py()


@pytest.mark.parametrize("name", sorted(set(shop.EVENTS) - {"consent"}))
def test_events_fall_within_the_two_years(name):
    first, last = (
        dt.datetime.combine(date_of(day), dt.time(), tzinfo=PARIS) for day in (SPAN.start, SPAN.end)
    )
    found = pc.min_max(table(name)["at"]).as_py()
    assert first <= found["min"] <= found["max"] < last <= END


@pytest.mark.parametrize("name", ALL)
def test_all_text_is_in_nfc(name):
    for field in table(name).schema:
        if field.type == pa.string():
            values = pc.unique(table(name)[field.name]).to_pylist()
            assert all(is_normalized("NFC", value) for value in values if value is not None), field.name


def test_money_is_positive_and_in_cents():
    amounts = table("order")["amount"]
    assert pc.min(amounts).as_py() > 0
    assert amounts.type.scale <= 4


def test_email_domains_are_those_kept_for_examples():
    addresses = pc.drop_null(table("profiles")["email"])
    assert pc.all(pc.match_substring_regex(addresses, r"^[a-z.0-9-]+@example\.(org|com|net)$")).as_py()


def test_telephone_numbers_are_those_kept_for_fiction():
    numbers = pc.drop_null(table("profiles")["phone"])
    ranges = r"^\+33(19900|26191|35301|46571|53649|63998)\d{4}$"
    assert pc.all(pc.match_substring_regex(numbers, ranges)).as_py()


def test_departments_are_codes_as_written_in_france():
    found = set(pc.unique(table("profiles")["department"]).to_pylist())
    assert {"01", "75", "2A", "2B", "971", None} <= found


def test_postcodes_keep_their_leading_zeros():
    french = table("profiles").filter(pc.equal(table("profiles")["country"], "FR"))
    assert set(pc.unique(pc.utf8_length(french["postcode"])).to_pylist()) == {5}
    assert "06000" in pc.unique(french["postcode"]).to_pylist()


@pytest.mark.parametrize(
    ("trait", "low", "high"),
    [
        ("email", 0.03, 0.07),
        ("birth_date", 0.25, 0.31),
        ("gender", 0.07, 0.11),
        ("country", 0.05, 0.07),
        ("interests", 0.31, 0.35),
        ("company", 0.91, 0.95),
        ("customer_id", 0, 0),
        ("created_at", 0, 0),
    ],
)
def test_values_are_unknown_in_realistic_shares(trait, low, high):
    assert low <= table("profiles")[trait].null_count / SHOP.customers <= high


def test_nobody_buys_before_having_an_account():
    created = dict(
        zip(*(table("profiles")[name].to_pylist() for name in ("customer_id", "created_at")), strict=True)
    )
    orders = table("order").select(["customer_id", "at"]).to_pylist()
    assert all(created[order["customer_id"]] <= order["at"] for order in orders)


def test_some_names_have_accents_hyphens_and_apostrophes():
    names = " ".join(table("profiles")["last_name"].to_pylist())
    assert {"é", "-", "'", " "} <= set(names)
