"""What the API is asked of privacy and settings, and what it answers."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal, TypeVar

import msgspec

from vitrail.app.http.api.shapes import Aware, Counted, Strict
from vitrail.app.record.gathering import ProcessingRecord
from vitrail.ledger.write_keys import SourceKind, Unplanned
from vitrail.model.consents import ConsentState
from vitrail.model.purposes import PurposeFile
from vitrail.model.requests import AskedRight, RequestState
from vitrail.model.retention import RetentionFile

Reason = Annotated[str, msgspec.Meta(max_length=2_000)]


class PurposesAsked(Strict, frozen=True):
    """A register, as in a file of it, or the `ready` one; `prune` removes what it does not hold."""

    register: PurposeFile | None = None
    ready: bool = False
    prune: bool = False


class RequestAsked(Strict, frozen=True):
    """A request of a person to be noted: the key of the person, empty for somebody unknown."""

    right: AskedRight
    person: Annotated[str, msgspec.Meta(max_length=1_000)] = ""
    how: Reason = ""
    received: Aware | None = None


class RequestChange(Strict, frozen=True):
    """What becomes of a request; a refusal and an extension say why."""

    do: Literal["answer", "refuse", "extend"]
    why: Reason = ""


class RetentionChange(Strict, frozen=True):
    """Other rules (`ready`: the ready-made ones), or whether what is past its period goes by itself."""

    rules: RetentionFile | None = None
    ready: bool = False
    on: bool | None = None


class RetentionRun(Strict, frozen=True):
    """The seal of the plan that was read: who and what goes must still be the same."""

    seal: Annotated[str, msgspec.Meta(max_length=64)]


class SensitiveAsked(Strict, frozen=True):
    """What is decided of a field: `allow` it for a purpose, or it is `not` sensitive."""

    path: Annotated[str, msgspec.Meta(max_length=300)]
    do: Literal["allow", "not"]
    purpose: str = ""


class SettingsAsked(Strict, frozen=True):
    """What is to be changed of the workspace; what is not said stays."""

    name: Annotated[str, msgspec.Meta(max_length=100)] | None = None
    smallest_group: int | None = None
    language: Literal["fr", "en"] | None = None


class WriteKeyAsked(Strict, frozen=True):
    """A source that may send."""

    name: Annotated[str, msgspec.Meta(max_length=64)]
    kind: SourceKind
    unplanned: Unplanned = "warn"


class WriteKeyChange(Strict, frozen=True):
    """What becomes of what a source sends beyond the tracking plan."""

    unplanned: Unplanned


# --- answers ------------------------------------------------------------------------------------


class PointTold(msgspec.Struct, frozen=True):
    """One thing that was looked at: `right`, `warn` or `wrong`."""

    code: str
    tone: str
    number: int
    at: dt.datetime | None
    names: tuple[str, ...]


class Order(msgspec.Struct, frozen=True):
    """What is in order and what is not, the worst first."""

    points: tuple[PointTold, ...]


class RegisterTold(msgspec.Struct, frozen=True):
    """The purposes in force."""

    version: int
    register: PurposeFile


class PurposeMoved(msgspec.Struct, frozen=True):
    """What happens to one part of the register."""

    part: str
    key: str
    action: str


class RegisterPlan(msgspec.Struct, frozen=True):
    """What a register would change, or has changed; `left_out` are relations this workspace cannot tell."""

    applied: bool
    version: int
    changes: tuple[PurposeMoved, ...]
    left_out: tuple[str, ...]


class ConsentTold(msgspec.Struct, frozen=True):
    """One entry of the ledger; under a pseudonym and without its proof for who sees no personal data."""

    position: int
    at: dt.datetime
    recorded: dt.datetime
    profile: str
    purpose: str
    channel: str
    state: ConsentState
    wording: str
    place: str
    method: str
    proof: str
    source: str
    seal: str


class Consents(msgspec.Struct, frozen=True):
    """The newest entries, newest first; `next` is what to ask for `before`."""

    consents: tuple[ConsentTold, ...]
    masked: bool
    next: int | None


class CourseTold(msgspec.Struct, frozen=True):
    """How many agreed to a purpose on a channel, at each instant."""

    purpose: str
    channel: str
    counts: tuple[Counted, ...]


class ConsentCourse(msgspec.Struct, frozen=True):
    """How many agreed, month after month over a year."""

    instants: tuple[dt.datetime, ...]
    courses: tuple[CourseTold, ...]


class LedgerChecked(msgspec.Struct, frozen=True):
    """Whether the ledger of consents is whole; `broken` is the first entry that does not fit."""

    whole: bool
    broken: int | None
    entries: int
    seal: str


class RequestTold(msgspec.Struct, frozen=True):
    """A request of a person, with its legal deadline."""

    number: int
    right: AskedRight
    person: str
    how: str
    received: dt.datetime
    due: dt.datetime
    state: RequestState
    urgency: str
    extended_why: str
    closed: dt.datetime | None
    why: str


class Requests(msgspec.Struct, frozen=True):
    """Every request: those that wait first, by deadline."""

    requests: tuple[RequestTold, ...]


class RetentionTold(msgspec.Struct, frozen=True):
    """The rules of retention, and whether what is past its period goes by itself."""

    rules: RetentionFile
    on: bool


class DueTold(msgspec.Struct, frozen=True):
    """What one rule lets go."""

    rule: str
    what: str
    count: Counted


class RetentionPlanTold(msgspec.Struct, frozen=True):
    """What would go now; its seal is what a run must be asked with."""

    at: dt.datetime
    seal: str
    due: tuple[DueTold, ...]


class RetentionDone(msgspec.Struct, frozen=True):
    """What a run let go, by rule."""

    erased: dict[str, int]
    restricted: dict[str, int]
    data: dict[str, int]
    traces: int


class RecordTold(msgspec.Struct, frozen=True):
    """The record of processing (GDPR, article 30)."""

    record: ProcessingRecord


class SensitiveTold(msgspec.Struct, frozen=True):
    """Something sensitive: what it reveals, how that is known, for which purposes it is kept."""

    path: str
    subjects: tuple[str, ...]
    by: str
    purposes: tuple[str, ...]
    permitting: tuple[str, ...]


class SensitiveItems(msgspec.Struct, frozen=True):
    """All that is sensitive, what awaits a decision first."""

    items: tuple[SensitiveTold, ...]


class SettingsTold(msgspec.Struct, frozen=True):
    """The settings in force."""

    name: str
    smallest_group: int
    language: str
    currency: str
    timezone: str
    languages: tuple[str, ...]


class WriteKeyTold(msgspec.Struct, frozen=True):
    """A source that may send; its key is told when it is made or changed alone."""

    name: str
    kind: str
    unplanned: str
    created: dt.datetime
    key: str | None = None


class WriteKeys(msgspec.Struct, frozen=True):
    """Everything that may send."""

    sources: tuple[WriteKeyTold, ...]


class FindingTold(msgspec.Struct, frozen=True):
    """One thing the doctor looked at."""

    code: str
    severity: str
    what: str
    todo: str


class Examined(msgspec.Struct, frozen=True):
    """What the doctor found; `good` when nothing is wrong."""

    good: bool
    findings: tuple[FindingTold, ...]


class Ended(msgspec.Struct, frozen=True):
    """How many sessions were ended."""

    ended: int


Shape = TypeVar("Shape", bound=msgspec.Struct)


def of(shape: type[Shape], value: msgspec.Struct) -> Shape:
    """A value told in a shape: the fields of the same name."""
    return shape(**{name: getattr(value, name) for name in shape.__struct_fields__})
