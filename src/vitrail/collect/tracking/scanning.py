"""Looking at JSON without building it: how deep, how many keys, which twice, where each message begins.

The reader of JSON keeps the last of two equal keys and stops at the first mistake. What is refused
must be told message by message, and cheaply whatever was sent, so one pass over the marks of the text
does it, without recursion.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

import msgspec

from vitrail.collect.tracking import faults

_MARKS = re.compile(rb'"(?:[^"\\]++|\\.)*+"|[{}\[\],:"]', re.DOTALL)
_LEAST_MEMBER = len('"":1')
_ESCAPE = re.compile(rb"\\.", re.DOTALL)
_SPACED_COLON = re.compile(rb'"[ \t\r\n]+:')


def check_shape(raw: bytes) -> None:
    """Refuse a message that nests too deep or has too many keys; most are settled by counting."""
    few = len(raw) < _LEAST_MEMBER * faults.MEMBERS or raw.count(b":") <= faults.MEMBERS
    if few and raw.count(b"{") + raw.count(b"[") <= faults.DEPTH:
        return
    depth = members = 0
    for mark in _MARKS.finditer(raw):
        sign = mark[0]
        if sign in (b"{", b"["):
            depth += 1
        elif sign in (b"}", b"]"):
            depth -= 1
        elif sign == b":":
            members += 1
        if depth > faults.DEPTH:
            raise faults.too_deep()
    if members > faults.MEMBERS:
        raise faults.too_many_members()


def check_keys(raw: bytes, read: object) -> None:
    """Refuse a message in which an object has one key twice; `read` is what the text was read as.

    With a letter in place of every escape, quotes only open and close strings, so that `":` is the
    end of a key or the beginning of a value. Written again, a message has as many, unless a key was
    there twice.
    """
    again = msgspec.json.encode(read)
    if again == raw:
        return
    plain, again = _without_escapes(raw), _without_escapes(again)
    if plain.count(b'":') != again.count(b'":') or _SPACED_COLON.search(plain):
        _check_each_key(raw)


def _without_escapes(text: bytes) -> bytes:
    return _ESCAPE.sub(b"x", text) if b"\\" in text else text


def _check_each_key(raw: bytes) -> None:
    """The slow and exact way, for a message that is well formed."""
    objects: list[set[str]] = []
    last = b""
    for mark in _MARKS.finditer(raw):
        sign = mark[0]
        if sign in (b"{", b"["):
            objects.append(set())
        elif sign in (b"}", b"]"):
            objects.pop()
        elif sign == b":":
            key = msgspec.json.decode(last, type=str)
            if key in objects[-1]:
                raise faults.duplicate_key(key)
            objects[-1].add(key)
        last = sign


def split_batch(body: bytes) -> tuple[bytes, list[bytes]]:
    """A batch that cannot be read as a whole: the request without its messages, and each message as text.

    Refuses what has no such shape.
    """
    start, end = _batch_span(body)
    cuts = [start, *_commas(body, start, end=end), end]
    messages = [body[first + 1 : last].strip() for first, last in pairwise(cuts)]
    return body[: start + 1] + body[end:], messages


def _batch_span(body: bytes) -> tuple[int, int]:
    """Where the list of the key `batch` of the outer object opens and closes."""
    found: list[tuple[int, int]] = []
    key, opened = b"", -1
    for place, sign, depth in _walk(body, 0):
        if depth == 1 and sign.startswith(b'"'):
            key = sign
        elif depth == 2 and sign == b"[" and key == b'"batch"':
            opened = place
        elif depth == 1 and sign == b"]" and opened >= 0:
            found.append((opened, place))
            opened = -1
    if len(found) > 1:
        raise faults.duplicate_key("batch")
    if not found:
        raise _without_batch(body)
    return found[0]


def _without_batch(body: bytes) -> faults.Fault:
    """What is wrong with a body in which no batch was found: it is no JSON, or JSON of another kind."""
    try:
        msgspec.json.decode(body, type=msgspec.Raw)
    except msgspec.DecodeError as error:
        return faults.not_json(str(error))
    except RecursionError:
        return faults.too_deep()
    return faults.no_batch()


def _commas(body: bytes, start: int, *, end: int) -> Iterator[int]:
    """Where the commas between the elements of a list are."""
    for place, sign, depth in _walk(body, start):
        if place >= end:
            return
        if sign == b"," and depth == 1:
            yield place


def _walk(body: bytes, start: int) -> Iterator[tuple[int, bytes, int]]:
    """Each mark with its place and the depth once it is passed; refuses what does not close."""
    depth = 0
    for mark in _MARKS.finditer(body, start):
        sign = mark[0]
        if sign in (b"{", b"["):
            depth += 1
        elif sign in (b"}", b"]"):
            depth -= 1
        elif sign == b'"':
            raise faults.not_json(f"byte {mark.start()}")
        yield mark.start(), sign, depth
        if depth <= 0:
            return
    if depth:
        raise faults.not_json()
