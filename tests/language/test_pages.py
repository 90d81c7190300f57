"""The conditions that the documentation shows are right, and written as `format` writes them."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest

from tests.language.shop import CATALOGUE
from vitrail.language.check import check
from vitrail.language.format import format
from vitrail.language.parse import parse
from vitrail.model.catalogue import Field

DOCS = Path(__file__).parents[2] / "docs"
BLOCK = re.compile(r"^```condition\n(.*?)^```$", re.MULTILINE | re.DOTALL)

SHOP = msgspec.structs.replace(
    CATALOGUE,
    segments={"vip": parse("count(order) > 5"), "asleep": parse("not did(order, last 1 year)")},
    traits={**CATALOGUE.traits, "last_login": Field("last_login", "instant", "last_login")},
)


def shown() -> list[tuple[str, str]]:
    pages = sorted(DOCS.rglob("*.md"))
    blocks = [(page.name, block) for page in pages for block in BLOCK.findall(page.read_text("utf-8"))]
    return [(page, line) for page, block in blocks for line in block.splitlines() if line]


def test_the_language_is_shown_at_length() -> None:
    assert len([line for page, line in shown() if page == "language.md"]) > 60


@pytest.mark.parametrize(("page", "line"), shown())
def test_a_condition_of_the_documentation_is_right(page: str, line: str) -> None:
    problems = [each.text() for each in check(line, SHOP) if each.severity == "error"]
    assert problems == [], page


@pytest.mark.parametrize(("page", "line"), shown())
def test_a_condition_of_the_documentation_is_canonical(page: str, line: str) -> None:
    assert format(parse(line)) == line, page


def advice() -> list[tuple[str, str]]:
    """The two columns of the table of mistakes, where they are whole rules."""
    page = (DOCS / "reference" / "language.md").read_text("utf-8")
    rows = re.findall(r"^\| `([^`]+)` \| `([^`]+)` \|$", page.partition("| instead of |")[2], re.MULTILINE)
    return [row for row in rows if "…" not in row[0] and not row[1].startswith("last")]


@pytest.mark.parametrize(("bad", "good"), advice())
def test_the_advice_of_the_documentation_holds(bad: str, good: str) -> None:
    assert any(each.severity == "error" for each in check(bad, SHOP))
    rest = " > 1" if good.startswith("count(") else ""
    assert not any(each.severity == "error" for each in check(good + rest, SHOP))
