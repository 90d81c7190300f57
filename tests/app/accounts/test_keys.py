"""API keys: what they open, for how long, and that they are shown once."""

import datetime as dt

import pytest

from tests.app.accounts.people import CLI, first_owner, user
from tests.storage import Clock
from vitrail.app.accounts import keys, users
from vitrail.app.accounts.acting import By
from vitrail.app.instants import microseconds
from vitrail.model.access import Actor
from vitrail.model.errors import UserError
from vitrail.warehouse.store import Store


def test_a_key_opens_what_it_was_given(store: Store):
    key, secret = keys.add_key(store, "bi", permissions=["view_segments", "export"], until_us=None, by=CLI)
    found = keys.admit(store, secret)
    assert found is not None
    assert (found.key.id, found.permissions) == (key.id, {"view_segments", "export"})


def test_a_key_never_opens_more_than_its_maker(store: Store):
    first_owner(store)
    anne = user(store, "marketer")
    by = By(Actor("user", anne.id))
    given = ["view_segments", "manage_users", "send"]
    _, secret = keys.add_key(store, "anne", permissions=given, until_us=None, by=by)
    assert keys.admit(store, secret).permissions == {"view_segments", "send"}
    users.change_role(store, anne.id, role="reader", by=CLI)
    assert keys.admit(store, secret).permissions == {"view_segments"}


def test_a_key_ends_on_its_day(store: Store, clock: Clock):
    until = microseconds(clock.now + dt.timedelta(days=1))
    _, secret = keys.add_key(store, "short", permissions=["export"], until_us=until, by=CLI)
    assert keys.admit(store, secret) is not None
    clock.advance(days=1)
    assert keys.admit(store, secret) is None


def test_a_revoked_key_opens_nothing(store: Store):
    key, secret = keys.add_key(store, "old", permissions=["export"], until_us=None, by=CLI)
    keys.revoke_key(store, key.id, by=CLI)
    assert keys.admit(store, secret) is None
    with pytest.raises(UserError):
        keys.revoke_key(store, key.id, by=CLI)


def test_a_secret_is_not_kept(store: Store):
    _, secret = keys.add_key(store, "k", permissions=["export"], until_us=None, by=CLI)
    kept = b"".join(file.read_bytes() for file in store.path.glob("ledger*"))
    assert secret.encode() not in kept
    assert secret.rpartition("_")[2].encode() not in kept


def test_other_secrets_open_nothing(store: Store):
    key, secret = keys.add_key(store, "k", permissions=["export"], until_us=None, by=CLI)
    for other in ("", "vk_", f"vk_{key.id}_", secret[:-1], secret + "x", secret.upper(), "\ud800"):
        assert keys.admit(store, other) is None


def test_when_a_key_was_last_used_is_known(store: Store, clock: Clock):
    _, secret = keys.add_key(store, "k", permissions=["export"], until_us=None, by=CLI)
    assert keys.all_keys(store)[0].used_at_us is None
    keys.admit(store, secret)
    assert keys.all_keys(store)[0].used_at_us == store.now_us()


@pytest.mark.parametrize("permissions", [[], ["fly"], ["export", "view_segment"]])
def test_a_key_needs_permissions_that_exist(store: Store, permissions: list[str]):
    with pytest.raises(UserError):
        keys.add_key(store, "k", permissions=permissions, until_us=None, by=CLI)
