"""Reading a Tryton by JSON-RPC: its parties, or any other model, by the time of their last change."""

from __future__ import annotations

import base64
import datetime as dt
from collections.abc import Generator, Iterator, Sequence
from contextlib import suppress
from decimal import Decimal
from typing import Any

import msgspec

from vitrail.collect.sources import cursor as cursors
from vitrail.collect.sources.asking import Ask, Limits, Service
from vitrail.collect.sources.definition import Tryton
from vitrail.collect.sources.fields import columns
from vitrail.collect.sources.portion import Bookmark, Portion, Reading
from vitrail.collect.sources.secrets import Secrets
from vitrail.model.errors import UserError, refuse

PAGE = 500
CHANGED, CREATED = "write_date", "create_date"


class Run(msgspec.Struct, frozen=True, omit_defaults=True):
    """A pull under way: since when, the last number read, the newest change seen."""

    since: list[str] | None = None
    last: int = 0
    seen: list[str] | None = None


def portions(source: Tryton, reading: Reading) -> Generator[Portion, None, None]:
    """The records that changed, by their numbers, each portion with the number it reached."""
    limits = Limits(source.timeout_seconds, allow_private=source.allow_private)
    with Service(source.key, auth=None, secrets=reading.secrets, limits=limits) as service:
        session = _login(source, service, secrets=reading.secrets)
        try:
            yield from _pages(source, reading, service=service, session=session)
        finally:
            with suppress(UserError):
                _call(source, service, session=session, method="common.db.logout", parameters=[])


def _pages(source: Tryton, reading: Reading, *, service: Service, session: str) -> Iterator[Portion]:
    run = _begun(source, reading.bookmark)
    names = list(dict.fromkeys([*(path for path in source.fields.values()), CHANGED, CREATED]))
    done = 0
    while True:
        order = [["id", "ASC"]]
        asked = [_domain(source, run), 0, PAGE, order, names, {}]
        method = f"model.{source.model}.search_read"
        found = [
            _plain(each) for each in _call(source, service, session=session, method=method, parameters=asked)
        ]
        done += len(found)
        reading.progress(done, None)
        run = _turned(run, found)
        ended = len(found) < PAGE
        rows = columns(found, source.fields, types=reading.types(source.load.name))
        yield Portion(rows, _bookmark(run, ended=ended))
        if ended:
            return


def _domain(source: Tryton, run: Run) -> list[Any]:
    """Which records: those the source asks for, beyond the last number, changed or made since."""
    domain: list[Any] = [*source.domain, ["id", ">", run.last]]
    if run.since is None:
        return domain
    since = _coded(cursors.from_json(run.since))
    return [*domain, ["OR", [CHANGED, ">=", since], [[CHANGED, "=", None], [CREATED, ">=", since]]]]


def _begun(source: Tryton, bookmark: Bookmark) -> Run:
    if "run" in bookmark:
        return msgspec.convert(bookmark["run"], Run)
    if "cursor" not in bookmark:
        return Run()
    start = cursors.step_back(
        cursors.from_json(bookmark["cursor"]), source.overlap, path=f"{source.key}.overlap"
    )
    return Run(since=cursors.to_json(start), seen=bookmark["cursor"])


def _turned(run: Run, found: Sequence[dict[str, Any]]) -> Run:
    newest = None if run.seen is None else cursors.from_json(run.seen)
    for record in found:
        newest = cursors.largest(newest, record.get(CHANGED) or record.get(CREATED))
    return Run(
        since=run.since,
        last=max((record["id"] for record in found), default=run.last),
        seen=None if newest is None else cursors.to_json(newest),
    )


def _bookmark(run: Run, *, ended: bool) -> Bookmark:
    if not ended:
        return {"run": msgspec.to_builtins(run)}
    return {} if run.seen is None else {"cursor": run.seen}


def _login(source: Tryton, service: Service, *, secrets: Secrets) -> str:
    """The session that goes with every further request."""
    user = secrets.fill(source.user, path=f"{source.key}.user")
    password = secrets.fill(source.password, path=f"{source.key}.password")
    parameters = [user, {"password": password}]
    found = _call(source, service, session="", method="common.db.login", parameters=parameters)
    told = base64.b64encode(f"{user}:{found[0]}:{found[1]}".encode()).decode()
    return f"Session {told}"


def _call(source: Tryton, service: Service, *, session: str, method: str, parameters: list[Any]) -> Any:
    url = f"{source.url.rstrip('/')}/{source.database}/rpc/"
    headers = {"Authorization": session} if session else {}
    body = {"id": 1, "method": method, "params": parameters}
    answer = service.ask(Ask(url, "POST", headers=headers, body=body)).content
    if isinstance(answer, dict) and "result" in answer:
        return answer["result"]
    raise _refused(source, answer)


def _plain(value: Any) -> Any:
    """A value as Tryton codes it in JSON, made plain."""
    match value:
        case {"__class__": str(kind)}:
            return _decoded(kind, value)
        case dict():
            return _related(value)
        case list():
            return [_plain(each) for each in value]
        case _:
            return value


def _decoded(kind: str, parts: dict[str, Any]) -> Any:
    told = {name: value for name, value in parts.items() if name != "__class__"}
    match kind:
        case "datetime":
            return dt.datetime(**told, tzinfo=dt.UTC)
        case "date":
            return dt.date(**told)
        case "Decimal":
            return Decimal(told["decimal"])
        case "timedelta":
            return Decimal(str(told["seconds"]))
        case _:
            return None


def _related(value: dict[str, Any]) -> dict[str, Any]:
    """Tryton hands what belongs to a related record under its name with a point: `lang.`."""
    return {str(name).removesuffix("."): _plain(each) for name, each in value.items()}


def _coded(moment: Any) -> dict[str, Any]:
    parts = ("year", "month", "day", "hour", "minute", "second", "microsecond")
    return {"__class__": "datetime"} | {part: getattr(moment, part) for part in parts}


def _refused(source: Tryton, answer: Any) -> UserError:
    error = answer.get("error") if isinstance(answer, dict) else None
    told = str(error[0] if isinstance(error, list) and error else error)[:200]
    return refuse(
        "tryton_refused",
        path=source.key,
        fr=f"Tryton a répondu : {told}. Vérifiez le modèle « {source.model} » et ses champs.",
        en=f"Tryton answered: {told}. Check the model “{source.model}” and its fields.",
    )
