"""Users: the first owner, invitations, roles, and what each change ends."""

import pytest

from tests.app.accounts.people import CLI, PASSWORD, first_owner, user
from tests.storage import Clock
from vitrail.app.accounts import keys, sessions, users
from vitrail.app.accounts.acting import By
from vitrail.app.accounts.sessions import Place
from vitrail.app.accounts.users import Chosen
from vitrail.ledger.audit import Asked, acts
from vitrail.model.access import Actor
from vitrail.model.errors import UserError
from vitrail.warehouse.store import Store

pytestmark = pytest.mark.both_ledgers

HERE = Place("192.0.2.1", "Firefox")
OTHER = "six tortues vertes dansent"


def refused(call, *arguments, **named) -> list[str]:
    with pytest.raises(UserError) as caught:
        call(*arguments, **named)
    return [each.code for each in caught.value.problems]


def names(store: Store) -> list[str]:
    with store.ledger.reading() as connection:
        return [each.act.name for each in acts(connection, Asked(), limit=100)]


def signed_in(store: Store, who) -> str:
    return sessions.begin(store, who, place=HERE, is_whole=True)


def test_the_first_owner_comes_by_a_link_that_opens_once(store: Store):
    token = users.first_link(store)
    owner = users.accept(store, token, chosen=Chosen(PASSWORD, "Olga@Example.org"), origin="")
    assert (owner.role, owner.email) == ("owner", "olga@example.org")
    assert refused(users.accept, store, token, chosen=Chosen(PASSWORD, "b@example.org"), origin="") == [
        "link_spent"
    ]
    assert users.first_link(store) is None


def test_a_newer_first_link_replaces_the_older(store: Store):
    old, new = users.first_link(store), users.first_link(store)
    assert refused(users.invited_by, store, old) == ["link_spent"]
    assert users.invited_by(store, new).user is None


def test_a_link_opens_for_a_day(store: Store, clock: Clock):
    token = users.first_link(store)
    clock.advance(hours=23, minutes=59)
    users.invited_by(store, token)
    clock.advance(minutes=1)
    assert refused(users.invited_by, store, token) == ["link_spent"]


def test_a_link_is_not_kept_as_it_is(store: Store):
    token = users.first_link(store)
    assert token.encode() not in b"".join(file.read_bytes() for file in store.path.glob("ledger*"))


def test_a_weak_password_leaves_the_link_as_it_was(store: Store):
    token = users.first_link(store)
    chosen = Chosen("azerty", "a@example.org")
    assert refused(users.accept, store, token, chosen=chosen, origin="") == ["password_short"]
    users.invited_by(store, token)


@pytest.mark.parametrize(
    "email", ["", "anne", "anne@", "a b@example.org", "a@example.org\r\nBcc: x@y.fr", "@x.fr"]
)
def test_what_is_no_email_is_refused(store: Store, email: str):
    assert refused(users.add_user, store, email, role="reader", name="", by=CLI) == ["bad_email"]


def test_an_email_has_one_account_however_it_is_written(store: Store):
    users.add_user(store, "anne@example.org", role="reader", name="", by=CLI)
    assert refused(users.add_user, store, "Anne@Example.ORG", role="reader", name="", by=CLI) == [
        "user_exists"
    ]


def test_somebody_invited_cannot_sign_in_before_they_chose_a_password(store: Store):
    users.add_user(store, "anne@example.org", role="reader", name="", by=CLI)
    assert sessions.check_password(store, "anne@example.org", password="") is None


def test_the_last_owner_stays(store: Store):
    olga = first_owner(store)
    assert refused(users.change_role, store, olga.email, role="reader", by=CLI) == ["last_owner"]
    assert refused(users.disable_user, store, olga.email, by=CLI) == ["last_owner"]
    user(store, "owner", "paul@example.org")
    assert users.change_role(store, olga.email, role="reader", by=CLI).role == "reader"


@pytest.mark.parametrize("change", ["role", "disable", "password", "link"])
def test_what_changes_an_account_ends_its_sessions(store: Store, change: str):
    first_owner(store)
    anne = user(store, "marketer")
    token = signed_in(store, anne)
    assert sessions.recognise(store, token) is not None
    match change:
        case "role":
            users.change_role(store, anne.id, role="reader", by=CLI)
        case "disable":
            users.disable_user(store, anne.email, by=CLI)
        case "password":
            users.change_password(store, anne, new=OTHER, by=CLI)
        case "link":
            _, link = users.new_link(store, anne.email, by=CLI)
            users.accept(store, link, chosen=Chosen(OTHER), origin="")
    assert sessions.recognise(store, token) is None


def test_a_closed_account_opens_nothing_until_it_is_opened_again(store: Store):
    first_owner(store)
    anne = user(store, "marketer")
    _, link = users.new_link(store, anne.email, by=CLI)
    by = By(Actor("user", anne.id))
    _, secret = keys.add_key(store, "notebook", permissions=["view_segments"], until_us=None, by=by)
    users.disable_user(store, anne.email, by=CLI)
    assert sessions.check_password(store, anne.email, password=PASSWORD) is None
    assert refused(users.invited_by, store, link) == ["link_spent"]
    assert keys.admit(store, secret) is None
    users.disable_user(store, anne.email, by=CLI, enable=True)
    assert sessions.check_password(store, anne.email, password=PASSWORD) is not None


def test_every_change_is_in_the_trail(store: Store):
    first_owner(store)
    anne = user(store, "marketer")
    users.change_role(store, anne.id, role="reader", by=CLI)
    users.change_password(store, anne, new=OTHER, by=CLI)
    users.disable_user(store, anne.id, by=CLI)
    told = ["user.disable", "user.password", "user.role", "user.accept", "user.add", "user.first"]
    assert names(store) == told


def test_a_misspelt_user_is_told_the_nearest(store: Store):
    first_owner(store)
    with pytest.raises(UserError) as caught:
        users.change_role(store, "olgaa@example.org", role="reader", by=CLI)
    assert caught.value.problems[0].hint == ("olga@example.org",)
