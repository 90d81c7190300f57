"""What comes back from the identity provider opens once, also when it comes twice at the same instant."""

import time
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

from vitrail.app.accounts.oidc.identity import Refused
from vitrail.app.accounts.oidc.signing_in import SECONDS, SingleSignOn

NOW = 1_000_000


class Slow:
    """A sign-in on its way that takes a while to be read."""

    state = "once"

    @property
    def until(self) -> int:
        time.sleep(0.02)
        return NOW + SECONDS


def test_a_state_opens_once_however_many_come_at_once():
    door = SingleSignOn(SimpleNamespace(now_us=lambda: NOW * 1_000_000), provider=None)

    def opens(_: int) -> bool:
        try:
            door._use(Slow())
        except Refused:
            return False
        return True

    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(opens, range(4))).count(True) == 1
