"""What the documentation shows is what happens: every `>>>` in it runs."""

import doctest
import importlib
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src"
GENERATED = ROOT / "docs" / "reference"  # its examples are those of the docstrings
BLOCK = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


def pages() -> list[Path]:
    found = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    return sorted(page for page in found if GENERATED not in page.parents)


def page_example(page: Path) -> doctest.DocTest:
    """The blocks of a page as one session; other lines are left empty, so that a fault names its line."""
    text = page.read_text("utf-8")
    lines = [""] * (text.count("\n") + 1)
    for block in BLOCK.finditer(text):
        first = text.count("\n", 0, block.start(1))
        code = block[1].splitlines()
        lines[first : first + len(code)] = code if ">>>" in block[1] else [""] * len(code)
    return doctest.DocTestParser().get_doctest("\n".join(lines), {}, page.name, str(page), 0)


def modules() -> list[str]:
    """The modules that show an example; the others need not be imported."""
    files = [file for file in (SOURCE / "vitrail").rglob("*.py") if ">>> " in file.read_text("utf-8")]
    names = (file.relative_to(SOURCE).with_suffix("").as_posix().replace("/", ".") for file in sorted(files))
    return [name.removesuffix(".__init__") for name in names]


def run(example: doctest.DocTest) -> None:
    told: list[str] = []
    doctest.DocTestRunner(optionflags=FLAGS).run(example, out=told.append)
    if told:
        pytest.fail("".join(told), pytrace=False)


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.relative_to(ROOT).as_posix())
def test_pages(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    run(page_example(page))


@pytest.mark.parametrize("name", modules())
def test_docstrings(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for example in doctest.DocTestFinder(exclude_empty=True).find(importlib.import_module(name)):
        run(example)
