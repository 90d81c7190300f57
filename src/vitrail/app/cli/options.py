"""The options that many commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from vitrail.model.errors import refuse

Folder = Annotated[
    Path | None,
    typer.Option(
        "--workspace",
        envvar="VITRAIL_WORKSPACE",
        metavar="DIR",
        help="The folder of the workspace; by default, the current one.",
        show_default=False,
    ),
]
Speak = Annotated[
    Literal["fr", "en"] | None,
    typer.Option(
        "--language",
        help="The language of answers; by default, that of VITRAIL_LANGUAGE or LANG.",
        show_default=False,
    ),
]
Json = Annotated[
    bool,
    typer.Option("--json", help="Print one JSON document on standard output; notes go to standard error."),
]
AsOf = Annotated[
    str | None,
    typer.Option(
        "--as-of",
        metavar="INSTANT",
        help="Ask as of this instant: 2026-03-01, or 2026-03-01T08:00 with or without a zone. "
        "By default, now.",
        show_default=False,
    ),
]
Rule = Annotated[
    str,
    typer.Argument(metavar="TEXT", help="A condition; - reads it from standard input.", show_default=False),
]
Recipient = Annotated[
    str,
    typer.Option(
        "--recipient",
        metavar="NAME",
        help="To whom outside the company the file goes; by default, to nobody.",
        show_default=False,
    ),
]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Apply without asking.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show what would happen; change nothing.")]
Answered = Annotated[
    list[str] | None,
    typer.Option(
        "--answer",
        metavar="QUESTION=CHOICE",
        help="Answer what a file leaves open: day-month=day, sheet=Clients, “day-month:born=month”… "
        "May be given several times.",
        show_default=False,
    ),
]


def answers_of(given: list[str] | None) -> dict[str, str]:
    """The answers of a command line; refuses one without its equals sign."""
    told = {}
    for each in given or ():
        key, equals, said = each.partition("=")
        if not equals or not key.strip() or not said.strip():
            raise refuse(
                "bad_answer",
                path="--answer",
                fr=f"« {each} » n’est pas de la forme question=choix, par exemple day-month=day.",
                en=f"“{each}” is not of the form question=choice, for example day-month=day.",
            )
        told[key.strip()] = said.strip()
    return told
