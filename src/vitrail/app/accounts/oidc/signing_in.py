"""Signing in through the identity provider, from the way out to the account of who comes back."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec

from vitrail.app.accounts.oidc.arriving import arrive
from vitrail.app.accounts.oidc.identity import Expected, Identity, Refused
from vitrail.app.accounts.oidc.provider import Pending, Provider, new_pending
from vitrail.app.accounts.oidc.settings import ISSUER, read_settings
from vitrail.app.accounts.sessions import Place
from vitrail.ledger.sign_ins import use_state
from vitrail.ledger.users import User
from vitrail.model.errors import refuse
from vitrail.warehouse.store import Store

SECONDS = 600
"""How long somebody may take at the provider."""

TOKENS = "vitrail.app.accounts.oidc.tokens"
"""What checks tokens: loaded where a provider is set up, since it needs the extra `oidc`."""


class Returned:
    """What a browser brings back from the provider: a code, its state, and who says so (RFC 9207)."""

    def __init__(self, *, code: str, state: str, issuer: str) -> None:
        self.code = code[:4_096]
        self.state = state[:200]
        self.issuer = issuer[:2_000]


class SingleSignOn:
    """The door of one identity provider; what comes back opens once, whichever server it comes to."""

    def __init__(self, store: Store, provider: Provider) -> None:
        self._store = store
        self.provider = provider

    @property
    def name(self) -> str:
        """What people call the provider."""
        return self.provider.settings.name

    def begin(self, back: str, *, here: str) -> tuple[Pending, str]:
        """A sign-in on its way, and the address at the provider to go to."""
        pending = new_pending(back, until=self._now() + SECONDS)
        return pending, self.provider.way_in(pending, here=here)

    def finish(self, pending: Pending | None, returned: Returned, *, here: str, place: Place) -> User:
        """The account of who comes back. Raises `Refused` where anything does not fit."""
        if pending is None or not returned.state:
            raise Refused("no sign-in on its way")
        if not hmac.compare_digest(returned.state.encode(), pending.state.encode()):
            raise Refused("state")
        if not 0 < pending.until - self._now() <= SECONDS:
            raise Refused("state late")
        settings = self.provider.settings
        if returned.issuer and returned.issuer.rstrip("/") != settings.issuer:
            raise Refused("another issuer")
        if not returned.code:
            raise Refused("no code")
        tokens = self.provider.tokens_for(returned.code, pending=pending, here=here)
        issuer = self.provider.told().issuer
        expected = Expected(issuer, settings.client, pending.nonce, self._now())
        checking: Callable[..., Identity] = import_module(TOKENS).check_token
        identity = checking(tokens.identity, self.provider.keys, expected=expected)
        if identity.email is None:
            identity = self.provider.asked_about(identity, tokens)
        self._use(pending)
        return arrive(self._store, identity, settings=settings, place=place)

    def _use(self, pending: Pending) -> None:
        """Once the provider vouched for somebody: what is made up leaves no trace, however much comes."""
        known_by = hashlib.sha256(pending.state.encode()).hexdigest()
        until_us, now_us = pending.until * 1_000_000, self._now() * 1_000_000
        with self._store.ledger.writing() as connection:
            if not use_state(connection, known_by, until_us=until_us, now_us=now_us):
                raise Refused("state used")

    def _now(self) -> int:
        return self._store.now_us() // 1_000_000


def single_sign_on(store: Store) -> SingleSignOn | None:
    """The door of the provider that is set up; None where there is none."""
    settings = read_settings()
    if settings is None:
        return None
    if find_spec("joserfc") is None:
        raise refuse(
            "oidc_not_installed",
            path=ISSUER,
            fr="La connexion par le fournisseur d’identité demande un complément : pip install "
            "'vitrail[oidc]'.",
            en="Signing in through an identity provider needs an extra: pip install 'vitrail[oidc]'.",
        )
    return SingleSignOn(store, Provider(settings))
