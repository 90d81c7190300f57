"""Asking a person in a terminal how a file is imported: values beside each column, question by question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import typer
from rich.text import Text

from vitrail.app.cli import behind, problems
from vitrail.app.cli.letters import shown, words
from vitrail.app.cli.session import Session
from vitrail.app.cli.tables import Heading, table
from vitrail.model.errors import Message
from vitrail.model.identities import LABELS

if TYPE_CHECKING:
    from rich.console import RenderableType

    from vitrail.app.import_recipes import Recipe
    from vitrail.collect.files.asking import Question
    from vitrail.collect.proposal import Proposal, ProposedColumn
    from vitrail.model.catalogue import Field


def converse(file: Path, asked: Recipe, *, here: Session, known: Mapping[str, Field]) -> Recipe:
    """Show what is proposed and ask what is open, until the person says yes."""
    while True:
        found = behind.propose(file, asked.answers, kind=asked.kind)
        told = _told_parts(asked, found.questions)
        if not told:
            break
        if found.columns:
            here.give(None, *drawings(found, here, ignored=asked.ignore))
        answers = {each.key: _ask(each, here) for each in told}
        asked = msgspec.structs.replace(asked, answers={**asked.answers, **answers})
    if found.kind != "profiles" and not asked.name:
        name = typer.prompt(here.pick(fr="Nom de ces données", en="Name of these data"), default=found.name)
        asked = msgspec.structs.replace(asked, name=name)
    while True:
        here.give(None, *drawings(found, here, ignored=asked.ignore))
        said = _confirmation(found, here)
        if said == "":
            return behind.drafted(found, asked, known=known)
        asked = msgspec.structs.replace(
            asked, ignore=_toggled(asked.ignore, found.columns[int(said) - 1].name)
        )


def _told_parts(asked: Recipe, questions: Sequence[Question]) -> list[Question]:
    """The questions that the command line has not answered in its own words."""
    told = {part for part, each in msgspec.structs.asdict(asked.columns).items() if each is not None}
    return [each for each in questions if each.key not in told]


def _toggled(ignore: tuple[str, ...], name: str) -> tuple[str, ...]:
    return tuple(each for each in ignore if each != name) if name in ignore else (*ignore, name)


def _ask(question: Question, here: Session) -> str:
    """One question, its choices numbered; asks again until one of them is said."""
    cells = behind.cells_of(question)
    here.note(fr=question.text.fr + cells, en=question.text.en + cells)
    values = [each.value for each in question.choices]
    for number, each in enumerate(question.choices, start=1):
        here.note(
            fr=f"  {number}. {each.value} – {each.label.fr}", en=f"  {number}. {each.value} – {each.label.en}"
        )
    while True:
        said = str(typer.prompt(here.pick(fr="Votre choix", en="Your choice"), err=True)).strip()
        if said in values:
            return said
        if said.isdecimal() and 1 <= int(said) <= len(values):
            return values[int(said) - 1]
        here.note(fr="Donnez un des numéros ci-dessus.", en="Give one of the numbers above.")


def _confirmation(found: Proposal, here: Session) -> str:
    """An empty text for yes, or the number of a column to leave out or to take back."""
    lead = here.pick(
        fr="Entrée pour importer, un numéro pour laisser une colonne de côté, q pour abandonner",
        en="Enter to import, a number to leave a column out, q to give up",
    )
    while True:
        said = str(typer.prompt(lead, default="", show_default=False, err=True)).strip().lower()
        if said == "q":
            here.note(fr="Rien n’a été chargé.", en="Nothing was loaded.")
            raise typer.Exit(2)
        if said == "" or (said.isdecimal() and 1 <= int(said) <= len(found.columns)):
            return said


def drawings(found: Proposal, here: Session, *, ignored: Sequence[str] = ()) -> list[RenderableType]:
    """A proposal as a person reads it: each column with its values, and what it becomes."""
    drawn: list[RenderableType] = []
    if found.columns:
        headings = (
            Heading(here.pick(fr="N°", en="No."), side="right"),
            Heading(here.pick(fr="Colonne", en="Column")),
            Heading(here.pick(fr="Valeurs", en="Values")),
            Heading(here.pick(fr="Devient", en="Becomes"), wraps=True),
        )
        rows = [
            (str(number), each.name, _values(each), _becomes(each, here, ignored=ignored))
            for number, each in enumerate(found.columns, start=1)
        ]
        drawn += [words(_summary(found, here)), table(headings, rows)]
    if found.notes:
        drawn.append(problems.drawing(found.notes, here, texts={"": ""}, width=here.paper.width))
    return drawn


def _summary(found: Proposal, here: Session) -> str:
    rows = here.many(found.rows, fr=("ligne lue", "lignes lues"), en=("row read", "rows read"))
    kind = here.pick(fr=_KINDS[found.kind][0], en=_KINDS[found.kind][1])
    known = [(words, _told(key, found.facts[key])) for key, words in _FACTS.items() if found.facts.get(key)]
    facts = [f"{here.pick(fr=fr, en=en)} {here.said(told)}" for (fr, en), told in known]
    colon = here.pick(fr=" :", en=":")
    return f"{Path(found.file).name}{colon} {', '.join([kind, rows, *facts])}."


def _told(name: str, fact: str) -> Message:
    """A fact in words: the encoding as people call it, a tabulation that can be seen."""
    shown = "TAB" if fact == "\t" else fact
    return behind.encoding_called(fact) if name == "encoding" else Message(fr=shown, en=shown)


def _values(column: ProposedColumn) -> Text:
    return Text(shown(" · ".join(each[:24] for each in column.samples)), style="dim")


def _becomes(column: ProposedColumn, here: Session, *, ignored: Sequence[str]) -> str:
    if column.role == "ignored" or column.name in ignored:
        return here.pick(fr="laissée de côté", en="left out")
    if column.role != "field":
        return here.pick(fr=_ROLES[column.role][0], en=_ROLES[column.role][1])
    kind = here.pick(fr=_TYPES[column.type or "text"][0], en=_TYPES[column.type or "text"][1])
    if column.identity is None:
        return kind
    label = here.said(LABELS[column.identity])
    return here.pick(fr=f"{kind}, identifiant ({label})", en=f"{kind}, identity ({label})")


_FACTS = {
    "sheet": ("feuille", "sheet"),
    "encoding": ("encodage", "encoding"),
    "separator": ("séparateur", "separator"),
}
_KINDS = {
    None: ("contenu à préciser", "content to be told"),
    "profiles": ("des clients", "customers"),
    "events": ("des événements", "events"),
    "records": ("des fiches", "records"),
    "scores": ("un score", "a score"),
}
_ROLES = {
    "key": ("clé de la ligne", "key of the row"),
    "profile": ("clé du client", "key of the customer"),
    "at": ("date de la ligne", "time of the row"),
    "value": ("valeur du score", "value of the score"),
    "ignored": ("laissée de côté", "left out"),
}
_TYPES = {
    "text": ("texte", "text"),
    "integer": ("nombre entier", "whole number"),
    "decimal": ("nombre", "number"),
    "float": ("nombre", "number"),
    "boolean": ("oui ou non", "yes or no"),
    "date": ("date", "date"),
    "instant": ("date et heure", "date and time"),
    "texts": ("liste de textes", "list of texts"),
}
