"""What comes back from the identity provider opens once, at whichever server, also twice at one instant."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from vitrail.app.accounts.oidc.identity import Refused
from vitrail.app.accounts.oidc.provider import Pending
from vitrail.app.accounts.oidc.signing_in import SECONDS, Returned, SingleSignOn
from vitrail.app.accounts.sessions import Place
from vitrail.ledger.sign_ins import use_state
from vitrail.warehouse.store import Store


def pending(store: Store, state: str, *, late: int = 0) -> Pending:
    """A sign-in on its way."""
    return Pending(state, "nonce", "verifier", "/", store.now_us() // 1_000_000 + SECONDS + late)


def opens(store: Store, state: str) -> bool:
    """Whether a sign-in that comes back to a server of its own is let through."""
    try:
        SingleSignOn(store, provider=None)._use(pending(store, state))
    except Refused:
        return False
    return True


@pytest.mark.both_ledgers
def test_a_state_opens_once_however_many_servers_it_comes_to_at_once(store: Store):
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(lambda _: opens(store, "once"), range(4))).count(True) == 1


@pytest.mark.parametrize("late", [-SECONDS, 1])
def test_a_state_has_its_time(store: Store, late: int):
    door, come = SingleSignOn(store, provider=None), Returned(code="code", state="state", issuer="")
    with pytest.raises(Refused, match="state late"):
        door.finish(pending(store, "state", late=late), come, here="", place=Place("", ""))


def test_states_out_of_time_are_forgotten(store: Store):
    def uses(print: str, now_us: int) -> bool:
        with store.ledger.writing() as connection:
            return use_state(connection, print, until_us=now_us + 10, now_us=now_us)

    assert uses("a", 0) and not uses("a", 9) and uses("b", 10)
    assert "a" not in {row[0] for name, row in store.ledger.every_row() if name == "oidc_states"}
