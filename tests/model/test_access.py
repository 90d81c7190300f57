"""Roles and permissions: who may do what."""

import pytest

from vitrail.model.access import (
    GRANTED,
    PERMISSION_NAMES,
    PERMISSIONS,
    ROLE_NAMES,
    ROLES,
    Role,
    is_masked,
    permissions_of,
)


def test_every_role_and_permission_has_words():
    assert set(ROLE_NAMES) == set(GRANTED) == set(ROLES)
    assert set(PERMISSION_NAMES) == set(PERMISSIONS)


def test_the_owner_may_do_everything():
    assert permissions_of("owner") == set(PERMISSIONS)


@pytest.mark.parametrize(
    ("role", "masked"),
    [("owner", False), ("marketer", False), ("analyst", True), ("reader", True), ("privacy_officer", False)],
)
def test_who_sees_personal_data(role: Role, masked: bool):
    assert is_masked(permissions_of(role)) is masked


def test_the_reader_sees_nobody_and_changes_nothing():
    assert permissions_of("reader") == {"view_segments"}


@pytest.mark.parametrize("permission", ["manage_users", "manage_keys", "manage_settings", "manage_sources"])
def test_administration_is_for_owners(permission: str):
    assert [role for role in ROLES if permission in permissions_of(role)] == ["owner"]


def test_the_audit_trail_is_for_owners_and_the_privacy_officer():
    assert {role for role in ROLES if "view_audit" in permissions_of(role)} == {"owner", "privacy_officer"}
