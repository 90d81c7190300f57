"""What a load claims: declared identities, once each, with their source."""

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.collect.contents import us
from tests.collect.identity.scenes import declare_identities
from tests.storage import Clock
from vitrail.collect.declare import Declaration, declare
from vitrail.collect.identity import Claimed, claim
from vitrail.collect.identity.claims import CLAIMS, IDENTITY
from vitrail.collect.load import load_profiles
from vitrail.model.catalogue import Field
from vitrail.model.errors import UserError
from vitrail.warehouse.store import Store


def claims(store: Store) -> list[tuple[object, ...]]:
    with store.writing() as writer:
        tables = [pq.read_table(path) for path in writer.paths(IDENTITY)]
    return sorted(
        (row["profile"], row["kind"], row["value"]) for table in tables for row in table.to_pylist()
    )


def test_nothing_is_guessed(store: Store):
    load_profiles(store, pa.table({"id": ["a"], "email": ["anne@exemple.fr"]}), key="id")
    assert claims(store) == []


def test_a_declared_trait_claims_in_one_form_with_the_key(store: Store):
    declare_identities(store, email="email", mobile="phone")
    table = pa.table(
        {"id": ["a", "b"], "email": [" Anne@Exemple.FR", None], "mobile": ["06 98 76 54 31", None]}
    )
    load_profiles(store, table, key="id")
    assert claims(store) == [
        (0, "email", "anne@exemple.fr"),
        (0, "key", "a"),
        (0, "phone", "+33698765431"),
    ]


def test_the_same_claim_is_kept_once(store: Store, clock: Clock):
    declare_identities(store, email="email")
    table = pa.table({"id": ["a"], "email": ["anne@exemple.fr"]})
    load_profiles(store, table, key="id")
    before = store.version
    clock.advance(days=1)
    load_profiles(store, table, key="id")
    assert len(claims(store)) == 2
    assert store.version == before


def test_a_former_address_stays_a_claim(store: Store, clock: Clock):
    declare_identities(store, email="email")
    for address in ("anne@exemple.fr", "anne.durand@exemple.fr"):
        load_profiles(store, pa.table({"id": ["a"], "email": [address]}), key="id")
        clock.advance(days=1)
    assert [value for _, kind, value in claims(store) if kind == "email"] == [
        "anne.durand@exemple.fr",
        "anne@exemple.fr",
    ]


def test_fillers_are_told_and_claim_nothing(store: Store):
    declare_identities(store, email="email")
    table = pa.table({"id": ["a", "b", "c"], "email": ["test@test.com", "test@test.com", "anne"]})
    report = load_profiles(store, table, key="id")
    assert [(each.code, each.severity) for each in report.warnings] == [
        ("identity_forbidden", "warning"),
        ("identity_malformed", "warning"),
    ]
    assert "2 filler values (“test@test.com”…)" in report.warnings[0].message.en
    assert [kind for _, kind, _ in claims(store)] == ["key", "key", "key"]
    assert report.accepted == 3


def test_claims_of_one_commit_are_kept_once(store: Store):
    rows = {"profile": [0], "kind": ["email"], "value": ["anne@exemple.fr"], "source": ["site"]}
    table = pa.table({**rows, "at_us": [us("2025-06-01T12:00:00Z")]}).select(CLAIMS.names)
    with store.writing() as writer, writer.scratch() as scratch:
        assert claim(writer, scratch, claims=table) == Claimed(stored=1)
        assert claim(writer, scratch, claims=table) == Claimed(stored=0)
        writer.commit(writer.catalogue)
    assert claims(store) == [(0, "email", "anne@exemple.fr")]


def test_an_identity_is_a_text(store: Store):
    with pytest.raises(UserError) as error:
        declare(store, Declaration(traits=(Field("card", "integer", "", identity="loyalty_card"),)))
    assert [each.code for each in error.value.problems] == ["identity_not_a_text"]
