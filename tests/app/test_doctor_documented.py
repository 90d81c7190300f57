"""Every finding of the doctor is on its page, by its code."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/how-to/examine.md").read_text("utf-8")
MADE_BY = {"good", "warning", "bad", "told"}
"""What the files of the doctor make findings with; `told` is one of the others."""


def patterns(code: ast.expr) -> Iterator[str]:
    """The codes an expression may be, as regular expressions."""
    match code:
        case ast.Constant(value=str(text)):
            yield text
        case ast.IfExp(body=one, orelse=other):
            yield from (*patterns(one), *patterns(other))
        case ast.JoinedStr(values=parts):
            yield "".join(
                next(patterns(each)) if isinstance(each, ast.Constant) else "[a-z]+" for each in parts
            )
        case ast.Name():  # the function itself hands on the code it was given
            return
        case _:
            raise AssertionError(f"a code this test cannot read: {ast.unparse(code)}")


def codes() -> set[str]:
    """The code of every finding that is made anywhere in the doctor."""
    trees = [ast.parse(file.read_text("utf-8")) for file in (ROOT / "src/vitrail/app/doctor").glob("*.py")]
    calls = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Call)]
    made = [each for each in calls if isinstance(each.func, ast.Name) and each.func.id in MADE_BY]
    return {found for each in made for found in patterns(each.args[0])}


def test_the_codes_are_read_from_the_code():
    assert {"disk_refuses", "inbox_late", "spf_twice", "seal_[a-z]+"} <= codes()


@pytest.mark.parametrize("code", sorted(codes()))
def test_every_finding_is_documented(code: str):
    assert re.search(rf"`{code}`", PAGE)


@pytest.mark.parametrize("code", sorted(set(re.findall(r"^\| (`.*?`) \|", PAGE, re.MULTILINE))))
def test_every_documented_finding_is_one(code: str):
    for each in re.findall(r"`(\w+)`", code):
        assert any(re.fullmatch(pattern, each) for pattern in codes())
