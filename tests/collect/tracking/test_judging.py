"""Which messages are taken and which are refused, and why: hostile payloads do not spoil good ones."""

import gzip
import json
import time

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vitrail.collect.tracking.faults import Fault
from vitrail.collect.tracking.judging import Verdict, judge
from vitrail.collect.tracking.payload import batch_payload, single_payload, unpack
from vitrail.collect.tracking.reading import messages_of
from vitrail.collect.tracking.scanning import check_keys
from vitrail.ledger.inbox import StoredRequest

GOOD = b'{"type":"track","userId":"u","event":"e"}'


def having(text: bytes) -> bytes:
    """A good message but for this one more member."""
    return GOOD[:-1] + b"," + text + b"}"


def batch(*messages: bytes) -> Verdict:
    return judge(batch_payload(unpack(b'{"sentAt":null,"batch": [' + b" , ".join(messages) + b"]}")))


def nested(levels: int) -> bytes:
    return having(b'"properties":' + b'{"a":' * (levels - 1) + b"{}" + b"}" * (levels - 1))


def keys(number: int) -> bytes:
    return b'"properties":{' + b",".join(b'"k%d":1' % each for each in range(number)) + b"}"


REFUSED = {
    "not an object": (b"17", "not_an_object"),
    "nothing": (b"null", "not_an_object"),
    "a list": (b'["track"]', "not_an_object"),
    "not JSON": (having(b'"x":hello'), "not_json"),
    "NaN": (having(b'"x":NaN'), "not_json"),
    "infinity": (having(b'"x":-Infinity'), "not_json"),
    "a number beyond all": (having(b'"x":1e999'), "number_out_of_range"),
    "5,000 digits": (having(b'"x":' + b"9" * 5000), "number_out_of_range"),
    "a leading zero": (having(b'"x":01'), "not_json"),
    "a trailing comma": (having(b'"x":1,'), "not_json"),
    "half a pair": (having(rb'"x":"\ud800"'), "not_json"),
    "half a pair in a key": (having(rb'"\udfff":1'), "not_json"),
    "bad UTF-8": (having(b'"x":"caf\xe9"'), "not_utf8"),
    "overlong UTF-8": (having(b'"x":"\xc0\xaf"'), "not_utf8"),
    "a surrogate in UTF-8": (having(b'"x":"\xed\xa0\x80"'), "not_utf8"),
    "a line in a string": (having(b'"x":"a\nb"'), "not_json"),
    "a key twice": (having(b'"x":1,"x":2'), "duplicate_key"),
    "a key twice, once escaped": (having(rb'"x":1,"\u0078":2'), "duplicate_key"),
    "a key twice, spaced out": (having(b'"x" : 1,"x" : 2'), "duplicate_key"),
    "a key twice, deep": (having(b'"properties":{"p":[{"a":1,"a":1}]}'), "duplicate_key"),
    "who, twice": (having(b'"userId":"v"'), "duplicate_key"),
    "33 levels": (nested(33), "too_deep"),
    "10,000 levels": (having(b'"x":' + b"[" * 10_000 + b"]" * 10_000), "too_deep"),
    "1,001 keys": (having(keys(1_000)), "too_many_members"),
    "33 kB": (having(b'"x":"' + b"a" * 33_000 + b'"'), "message_too_large"),
    "an unknown type": (b'{"type":"trak","userId":"u"}', "unknown_type"),
    "no type": (b'{"userId":"u"}', "unknown_type"),
    "a type that is a list": (b'{"type":["track"],"userId":"u"}', "unknown_type"),
    "nobody": (b'{"type":"page"}', "no_identity"),
    "an empty id": (b'{"type":"page","userId":"","anonymousId":null}', "no_identity"),
    "a true id": (b'{"type":"page","userId":true}', "bad_id"),
    "an id that is an object": (b'{"type":"page","userId":{"id":1}}', "bad_id"),
    "an id with a point": (b'{"type":"page","userId":1.5}', "bad_id"),
    "an id too long": (b'{"type":"page","userId":"' + b"a" * 513 + b'"}', "bad_id"),
    "an id with NUL": (rb'{"type":"page","userId":"a\u0000b"}', "bad_id"),
    "a message id too long": (having(b'"messageId":"' + b"a" * 513 + b'"'), "bad_id"),
    "an event without a name": (b'{"type":"track","userId":"u"}', "missing"),
    "an alias of nobody": (b'{"type":"alias","userId":"u"}', "missing"),
    "a group without a name": (b'{"type":"group","userId":"u"}', "missing"),
    "properties that are a list": (having(b'"properties":[1]'), "not_an_object"),
    "traits that are a text": (b'{"type":"identify","userId":"u","traits":"x"}', "not_an_object"),
    "no such day": (having(b'"timestamp":"2026-02-31T00:00:00Z"'), "bad_timestamp"),
    "a day in words": (having(b'"timestamp":"hier"'), "bad_timestamp"),
    "a clock out of its mind": (having(b'"sentAt":"0000-00-00"'), "bad_timestamp"),
}


@pytest.mark.parametrize(("bad", "code"), REFUSED.values(), ids=REFUSED)
def test_a_bad_message_is_named_and_the_others_are_kept(bad: bytes, code: str):
    found = batch(GOOD, bad, GOOD)
    assert [(each.index, each.problem.code) for each in found.refused] == [(1, code)]
    assert found.accepted == len(list(messages_of(StoredRequest(1, 0, "s", found.body)))) == 2


@pytest.mark.parametrize("name", ["not JSON", "NaN", "a key twice", "33 levels", "nobody", "bad UTF-8"])
def test_the_same_is_refused_when_it_comes_alone(name: str):
    bad, code = REFUSED[name]
    [refused] = judge(single_payload(bad, "track" if code != "no_identity" else "page")).refused
    assert (refused.index, refused.problem.code) == (0, code)


TAKEN = {
    "32 levels": nested(31),
    "spaces": b' {\n"type" : "page",\t"userId" : "u" }\r\n',
    "a key in two objects": having(b'"properties":{"a":{"x":1},"b":{"x":1}}'),
    "a value like a key": having(b'"a":":b","c":"\\":","d":"x\\\\"'),
    "keys that differ by case": having(b'"x":1,"X":2'),
    "2^53 + 1": having(b'"x":9007199254740993'),
    "keys of programs": having(b'"__proto__":{"a":1},"constructor":2,"$where":"1"'),
    "NUL in a value": having(rb'"x":"a\u0000b"'),
    "a pair": having(rb'"x":"\ud83d\ude00"'),
    "a number as id": b'{"type":"page","userId":17}',
    "an anonymous one": b'{"type":"page","anonymousId":"a"}',
    "year 1": having(b'"timestamp":"0001-01-01T00:00:00Z"'),
    "year 9999": having(b'"timestamp":"9999-12-31T23:59:59Z"'),
    "milliseconds": having(b'"timestamp":1764158400123'),
}


@pytest.mark.parametrize("good", TAKEN.values(), ids=TAKEN)
def test_what_is_strange_but_clear_is_kept(good: bytes):
    assert batch(good) == judge(batch_payload(b'{"sentAt":null,"batch":[' + good.strip() + b"]}"))
    assert batch(good).refused == ()


def test_an_exact_number_stays_exact():
    found = batch(having(b'"properties":{"x":0.1000000000000000055}'))
    [read] = messages_of(StoredRequest(1, 0, "s", found.body))
    assert str(read.properties["x"]) == "0.1000000000000000055"


def test_the_address_says_the_type():
    told = judge(single_payload(b'{"type":"page","userId":"u","event":"e"}', "track"))
    silent = judge(single_payload(b'{ "userId":"u","event":"e"}', "track"))
    for verdict in (told, silent):
        [read] = messages_of(StoredRequest(1, 0, "s", verdict.body))
        assert (read.kind, read.event, read.user_id) == ("track", "e", "u")


BODIES = {
    "empty": (b"", "not_json"),
    "a list": (b"[1]", "no_batch"),
    "no batch": (b"{}", "no_batch"),
    "an empty batch": (b'{"batch":[]}', "no_batch"),
    "a batch that is an object": (b'{"batch":{"a":1}}', "no_batch"),
    "two batches": (b'{"batch":[' + GOOD + b'],"batch":[]}', "duplicate_key"),
    "two documents": (b'{"batch":[' + GOOD + b"]} {}", "not_json"),
    "cut short": (b'{"batch":[' + GOOD, "not_json"),
    "a string that does not end": (b'{"batch":[' + GOOD + b',{"a":"b}]}', "not_json"),
    "UTF-16": ('{"batch":[]}'.encode("utf-16"), "not_json"),
    "a number": (b"17", "no_batch"),
    "a text": (b'"batch"', "no_batch"),
    "words": (b"hello, world", "not_json"),
    "words with a bracket": (b"hello [world]", "not_json"),
    "a page": (b'<p style="a:b">{x}</p>', "not_json"),
    "depth that ends": (b"[" * 9_000 + b"]" * 9_000, "too_deep"),
    "bad UTF-8 around": (b'{"x":"\xff","batch":[' + GOOD + b"]}", None),
    "NaN around": (b'{"context":{"a":NaN},"batch":[' + GOOD + b"]}", "not_json"),
    "a bad clock": (b'{"sentAt":"x","batch":[' + GOOD + b"]}", "bad_timestamp"),
    "depth": (b"[" * 500_000, "not_json"),
    "quotes": (b'"' * 400_001, "not_json"),
    "damaged gzip": (gzip.compress(b'{"batch":[]}' * 99)[:-9], "bad_gzip"),
    "gzip and more": (gzip.compress(b"{}") + b"x", "bad_gzip"),
    "gzip twice": (gzip.compress(gzip.compress(b"{}", mtime=0)), "not_json"),
    "a bomb": (gzip.compress(b" " * 10_000_000), "body_too_large"),
}


@pytest.mark.parametrize(("body", "code"), BODIES.values(), ids=BODIES)
def test_a_body_without_shape_is_refused_as_a_whole(body: bytes, code: str | None):
    started = time.process_time()
    if code is None:
        assert judge(batch_payload(unpack(body))).accepted == 1
    else:
        with pytest.raises(Fault) as found:
            batch_payload(unpack(body))
        assert found.value.problem.code == code
    assert time.process_time() - started < 1


@pytest.mark.parametrize("mark", [b"", b"]", b"}", b"[", b"{", b",", b":", b'"'], ids=repr)
def test_what_is_no_json_is_told_so_whatever_marks_are_in_it(mark: bytes):
    with pytest.raises(Fault) as found:
        batch_payload(b"\x1f\x8b" + mark + b"\x00\xff")
    assert found.value.problem.code == "not_json"


def test_a_byte_order_mark_is_passed_over():
    assert judge(batch_payload(unpack(b"\xef\xbb\xbf" + b'{"batch":[' + GOOD + b"]}"))).accepted == 1


SCALARS = st.none() | st.integers(-9, 9) | st.text(alphabet='ab":\\ \n/é\0{}[],', max_size=5)
KEYS = st.sampled_from(["a", "b", 'é"', "c:"])
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.lists(st.tuples(KEYS, inner), max_size=3),
    max_leaves=12,
)
"""JSON, in which an object is a list of pairs: a key may be there twice."""


def written(value: object, ascii_only: bool, colon: str) -> str:
    match value:
        case [tuple(), *_]:
            members = (
                json.dumps(key, ensure_ascii=ascii_only) + colon + written(each, ascii_only, colon)
                for key, each in value
            )
            return "{" + ",".join(members) + "}"
        case list():
            return "[" + ",".join(written(each, ascii_only, colon) for each in value) + "]"
        case _:
            return json.dumps(value, ensure_ascii=ascii_only)


def has_twins(text: str) -> bool:
    twins = []

    def look(pairs: list[tuple[str, object]]) -> None:
        twins.append(len({key for key, _ in pairs}) < len(pairs))

    json.loads(text, object_pairs_hook=look)
    return any(twins)


@given(VALUES, st.booleans(), st.sampled_from([":", ": ", " :", " \n: "]))
def test_a_key_twice_is_always_seen_and_never_imagined(value: object, ascii_only: bool, colon: str):
    text = written(value, ascii_only, colon)
    try:
        check_keys(text.encode(), msgspec.json.decode(text))
        refused = False
    except Fault:
        refused = True
    assert refused == has_twins(text)


SHORT = [GOOD, *(bad for bad, _ in REFUSED.values() if len(bad) < 2000)]


@given(st.lists(st.sampled_from(SHORT), min_size=1, max_size=6))
def test_every_message_is_either_kept_or_named(messages: list[bytes]):
    found = batch(*messages)
    assert found.accepted + len(found.refused) == len(messages)
    assert {each.index for each in found.refused} == {n for n, m in enumerate(messages) if m != GOOD}
