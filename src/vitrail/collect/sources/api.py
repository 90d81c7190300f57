"""Reading a JSON API page by page, from where the last pull ended."""

from __future__ import annotations

import datetime as dt
from collections.abc import Generator, Iterator
from typing import Any, assert_never
from urllib.parse import urljoin, urlsplit

import msgspec

from vitrail.collect.sources import cursor as cursors
from vitrail.collect.sources.asking import Answer, Ask, Limits, Service
from vitrail.collect.sources.cursor import Cursor
from vitrail.collect.sources.definition import (
    ByLast,
    ByLink,
    ByNumber,
    ByOffset,
    ByToken,
    Http,
    Place,
    Since,
)
from vitrail.collect.sources.fields import at, columns, put
from vitrail.collect.sources.portion import Bookmark, Portion, Reading
from vitrail.collect.sources.secrets import names_in
from vitrail.model.errors import UserError, refuse

ROWS = 5_000
"""Records loaded in one step: what is lost when a pull is killed."""

HELD = "{since}"
ANY = "*"
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


class Run(msgspec.Struct, frozen=True, omit_defaults=True):
    """A pull under way: from which value it asked, the page it reached, the newest value seen.

    `since` is what the search asks for, a step behind the newest value of the last pull; `page` what
    the service wants to hear next: an address, a token, a number; None at the first. `asked` counts the
    records of this search.
    """

    since: list[str] | None = None
    page: str | int | None = None
    seen: list[str] | None = None
    asked: int = 0


def portions(source: Http, reading: Reading) -> Generator[Portion, None, None]:
    """The records of the source in portions, each with the page it reached."""
    limits = Limits(source.timeout_seconds, source.largest_mb, source.per_second, source.allow_private)
    run = _begun(source, reading.bookmark)
    fresh = run.page is None
    with Service(source.key, auth=source.auth, secrets=reading.secrets, limits=limits) as service:
        try:
            yield from _pages(source, reading, run=run, service=service)
        except _Expired:
            if fresh:
                raise
            again = Run(since=run.since, seen=run.seen)
            yield from _pages(source, reading, run=again, service=service)


class _Expired(UserError):
    """The service does not know the page any more where the last pull stopped."""


def _pages(source: Http, reading: Reading, *, run: Run, service: Service) -> Iterator[Portion]:
    held: list[Any] = []
    done = 0
    resumed = run.page is not None
    while True:
        answer = _asked(source, reading, run=run, service=service, resumed=resumed)
        resumed = False
        records = _records(source, answer)
        held += [record for record in records if _is_wanted(source, record)]
        done += len(records)
        reading.progress(done, None)
        run, ended = _turned(source, run, answer=answer, records=records)
        if ended or len(held) >= min(reading.rows, ROWS):
            yield Portion(
                columns(held, source.fields, types=reading.types(source.load.name)),
                _bookmark(run, ended=ended),
            )
            held = []
        if ended:
            return


def _is_wanted(source: Http, record: Any) -> bool:
    """Whether a record has what `only` asks for."""
    found = {path: at(record, path) for path in source.only}
    return all(
        value not in (None, "") if source.only[path] == ANY else value == source.only[path]
        for path, value in found.items()
    )


def _asked(source: Http, reading: Reading, *, run: Run, service: Service, resumed: bool) -> Answer:
    try:
        return service.ask(_ask(source, run, reading=reading))
    except UserError as error:
        if resumed and error.problems[0].code == "service_refused":
            raise _Expired(error.problems) from None
        raise


def _turned(source: Http, run: Run, *, answer: Answer, records: list[Any]) -> tuple[Run, bool]:
    """The run at its next page, and whether there is none."""
    seen = _newest(source, run, records=records)
    asked = run.asked + len(records)
    most = source.since.restart_after if source.since else 0
    if most and asked >= most:
        if seen is None or seen == run.since:
            raise _stuck(source, most)
        return Run(since=seen, seen=seen), False
    page = _next_page(source, run, answer=answer, records=records)
    if page is None:
        return Run(since=run.since, seen=seen, asked=asked), True
    return Run(since=run.since, page=page, seen=seen, asked=asked), False


def _next_page(source: Http, run: Run, *, answer: Answer, records: list[Any]) -> str | int | None:
    match source.pages:
        case None:
            return None
        case ByLink(path=path):
            told = str(at(answer.content, path) or "") if path else answer.link
            return told if told and told != run.page else None
        case ByToken(path=path):
            found = at(answer.content, path)
            return None if found in (None, "") or str(found) == run.page else str(found)
        case ByLast(field=field, more=more):
            last = str(at(records[-1], field)) if records else run.page
            return last if last != run.page and at(answer.content, more) is True else None
        case ByNumber(first=first, size=size):
            number = first if run.page is None else int(run.page)
            return number + 1 if records and len(records) >= size else None
        case ByOffset(size=size):
            return int(run.page or 0) + len(records) if len(records) >= size else None
        case _:
            assert_never(source.pages)


def _ask(source: Http, run: Run, *, reading: Reading) -> Ask:
    """The request for the page that a run has reached."""
    url = reading.secrets.fill_address(source.url, path=f"{source.key}.url")
    headers = {name: reading.secrets.fill(text, path=source.key) for name, text in source.headers.items()}
    if isinstance(source.pages, ByLink) and run.page is not None:
        return Ask(_same_origin(source, url, page=str(run.page)), source.method, headers=headers)
    since = _told(source, run)
    query = {
        name: _text(reading, value, since=since)
        for name, value in source.query.items()
        if since is not None or HELD not in str(value)
    }
    body = _filled(source.body, reading, since=since)
    ask = Ask(url, source.method, query=query, headers=headers, body=body)
    match source.pages:
        case None | ByLink():
            return ask
        case ByNumber(param=param, place=place, first=first):
            return _with(ask, param, place=place, value=first if run.page is None else run.page)
        case ByToken(param=param, place=place) | ByOffset(param=param, place=place):
            return ask if run.page is None else _with(ask, param, place=place, value=run.page)
        case ByLast(param=param):
            return ask if run.page is None else _with(ask, param, place="query", value=run.page)
        case _:
            assert_never(source.pages)


def _with(ask: Ask, param: str, *, place: Place, value: str | int) -> Ask:
    match place:
        case "query":
            return msgspec.structs.replace(ask, query={**ask.query, param: str(value)})
        case "header":
            return msgspec.structs.replace(ask, headers={**ask.headers, param: str(value)})
        case "body":
            return msgspec.structs.replace(ask, body=put(ask.body or {}, param, value=value))
        case _:
            assert_never(place)


def _told(source: Http, run: Run) -> str | None:
    """The value of `{since}`, as the service writes it."""
    since = source.since
    if since is None:
        return None
    if run.since is None:
        return since.first or None
    return _written(cursors.from_json(run.since), since)


def _written(value: Cursor, since: Since) -> str:
    match since.format:
        case "iso" if isinstance(value, dt.datetime):
            return (
                value.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{value.microsecond // 1000:03d}Z"
            )
        case "seconds" if isinstance(value, dt.datetime):
            return str((value - _EPOCH) // dt.timedelta(seconds=1))
        case "milliseconds" if isinstance(value, dt.datetime):
            return str((value - _EPOCH) // dt.timedelta(milliseconds=1))
        case _:
            return str(value)


def _newest(source: Http, run: Run, *, records: list[Any]) -> list[str] | None:
    """The newest value seen so far, in the field that grows."""
    newest = None if run.seen is None else cursors.from_json(run.seen)
    for record in records if source.since else ():
        found = _read(at(record, source.since.field), source.since) if source.since else None
        newest = cursors.largest(newest, found)
    return None if newest is None else cursors.to_json(newest)


def _read(value: Any, since: Since) -> Cursor | None:
    """A value of the field that grows; None when it cannot be read."""
    try:
        match since.format, value:
            case _, None | "":
                return None
            case "number", _:
                return int(value)
            case _, str() if not value.lstrip("-").isdigit():
                moment = dt.datetime.fromisoformat(value)
                return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
            case "seconds", _:
                return _EPOCH + dt.timedelta(seconds=float(value))
            case _:
                return _EPOCH + dt.timedelta(milliseconds=int(value))
    except (ValueError, TypeError, OverflowError):
        return None


def _begun(source: Http, bookmark: Bookmark) -> Run:
    """The pull that was stopped, or a new one from a step behind the newest value that was seen."""
    if "run" in bookmark:
        return msgspec.convert(bookmark["run"], Run)
    if source.since is None or "cursor" not in bookmark:
        return Run()
    newest = cursors.from_json(bookmark["cursor"])
    start = cursors.step_back(newest, source.since.overlap, path=f"{source.key}.since.overlap")
    return Run(since=cursors.to_json(start), seen=bookmark["cursor"])


def _bookmark(run: Run, *, ended: bool) -> Bookmark:
    if not ended:
        return {"run": msgspec.to_builtins(run)}
    return {} if run.seen is None else {"cursor": run.seen}


def _records(source: Http, answer: Answer) -> list[Any]:
    found = at(answer.content, source.records) if source.records else answer.content
    if isinstance(found, list):
        return found
    if (
        found is None
        and source.records
        and isinstance(answer.content, dict)
        and not answer.content.get("error")
    ):
        parent, _, name = source.records.rpartition(".")
        holder = at(answer.content, parent) if parent else answer.content
        if isinstance(holder, dict) and name in holder:
            return []
    raise _no_records(source, answer)


def _filled(value: Any, reading: Reading, *, since: str | None) -> Any:
    match value:
        case dict():
            return {name: _filled(each, reading, since=since) for name, each in value.items()}
        case list():
            return [_filled(each, reading, since=since) for each in value]
        case str():
            return _text(reading, value, since=since)
        case _:
            return value


def _text(reading: Reading, value: str | int | bool, *, since: str | None) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    text = str(value)
    filled = reading.secrets.fill(text) if names_in(text) else text
    return filled.replace(HELD, since or "")


def _same_origin(source: Http, url: str, *, page: str) -> str:
    """The address of the next page; one that lies elsewhere would get our keys."""
    found = urljoin(url, page)
    if urlsplit(found)[:2] == urlsplit(url)[:2]:
        return found
    raise refuse(
        "page_elsewhere",
        path=source.key,
        fr=f"La page suivante serait ailleurs ({urlsplit(found).netloc}) : les clés n’y vont pas.",
        en=f"The next page would be elsewhere ({urlsplit(found).netloc}): the keys do not go there.",
    )


def _no_records(source: Http, answer: Answer) -> UserError:
    content = answer.content
    told = ", ".join(list(content)[:10]) if isinstance(content, dict) else type(content).__name__
    return refuse(
        "no_records",
        path=f"{source.key}.records",
        fr=f"La réponse n’a pas de liste en « {source.records} » ; on y trouve : {told}.",
        en=f"The answer has no list at “{source.records}”; there is: {told}.",
    )


def _stuck(source: Http, most: int) -> UserError:
    return refuse(
        "search_stuck",
        path=source.key,
        fr=f"Le service ne donne que {most} résultats par recherche, et tous ont la même date : "
        "impossible d’aller plus loin.",
        en=f"The service gives only {most} results to a search, and all have the same date: "
        "there is no way further.",
    )
