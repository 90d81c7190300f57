"""Which segments one customer is in and why, why not, and what would change it."""

from __future__ import annotations

import datetime as dt

import msgspec

from vitrail.app.answering import Facts, answer
from vitrail.app.instants import instant
from vitrail.app.masking import masked_explanation
from vitrail.app.people.sight import Sight
from vitrail.engine.explain.answer import explain
from vitrail.engine.explain.findings import finding
from vitrail.engine.places import places
from vitrail.engine.plan import Asked
from vitrail.engine.profile.context import Context, Scope, measure
from vitrail.engine.profile.population import belongs, ranks_in
from vitrail.ledger import runs
from vitrail.model.definitions import DefinitionFile
from vitrail.model.errors import Message, Problem, UserError
from vitrail.model.explanation import Explanation, Finding
from vitrail.model.tree import AnyOf, Condition
from vitrail.warehouse.cuts import read_cuts
from vitrail.warehouse.definitions import unknown_segment
from vitrail.warehouse.memberships import current_members, frozen_ranks
from vitrail.warehouse.store import Store

MET = 6
"""Values that are told of a segment in a list of them."""

_NOTHING = Message(fr="", en="")


class In(msgspec.Struct, frozen=True):
    """A segment somebody is in, with the tests that were met; `closed` says that a role may not read why."""

    key: str
    met: tuple[Finding, ...] = ()
    closed: bool = False


class Classed(msgspec.Struct, frozen=True):
    """A segmentation, and the class somebody is in; None where they are not among those it parts."""

    key: str
    klass: str | None


class Belonging(msgspec.Struct, frozen=True):
    """Where a customer belongs at `at`. `refreshed` says that it is what the last refresh wrote down.

    `cut_at` is when the ranks were last cut, where a rule compares people with each other.
    """

    at: dt.datetime
    refreshed: bool
    segments: tuple[In, ...]
    classes: tuple[Classed, ...]
    cut_at: dt.datetime | None = None


def belonging(seen: Sight, *, explained: bool = True) -> Belonging:
    """The segments and classes of a customer: as of the last refresh, or on another day.

    Without `explained` it is not told which tests were met, which takes longer.
    """
    store, rules = seen.ws.store, seen.catalogue.segments
    document = document_of(store)
    at_us, refreshed = _asked_at(seen)
    context, cut_us = _context(seen, at_us)
    if refreshed:
        inside = {key for key, members in current_members(store).items() if seen.profile in members}
    else:
        inside = {
            key
            for key, rule in rules.items()
            if _can_tell(rule, context) and belongs(rule, seen.history, context=context)
        }
    segments = tuple(
        _told(seen, key, rule=rule, context=context) if explained else In(key)
        for key, rule in rules.items()
        if key in inside and not _is_class(key, document)
    )
    ranked = any(True for rule in rules.values() for _ in ranks_in(rule, seen.catalogue))
    return Belonging(
        at=instant(at_us),
        refreshed=refreshed,
        segments=segments,
        classes=tuple(_classes(document, inside)),
        cut_at=instant(cut_us) if ranked and cut_us is not None else None,
    )


def why(seen: Sight, key: str) -> Explanation:
    """The whole explanation of one segment or class, as the viewer may read it.

    Raises `UserError` for a segment nobody defined, and for one whose rule reads what is hidden.
    """
    rules = seen.catalogue.segments
    if key not in rules:
        raise UserError((unknown_segment(key, rules),))
    at_us, _ = _asked_at(seen)
    context, _ = _context(seen, at_us)
    rule = rules[key]
    if _can_tell(rule, context):
        found = explain(rule, seen.history, context=context)
    else:
        asked = Asked(seen.catalogue, at_us)
        found = answer(rule, seen.key, asked=asked, facts=Facts(seen.source, seen.ws.database))
    if not seen.viewer.is_masked:
        return found
    return masked_explanation(found, seen.catalogue, pseudonym=seen.name)


def closed_reasons(error: UserError) -> tuple[Problem, ...]:
    """Why an explanation is not for a role, if that is what went wrong; else the error goes on."""
    if any(each.code != "personal_field" for each in error.problems):
        raise error
    return error.problems


def document_of(store: Store) -> DefinitionFile:
    """The definitions in force, as they were written."""
    with store.ledger.reading() as connection:
        present = runs.current_definitions(connection)
    return DefinitionFile(edition=2026) if present is None else present.document


def met_of(found: Finding) -> tuple[Finding, ...]:
    """The tests at the leaves that made a condition true; of alternatives, those that were met."""
    if not found.parts:
        return (found,)
    kept = [part for part in found.parts if part.truth or not isinstance(found.node, AnyOf)]
    return tuple(leaf for part in kept for leaf in met_of(part))


def _told(seen: Sight, key: str, *, rule: Condition, context: Context) -> In:
    found = finding(rule, Scope(seen.history, context))
    if seen.viewer.is_masked:
        try:
            whole = Explanation(seen.key, instant(context.at_us), True, True, found, _NOTHING)
            found = masked_explanation(whole, seen.catalogue, pseudonym=seen.name).finding
        except UserError:
            return In(key, closed=True)
    return In(key, met_of(found)[:MET])


def _asked_at(seen: Sight) -> tuple[int, bool]:
    """The instant of the question, and whether it is that of the last refresh."""
    if seen.past:
        return seen.at_us, False
    with seen.ws.store.ledger.reading() as connection:
        last = runs.last_run(connection)
    return (seen.at_us, False) if last is None else (last.as_of_us, True)


def _context(seen: Sight, at_us: int) -> tuple[Context, int | None]:
    """What a rule is asked with, and when the ranks it compares with were cut."""
    stored = frozen_ranks(seen.ws.store)
    tables = places(read_cuts(stored[1])) if stored else {}
    return Context(at_us, seen.catalogue, tables), stored[0].at_us if stored else None


def _can_tell(rule: Condition, context: Context) -> bool:
    """Whether the ranks a rule compares with are at hand: before the first refresh they are not."""
    return all(measure(rank) in context.ranks for rank in ranks_in(rule, context.catalogue))


def _is_class(key: str, document: DefinitionFile) -> bool:
    base, dot, _ = key.partition(".")
    return bool(dot) and any(each.key == base for each in document.segmentations)


def _classes(document: DefinitionFile, inside: set[str]) -> list[Classed]:
    found = []
    for each in document.segmentations:
        keys = [f"{each.key}.{part}" for part in (*(part.key for part in each.classes), each.otherwise.key)]
        found.append(Classed(each.key, next((key for key in keys if key in inside), None)))
    return found
