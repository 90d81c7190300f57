"""One request to a service and its answer: keys, patience, limits, and what is said when it fails."""

from __future__ import annotations

import base64
import datetime as dt
import email.utils
import random
import time
from decimal import Decimal
from types import TracebackType
from typing import Any, Self, assert_never

import msgspec

from vitrail.collect.egress.client import Response, TransportError, client
from vitrail.collect.sources.definition import (
    Auth,
    Basic,
    Bearer,
    ClientCredentials,
    Header,
)
from vitrail.collect.sources.secrets import Secrets
from vitrail.model.errors import UserError, refuse

TRIES = 5
FIRST_WAIT = 1.0
LONGEST_WAIT = 120.0
"""Seconds a pull waits for a service that asks for patience; beyond, the next pull goes on."""

LONGEST_READ = 10
"""How many times the time-out one answer may take when it comes drop by drop."""

MEGABYTE = 2**20
_AGAIN = (408, 425, 429, 500, 502, 503, 504)
_JSON = msgspec.json.Decoder(float_hook=Decimal)


class Ask(msgspec.Struct, frozen=True):
    """A request: where, and with what."""

    url: str
    method: str = "GET"
    query: dict[str, str] = {}
    headers: dict[str, str] = {}
    body: Any = None


class Answer(msgspec.Struct, frozen=True):
    """What a service answered: its JSON, and the address it gives as the next one in the header `Link`."""

    content: Any
    link: str = ""


class Limits(msgspec.Struct, frozen=True):
    """What a service may do to us, and we to it."""

    timeout_seconds: int = 60
    largest_mb: int = 64
    per_second: float = 0
    allow_private: bool = False


class Service:
    """A service that is asked again and again: it owns the connection and the token it was given."""

    def __init__(self, key: str, *, auth: Auth | None, secrets: Secrets, limits: Limits) -> None:
        self.key = key
        self._auth = auth
        self._secrets = secrets
        self._limits = limits
        self._client = client(allow_private=limits.allow_private, timeout_seconds=limits.timeout_seconds)
        self._token = ""
        self._asked_at = 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    def ask(self, ask: Ask) -> Answer:
        """The answer to a request; asks again, later and later, when the service is busy or failing."""
        check_address(ask.url, key=self.key, allow_private=self._limits.allow_private)
        for tried in range(1, TRIES + 1):
            answer = self._once(ask, last=tried == TRIES)
            if isinstance(answer, Answer):
                return answer
            time.sleep(_wait(tried, answer))
        raise AssertionError("the last try answers or raises")

    def _once(self, ask: Ask, *, last: bool) -> Answer | float | None:
        """The answer, or how many seconds the service asks to wait (None when it does not say)."""
        self._slow_down()
        try:
            response, content = self._send(ask)
        except TransportError as error:
            if last:
                raise self._unreachable(error) from None
            return None
        if response.status_code == 401 and isinstance(self._auth, ClientCredentials) and not last:
            self._token = ""
            return 0.0
        if response.status_code in _AGAIN:
            asked = _retry_after(response)
            if last or (asked or 0) > LONGEST_WAIT:
                raise self._refused(response, content)
            return asked
        if not response.is_success:
            raise self._refused(response, content)
        try:
            return Answer(_JSON.decode(content), link=_next_link(response))
        except msgspec.MsgspecError:
            raise self._not_json(content) from None

    def _send(self, ask: Ask) -> tuple[Response, bytes]:
        headers = {**ask.headers, **self._authorization()}
        parts: dict[str, Any] = {"headers": headers}
        if ask.query:
            parts["params"] = ask.query
        if ask.body is not None:
            parts["json"] = ask.body
        with self._client.stream(ask.method, ask.url, **parts) as response:
            return response, self._read(response)

    def _read(self, response: Response) -> bytes:
        """The content, unpacked, as long as it is no larger than what the source allows."""
        parts, size = [], 0
        until = time.monotonic() + LONGEST_READ * self._limits.timeout_seconds
        for part in response.iter_bytes():
            size += len(part)
            if size > self._limits.largest_mb * MEGABYTE:
                raise self._too_large()
            if time.monotonic() > until:
                raise self._unreachable(TimeoutError("the answer does not end"))
            parts.append(part)
        return b"".join(parts)

    def _authorization(self) -> dict[str, str]:
        fill = self._secrets.fill
        match self._auth:
            case None:
                return {}
            case Bearer(token=token):
                return {"Authorization": f"Bearer {fill(token, path=self.key)}"}
            case Basic(user=user, password=password):
                both = f"{fill(user, path=self.key)}:{fill(password, path=self.key)}"
                return {"Authorization": f"Basic {base64.b64encode(both.encode()).decode()}"}
            case Header(name=name, value=value):
                return {name: fill(value, path=self.key)}
            case ClientCredentials():
                self._token = self._token or self._new_token(self._auth)
                return {"Authorization": f"Bearer {self._token}"}
            case _:
                assert_never(self._auth)

    def _new_token(self, auth: ClientCredentials) -> str:
        fill = self._secrets.fill
        url = self._secrets.fill_address(auth.token_url, path=self.key)
        check_address(url, key=self.key, allow_private=self._limits.allow_private)
        form = {
            "grant_type": "client_credentials",
            "client_id": fill(auth.client_id, path=self.key),
            "client_secret": fill(auth.client_secret, path=self.key),
            **({"scope": auth.scope} if auth.scope else {}),
        }
        with self._client.stream("POST", url, data=form) as response:
            content = self._read(response)
        if not response.is_success:
            raise self._refused(response, content)
        try:
            return str(msgspec.json.decode(content, type=dict[str, Any])["access_token"])
        except (msgspec.MsgspecError, KeyError):
            raise self._not_json(content) from None

    def _slow_down(self) -> None:
        if self._limits.per_second:
            pause = self._asked_at + 1 / self._limits.per_second - time.monotonic()
            time.sleep(max(pause, 0))
        self._asked_at = time.monotonic()

    def _refused(self, response: Response, content: bytes) -> UserError:
        status = response.status_code
        told = self._secrets.veil(" ".join(content[:2_000].decode("utf-8", "replace").split())[:200])
        where = response.headers.get("location", "")
        if 300 <= status < 400:
            return refuse(
                "redirected",
                path=self.key,
                fr=f"Le service renvoie ailleurs ({where}) : les clés n’y vont pas. Corrigez « url ».",
                en=f"The service sends elsewhere ({where}): the keys do not go there. Correct “url”.",
            )
        code = {401: "not_allowed", 403: "not_allowed", 429: "rate_limited"}.get(status, "service_refused")
        return refuse(
            code,
            path=self.key,
            fr=f"Le service a répondu {status} : {told}. Ce qui était déjà chargé est gardé ; "
            "la prochaine lecture reprend là.",
            en=f"The service answered {status}: {told}. What was loaded before is kept; "
            "the next pull goes on from there.",
        )

    def _unreachable(self, error: Exception) -> UserError:
        told = self._secrets.veil(str(error) or type(error).__name__)
        return refuse(
            "service_unreachable",
            path=self.key,
            fr=f"Le service ne répond pas ({told}). Ce qui était déjà chargé est gardé.",
            en=f"The service does not answer ({told}). What was loaded before is kept.",
        )

    def _not_json(self, content: bytes) -> UserError:
        told = self._secrets.veil(content[:80].decode("utf-8", "replace"))
        return refuse(
            "not_json",
            path=self.key,
            fr=f"Le service a répondu autre chose que du JSON : « {told} ».",
            en=f"The service answered something else than JSON: “{told}”.",
        )

    def _too_large(self) -> UserError:
        most = self._limits.largest_mb
        return refuse(
            "answer_too_large",
            path=self.key,
            fr=f"Une réponse dépasse {most} Mo : demandez de plus petites pages, ou dites « largest_mb ».",
            en=f"An answer exceeds {most} MB: ask for smaller pages, or say “largest_mb”.",
        )


def check_address(url: str, *, key: str, allow_private: bool) -> None:
    """Refuse an address where keys would travel in the clear, or that is none."""
    scheme, _, rest = url.partition("://")
    if rest and (scheme == "https" or (scheme == "http" and allow_private)):
        return
    raise refuse(
        "not_https",
        path=f"{key}.url",
        fr="L’adresse doit commencer par https:// (http:// seulement avec allow_private: true).",
        en="The address must begin with https:// (http:// only with allow_private: true).",
    )


def _wait(tried: int, asked: float | None) -> float:
    """Seconds to wait: what the service asks for, else twice as long each time, a little at random."""
    return asked if asked is not None else FIRST_WAIT * 2 ** (tried - 1) * random.uniform(0.5, 1.0)


def _retry_after(response: Response) -> float | None:
    told = response.headers.get("retry-after", "")
    try:
        return max(float(told), 0.0)
    except ValueError:
        pass
    try:
        moment = email.utils.parsedate_to_datetime(told)
    except ValueError:
        return None
    return max((moment - dt.datetime.now(dt.UTC)).total_seconds(), 0.0)


def _next_link(response: Response) -> str:
    return str(response.links.get("next", {}).get("url", ""))
