"""Asking: the catalogue, conditions checked, counted, listed, explained and said as sentences."""

from __future__ import annotations

import bisect
from typing import Any

import numpy as np
from litestar import get, post
from litestar.handlers import HTTPRouteHandler

from vitrail.app.accounts.acting import note
from vitrail.app.counting import Counts
from vitrail.app.http.access.callers import Asked as Request
from vitrail.app.http.access.callers import Caller, caller_of
from vitrail.app.http.access.guards import needs
from vitrail.app.http.api import shapes
from vitrail.app.http.api.bench import Bench
from vitrail.app.http.api.lists import note_list
from vitrail.app.masking import (
    is_personal,
    masked_explanation,
    masked_keys,
    pseudonyms_of,
    refuse_personal,
)
from vitrail.app.workspace import Workspace
from vitrail.consent.small_groups import Figure
from vitrail.engine import bits
from vitrail.engine.evaluation import Evaluation
from vitrail.language.parse import parse
from vitrail.ledger.audit import Subject
from vitrail.model.catalogue import Catalogue, Collection, Field
from vitrail.model.errors import Problem, UserError, refuse
from vitrail.model.explanation import Explanation
from vitrail.warehouse.people import keys_of, number_of, sorted_keys

SENT: dict[str, Any] = {"status_code": 200}


def asking_routes(bench: Bench) -> list[HTTPRouteHandler]:
    """What can be asked of a workspace."""

    @get("/api/catalogue", opt=needs("view_segments"), tags=["Ask"], operation_id="catalogue")
    async def catalogue(request: Request) -> shapes.CatalogueTold:
        """All that a condition may name: traits, collections, scores, purposes, segments."""
        return await bench.ask(lambda ws: told_catalogue(ws.catalogue.current()))

    @post("/api/check", **SENT, opt=needs("view_segments"), tags=["Ask"], operation_id="check")
    async def check(request: Request, data: shapes.CheckAsked) -> shapes.Problems:
        """All that is wrong or doubtful in a condition."""
        found = await bench.ask(lambda ws: ws.check(data.rule, purpose=data.purpose))
        return shapes.Problems(tuple(map(told_problem, found)))

    @post("/api/count", **SENT, opt=needs("view_segments"), tags=["Ask"], operation_id="count")
    async def count(request: Request, data: shapes.Asked) -> shapes.Counted:
        """How many meet a condition; small groups are not told to who may not see people."""
        caller = caller_of(request)

        def counted(ws: Workspace) -> Figure:
            may_ask(ws, caller, rule=data.rule)
            return Counts(ws, caller.permissions).rule(data.rule, data.as_of)

        return told_figure(await bench.ask(counted))

    @post("/api/describe", **SENT, opt=needs("view_segments"), tags=["Ask"], operation_id="describe")
    async def describe(request: Request, data: shapes.DescribeAsked) -> shapes.Sentence:
        """A condition as a sentence, in French (`fr`) or English (`en`)."""
        language = "en" if data.language == "en" else "fr"
        return shapes.Sentence(await bench.ask(lambda ws: ws.describe(data.rule, language)))

    return [catalogue, check, count, describe, *people_routes(bench)]


def people_routes(bench: Bench) -> list[HTTPRouteHandler]:
    """What can be asked of people: lists of them, and one at a time. Each look is in the audit trail."""

    @post("/api/members", **SENT, opt=needs("view_people"), tags=["Ask"], operation_id="members")
    async def members(request: Request, data: shapes.MembersAsked) -> shapes.Members:
        """Who meets a condition, by pages; under pseudonyms for who may not see personal data."""
        caller = caller_of(request)

        def listed(ws: Workspace) -> shapes.Members:
            may_ask(ws, caller, rule=data.rule)
            found = ws.sets({"": data.rule}, data.as_of)
            keys = keys_for(ws, caller, found=found)[""]
            page = paged(keys, after=data.after, limit=data.limit, masked=caller.is_masked)
            note_list(ws, caller, keys=page.profiles)
            return page

        return await bench.ask(listed)

    @post("/api/evaluate", **SENT, opt=needs("view_people"), tags=["Ask"], operation_id="evaluate")
    async def evaluate(request: Request, data: shapes.EvaluateAsked) -> shapes.Evaluated:
        """Who meets each of many conditions, in one pass."""
        caller = caller_of(request)

        def evaluated(ws: Workspace) -> shapes.Evaluated:
            for rule in data.rules.values():
                may_ask(ws, caller, rule=rule)
            keys = keys_for(ws, caller, found=ws.sets(data.rules, data.as_of))
            note_list(ws, caller, keys=[key for some in keys.values() for key in some])
            return shapes.Evaluated(keys, caller.is_masked)

        return await bench.ask(evaluated)

    @post("/api/explain", **SENT, opt=needs("view_people"), tags=["Ask"], operation_id="explain")
    async def explain(request: Request, data: shapes.ExplainAsked) -> Explanation:
        """Why a profile is in or out, since when, and what would change it."""
        caller = caller_of(request)
        return await bench.ask(lambda ws: explained(ws, caller, data=data))

    return [members, evaluate, explain]


def may_ask(ws: Workspace, caller: Caller, *, rule: str) -> None:
    """Raise `UserError` when a rule asks for what is hidden from who asks."""
    if caller.is_masked:
        refuse_personal(parse(rule), ws.catalogue.current())


def keys_for(ws: Workspace, caller: Caller, *, found: Evaluation) -> dict[str, list[str]]:
    """The keys of who meets each condition, ordered; or the pseudonyms."""
    told: dict[str, list[str]] = {}
    for name, members in found.members.items():
        numbers = bits.profiles_of(members, found.size)
        named = (
            masked_keys(ws.store, numbers) if caller.is_masked else sorted_keys(ws.store.source(), numbers)
        )
        told[name] = named.to_pylist()
    return told


def paged(keys: list[str], *, after: str, limit: int, masked: bool) -> shapes.Members:
    """One page of an ordered list."""
    start = bisect.bisect_right(keys, after) if after else 0
    page = keys[start : start + limit]
    more = start + limit < len(keys)
    return shapes.Members(page, len(keys), masked, page[-1] if more else None)


def explained(ws: Workspace, caller: Caller, *, data: shapes.ExplainAsked) -> Explanation:
    """The explanation that may be given to who asks; the look is in the trail before it is given."""
    source = ws.store.source()
    if caller.is_masked:
        may_ask(ws, caller, rule=data.rule)
        number = pseudonyms_of(ws.store).number(data.profile)
        if number is None or number >= source.profiles:
            raise unknown_pseudonym(data.profile)
        key = keys_of(source, np.array([number]))[0]
    else:
        key = data.profile
    found = ws.explain(data.rule, key, as_of=data.as_of)
    number = number_of(source, key)
    note(ws.store, caller.by.act("profile.view", Subject("profile", str(number))))
    if not caller.is_masked:
        return found
    return masked_explanation(found, ws.catalogue.current(), pseudonym=data.profile)


def told_problem(found: Problem) -> shapes.ProblemTold:
    """A problem of a condition, in both languages."""
    return shapes.ProblemTold(found.code, found.path, found.severity, found.message, found.span, found.hint)


def told_figure(found: Figure) -> shapes.Counted:
    """A count, as it may be told."""
    return shapes.Counted(found.value, found.under)


def told_catalogue(catalogue: Catalogue) -> shapes.CatalogueTold:
    """The catalogue as the API tells it."""
    return shapes.CatalogueTold(
        timezone=catalogue.timezone,
        currency=catalogue.currency,
        languages=catalogue.languages,
        traits=tuple(told_field(each, of_trait=True) for each in catalogue.traits.values()),
        collections=tuple(map(told_collection, catalogue.collections.values())),
        scores=tuple(catalogue.scores),
        purposes=tuple(catalogue.purposes),
        channels=tuple(catalogue.channels),
        segments=tuple(catalogue.segments),
    )


def told_collection(collection: Collection) -> shapes.CollectionTold:
    """A collection as the API tells it."""
    properties = tuple(told_field(each, of_trait=False) for each in collection.properties.values())
    return shapes.CollectionTold(collection.name, collection.kind, collection.label, properties)


def told_field(field: Field, *, of_trait: bool) -> shapes.FieldTold:
    """A trait or property as the API tells it; the choices are declared, and of nobody in particular."""
    choices = tuple(each.value for each in field.choices)
    personal = is_personal(field, of_trait=of_trait)
    return shapes.FieldTold(
        field.name, field.type, field.unit, field.label, choices, personal, bool(field.sensitive)
    )


def unknown_pseudonym(pseudonym: str) -> UserError:
    """Nobody has this pseudonym."""
    return refuse(
        "unknown_profile",
        path="profile",
        fr=f"Personne n’a le pseudonyme « {pseudonym[:60]} ».",
        en=f"Nobody has the pseudonym “{pseudonym[:60]}”.",
    )
