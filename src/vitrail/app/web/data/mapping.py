"""The form that says how a file is imported: a row for each column, what it leaves open, its purposes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from vitrail.app.import_recipes import Kind
from vitrail.app.masking import HIDDEN
from vitrail.app.tasks.kept import ColumnSaid, Said
from vitrail.app.tasks.mapping import (
    ABOUT_THE_FILE,
    CONSENT,
    IDENTITIES,
    PARTS,
    TYPES,
    Mapped,
    known_fields,
    mapped,
    name_of,
)
from vitrail.app.web.pages import later
from vitrail.collect.files.asking import Question
from vitrail.collect.files.encodings import encoding_called
from vitrail.collect.proposal import Proposal, ProposedColumn
from vitrail.model.catalogue import Catalogue, Field
from vitrail.model.errors import Message, Problem
from vitrail.model.purposes import Purpose

KINDS: Mapping[Kind, str] = {
    "profiles": later("Customers: one row for each"),
    "events": later("What happened: orders, visits… one row for each"),
    "records": later("Records that change: contracts, deals… one row for each"),
    "scores": later("A score for each customer"),
}
BECOMES: Mapping[str, str] = {
    "key": later("Key of the row"),
    "profile": later("Key of the customer"),
    "at": later("When it happened"),
    "value": later("The score"),
    "created": later("Customer since"),
    "email": later("E-mail address"),
    "phone": later("Telephone"),
    "loyalty_card": later("Loyalty card"),
    "crm_id": later("Number in another tool"),
    "text": later("Text"),
    "integer": later("Whole number"),
    "decimal": later("Number or amount"),
    "float": later("Number"),
    "boolean": later("Yes or no"),
    "date": later("Date"),
    "instant": later("Date and time"),
    "texts": later("List of words"),
    "consent": later("Consent"),
    "ignored": later("Leave out"),
}
GROUPS = (
    later("Part it plays"),
    later("Tells who the customer is"),
    later("Information"),
    later("Otherwise"),
)


class ColumnRow(msgspec.Struct, frozen=True):
    """One column of the file on the form; `choices` are what it may become, by group."""

    place: int
    name: str
    samples: tuple[str, ...]
    filled: float
    becomes: str
    called: str
    choices: tuple[tuple[str, tuple[str, ...]], ...]
    said: ColumnSaid
    doubts: tuple[Problem, ...] = ()
    is_known: bool = False


class MappingForm(msgspec.Struct, frozen=True):
    """The whole form, and what it still lacks."""

    found: Proposal
    said: Said
    plan: Mapped
    rows: tuple[ColumnRow, ...]
    questions: tuple[Question, ...]
    notes: tuple[Problem, ...]
    purposes: tuple[Purpose, ...]
    name: str
    source: str
    missing: tuple[str, ...]

    @property
    def encoding(self) -> Message:
        """How the letters of the file are written, in words."""
        return encoding_called(self.found.facts.get("encoding", ""))

    @property
    def is_ready(self) -> bool:
        """Whether nothing is open any more."""
        return bool(self.plan.recipe.kind) and not self.missing and not self.questions


def mapping_form(
    found: Proposal, said: Said, *, catalogue: Catalogue, purposes: Sequence[Purpose], masked: bool
) -> MappingForm:
    """The form for a file, as far as it is told."""
    plan = mapped(found, said, catalogue=catalogue)
    kind = plan.recipe.kind
    known = known_fields(catalogue, kind, name=name_of(found, said))
    rows = tuple(
        msgspec.structs.replace(
            _row(place, each, said=said, plan=plan, known=known),
            doubts=tuple(doubt for doubt in found.notes if doubt.path == each.name),
            **({"samples": tuple(HIDDEN for _ in each.samples[:3])} if masked else {}),
        )
        for place, each in enumerate(found.columns)
    )
    named = {each.name for each in found.columns}
    return MappingForm(
        found=found,
        said=said,
        plan=plan,
        rows=rows,
        questions=tuple(each for each in found.questions if each.key not in ABOUT_THE_FILE),
        notes=tuple(each for each in found.notes if each.path not in named),
        purposes=tuple(purposes),
        name=name_of(found, said),
        source=said.source or found.name,
        missing=(*plan.missing, *_lacks(plan, rows, said=said, purposes=purposes)),
    )


def _lacks(plan: Mapped, rows: Sequence[ColumnRow], *, said: Said, purposes: Sequence[Purpose]) -> list[str]:
    """What is missing besides the parts: a name, a purpose, the purpose of a consent."""
    found = ["name"] if plan.recipe.kind not in (None, "profiles") and not plan.recipe.name else []
    found += ["kind"] if plan.recipe.kind is None else []
    found += ["purposes"] if purposes and not said.purposes else []
    found += ["consent"] if any(row.becomes == CONSENT and not row.said.purpose for row in rows) else []
    return found


def _row(
    place: int,
    column: ProposedColumn,
    *,
    known: Mapping[str, Field],
    plan: Mapped,
    said: Said,
) -> ColumnRow:
    told = said.columns.get(column.name, ColumnSaid())
    called = told.name or column.name
    return ColumnRow(
        place=place,
        name=column.name,
        samples=tuple(each[:40] for each in column.samples[:3]),
        filled=column.filled,
        becomes=plan.roles[column.name],
        called=called,
        choices=_choices(plan.recipe.kind, known.get(called), becomes=plan.roles[column.name]),
        said=told,
        is_known=called in known,
    )


def _choices(
    kind: Kind | None, known: Field | None, *, becomes: str
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """What a column may become: a field that is known keeps its type."""
    types: tuple[str, ...] = (known.type,) if known else TYPES
    identities: tuple[str, ...] = IDENTITIES if kind in (None, "profiles") and not known else ()
    if known and known.identity:
        identities, types = (known.identity,), ()
    if kind == "scores":
        types = ()
    if becomes not in (*types, *identities) and becomes in ("texts", "float"):
        types = (*types, becomes)
    other = (CONSENT, "ignored") if kind in (None, "profiles") else ("ignored",)
    parts = PARTS[kind] if kind else ()
    groups = zip(GROUPS, (parts, identities, types, other), strict=True)
    return tuple((name, some) for name, some in groups if some)


def said_of(sent: Mapping[str, Sequence[str]], before: Said, *, found: Proposal | None) -> Said:
    """What the form that was sent says; what it does not hold stays as it was."""

    def told(name: str, present: str = "") -> str:
        return sent[name][0][:200] if sent.get(name) else present

    columns = dict(before.columns)
    for place, each in enumerate(found.columns if found else ()):
        if f"becomes:{place}" not in sent:
            continue
        known = columns.get(each.name, ColumnSaid())
        columns[each.name] = ColumnSaid(
            becomes=told(f"becomes:{place}"),
            name=told(f"name:{place}", known.name).strip() or each.name,
            purpose=told(f"purpose:{place}", known.purpose),
            channel=told(f"channel:{place}", known.channel if f"purpose:{place}" not in sent else ""),
        )
    answers = {
        key.removeprefix("answer:"): values[0][:200]
        for key, values in sent.items()
        if key.startswith("answer:") and values[0]
    }
    kind = told("kind")
    new_kind: Kind | None = kind if kind in PARTS else before.kind
    drawn_for = told("drawn-for", before.kind or (found.kind if found else None) or "")
    if (new_kind or "") != drawn_for:
        columns = {name: msgspec.structs.replace(each, becomes="") for name, each in columns.items()}
    return Said(
        kind=new_kind,
        name=told("name", before.name).strip(),
        source=told("source", before.source).strip(),
        answers={**before.answers, **answers},
        columns=columns,
        purposes=tuple(each[:100] for each in sent.get("purposes", ()))
        if "about" in sent
        else before.purposes,
    )
