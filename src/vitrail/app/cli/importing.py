"""Loading files: profiles, events, records and scores, with or without a recipe."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from vitrail.app.cli.loading import How, What, run
from vitrail.app.cli.options import Answered, DryRun, Folder, Json, Speak, answers_of
from vitrail.app.cli.session import session

app = typer.Typer()
imports = typer.Typer(
    no_args_is_help=True,
    help="Load customers, events, records or scores.\n\n"
    "Loading the same file twice changes nothing. Exit status 1 when some rows were refused.",
)
app.add_typer(imports, name="import", rich_help_panel="Data")

File = Annotated[
    Path,
    typer.Argument(
        metavar="FILE",
        help="A .csv, .xlsx, .ods, .json or .parquet file, plain or .gz/.zip.",
        show_default=False,
    ),
]
Key = Annotated[
    str | None,
    typer.Option("--key", metavar="COL", help="The column that identifies a row.", show_default=False),
]
Profile = Annotated[
    str | None,
    typer.Option("--profile", metavar="COL", help="The column with the customer’s key.", show_default=False),
]
At = Annotated[
    str | None, typer.Option("--at", metavar="COL", help="The column that tells when.", show_default=False)
]
Mapping = Annotated[
    Path | None,
    typer.Option(
        "--mapping",
        metavar="FILE.yaml",
        help="A recipe: kind, name, columns, rename, types, answers… Options win over it.",
        show_default=False,
    ),
]
Origin = Annotated[
    str | None,
    typer.Option(
        "--source",
        metavar="NAME",
        help="Where the data come from, for example crm; by default, the name of the file.",
        show_default=False,
    ),
]
Save = Annotated[
    Path | None,
    typer.Option(
        "--save-mapping", metavar="FILE.yaml", help="Keep the recipe for the next file.", show_default=False
    ),
]
Accept = Annotated[bool, typer.Option("--yes", "-y", help="Accept what is proposed.")]
Rejects = Annotated[
    Path | None,
    typer.Option(
        "--rejects", metavar="FILE.csv", help="Write the refused rows to this file.", show_default=False
    ),
]


@imports.command()
def profiles(
    file: File,
    key: Key = None,
    at: At = None,
    created: Annotated[
        str | None,
        typer.Option(
            metavar="COL", help="The column with the date a customer was created.", show_default=False
        ),
    ] = None,
    mapping: Mapping = None,
    source: Origin = None,
    answer: Answered = None,
    save_mapping: Save = None,
    yes: Accept = False,
    rejects: Rejects = None,
    dry_run: DryRun = False,
    workspace: Folder = None,
    language: Speak = None,
    json: Json = False,
) -> None:
    """Load customers; columns become traits.

    Example: `vitrail import profiles customers.csv --key customer_id`
    """
    here, how = (
        session(workspace, language, json=json),
        How(mapping, rejects, dry_run, source, answers_of(answer), save_mapping, yes),
    )
    run(file, here, how=how, what=What({"key": key, "at": at, "created": created}, "profiles"))


@imports.command()
def events(
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="What happened: order, page_view…", show_default=False)
    ],
    file: File,
    profile: Profile = None,
    at: At = None,
    key: Key = None,
    mapping: Mapping = None,
    source: Origin = None,
    answer: Answered = None,
    save_mapping: Save = None,
    yes: Accept = False,
    rejects: Rejects = None,
    dry_run: DryRun = False,
    workspace: Folder = None,
    language: Speak = None,
    json: Json = False,
) -> None:
    """Load what happened: orders, visits, clicks.

    One row per event, with the key of the customer and a time; other columns become properties.

    Example:
    `vitrail import events order orders.csv --profile customer_id --at ordered_at --key id`
    """
    here, how = (
        session(workspace, language, json=json),
        How(mapping, rejects, dry_run, source, answers_of(answer), save_mapping, yes),
    )
    run(file, here, how=how, what=What({"profile": profile, "at": at, "key": key}, "events", name))


@imports.command()
def records(
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="What they are: deal, subscription…", show_default=False)
    ],
    file: File,
    profile: Profile = None,
    key: Key = None,
    at: At = None,
    mapping: Mapping = None,
    source: Origin = None,
    answer: Answered = None,
    save_mapping: Save = None,
    yes: Accept = False,
    rejects: Rejects = None,
    dry_run: DryRun = False,
    workspace: Folder = None,
    language: Speak = None,
    json: Json = False,
) -> None:
    """Load deals, subscriptions, other records.

    A record is updated by its key: a row replaces all of it.

    Example: `vitrail import records deal deals.csv --profile customer_id --key deal_id`
    """
    here, how = (
        session(workspace, language, json=json),
        How(mapping, rejects, dry_run, source, answers_of(answer), save_mapping, yes),
    )
    run(file, here, how=how, what=What({"profile": profile, "at": at, "key": key}, "records", name))


@imports.command()
def scores(
    name: Annotated[str, typer.Argument(metavar="KEY", help="The key of the score.", show_default=False)],
    file: File,
    profile: Profile = None,
    value: Annotated[
        str | None, typer.Option(metavar="COL", help="The column with the score.", show_default=False)
    ] = None,
    at: At = None,
    mapping: Mapping = None,
    source: Origin = None,
    answer: Answered = None,
    save_mapping: Save = None,
    yes: Accept = False,
    rejects: Rejects = None,
    dry_run: DryRun = False,
    workspace: Folder = None,
    language: Speak = None,
    json: Json = False,
) -> None:
    """Load a score that was computed elsewhere.

    Example: `vitrail import scores lead scores.csv --profile customer_id --value score`
    """
    here, how = (
        session(workspace, language, json=json),
        How(mapping, rejects, dry_run, source, answers_of(answer), save_mapping, yes),
    )
    run(file, here, how=how, what=What({"profile": profile, "at": at, "value": value}, "scores", name))


@imports.command("file")
def whole(
    file: File,
    mapping: Mapping = None,
    source: Origin = None,
    answer: Answered = None,
    save_mapping: Save = None,
    yes: Accept = False,
    rejects: Rejects = None,
    dry_run: DryRun = False,
    workspace: Folder = None,
    language: Speak = None,
    json: Json = False,
) -> None:
    """Load a file as its recipe says, or as you answer.

    Without a recipe, what is proposed is shown in the terminal with the values of each column, and
    what the file leaves open is asked; `--save-mapping` keeps the answers for the next file.

    Example: `vitrail import file orders.csv --mapping orders.yaml`
    """
    here, how = (
        session(workspace, language, json=json),
        How(mapping, rejects, dry_run, source, answers_of(answer), save_mapping, yes),
    )
    run(file, here, how=how, what=What())
