"""What the API is asked and answers about data: files brought in, sources, quarantine, plan, catalogue."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

import msgspec

from vitrail.app.http.api.shapes import Strict
from vitrail.app.load_history import PastLoad
from vitrail.app.tasks.kept import Said, Step
from vitrail.collect.proposal import Proposal

Word = Annotated[str, msgspec.Meta(max_length=200)]


class ImportTold(msgspec.Struct, frozen=True):
    """How the import of a file stands: what it holds, was said, is missing, and how the last step went."""

    id: str
    file: str
    size: int
    brought: dt.datetime
    whole: bool
    found: Proposal | None
    said: Said
    step: Step | None
    missing: tuple[str, ...] = ()


class TaskTold(msgspec.Struct, frozen=True):
    """How far a piece of long work is."""

    id: str
    step: Step | None


class LoadsTold(msgspec.Struct, frozen=True):
    """A page of the loads, newest first."""

    loads: tuple[PastLoad, ...]
    page: int
    pages: int


class ShopAsked(Strict, frozen=True):
    """That the sample shop is to be made in this empty workspace."""

    sample: Literal[True]


class ReadyAsked(Strict, frozen=True):
    """Which name plays which role of the ready-made segments; what is not said is guessed from words."""

    mapping: dict[str, Word]


class GroupAsked(Strict, frozen=True):
    """A group of the quarantine by its name; an empty one stands for all."""

    group: Word


class PlaceAsked(Strict, frozen=True):
    """A trait (`of` empty), a property of a collection, or a collection (`name` empty)."""

    name: Word
    of: Word = ""


class FieldAsked(Strict, frozen=True):
    """What is said of a field or a collection; what is left out stays as it was."""

    name: Word
    of: Word = ""
    fr: Word | None = None
    en: Word | None = None
    unit: Word | None = None
    sensitive: bool | Literal["auto"] | None = None
    purposes: tuple[Word, ...] | None = None


class SenderTold(msgspec.Struct, frozen=True):
    """A source that sends, and what it sent today; its key is never listed."""

    name: str
    kind: str
    unplanned: str
    today: int
    refused: int
    last: dt.datetime | None
    waiting: int


class PulledTold(msgspec.Struct, frozen=True):
    """A source that is read in time, and how it stands."""

    key: str
    kind: str
    schedule: str
    succeeded: dt.datetime | None
    next: dt.datetime | None
    paused: bool
    running: bool
    failures: int
    problems: tuple[str, ...]


class SourcesTold(msgspec.Struct, frozen=True):
    """Every source, by how it comes in."""

    pulled: tuple[PulledTold, ...]
    sending: tuple[SenderTold, ...]
    brought: tuple[str, ...]


class WaitingTold(msgspec.Struct, frozen=True):
    """Messages that wait for one correction."""

    id: str
    source: str
    event: str
    messages: int
    reason: dict[str, str]


class QuarantineTold(msgspec.Struct, frozen=True):
    """All that waits."""

    groups: tuple[WaitingTold, ...]


class PlanTold(msgspec.Struct, frozen=True):
    """What was seen beyond the tracking plan."""

    events: tuple[str, ...]
    properties: tuple[tuple[str, str], ...]
    traits: tuple[str, ...]


class QualityTold(msgspec.Struct, frozen=True):
    """What is wrong with the data, and which segments may be wrong because of it."""

    at: dt.datetime
    problems: tuple[dict[str, str], ...]
    segments: tuple[str, ...]


class ReadyGuess(msgspec.Struct, frozen=True):
    """Names that may play the roles of ready-made definitions, and what fits by them."""

    mapping: dict[str, str]
    segmentations: tuple[str, ...]
    segments: tuple[str, ...]
    left_out: tuple[str, ...]
