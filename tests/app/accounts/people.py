"""Who works with the workspaces of these tests."""

from vitrail.app.accounts.acting import By
from vitrail.app.accounts.users import Chosen, accept, add_user, first_link
from vitrail.ledger.users import User
from vitrail.model.access import Actor, Role
from vitrail.warehouse.store import Store

PASSWORD = "quatre chevaux violets nagent"
CLI = By(Actor("cli", "0"))


def first_owner(store: Store, email: str = "olga@example.org") -> User:
    token = first_link(store)
    assert token is not None
    return accept(store, token, chosen=Chosen(PASSWORD, email=email, name="Olga"), origin="192.0.2.1")


def user(store: Store, role: Role, email: str = "") -> User:
    """A user who has chosen the password."""
    _, token = add_user(store, email or f"{role}@example.org", role=role, name=role, by=CLI)
    return accept(store, token, chosen=Chosen(PASSWORD), origin="192.0.2.1")
