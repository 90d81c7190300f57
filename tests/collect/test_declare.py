import pyarrow as pa
import pytest

from tests.collect.contents import snapshot
from vitrail.collect.declare import Declaration, declare
from vitrail.collect.load import load_events, load_profiles
from vitrail.model.catalogue import Choice, Collection, Field, Label, Named
from vitrail.model.errors import UserError
from vitrail.warehouse.store import Store


def field(name: str, kind: str, **more: object) -> Field:
    return Field(name=name, type=kind, column="", **more)


def test_a_declared_type_wins_over_what_the_data_looks_like(store: Store):
    declare(store, Declaration(traits=(field("postcode", "text"), field("age", "integer"))))
    load_profiles(
        store, pa.table({"id": ["a", "b"], "postcode": ["59000", "01000"], "age": ["7", "x"]}), key="id"
    )
    assert snapshot(store) == {"a": {"postcode": "59000", "age": 7}}


def test_words_and_choices_may_change_when_there_is_data(store: Store):
    load_profiles(store, pa.table({"id": ["a"], "country": ["FR"]}), key="id")
    label = Label(fr="pays", en="country", gender="m")
    declare(store, Declaration(traits=(field("country", "text", label=label, choices=(Choice("FR"),)),)))
    assert store.catalogue.traits["country"].label == label
    assert store.catalogue.traits["country"].column == "country"


def test_the_type_of_what_has_data_is_fixed(store: Store):
    load_profiles(store, pa.table({"id": ["a"], "age": [1]}), key="id")
    before = store.catalogue
    with pytest.raises(UserError) as refusal:
        declare(store, Declaration(traits=(field("age", "text"), field("new", "text"))))
    assert [problem.code for problem in refusal.value.problems] == ["type_fixed"]
    assert store.catalogue == before


def test_the_type_of_what_has_no_data_may_change(store: Store):
    declare(store, Declaration(traits=(field("age", "text"),)))
    declare(store, Declaration(traits=(field("age", "integer"),)))
    assert store.catalogue.traits["age"].type == "integer"


def test_a_collection_is_declared_with_its_properties(store: Store):
    order = Collection(name="order", kind="event", column="", properties={"amount": field("amount", "float")})
    declare(
        store, Declaration(collections=(order,), purposes=(Named("marketing"),), channels=(Named("email"),))
    )
    table = pa.table({"who": ["a"], "when": ["2025-01-01T00:00:00Z"], "amount": [1.123456], "shop": ["x"]})
    load_events(store, "order", data=table, profile="who", at="when")
    properties = store.catalogue.collections["order"].properties
    assert {name: known.type for name, known in properties.items()} == {"amount": "float", "shop": "text"}
    assert list(store.catalogue.purposes) == ["marketing"]


def test_two_fields_do_not_share_a_column(store: Store):
    fields = (Field(name="a", type="text", column="same"), Field(name="b", type="text", column="same"))
    with pytest.raises(UserError) as refusal:
        declare(store, Declaration(traits=fields))
    assert {problem.code for problem in refusal.value.problems} == {"bad_column"}
