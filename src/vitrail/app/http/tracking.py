"""The tracking API: the HTTP protocol of Segment's SDKs, acknowledged once what was sent is on disk.

A bare ASGI application: this path carries every event, and a framework would cost more than the work.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from urllib.parse import parse_qs

import msgspec
from litestar.types import HTTPScope, Receive, Send

from vitrail.app.http import answers
from vitrail.app.http.answers import Answer
from vitrail.app.http.bodies import Gone, Intake
from vitrail.app.http.committing import Busy, Committer
from vitrail.app.http.keys import KeyRing, basic_user
from vitrail.app.http.meters import Meters
from vitrail.collect.tracking.faults import Fault
from vitrail.collect.tracking.judging import NOTHING, Verdict, judge
from vitrail.collect.tracking.payload import batch_payload, single_payload, unpack
from vitrail.ledger.inbox import NewRequest, NotKept
from vitrail.ledger.write_keys import TrackingSource
from vitrail.model.tracking import KINDS, Kind

_BATCH = ("batch", "b", "import")
ADDRESSES: dict[str, Kind | None] = {
    **{f"/v1/{kind}": kind for kind in KINDS},
    **{f"/v1/{kind[0]}": kind for kind in KINDS},
    **{f"/v1/{name}": None for name in _BATCH},
}
"""Where messages are sent, and of which kind they are there; None where each message says its own."""

GPC = b"sec-gpc"
"""The header by which a browser says no to sale, sharing and targeting (Global Privacy Control)."""

SOURCE_CONFIG = "/sourceConfig"
SETTINGS = "/v1/projects/"
LARGE_BYTES = 64 * 1024
"""A larger body is read in a thread of its own, so that the others need not wait for it."""
_STATUSES = {"body_too_large": 413, "body_too_slow": 408}
INTAKE_BYTES = 64 * 1024**2


class TrackingApi:
    """Answers at the addresses of the SDKs."""

    def __init__(
        self, committer: Committer, keys: KeyRing, *, now_us: Callable[[], int], meters: Meters | None = None
    ) -> None:
        self._meters = meters
        self._committer = committer
        self._keys = keys
        self._now_us = now_us
        self._intake = Intake(INTAKE_BYTES)

    @staticmethod
    def answers_at(path: str) -> bool:
        """Whether an address belongs to the tracking API."""
        return path.startswith(("/v1/", SOURCE_CONFIG))

    async def __call__(self, scope: HTTPScope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["method"] == "OPTIONS":
            await answers.send_preflight(_header(scope, b"access-control-request-headers"), send)
            return
        started = time.perf_counter()
        try:
            answer = await self._answer(scope, receive)
        except Gone:
            return
        except Fault as fault:
            answer = answers.refused(fault.problem, status=_STATUSES.get(fault.problem.code, 400))
        except Busy as trouble:
            answer = answers.busy(trouble)
        except NotKept as trouble:
            answer = answers.not_kept(trouble)
        if self._meters is not None:
            self._meters.answered(answer.status, seconds=time.perf_counter() - started)
        await answers.send_answer(answer, send)

    async def _answer(self, scope: HTTPScope, receive: Receive) -> Answer:
        path = scope["path"].rstrip("/")
        if path in ADDRESSES:
            if scope["method"] != "POST":
                return answers.wrong_method("POST")
            return await self._take(scope, receive, kind=ADDRESSES[path])
        if scope["method"] not in ("GET", "HEAD"):
            return answers.not_found()
        if path == SOURCE_CONFIG:
            return self._source_config(scope)
        if path.startswith(SETTINGS) and path.endswith("/settings"):
            return self._settings(scope, path.removeprefix(SETTINGS).removesuffix("/settings"))
        return answers.not_found()

    async def _take(self, scope: HTTPScope, receive: Receive, *, kind: Kind | None) -> Answer:
        """Keep what is good of a request; the answer is given once it is on disk."""
        given = basic_user(_header(scope, b"authorization"))
        gpc = _header(scope, GPC).strip() == b"1"
        body = await self._intake.body(scope["headers"], receive)
        held = len(body)
        try:
            if given and self._keys.source_of(given) is None:
                return answers.unknown_key()
            text = unpack(body)
            held += self._intake.hold(len(text))
            if len(text) > LARGE_BYTES:
                source, verdict = await asyncio.to_thread(self._judge, text, given, kind=kind, gpc=gpc)
            else:
                source, verdict = self._judge(text, given, kind=kind, gpc=gpc)
        finally:
            self._intake.release(held)
        if source is None:
            return answers.unknown_key()
        if verdict.accepted:
            await self._committer.keep(NewRequest(self._now_us(), source.name, verdict.body))
        if self._meters is not None:
            self._meters.judged(accepted=verdict.accepted, refused=len(verdict.refused))
        return answers.judged(verdict)

    def _judge(
        self, text: bytes, key: str, *, kind: Kind | None, gpc: bool
    ) -> tuple[TrackingSource | None, Verdict]:
        """Who sends, by the key of the header or else of the body, and what becomes of each message."""
        payload = batch_payload(text) if kind is None else single_payload(text, kind)
        if gpc:
            payload = msgspec.structs.replace(payload, context={**payload.context, "gpc": True})
        source = self._keys.source_of(key or payload.write_key)
        return source, judge(payload) if source is not None else NOTHING

    def _source_config(self, scope: HTTPScope) -> Answer:
        """What RudderStack's browser SDK asks before it sends: the source is on, and goes nowhere else."""
        asked = parse_qs(scope["query_string"].decode("latin-1")).get("writeKey", [""])[0]
        source = self._keys.source_of(basic_user(_header(scope, b"authorization")) or asked)
        if source is None:
            return answers.unknown_key()
        told = {
            "id": source.name,
            "name": source.name,
            "writeKey": source.key,
            "enabled": True,
            "config": {"statsCollection": {}},
            "destinations": [],
        }
        return answers.document({"source": told})

    def _settings(self, scope: HTTPScope, key: str) -> Answer:
        """What Segment's browser SDK asks before it sends: send here, and nowhere else."""
        source = self._keys.source_of(key)
        if source is None:
            return answers.unknown_key()
        host = _header(scope, b"host").decode("latin-1")
        segment = {"apiKey": key, "apiHost": f"{host}/v1", "protocol": scope["scheme"]}
        return answers.document({"integrations": {"Segment.io": segment}, "plan": {}, "remotePlugins": []})


def _header(scope: HTTPScope, name: bytes) -> bytes:
    return next((value for key, value in scope["headers"] if key == name), b"")
