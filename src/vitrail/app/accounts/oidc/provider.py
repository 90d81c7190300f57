"""Speaking with the identity provider: what it says of itself, its keys, a code for a token.

Everything goes through the one way out (decision 0014): no redirect is followed, and an address at home is
reached only where the operator allows it.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote_plus, urlencode, urlsplit

import msgspec

from vitrail.app.accounts.oidc.identity import Identity, Refused, identity_of
from vitrail.app.accounts.oidc.settings import Settings
from vitrail.collect.egress.client import Response, TransportError, client
from vitrail.model.errors import UserError

PATIENCE = 10.0
FRESH = 3_600.0
"""Seconds what the provider says of itself is believed."""

ANEW = 60.0
"""Seconds between two looks for a key that is not known: a flood of false tokens asks for it once."""

LARGEST = 1 << 20


class Unreachable(Exception):
    """The provider does not answer, or not as it should; the reason is for the log."""


class Pending(msgspec.Struct, frozen=True):
    """One sign-in on its way, kept in a cookie of the browser that began it until it comes back."""

    state: str
    nonce: str
    verifier: str
    back: str
    until: int


class Told(msgspec.Struct, frozen=True):
    """What a provider says of itself (OpenID Connect Discovery 1.0)."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str = ""
    token_endpoint_auth_methods_supported: tuple[str, ...] = ("client_secret_basic",)


class Tokens(msgspec.Struct, frozen=True):
    """What a code stands for: who somebody is, and leave to ask more of them."""

    identity: str
    access: str = ""


class Provider:
    """One identity provider; it owns what it was told, and the keys it has seen."""

    def __init__(self, settings: Settings, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.settings = settings
        self._clock = clock
        self._lock = threading.Lock()
        self._told: tuple[float, Told] | None = None
        self._keys: tuple[float, Mapping[str, Any]] | None = None
        self._anew: float | None = None

    def way_in(self, pending: Pending, *, here: str) -> str:
        """The address at the provider where a sign-in begins: with PKCE (RFC 7636), a state and a nonce."""
        digest = hashlib.sha256(pending.verifier.encode()).digest()
        asked = {
            "response_type": "code",
            "client_id": self.settings.client,
            "redirect_uri": here,
            "scope": "openid email profile",
            "state": pending.state,
            "nonce": pending.nonce,
            "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
        }
        place = self.told().authorization_endpoint
        return f"{place}{'&' if urlsplit(place).query else '?'}{urlencode(asked)}"

    def tokens_for(self, code: str, *, pending: Pending, here: str) -> Tokens:
        """The tokens that a code stands for."""
        told, known = self.told(), self.settings
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": here,
            "code_verifier": pending.verifier,
        }
        headers = {}
        if known.secret and "client_secret_basic" in told.token_endpoint_auth_methods_supported:
            pair = f"{quote_plus(known.client)}:{quote_plus(known.secret)}"  # RFC 6749, 2.3.1
            headers["authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
        else:
            form |= {"client_id": known.client} | ({"client_secret": known.secret} if known.secret else {})
        found = self._asked("POST", told.token_endpoint, form=form, headers=headers)
        token, access = found.get("id_token"), found.get("access_token")
        if not isinstance(token, str):
            raise Unreachable("no id_token")
        return Tokens(token, access if isinstance(access, str) else "")

    def asked_about(self, identity: Identity, tokens: Tokens) -> Identity:
        """The same with what the provider tells of them where it is asked (OpenID Connect Core 1.0, 5.3).

        By 5.4, an ID token that came with an access token need not hold the e-mail. What is told of
        another subject is refused.
        """
        place = self.told().userinfo_endpoint
        if not place or not tokens.access:
            return identity
        claims = self._asked("GET", place, headers={"authorization": f"Bearer {tokens.access}"})
        if claims.get("sub") != identity.subject:
            raise Refused("another subject")
        return identity_of(claims, issuer=identity.issuer, subject=identity.subject)

    def told(self) -> Told:
        """What the provider says of itself; its issuer must be the one that was set up."""
        with self._lock:
            if self._told is None or self._clock() - self._told[0] > FRESH:
                place = f"{self.settings.issuer}/.well-known/openid-configuration"
                try:
                    told = msgspec.convert(self._asked("GET", place), Told)
                except msgspec.ValidationError as error:
                    raise Unreachable("discovery") from error
                if told.issuer.rstrip("/") != self.settings.issuer:
                    raise Unreachable("another issuer")
                self._check(told)
                self._told = (self._clock(), told)
            return self._told[1]

    def keys(self, anew: bool) -> Mapping[str, Any]:
        """The keys the provider signs with; `anew` looks again, since it may have changed them."""
        place = self.told().jwks_uri
        with self._lock:
            now = self._clock()
            age = FRESH if self._keys is None else now - self._keys[0]
            again = anew and (self._anew is None or now - self._anew >= ANEW)
            if age >= FRESH or again:
                self._anew = now if anew else self._anew
                self._keys = (now, self._asked("GET", place))
            assert self._keys is not None
            return self._keys[1]

    def _check(self, told: Told) -> None:
        """Every address is one of the web, and in the clear only at home."""
        allowed = ("https", "http") if self.settings.private else ("https",)
        places = (told.authorization_endpoint, told.token_endpoint, told.jwks_uri, told.userinfo_endpoint)
        for place in filter(None, places):
            if urlsplit(place).scheme not in allowed:
                raise Unreachable("an address in the clear")

    def _asked(
        self,
        method: str,
        place: str,
        *,
        form: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> dict[str, Any]:
        try:
            with client(allow_private=self.settings.private, timeout_seconds=PATIENCE) as http:
                answer: Response = http.request(method, place, data=form, headers=headers)
                content = answer.content
        except (TransportError, UserError, ValueError) as error:
            raise Unreachable(type(error).__name__) from error
        if answer.status_code != 200 or len(content) > LARGEST:
            raise Unreachable(f"status {answer.status_code}")
        try:
            return msgspec.json.decode(content, type=dict[str, Any])
        except (msgspec.DecodeError, msgspec.ValidationError) as error:
            raise Unreachable("not JSON") from error


def new_pending(back: str, *, until: int) -> Pending:
    """A sign-in that begins: what comes back must carry what is drawn here."""
    return Pending(
        secrets.token_urlsafe(24), secrets.token_urlsafe(24), secrets.token_urlsafe(48), back, until
    )
