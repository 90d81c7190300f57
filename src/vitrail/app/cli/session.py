"""One run of a command: which workspace, which language, for a person or for a program."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Literal, cast

import msgspec
from rich.console import Console, RenderableType

from vitrail.app.cli import behind
from vitrail.app.cli.letters import Spaced, harmless, shown
from vitrail.app.cli.stopping import is_stop
from vitrail.model.catalogue import Label
from vitrail.model.errors import Message

if TYPE_CHECKING:
    from vitrail.app.report.words import Speech
    from vitrail.app.workspace import Workspace

Language = Literal["fr", "en"]

PLAIN_WIDTH = 120
"""Columns of what goes to a file or another program, unless COLUMNS says otherwise."""


class Interrupted(KeyboardInterrupt):
    """The person stopped the command while a workspace was open; `changed` says if it had its effect."""

    def __init__(self, *, changed: bool) -> None:
        super().__init__()
        self.changed = changed


class Session(msgspec.Struct, frozen=True):
    """What every command is told: the folder, the language of the answers, and whether they are JSON.

    Answers go to standard output; notes, progress and problems to standard error.
    """

    folder: Path
    language: Language
    json: bool = False

    def pick(self, *, fr: str, en: str) -> str:
        """The words in the language of the session."""
        return fr if self.language == "fr" else en

    def said(self, message: Message) -> str:
        """A message in the language of the session."""
        return message.in_language(self.language)

    @property
    def paper(self) -> Console:
        """Where answers are drawn."""
        return console(error=False)

    @property
    def margin(self) -> Console:
        """Where notes and problems are drawn."""
        return console(error=True)

    @property
    def watched(self) -> bool:
        """Whether a person reads the answer in a terminal."""
        return not self.json and sys.stdout.isatty()

    @property
    def converses(self) -> bool:
        """Whether there is a person to ask."""
        return self.watched and sys.stdin.isatty()

    @property
    def speech(self) -> Speech:
        """How numbers and dates are written."""
        return behind.Speech(self.language)

    def label(self, words: Label | None, *, otherwise: str) -> str:
        """A label in the language of the session; `otherwise` where there is none."""
        if words is None:
            return otherwise
        return words.fr if self.language == "fr" else words.en

    def of(self, words: Mapping[str, str]) -> str:
        """The words in the language of the session, or in the first there is."""
        return words.get(self.language) or next(iter(words.values()), "")

    def decimal(self, number: float, *, digits: int = 1) -> str:
        """A number with so many digits after the point, or the comma."""
        return f"{number:.{digits}f}".replace(".", self.pick(fr=",", en="."))

    def many(self, number: int, *, fr: tuple[str, str], en: tuple[str, str]) -> str:
        """A number with its noun, in the singular or the plural: `1 ligne`, `2 lignes`."""
        words = self.pick(fr=fr[number > 1], en=en[number != 1])
        return f"{self.speech.count(number)} {words}"

    def customers(self, number: int) -> str:
        """So many customers."""
        return self.many(number, fr=("client", "clients"), en=("customer", "customers"))

    def note(self, *, fr: str, en: str) -> None:
        """Tell something beside the answer."""
        self.margin.print(shown(self.pick(fr=fr, en=en)), markup=False)

    def give(self, document: object, *drawn: RenderableType) -> None:
        """The answer: one JSON document for a program, drawings for a person."""
        if self.json:
            sys.stdout.flush()
            sys.stdout.buffer.write(json_bytes(document))
            return
        for drawing in drawn:
            self.paper.print(shown(drawing) if isinstance(drawing, str) else drawing, markup=False)

    @contextmanager
    def opened(self) -> Iterator[Workspace]:
        """The workspace, open for as long as the block lasts."""
        with behind.open(self.folder) as ws:
            before = _state(ws)
            try:
                yield ws
            except BaseException as error:
                if is_stop(error):
                    raise Interrupted(changed=_state(ws) != before) from error
                raise


def session(folder: Path | None, language: Language | None, *, json: bool) -> Session:
    """The session of a command, from its options and the environment."""
    return Session(folder or Path(), language or environment_language(os.environ), json)


def environment_language(environment: Mapping[str, str]) -> Language:
    """The language the environment asks for: French when it says so, else English."""
    names = ("VITRAIL_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")
    said = next((environment[name] for name in names if environment.get(name)), "")
    return "fr" if said.lower().startswith("fr") else "en"


def told_language(arguments: Sequence[str]) -> Language:
    """The language a command line asks for, whether or not the rest of it makes sense."""
    for place, argument in enumerate(arguments):
        name, _, value = argument.partition("=")
        if name == "--language":
            told = value or next(iter(arguments[place + 1 :]), "")
            return "fr" if told == "fr" else "en"
    return environment_language(os.environ)


def console(*, error: bool) -> Console:
    """A console on standard output or error: as wide as the terminal, plain and wide enough elsewhere."""
    file = sys.stderr if error else sys.stdout
    width = None if file.isatty() or "COLUMNS" in os.environ else PLAIN_WIDTH
    return Console(file=cast(IO[str], Spaced(file)), width=width, highlight=False, emoji=False)


def json_bytes(document: object) -> bytes:
    """A document as people and programs read it: always UTF-8, whatever the terminal."""
    return msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n"


def json_line(document: object) -> bytes:
    """A document on one line, as files of many hold it."""
    return msgspec.json.encode(document) + b"\n"


def write(text: str) -> None:
    """One line on standard output, as it is."""
    sys.stdout.write(text + "\n")


def write_lines(lines: Sequence[str]) -> None:
    """Many lines on standard output, as they are; on a terminal, harmless ones."""
    shown = map(harmless, lines) if sys.stdout.isatty() else lines
    sys.stdout.writelines(f"{line}\n" for line in shown)


def _state(ws: Workspace) -> tuple[object, ...]:
    """What a command may change in a workspace."""
    with ws.store.ledger.reading() as connection:
        run = behind.last_run(connection)
    return ws.store.version.number, ws.store.stamp(), run
