"""What is proposed for a file nobody described: its columns with their values, their parts, what is asked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from vitrail.collect import guess
from vitrail.collect.conclusions import Conclusion, conclude, settled, to_ask
from vitrail.collect.files.asking import Answers, Choice, Question, Unanswered, chosen
from vitrail.collect.files.rows import Part
from vitrail.collect.guess import Evidence
from vitrail.collect.meanings import Meaning, meaning
from vitrail.collect.reading import Input, is_returned, open_input
from vitrail.consent.sensitive.permitting import subject_words
from vitrail.consent.sensitive.words import in_name, in_value
from vitrail.model.catalogue import Type
from vitrail.model.errors import Message, Problem, problem
from vitrail.model.identities import DeclaredKind

Kind = Literal["profiles", "events", "records", "scores"]
Role = Literal["key", "profile", "at", "value", "field", "ignored"]

ROWS = 200_000
"""So many rows are looked at; `complete` says whether that was all."""

SHOWN = 5

NEARLY = 0.98
"""The share of rows with a key of their own from which a column may be their key."""


class ProposedColumn(msgspec.Struct, frozen=True):
    """One column: values as they stand, what they mean, the part it would play and under which type.

    `identity` is the kind of identity it tells; `filled` the share of its cells that are not empty.
    """

    name: str
    samples: tuple[str, ...]
    meaning: Meaning
    role: Role
    type: Type | None
    identity: DeclaredKind | None
    filled: float
    unique: bool


class Proposal(msgspec.Struct, frozen=True):
    """All that is proposed for a file. `answers` are those a recipe keeps: what was said or proved."""

    file: str
    kind: Kind | None
    name: str
    columns: tuple[ProposedColumn, ...] = ()
    questions: tuple[Question, ...] = ()
    notes: tuple[Problem, ...] = ()
    facts: dict[str, str] = {}
    answers: dict[str, str] = {}
    rows: int = 0
    complete: bool = True

    def part(self, role: Role) -> str | None:
        """The column that plays a part."""
        return next((each.name for each in self.columns if each.role == role), None)


class Seen(msgspec.Struct, frozen=True):
    """One column as far as it was looked at."""

    name: str
    found: Conclusion
    samples: tuple[str, ...]
    filled: float
    unique: bool
    distinct: float

    @property
    def is_key(self) -> bool:
        """Whether nearly every row has a value of its own: a file may hold a few twice."""
        return self.distinct >= NEARLY


def propose(file: str | Path, answers: Answers | None = None, *, kind: Kind | None = None) -> Proposal:
    """Look at a file and propose how to import it; what must be asked first comes as questions.

    Raises `UserError` for a file that cannot be read at all.
    """
    told = dict(answers or {})
    name = Path(file).name.partition(".")[0]
    try:
        opened = open_input(file, told)
    except Unanswered as asked:
        return Proposal(str(file), kind, name, questions=asked.questions, answers=told)
    rows, columns, complete = _look(opened, told)
    said = chosen(told, _kind_question())
    kind = kind or (msgspec.convert(said, Kind) if said else None) or _likely_kind(columns)
    roles, asked_roles = _roles(columns, kind, answers=told)
    playing = {name for name, role in roles.items() if role != "ignored"}
    questions = to_ask({each.name: each.found for each in columns}, settled=playing)
    questions += [*([_kind_question()] if kind is None else []), *asked_roles]
    return Proposal(
        str(file),
        kind,
        name,
        columns=tuple(_proposed(each, roles.get(each.name, "field"), kind=kind) for each in columns),
        questions=tuple(questions),
        notes=(
            *opened.notes,
            *([_returned()] if is_returned(opened) else []),
            *(note for each in columns for note in each.found.notes),
            *(_sensitive(each.name, subject) for each in columns for subject in _subjects(each)),
        ),
        facts=opened.file.look.facts if opened.file else {},
        answers=told
        | {key: said for each in columns for key, said in settled(each.name, each.found).items()},
        rows=rows,
        complete=complete,
    )


def _proved(columns: Sequence[Seen]) -> dict[str, str]:
    """What the cells prove by themselves, as answers for the next file."""
    return {key: said for each in columns for key, said in settled(each.name, each.found).items()}


def _look(opened: Input, answers: Answers) -> tuple[int, list[Seen], bool]:
    """The columns, from the first rows of the file; whether those were all."""
    parts: list[Part] = []
    rows, complete = 0, True
    for part in opened.chunks:
        if rows >= ROWS:
            complete = False
            break
        parts.append(part)
        rows += len(part.lines)
    seen = [
        _column(name, [part.columns[place] for part in parts], answers=answers, texts=opened.texts)
        for place, name in enumerate(opened.names)
    ]
    if opened.file is not None:
        opened.file.rest()
    return rows, seen, complete


def _column(name: str, chunks: list[pa.Array], *, answers: Answers, texts: bool) -> Seen:
    cells = pa.chunked_array(chunks) if chunks else pa.chunked_array([], pa.string())
    known = cells.drop_null()
    samples = tuple(str(value) for value in _first_values(known))
    if texts:
        evidence = Evidence()
        for chunk in chunks:
            evidence = guess.look(evidence, chunk)
        found = conclude(name, evidence, answers=answers)
    else:
        found = Conclusion(guess.of_arrow(cells.type))
    filled = len(known) / len(cells) if len(cells) else 0.0
    distinct = _distinct(known) / len(cells) if len(cells) else 0.0
    return Seen(name, found, samples, filled, distinct == 1.0, distinct)


def _first_values(known: pa.ChunkedArray) -> Iterator[object]:
    """The first different values."""
    head = known.slice(0, 2000)
    distinct = head.unique() if not pa.types.is_nested(head.type) else head
    yield from distinct.slice(0, SHOWN).to_pylist()


def _distinct(known: pa.ChunkedArray) -> int:
    return 0 if pa.types.is_nested(known.type) else int(pc.count_distinct(known).as_py())


def _likely_kind(columns: Sequence[Seen]) -> Kind | None:
    """Customers when each row is one, events when they have a customer and a time; else it is asked."""
    meanings = {meaning(each.name, each.samples): each for each in columns}
    dated = any(each.found.kind in ("date", "instant") for each in columns)
    named = {"first_name", "last_name", "birth_date", "postcode"} & set(meanings)
    keyed = [meanings[each] for each in ("customer", "key", "email") if each in meanings]
    if keyed and (keyed[0].unique or (named and keyed[0].is_key)) and (named or "email" in meanings):
        return "profiles"
    if keyed and dated and not keyed[0].unique and not named:
        return "events"
    return "profiles" if len(columns) > 1 and keyed and keyed[0].unique and not dated else None


def _roles(
    columns: Sequence[Seen], kind: Kind | None, *, answers: Answers
) -> tuple[dict[str, Role], list[Question]]:
    """The columns that play a part, and the parts nobody plays, as questions."""
    roles: dict[str, Role] = {each.name: "ignored" for each in columns if each.found.kind is None}
    questions: list[Question] = []
    for part in _PARTS[kind] if kind else ():
        question = _part_question(part, columns)
        said = chosen(answers, question)
        name = said or _likely(part, columns, taken=roles)
        if name is not None:
            roles[name] = part
        elif not (kind == "events" and part == "key"):
            questions.append(question)
    return roles, questions


def _likely(part: Role, columns: Sequence[Seen], *, taken: dict[str, Role]) -> str | None:
    free = [each for each in columns if each.name not in taken]
    if part == "at":
        dated = [each for each in free if each.found.kind in ("date", "instant")]
        return dated[0].name if len(dated) == 1 else None
    for wanted in _MEANINGS[part]:
        for each in free:
            if meaning(each.name, each.samples) == wanted and (part == "profile" or each.is_key):
                return each.name
    return None


def _proposed(seen: Seen, role: Role, *, kind: Kind | None) -> ProposedColumn:
    means = meaning(seen.name, seen.samples)
    fits = kind == "profiles" and role in ("field", "key") and seen.found.kind == "text"
    return ProposedColumn(
        name=seen.name,
        samples=seen.samples,
        meaning=means,
        role=role,
        type=seen.found.kind,
        identity=_IDENTITIES.get(means) if fits and role == "field" else None,
        filled=seen.filled,
        unique=seen.unique,
    )


def _subjects(seen: Seen) -> tuple[str, ...]:
    """What a column reveals: by its name or, where that is silent, by most of its values."""
    named = tuple(each.subject for each in in_name(seen.name))
    told = [{each.subject for each in in_value(text, within=seen.name)} for text in seen.samples]
    everywhere = {subject for found in told for subject in found}
    shared = (each for each in sorted(everywhere) if 2 * sum(each in found for found in told) > len(told))
    return named or tuple(shared)


def _sensitive(column: str, subject: str) -> Problem:
    told = subject_words(subject)
    found = problem(
        "looks_sensitive",
        path=column,
        fr=f"La colonne « {column} » semble révéler\u00a0: {told.fr}. "
        "Ne l’importez que si une finalité le permet\u202f; sinon, laissez-la de côté.",
        en=f"The column “{column}” seems to reveal: {told.en}. Import it only if a purpose permits it; "
        "otherwise leave it out.",
    )
    return msgspec.structs.replace(found, severity="warning")


def _returned() -> Problem:
    found = problem(
        "refused_before",
        path="",
        fr="Ces lignes ont été refusées une première fois\u00a0: les trois colonnes qui disent pourquoi "
        "sont laissées de côté.",
        en="These rows were refused before: the three columns that tell why are left out.",
    )
    return msgspec.structs.replace(found, severity="warning")


def _part_question(part: Role, columns: Sequence[Seen]) -> Question:
    fr, en = _ASKED[part]
    choices = tuple(
        Choice(each.name, Message(fr=", ".join(each.samples[:3]), en=", ".join(each.samples[:3])))
        for each in columns
        if each.found.kind is not None
    )
    return Question(part, Message(fr=fr, en=en), choices)


def _kind_question() -> Question:
    return Question(
        "kind",
        Message(fr="Que contient ce fichier ?", en="What does this file hold?"),
        (
            Choice("profiles", Message(fr="des clients, un par ligne", en="customers, one per row")),
            Choice("events", Message(fr="ce qui s’est passé : commandes…", en="what happened: orders…")),
            Choice("records", Message(fr="des fiches : contrats…", en="records: contracts…")),
            Choice("scores", Message(fr="un score par client", en="a score per customer")),
        ),
    )


_PARTS: dict[Kind, tuple[Role, ...]] = {
    "profiles": ("key",),
    "events": ("profile", "at", "key"),
    "records": ("profile", "key"),
    "scores": ("profile", "value"),
}
_MEANINGS: dict[Role, tuple[Meaning, ...]] = {
    "key": ("customer", "key", "email"),
    "profile": ("customer", "email", "key"),
    "value": ("amount", "quantity"),
}
_IDENTITIES: dict[Meaning, DeclaredKind] = {"email": "email", "phone": "phone", "card": "loyalty_card"}
_ASKED: dict[Role, tuple[str, str]] = {
    "key": ("Quelle colonne identifie la ligne ?", "Which column identifies the row?"),
    "profile": ("Quelle colonne identifie le client ?", "Which column identifies the customer?"),
    "at": ("Quelle colonne dit quand ?", "Which column tells when?"),
    "value": ("Quelle colonne contient le score ?", "Which column holds the score?"),
}
