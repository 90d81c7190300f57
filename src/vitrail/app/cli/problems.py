"""Showing what is wrong: every problem with its place, the words it is about, and what to write instead."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from rich.cells import cell_len
from rich.console import Group
from rich.padding import Padding
from rich.text import Text

from vitrail.app.cli.letters import shown, words
from vitrail.app.cli.session import Session
from vitrail.model.errors import Problem, UserError

Texts = Mapping[str, str]
"""Texts that problems are about, by the start of the problems' paths (`segments.vip.rule`)."""

AROUND = 30
"""How many letters of a long line are shown before the words that are wrong."""


class Quoted(UserError):
    """A user error that knows the texts its problems are about."""

    def __init__(self, problems: tuple[Problem, ...], texts: Texts) -> None:
        super().__init__(problems)
        self.texts = texts


@contextmanager
def quoting(texts: str | Texts) -> Iterator[None]:
    """Let the problems of the block be shown with the text, or the texts, they are about."""
    known = {"": texts} if isinstance(texts, str) else texts
    try:
        yield
    except UserError as error:
        raise Quoted(error.problems, known) from error


def document(problems: Sequence[Problem]) -> list[dict[str, object]]:
    """Problems as a program reads them: every field is there."""
    return [
        {
            "code": each.code,
            "severity": each.severity,
            "path": each.path,
            "span": each.span,
            "message": each.message,
            "hint": each.hint,
        }
        for each in problems
    ]


def drawing(problems: Sequence[Problem], session: Session, *, texts: Texts, width: int) -> Group:
    """Problems as a person reads them, one under the other."""
    return Group(*(part for each in problems for part in _parts(each, session, texts=texts, width=width)))


def _parts(each: Problem, session: Session, *, texts: Texts, width: int) -> Iterator[Text | Padding]:
    sign, style = ("✗", "red") if each.severity == "error" else ("!", "yellow")
    yield Text.assemble((f"{sign} ", f"bold {style}"), shown(session.said(each.message)))
    place, _, _ = each.path.partition(":")
    text = texts.get(place, texts.get(""))
    if place and "" not in texts and place not in session.said(each.message):
        yield _indented(words((place), style="dim"), 2)
    if text is not None and each.span is not None:
        yield _indented(quotation(text, each.span, style=style, width=width - 4), 4)
    if each.hint:
        lead = session.pick(fr="Vouliez-vous dire", en="Did you mean")
        close = session.pick(fr=" ?", en="?")
        yield _indented(words(f"{lead} {shown(', '.join(each.hint))}{close}"), 2)


def _indented(text: Text, by: int) -> Padding:
    return Padding(text, (0, 0, 0, by), expand=False)


def quotation(text: str, span: tuple[int, int], *, style: str, width: int) -> Text:
    """The line of the text that holds the span, and carets under it; long lines are cut."""
    start = min(span[0], len(text))
    first = text.rfind("\n", 0, start) + 1
    last = text.find("\n", start)
    line = text[first : len(text) if last < 0 else last]
    begin, end = start - first, min(span[1] - first, len(line))
    cut = begin - AROUND if begin > width - 10 else 0
    before, inside = _shown(line[cut:begin]), _shown(line[begin:end])
    lead = "…" if cut else ""
    after = _shown(line[end:])
    room = max(width - cell_len(lead + before + inside), 0)
    after = after if cell_len(after) <= room else after[: max(room - 1, 0)] + "…"
    carets = "^" * max(cell_len(inside), 1)
    return Text.assemble(
        lead + before,
        (inside, style),
        after,
        "\n",
        " " * cell_len(lead + before),
        (carets, f"bold {style}"),
        no_wrap=True,
    )


def _shown(text: str) -> str:
    return shown(text.replace("\t", " "))
