"""What a source is, as people write it: where data are read, what they become, and how often."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from vitrail.model.catalogue import Type
from vitrail.model.identities import DeclaredKind

Loaded = Literal["profiles", "events", "records"]


class Columns(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Which column plays which part, as for an import: `key`, `profile`, `at`, `created`."""

    key: str | None = None
    profile: str | None = None
    at: str | None = None
    created: str | None = None


class Target(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What the rows become: profiles, events or records, with the recipe of columns of an import.

    `rename` gives columns other names in the catalogue; `types` are by those names. Columns in `ignore`
    are left out; `identities` are names that tell who a profile is (`email: email`, `mobile: phone`);
    `answers` say what files do not tell by themselves.
    """

    kind: Loaded
    columns: Columns
    name: str = ""
    rename: dict[str, str] = {}
    types: dict[str, Type] = {}
    ignore: tuple[str, ...] = ()
    identities: dict[str, DeclaredKind] = {}
    answers: dict[str, str] = {}


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The name of a source for people, in French and English."""

    fr: str
    en: str


class Described(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """What every source says: its key, its name for people, and when it is pulled.

    `schedule` is `every 15 minutes`, `every 2 hours`, `daily at 06:30` (in the zone of the workspace)
    or five cron fields; without it, the source is pulled when somebody asks. `purposes` says what its data
    serve.
    """

    key: str
    name: Words | None = None
    schedule: str = ""
    purposes: tuple[str, ...] = ()


class Database(Described, frozen=True, tag="database", tag_field="kind", kw_only=True):
    """A table, or the answer of a query, of a database that SQLAlchemy knows.

    `cursor` names a column that only grows (a time of change, a number): from the second pull on, only
    rows at or after the last one seen, less `overlap`, are read. `only` keeps some columns of a table.
    """

    url: str
    load: Target
    table: str = ""
    query: str = ""
    only: tuple[str, ...] = ()
    cursor: str = ""
    overlap: str = ""


Place = Literal["query", "header", "body"]
"""Where a value goes in a request."""


class Bearer(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="bearer", tag_field="kind"):
    """A token in the header `Authorization`."""

    token: str


class Basic(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="basic", tag_field="kind"):
    """A user and a password."""

    user: str
    password: str = ""


class Header(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="header", tag_field="kind"):
    """A key in a header that the service names."""

    name: str
    value: str


class ClientCredentials(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="oauth2", tag_field="kind"
):
    """OAuth 2 client credentials: a token is asked for, and asked for again when it has run out."""

    token_url: str
    client_id: str
    client_secret: str
    scope: str = ""


Auth = Bearer | Basic | Header | ClientCredentials


class ByLink(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="link", tag_field="kind"):
    """The address of the next page: at a path in the answer or, without one, in the header `Link`."""

    path: str = ""


class ByToken(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="token", tag_field="kind"):
    """A token for the next page stands at `path` in the answer, and goes into the parameter `param`."""

    path: str
    param: str
    place: Place = "query"


class ByLast(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="last", tag_field="kind"):
    """The next page comes after the last record, by its `field`, while `more` in the answer is true."""

    field: str
    param: str
    more: str


class ByNumber(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="number", tag_field="kind"):
    """Pages are numbered; the last one is the first that is empty, or holds less than `size`."""

    param: str = "page"
    place: Place = "query"
    first: int = 1
    size: int = 0


class ByOffset(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="offset", tag_field="kind"):
    """Pages begin at an offset; the last one is the first that holds less than `size`."""

    size: int
    param: str = "offset"
    place: Place = "query"


Pages = ByLink | ByToken | ByLast | ByNumber | ByOffset


class Since(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """How only what is new is asked for: `{since}` in the query or the body becomes the newest value seen.

    `field` is the path of that value in a record, `format` how the service writes it, `first` stands in
    for it at the first pull (without one, the parameter is left out then), `overlap` is stepped back.
    `restart_after` is for services that answer no more than so many records to one search, oldest
    first: the search then starts anew from the newest value seen.
    """

    field: str
    format: Literal["iso", "seconds", "milliseconds", "number"] = "iso"
    first: str = ""
    overlap: str = ""
    restart_after: int = 0


class Mapped(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where a field stands in a record, and how it is written: an instant as a count, money in cents."""

    path: str
    unit: Literal["seconds", "milliseconds", "cents"]


class Http(Described, frozen=True, tag="http", tag_field="kind", kw_only=True):
    """A JSON API: what is asked, how it pages, where the records stand, which fields they have.

    Strings may hold `${NAME}`. `records` is the dotted path of the list in the answer; `fields` maps
    each column to a dotted path in a record; `only` leaves out records that have something else at a path
    (`"*"`: nothing). Only public addresses over https are asked, unless
    `allow_private` says that the service is on the own network.
    """

    url: str
    load: Target
    fields: dict[str, str | Mapped]
    records: str = ""
    only: dict[str, str | int | bool] = {}
    method: Literal["GET", "POST"] = "GET"
    headers: dict[str, str] = {}
    query: dict[str, str | int | bool] = {}
    body: dict[str, Any] | None = None
    auth: Auth | None = None
    pages: Pages | None = None
    since: Since | None = None
    timeout_seconds: int = 60
    largest_mb: int = 64
    per_second: float = 0
    allow_private: bool = False


Format = Literal["", "ga4"]
"""How files are to be read: as any import, or as the export of Google Analytics 4."""


class Folder(Described, frozen=True, tag="folder", tag_field="kind", kw_only=True):
    """A folder of this machine where files appear. Each content is loaded once, under each name.

    `pattern` is of names below the folder: `*.csv` in it, `**/*.csv` also deeper. A file is read once it
    has not changed for `settle` (10 seconds unless told).
    """

    path: str
    pattern: str
    load: Target | None = None
    format: Format = ""
    settle: str = ""


class Bucket(Described, frozen=True, tag="bucket", tag_field="kind", kw_only=True):
    """The same in an object store that speaks S3; without keys, those of the environment are used."""

    bucket: str
    pattern: str
    load: Target | None = None
    prefix: str = ""
    region: str = ""
    endpoint: str = ""
    access_key: str = ""
    secret_key: str = ""
    format: Format = ""
    settle: str = "0 seconds"


class Tryton(Described, frozen=True, tag="tryton", tag_field="kind", kw_only=True):
    """A Tryton by JSON-RPC: a model, read again by the time of its last change.

    `fields` maps columns to the names of fields, with a point for those of a related record (`lang.code`);
    `domain` is one of Tryton's, to read some records only.
    """

    url: str
    database: str
    user: str
    password: str
    fields: dict[str, str]
    load: Target
    model: str = "party.party"
    domain: list[Any] = []
    overlap: str = ""
    timeout_seconds: int = 60
    allow_private: bool = False


Source = Database | Http | Folder | Bucket | Tryton
"""Every kind of source."""
