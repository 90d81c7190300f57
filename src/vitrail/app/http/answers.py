"""What the tracking API answers: statuses, headers, and bodies that programs and people can read."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar.types import Send

from vitrail.app.http.committing import Busy
from vitrail.collect.tracking.judging import Verdict
from vitrail.ledger.inbox import NotKept
from vitrail.model.errors import Problem, problem

Headers = tuple[tuple[bytes, bytes], ...]


class Answer(msgspec.Struct, frozen=True):
    """A status, a body, and the headers beside those that every answer has."""

    status: int
    body: bytes
    headers: Headers = ()


_SHARED: Headers = (
    (b"content-type", b"application/json"),
    (b"access-control-allow-origin", b"*"),
    (b"cross-origin-resource-policy", b"cross-origin"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
)
ACCEPTED = Answer(200, b'{"success":true}')
PREFLIGHT: Headers = (
    (b"access-control-allow-origin", b"*"),
    (b"access-control-allow-methods", b"GET, POST, OPTIONS"),
    (b"access-control-max-age", b"86400"),
    (b"content-length", b"0"),
)


async def send_answer(answer: Answer, send: Send) -> None:
    """Send an answer and end the exchange."""
    length = (b"content-length", str(len(answer.body)).encode())
    headers = [*_SHARED, length, *answer.headers]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body, "more_body": False})


async def send_preflight(asked: bytes, send: Send) -> None:
    """Allow a browser to send from any site, with the headers it asks for."""
    headers = [*PREFLIGHT, *([(b"access-control-allow-headers", asked)] if asked else [])]
    await send({"type": "http.response.start", "status": 204, "headers": headers})
    await send({"type": "http.response.body", "body": b"", "more_body": False})


def judged(verdict: Verdict) -> Answer:
    """What became of a request whose good messages, if any, are on disk."""
    if not verdict.refused:
        return ACCEPTED
    first = verdict.refused[0].problem
    told = {
        "success": verdict.accepted > 0,
        "code": "some_refused" if verdict.accepted else first.code,
        "message": first.message.en,
        "accepted": verdict.accepted,
        "refused": [{"index": each.index, **_told(each.problem)} for each in verdict.refused],
    }
    return Answer(200 if verdict.accepted else 400, msgspec.json.encode(told))


def refused(found: Problem, *, status: int = 400, headers: Headers = ()) -> Answer:
    """A request of which nothing was kept."""
    told = {"success": False, "code": found.code, "message": found.message.en, "problem": _told(found)}
    return Answer(status, msgspec.json.encode(told), headers)


def unknown_key() -> Answer:
    """The write key is missing, or no source has it."""
    found = problem(
        "unknown_key",
        path="writeKey",
        fr="La clé d’écriture manque ou n’est celle d’aucune source. Pour les voir : vitrail source list.",
        en="The write key is missing, or no source has it. To see them: vitrail source list.",
    )
    return refused(found, status=401, headers=((b"www-authenticate", b'Basic realm="write key"'),))


def not_found() -> Answer:
    """No such address."""
    found = problem(
        "unknown_address",
        fr="Rien ne répond à cette adresse. Les messages vont à /v1/batch, /v1/track, /v1/identify…",
        en="Nothing answers at this address. Messages go to /v1/batch, /v1/track, /v1/identify…",
    )
    return refused(found, status=404)


def wrong_method(allowed: str) -> Answer:
    """The address is right, the method is not."""
    found = problem("wrong_method", fr=f"Utilisez {allowed}.", en=f"Use {allowed}.")
    return refused(found, status=405, headers=((b"allow", allowed.encode()),))


def busy(trouble: Busy) -> Answer:
    """Too much is waiting: nothing was kept, the sender should come back."""
    found = problem(
        "busy",
        fr=f"Trop de messages attendent. Rien de cette requête n’est gardé : renvoyez-la dans "
        f"{trouble.seconds} s.",
        en=f"Too many messages are waiting. Nothing of this request is kept: send it again in "
        f"{trouble.seconds} s.",
    )
    return refused(found, status=429, headers=((b"retry-after", str(trouble.seconds).encode()),))


def not_kept(trouble: NotKept) -> Answer:
    """The disk refused: nothing was kept, the sender should come back."""
    if trouble.reason == "full":
        found = problem(
            "disk_full",
            fr="Le disque du serveur est plein. Rien de cette requête n’est gardé : renvoyez-la plus tard. "
            "Libérez de la place, il n’y a rien à redémarrer.",
            en="The disk of the server is full. Nothing of this request is kept: send it again later. "
            "Free some room; there is nothing to restart.",
        )
    else:
        found = problem(
            "disk_failing",
            fr="Le disque du serveur refuse d’écrire. Rien de cette requête n’est gardé : "
            "renvoyez-la plus tard.",
            en="The disk of the server refuses to write. Nothing of this request is kept: "
            "send it again later.",
        )
    return refused(found, status=503, headers=((b"retry-after", b"5"),))


def document(told: dict[str, Any]) -> Answer:
    """An answer that is a document."""
    return Answer(200, msgspec.json.encode(told))


def _told(found: Problem) -> dict[str, object]:
    return {"code": found.code, "path": found.path, "message": found.message, "hint": found.hint}
