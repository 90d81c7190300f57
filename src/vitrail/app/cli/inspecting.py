"""Looking at a file before it is imported."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from vitrail.app.cli import behind
from vitrail.app.cli.conversing import drawings
from vitrail.app.cli.letters import words
from vitrail.app.cli.options import Answered, Json, Speak, answers_of
from vitrail.app.cli.session import session
from vitrail.collect.files.asking import quoted

app = typer.Typer()


@app.command(rich_help_panel="Data")
def inspect(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The file to look at.", show_default=False)],
    answer: Answered = None,
    language: Speak = None,
    json: Json = False,
) -> None:
    """Show what a file holds and how it would be imported.

    Nothing is loaded. What the file leaves open is listed with its choices.

    Example: `vitrail inspect customers.xlsx`
    """
    here = session(None, language, json=json)
    found = behind.propose(file, answers_of(answer))
    if here.json:
        here.give(found)
        return
    here.give(None, *drawings(found, here))
    for question in found.questions:
        here.give(None, words(f"? {here.said(question.text)}", style="bold"))
        for choice in question.choices[:12]:
            flag = quoted(f"{question.key}={choice.value}")
            here.give(None, words(f"    --answer {flag}   {here.said(choice.label)}"))
