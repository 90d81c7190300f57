"""The catalogue: which traits, collections, scores, purposes and segments a workspace knows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec

from vitrail.model.expectations import CollectionExpectation, FieldExpectation
from vitrail.model.identities import DeclaredKind
from vitrail.model.tree import Condition

Type = Literal["text", "integer", "decimal", "float", "boolean", "date", "instant", "texts"]
Gender = Literal["m", "f"]
Geography = Literal["postcode", "country", "city"]
Compared = Literal[
    "given_name",
    "surname",
    "full_name",
    "birth_date",
    "email",
    "phone",
    "street",
    "number",
    "postcode",
    "city",
    "code",
    "text",
]
"""How a trait is compared to find probable duplicates."""


class Label(msgspec.Struct, frozen=True, omit_defaults=True):
    """A noun in both languages, for sentences: `commande`, `commandes`, feminine; `order`, `orders`."""

    fr: str
    en: str
    fr_plural: str = ""
    en_plural: str = ""
    gender: Gender | None = None


class Choice(msgspec.Struct, frozen=True, omit_defaults=True):
    """One declared value of a field, with the words people use for it (`FR`: France)."""

    value: str
    label: Label | None = None


class Computed(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where a computed trait comes from: by whom, what of, and from which other traits."""

    by: Literal["reference"]
    what: str
    inputs: tuple[str, ...] = ()


RECTIFIED = "rectified"
"""The source of what a person had put right: it counts before any other, whatever the policy."""


DECISIVE = 1_000_000
"""The weight of that source among voices: more than there are sources."""


class Policy(msgspec.Struct, frozen=True, omit_defaults=True):
    """Which value of a trait holds where sources disagree.

    `latest`: the last observation, whoever made it. `priority`: the last one of the first of `sources`
    that said anything; those that are not listed come last. `most_frequent`: what most sources said last
    (each has one voice on each profile of the customer); among equals, what was said last. What the
    person had put right counts before all sources and voices.
    """

    by: Literal["latest", "priority", "most_frequent"]
    sources: tuple[str, ...] = ()

    @property
    def ranked(self) -> tuple[str, ...]:
        """The sources in the order they count."""
        return (RECTIFIED, *self.sources)


class Field(msgspec.Struct, frozen=True, omit_defaults=True):
    """A trait of profiles, or a property of records.

    `column` is the name of its column in files: `[a-z0-9_]+`, unique among its neighbours, given by
    `field_column` and never changed. `choices` empty means that any value is allowed. `unit` is a
    word for people (`EUR`, `km`). `sensitive` says by hand whether its data are sensitive; None leaves it to
    what the field is called. `identity` says that a text trait tells who a profile is (`email`,
    `phone`…): profiles that share a value of it are one person. `geography` says which part of an
    address a trait is; `compare`, how duplicates are told by it; `computed`, that a trait is not
    loaded but follows from others. `inferred` says that a tracked message made it known and nobody
    declared it: it is not part of the tracking plan. `expects` is what the quality gate watches.
    `policy` says which value of a trait holds where sources disagree: by default, the latest.
    """

    name: str
    type: Type
    column: str
    label: Label | None = None
    choices: tuple[Choice, ...] = ()
    unit: str = ""
    sensitive: bool | None = None
    purposes: tuple[str, ...] = ()
    identity: DeclaredKind | None = None
    geography: Geography | None = None
    compare: Compared | None = None
    computed: Computed | None = None
    inferred: bool = False
    expects: FieldExpectation | None = None
    policy: Policy | None = None


class Collection(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a profile has many of: events, which have a time, or records, which are updated by key.

    `inferred` says that a tracked message made it known: it is not part of the tracking plan.
    """

    name: str
    kind: Literal["event", "record"]
    column: str
    label: Label | None = None
    properties: dict[str, Field] = {}
    inferred: bool = False
    expects: CollectionExpectation | None = None


class Named(msgspec.Struct, frozen=True, omit_defaults=True):
    """A key with its words: a score, a purpose, a channel."""

    key: str
    label: Label | None = None


class Catalogue(msgspec.Struct, frozen=True, omit_defaults=True):
    """All that a condition may name, with its types, and the conventions of the workspace.

    `created` is the trait that holds the declared creation date of a profile, if there is one.
    `segments` maps each defined key (`vip`, `activity.active`) to its condition, `segment_labels`
    to its name.
    """

    timezone: str = "Europe/Paris"
    currency: str = "EUR"
    languages: tuple[str, ...] = ("fr", "en")
    traits: dict[str, Field] = {}
    collections: dict[str, Collection] = {}
    scores: dict[str, Named] = {}
    purposes: dict[str, Named] = {}
    channels: dict[str, Named] = {}
    segments: dict[str, Condition] = {}
    segment_labels: dict[str, Label] = {}
    created: str | None = None

    def with_segments(self, segments: Mapping[str, Condition]) -> Catalogue:
        """The same catalogue, knowing these segments instead."""
        return msgspec.structs.replace(self, segments=dict(segments))
