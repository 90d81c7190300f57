"""What is packed, and JSON lines: bombs, broken archives, lists, nesting, numbers that are none."""

import gzip
import io
import random
import zipfile

import pyarrow as pa
import pyarrow.parquet as pq

from tests.corpus.case import Case, accept, ask, partial, refuse
from tests.corpus.texts import lines

PLAIN = lines("id;v", "a;x", "b;y")
BOTH = {"a": "x", "b": "y"}


def zipped(files: dict[str, bytes], *, locked: bool = False) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    found = target.getvalue()
    if not locked:
        return found
    # The flag of encryption, in the header of the file and in the directory.
    found = found[:6] + b"\x01" + found[7:]
    place = found.index(b"PK\x01\x02") + 8
    return found[:place] + b"\x01" + found[place + 1 :]


def bomb(size: int) -> bytes:
    """One row, then a cell that never ends, packed a thousand times."""
    target = io.BytesIO()
    with gzip.GzipFile(fileobj=target, mode="wb", compresslevel=9) as file:
        file.write(b"id;v\na;x\n")
        for _ in range(size >> 20):
            file.write(b"b;y\n" * (1 << 18))
    return target.getvalue()


def zip_bomb() -> bytes:
    return zipped({"bomb.csv": b"id;v\n" + b"b;y\n" * (18 << 20)})


def many_entries() -> bytes:
    return zipped({f"{number}.csv": b"" for number in range(12_000)})


def parquet(**columns: object) -> bytes:
    target = io.BytesIO()
    pq.write_table(pa.table(columns), target)
    return target.getvalue()


def noisy() -> bytes:
    return gzip.compress(
        b"id;v\n" + b"".join(b"%d;%d\n" % (n, random.Random(n).getrandbits(64)) for n in range(5000))
    )


PACKED: list[Case] = [
    accept("plain.csv.gz", gzip.compress(PLAIN), BOTH),
    accept("gzip-named.csv", gzip.compress(PLAIN), BOTH),
    accept("one.zip", zipped({"folder/clients.csv": PLAIN, "__MACOSX/._clients.csv": b"x"}), BOTH),
    accept("outside.zip", zipped({"../../etc/passwd": PLAIN}), BOTH),
    accept("parquet.zip", zipped({"a.parquet": parquet(id=["a"], v=["x"])}), {"a": "x"}),
    ask("several.zip", zipped({"a.csv": PLAIN, "b.csv": lines("id;v", "c;z")}), "member", answers={"member": "b.csv"}, values={"c": "z"}),
    refuse("another-member.zip", zipped({"a.csv": PLAIN, "b.csv": PLAIN}), "no_such_answer", answers={"member": "c.csv"}),
    refuse("nothing.zip", zipped({}), "empty_input"),
    refuse("nested.zip", zipped({"in.zip": zipped({"a.csv": PLAIN})}), "packed_twice"),
    refuse("nested.gz", gzip.compress(gzip.compress(gzip.compress(gzip.compress(PLAIN)))), "packed_twice"),
    refuse("locked.zip", zipped({"a.csv": PLAIN}, locked=True), "password"),
    refuse("cut.csv.gz", lambda: noisy()[:-2000], "unreadable_file"),
    refuse("cut.zip", zipped({"a.csv": PLAIN * 500})[:-40], "unreadable_file"),
    refuse("bomb.csv.gz", lambda: bomb(72 << 20), "too_large"),
    refuse("bomb.zip", zip_bomb, "too_large"),
    refuse("many.zip", many_entries, "too_large"),
    accept("typed.parquet", parquet(id=["a"], v=["x"]), {"a": "x"}),
    accept("parquet-named.csv", parquet(id=["a"], v=["x"]), {"a": "x"}),
    refuse("cut.parquet", parquet(id=["a"] * 1000, v=["x"] * 1000)[:-100], "not_parquet"),
    refuse("wrong-footer.parquet", b"PAR1" + b"\xff" * 200 + b"\xff\xff\xff\x7fPAR1", "not_parquet"),
]  # fmt: skip


def objects(*rows: str) -> bytes:
    return ("\n".join(rows) + "\n").encode()


JSON: list[Case] = [
    accept("objects.jsonl", objects('{"id": "a", "v": "x"}', "", '{"v": "y", "id": "b", "w": 1}'), BOTH),
    accept("list.json", b'[{"id": "a", "v": "x"},\n {"id": "b", "v": "y"}]', BOTH),
    accept("numbers.jsonl", objects('{"id": 1, "v": 12345678901234567890123}', '{"id": 2, "v": 1E10}'), {"1": "12345678901234567890123", "2": "1E10"}),
    accept("lists.jsonl", objects('{"id": "a", "v": ["x", "é"]}'), {"a": '["x", "é"]'}),
    accept("nulls.jsonl", objects('{"id": "a", "v": null}', '{"id": "b"}'), {"a": None, "b": None}),
    accept("odd-names.jsonl", objects('{"id": "a", "v": "x", "__proto__": "p", "": "q"}'), {"a": "x"}),
    partial("key-twice.jsonl", objects('{"id": "a", "v": "x"}', '{"id": "b", "v": "y", "v": "z"}'), {"a": "x"}, refused=1, told=("key_twice",)),
    partial("nan.jsonl", objects('{"id": "a", "v": "x"}', '{"id": "b", "v": NaN}'), {"a": "x"}, refused=1, told=("json",)),
    partial("half-a-letter.jsonl", objects('{"id": "a", "v": "x"}', '{"id": "b", "v": "\\ud800"}'), {"a": "x"}, refused=1, told=("json",)),
    partial("deep.jsonl", objects('{"id": "a", "v": "x"}', '{"id": "b", "v": ' + "[" * 100_000 + "]" * 100_000 + "}"), {"a": "x"}, refused=1, told=("json",)),
    partial("cut-line.jsonl", objects('{"id": "a", "v": "x"}', '{"id": "b", "v":'), {"a": "x"}, refused=1, told=("json",)),
    partial("not-objects.jsonl", objects('{"id": "a", "v": "x"}', "[1, 2]", '"text"', "3"), {"a": "x"}, refused=3, told=("json",)),
    refuse("no-objects.json", b"[]", "no_objects"),
]  # fmt: skip

CASES = [*PACKED, *JSON]
