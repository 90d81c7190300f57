"""Telling the workspace what it should know: types, words and choices, before or beside any load."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

import msgspec

from vitrail.collect.identity.declared import claim_observed
from vitrail.collect.identity.settling import settle
from vitrail.collect.reference.declaring import geography_problems, with_computed
from vitrail.collect.reference.editions import communes_of
from vitrail.collect.reference.placing import place_profiles
from vitrail.model.catalogue import Catalogue, Collection, Field, Named, Policy
from vitrail.model.errors import Problem, UserError, problem
from vitrail.warehouse.columns import column_name
from vitrail.warehouse.store import Store
from vitrail.warehouse.widening import Widening, may_widen, widen
from vitrail.warehouse.writer import Shelf, Writer


class Declaration(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is declared. Each entry replaces what the catalogue says under the same name.

    The `column` of a field or a collection may be left empty: a known one keeps its column, a new one
    is given one. The properties of a collection are added to those it has.
    """

    traits: tuple[Field, ...] = ()
    collections: tuple[Collection, ...] = ()
    scores: tuple[Named, ...] = ()
    purposes: tuple[Named, ...] = ()
    channels: tuple[Named, ...] = ()
    created: str | None = None


def declare(store: Store, declaration: Declaration) -> Catalogue:
    """Change the catalogue, all of it or, when something is wrong, nothing; answers the new one.

    Whole numbers may become decimals; any other type stays once it has data. What follows, such as the
    region of those whose postcode is known, is computed at once.
    """
    communes = communes_of(store) is not None
    with store.writing() as writer:
        before = writer.catalogue
        after = _declared(before, declaration, communes=communes)
        problems = [
            *_trait_problems(writer, before, after=after),
            *_collection_problems(writer, before, after=after),
        ]
        problems.extend(_created_problems(after))
        problems.extend(_identity_problems(after))
        problems.extend(_policy_problems(after))
        problems.extend(geography_problems(before, after))
        if problems:
            raise UserError(tuple(problems))
        _follow(writer, before, after=after)
        for widening in _widenings(before, after):
            widen(writer, widening)
        writer.commit(after)
    place_profiles(store)
    return after


def _widenings(before: Catalogue, after: Catalogue) -> Iterator[Widening]:
    """The columns of whole numbers that become decimals."""
    for name, field in after.traits.items():
        if _is_widened(before.traits.get(name), field):
            yield Widening(field.column)
    for name, collection in after.collections.items():
        known = before.collections.get(name)
        for each, field in collection.properties.items():
            if known is not None and _is_widened(known.properties.get(each), field):
                yield Widening(field.column, (collection.kind,), name)


def _is_widened(before: Field | None, after: Field) -> bool:
    return before is not None and (before.type, after.type) == ("integer", "decimal")


def _follow(writer: Writer, before: Catalogue, *, after: Catalogue) -> None:
    """What follows for data that is there: new identities are claimed, new policies fold everybody anew."""
    known = {name: (field.identity, field.policy) for name, field in before.traits.items()}
    claimed, refolded = [], False
    for name, field in after.traits.items():
        identity, policy = known.get(name, (None, None))
        refolded = refolded or field.policy != policy
        if field.identity not in (None, identity):
            claimed.append(field)
    if (claimed or refolded) and writer.stored(Shelf("observation")):
        with writer.scratch() as scratch:
            claim_observed(writer, scratch, fields=claimed)
            settle(writer, scratch, catalogue=after, everybody=refolded)


def _declared(catalogue: Catalogue, declaration: Declaration, *, communes: bool) -> Catalogue:
    traits = _with_fields(catalogue.traits, declaration.traits)
    return msgspec.structs.replace(
        catalogue,
        traits=_with_fields(traits, with_computed(traits, communes=communes)),
        collections=_with_collections(catalogue.collections, declaration.collections),
        scores=_with_named(catalogue.scores, declaration.scores),
        purposes=_with_named(catalogue.purposes, declaration.purposes),
        channels=_with_named(catalogue.channels, declaration.channels),
        created=declaration.created or catalogue.created,
    )


def _with_fields(known: Mapping[str, Field], declared: Iterable[Field]) -> dict[str, Field]:
    fields = dict(known)
    for field in declared:
        present = fields.get(field.name)
        taken = frozenset(other.column for other in fields.values())
        column = present.column if present else field.column or column_name(field.name, taken)
        fields[field.name] = msgspec.structs.replace(field, column=column, inferred=False)
    return fields


def _with_collections(
    known: Mapping[str, Collection], declared: Iterable[Collection]
) -> dict[str, Collection]:
    collections = dict(known)
    for collection in declared:
        present = collections.get(collection.name)
        taken = frozenset(other.column for other in collections.values())
        column = present.column if present else collection.column or column_name(collection.name, taken)
        properties = _with_fields(present.properties if present else {}, collection.properties.values())
        collections[collection.name] = msgspec.structs.replace(
            collection, column=column, properties=properties, inferred=False
        )
    return collections


def _with_named(known: Mapping[str, Named], declared: Iterable[Named]) -> dict[str, Named]:
    return {**known, **{named.key: named for named in declared}}


def _trait_problems(writer: Writer, before: Catalogue, *, after: Catalogue) -> list[Problem]:
    loaded = bool(writer.stored(Shelf("observation")))
    problems = _field_problems(before.traits if loaded else {}, after.traits, path="traits")
    return [*problems, *_too_wide(writer, before, after=after)]


def _collection_problems(writer: Writer, before: Catalogue, *, after: Catalogue) -> list[Problem]:
    problems: list[Problem] = []
    for name, collection in after.collections.items():
        known = before.collections.get(name)
        loaded = known is not None and bool(writer.stored(Shelf(known.kind, name)))
        properties = known.properties if known is not None and loaded else {}
        problems.extend(_field_problems(properties, collection.properties, path=f"collections.{name}"))
        if known is not None and loaded and known.kind != collection.kind:
            problems.append(_kind_changed(name))
    return problems


def _field_problems(before: Mapping[str, Field], after: Mapping[str, Field], *, path: str) -> list[Problem]:
    columns = [field.column for field in after.values()]
    problems = [
        _type_changed(f"{path}.{name}", before[name], after=field)
        for name, field in after.items()
        if name in before and before[name].type != field.type and not _is_widened(before[name], field)
    ]
    problems.extend(
        _bad_column(f"{path}.{name}", field)
        for name, field in after.items()
        if not re.fullmatch(r"[a-z0-9_]+", field.column) or columns.count(field.column) > 1
    )
    return problems


def _too_wide(writer: Writer, before: Catalogue, *, after: Catalogue) -> list[Problem]:
    """Columns that cannot become decimals."""
    return [
        problem(
            "cannot_widen",
            path=".".join(["collections", each.name, each.column] if each.name else ["traits", each.column]),
            fr=f"« {each.column} » ne peut devenir décimal : un nombre a plus de 14 chiffres, ou des lignes "
            "chargées sans clé se reconnaissent à leur contenu. Rien n’a été changé.",
            en=f"“{each.column}” cannot become a decimal: a number has more than 14 figures, or rows loaded "
            "without a key are known again by what they say. Nothing was changed.",
        )
        for each in _widenings(before, after)
        if not may_widen(writer, each)
    ]


def _created_problems(catalogue: Catalogue) -> list[Problem]:
    field = None if catalogue.created is None else catalogue.traits.get(catalogue.created)
    if catalogue.created is None or (field is not None and field.type in ("date", "instant")):
        return []
    return [
        problem(
            "created_not_a_date",
            path="created",
            fr=f"« {catalogue.created} » doit être un attribut de type date ou instant.",
            en=f"“{catalogue.created}” must be a trait of type date or instant.",
        )
    ]


def _identity_problems(catalogue: Catalogue) -> list[Problem]:
    """An identity is a text: a telephone or a card read as a number has lost its first zeros."""
    return [
        problem(
            "identity_not_a_text",
            path=f"traits.{field.name}",
            fr=f"« {field.name} » doit être un attribut de type text pour être un identifiant.",
            en=f"“{field.name}” must be a trait of type text to be an identity.",
        )
        for field in catalogue.traits.values()
        if field.identity is not None and field.type != "text"
    ]


def _policy_problems(catalogue: Catalogue) -> list[Problem]:
    """An order of sources names each once; the other policies name none."""
    return [
        problem(
            "policy_sources",
            path=f"traits.{name}.policy",
            fr=f"« {name} » : une priorité nomme au moins une source, chacune une fois ; les autres règles "
            "n’en nomment pas.",
            en=f"“{name}”: a priority names at least one source, each once; the other policies name none.",
        )
        for name, field in catalogue.traits.items()
        if field.policy is not None and not _names_sources(field.policy)
    ]


def _names_sources(policy: Policy) -> bool:
    if policy.by != "priority":
        return not policy.sources
    return bool(policy.sources) and len(set(policy.sources)) == len(policy.sources)


def _type_changed(path: str, before: Field, *, after: Field) -> Problem:
    return problem(
        "type_fixed",
        path=path,
        fr=f"« {after.name} » est du type {before.type} et a déjà des données : son type ne change plus. "
        f"Rien n'a été changé. Pour le type {after.type}, chargez les valeurs sous un autre nom.",
        en=f"“{after.name}” is of the type {before.type} and has data: its type cannot change any more. "
        f"Nothing was changed. For the type {after.type}, load the values under another name.",
    )


def _kind_changed(name: str) -> Problem:
    return problem(
        "kind_fixed",
        path=f"collections.{name}",
        fr=f"« {name} » a déjà des données : des événements ne deviennent pas des fiches, ni l'inverse.",
        en=f"“{name}” has data: events do not become records, nor records events.",
    )


def _bad_column(path: str, field: Field) -> Problem:
    return problem(
        "bad_column",
        path=path,
        fr=f"« {field.name} » : la colonne « {field.column} » est prise, ou a autre chose que a-z, 0-9 et _.",
        en=f"“{field.name}”: the column “{field.column}” is taken, or is not made of a-z, 0-9 and _.",
    )
