"""Making a workspace: an empty one, or the sample shop."""

from __future__ import annotations

import datetime as dt
import re
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vitrail.app.cli import behind, shop_table
from vitrail.app.cli.options import Folder, Json, Speak
from vitrail.app.cli.progress import Bar
from vitrail.app.cli.serving import answer
from vitrail.app.cli.session import Session, session
from vitrail.model.errors import UserError, refuse

if TYPE_CHECKING:
    from vitrail.app.report.figures import Figures
    from vitrail.app.workspace import Workspace

PANEL = "Start"
REPORTS = "reports"
WEEKS = 8
"""For so many weeks the shop knows who came into each segment and who went out."""
EXPORTED = "value.vip"
"""The segment of the sample shop that is exported, as an example."""

app = typer.Typer()


@app.command(rich_help_panel=PANEL)
def init(
    directory: Annotated[
        Path | None, typer.Argument(metavar="DIR", help="The folder to make.", show_default=False)
    ] = None,
    timezone: Annotated[str, typer.Option(help="The time zone of calendar words.")] = "Europe/Paris",
    currency: Annotated[str, typer.Option(help="The currency of amounts.")] = "EUR",
    workspace: Folder = None,
    language: Speak = None,
    json: Json = False,
) -> None:
    """Make a workspace in a new or empty folder.

    Example: `vitrail init shop --timezone Europe/Paris`
    """
    here = session(directory or workspace, language, json=json)
    check_currency(currency)
    with behind.create(here.folder, timezone=timezone, currency=currency) as ws:
        place = ws.store.path
    here.note(
        fr=f"Espace de travail créé : {place}\nEnsuite : vitrail import profiles FICHIER --key COLONNE",
        en=f"Workspace made: {place}\nNext: vitrail import profiles FILE --key COLUMN",
    )
    here.give({"workspace": str(place), "timezone": timezone, "currency": currency})


@app.command(rich_help_panel=PANEL)
def demo(
    customers: Annotated[int, typer.Option(min=1, help="How many customers the shop has.")] = 20_000,
    workspace: Annotated[
        Path,
        typer.Option("--workspace", envvar="VITRAIL_WORKSPACE", metavar="DIR", help="The folder to make."),
    ] = Path("demo-shop"),
    serve: Annotated[
        bool | None,
        typer.Option(
            "--serve/--no-serve",
            help="Whether to end by serving the shop; by default where a person is at a terminal.",
            show_default=False,
        ),
    ] = None,
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="The port to serve at; 0 takes any that is free.")
    ] = 8110,
    language: Speak = None,
    json: Json = False,
) -> None:
    """Make the sample shop and show its segments.

    Its ready-made segments are defined and evaluated; the report and the exports go to its
    folder `reports`. At a terminal it ends by serving the shop, and prints the link by which its owner
    comes in.

    Example: `vitrail demo --workspace demo-shop --customers 20000`
    """
    here = session(workspace, language, json=json)
    with cleared(here.folder), behind.create(here.folder) as ws:
        bar = Bar(here, here.pick(fr="Préparation", en="Preparing"))
        try:
            left_out = fill(ws, customers, here=here, bar=bar)
            bar.label(here.pick(fr="Rapport", en="Report"))
            figures = behind.gather(ws.store, language=here.language, title=ws.store.path.name)
            written, somebody = write_reports(ws, here), someone(ws)
        finally:
            bar.close()
    if here.json:
        here.give(
            {
                "workspace": str(here.folder.absolute()),
                "customers": customers,
                "segments": shop_table.document(figures),
                "files": [str(path) for path in written],
                "left_out": left_out,
            }
        )
        return
    show(figures, written, here=here, somebody=somebody)
    if sys.stdout.isatty() if serve is None else serve:
        answer(here, behind.Address("127.0.0.1", port), duties=behind.Duties())


def check_currency(currency: str) -> None:
    """Refuse what is not the code of a currency."""
    if not re.fullmatch("[A-Z]{3}", currency):
        raise refuse(
            "bad_currency",
            path="--currency",
            fr=f"« {currency} » n’est pas un code de monnaie : trois lettres majuscules, comme EUR.",
            en=f"“{currency}” is not the code of a currency: three capital letters, such as EUR.",
        )


@contextmanager
def cleared(folder: Path) -> Iterator[None]:
    """If the block fails, leave the folder as it was before: missing, or empty."""
    existed, empty = folder.exists(), folder.is_dir() and not any(folder.iterdir())
    try:
        yield
    except BaseException:
        if not existed or empty:
            with suppress(UserError):
                behind.drop_elsewhere(folder)
            shutil.rmtree(folder, ignore_errors=True)
        if empty:
            folder.mkdir(exist_ok=True)
        raise


def fill(ws: Workspace, customers: int, *, here: Session, bar: Bar) -> list[str]:
    """Load the sample shop, define its segments, refresh; answers the keys that were left out."""

    def told(name: str, *steps: int) -> None:
        bar.label(f"{here.pick(fr='Données', en='Data')} {name}")
        bar(*steps)

    behind.load_shop(ws, customers=customers, progress=told)
    bar.label(here.pick(fr="Définitions", en="Definitions"))
    fitted = behind.define_ready(ws)
    bar.label(here.pick(fr="Segments", en="Segments"))
    now = dt.datetime.now(dt.UTC)
    for weeks in range(WEEKS, 0, -1):
        ws.refresh(now - dt.timedelta(weeks=weeks), full=True, recut=True, progress=bar)
    ws.refresh(full=True, recut=True, progress=bar)
    return [each.key for each in fitted.left_out]


def write_reports(ws: Workspace, here: Session) -> list[Path]:
    """The report in both languages, and a segment to take away in two forms."""
    folder = here.folder / REPORTS
    names = {"fr": "rapport.html", "en": "report.html"}
    written = [
        behind.write_report(ws, folder / name, language=each, other=names["en" if each == "fr" else "fr"])
        for each, name in names.items()
    ]
    if here.language == "en":
        written.reverse()
    for form in ("csv", "xlsx"):
        path = folder / f"vip.{form}"
        behind.export_segment(
            ws,
            EXPORTED,
            path=path,
            layout=behind.Layout(None, here.language),
            taking=behind.Taking(behind.at_command_line().actor),
        )
        written.append(path)
    return written


def show(figures: Figures, written: list[Path], *, here: Session, somebody: str) -> None:
    """The segments of the shop, where the files are, and what to try next."""
    paper = here.paper
    for drawing in shop_table.drawings(figures, here):
        paper.print(drawing)
    paper.print(here.pick(fr="Fichiers écrits :", en="Files written:"), style="bold")
    for path in written:
        paper.print(f"  {path}", markup=False, soft_wrap=True)
    paper.print(here.pick(fr="\nPour continuer :", en="\nTry next:"), style="bold")
    where = f"--workspace {here.folder}"
    for command in (
        f"vitrail segment value.vip {where}",
        f"vitrail explain 'member(\"value.vip\")' --profile {somebody} {where}",
        f"vitrail count 'sum(order.amount, last 1 year) >= 500 and not did(order, last 90 days)' {where}",
    ):
        paper.print(f"  {command}", markup=False, soft_wrap=True)


def someone(ws: Workspace) -> str:
    """The key of somebody whose explanation is worth reading."""
    keys = ws.segment(EXPORTED).members()["profile"].slice(0, 1).to_pylist()
    return keys[0] if keys else "KEY"
