"""Consents: bringing in those one has with their proof, showing what a customer said, checking the seals."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer
from rich.console import RenderableType

from vitrail.app.cli import behind
from vitrail.app.cli.importing import At, Origin, Rejects
from vitrail.app.cli.loading import REFUSED, How, drawings, place, write_rejects
from vitrail.app.cli.options import Answered, DryRun, Folder, Json, Speak, answers_of
from vitrail.app.cli.progress import progress
from vitrail.app.cli.session import Session, session
from vitrail.app.cli.tables import Heading, table

if TYPE_CHECKING:
    from vitrail.app.consenting import Said
    from vitrail.ledger.consents import Broken

app = typer.Typer()
consents = typer.Typer(no_args_is_help=True)
app.add_typer(
    consents,
    name="consent",
    rich_help_panel="Data",
    help="The ledger of consents: who agreed to what, since when, and what proves it.",
)

PARTS = ("purpose", "channel", "wording", "place", "method", "proof")
BROKEN = 1


def _column(part: str) -> typer.models.OptionInfo:
    found: typer.models.OptionInfo = typer.Option(
        f"--{part}-column",
        metavar="COL",
        help=f"The column with the {part}; by default, one of that name.",
        show_default=False,
    )
    return found


@consents.command("import")
def import_command(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The consents you have.", show_default=False)],
    profile: Annotated[
        str, typer.Option(metavar="COL", help="The column with the customer’s key.", show_default=False)
    ],
    state: Annotated[
        str, typer.Option(metavar="COL", help="The column that says yes or no.", show_default=False)
    ],
    at: At = None,
    purpose: Annotated[str, typer.Option(metavar="KEY", help="The purpose, where no column tells it.")] = "",
    channel: Annotated[
        str, typer.Option(metavar="KEY", help="The channel, where no column tells it; else, all of them.")
    ] = "",
    purpose_column: Annotated[str | None, _column("purpose")] = None,
    channel_column: Annotated[str | None, _column("channel")] = None,
    wording_column: Annotated[str | None, _column("wording")] = None,
    place_column: Annotated[str | None, _column("place")] = None,
    method_column: Annotated[str | None, _column("method")] = None,
    proof_column: Annotated[str | None, _column("proof")] = None,
    source: Origin = None,
    answer: Answered = None,
    rejects: Rejects = None,
    dry_run: DryRun = False,
    workspace: Folder = None,
    language: Speak = None,
    json: Json = False,
) -> None:
    """Bring in the consents you have, with their proof.

    Each row says yes (yes, oui, granted…), no (no, non, refused…) or no longer (withdrawn, désinscrit…).
    Without --at, it holds since now. Rows whose purpose or channel is not declared are refused.

    Example: `vitrail consent import optin.csv --profile id --state newsletter --at date --purpose marketing`
    """
    here = session(workspace, language, json=json)
    told = (purpose_column, channel_column, wording_column, place_column, method_column, proof_column)
    columns = {part: name for part, name in zip(PARTS, told, strict=True) if name is not None}
    how = How(None, rejects, dry_run, source, answers_of(answer))
    with here.opened() as ws, place(ws, how) as target, progress(here, fr="Import", en="Import") as bar:
        report = target.load_consents(
            file,
            profile=profile,
            state=state,
            at=at,
            about=behind.Meant(purpose, channel),
            source=source,
            answers=how.answers,
            progress=bar,
            **columns,  # type: ignore[arg-type]
        )
        written = write_rejects(report, how.rejects, language=here.language)
    if here.json:
        here.give({"dry_run": how.dry_run, "rejects_file": written, "report": report})
    else:
        here.give(None, *drawings(report, here, how=how, written=written))
    if report.rejected:
        raise typer.Exit(REFUSED)


@consents.command()
def show(
    profile: Annotated[
        str, typer.Argument(metavar="ID", help="The key of the customer.", show_default=False)
    ],
    workspace: Folder = None,
    language: Speak = None,
    json: Json = False,
) -> None:
    """Show what one customer agreed to, refused or took back, with its proof.

    Example: `vitrail consent show C000042`
    """
    here = session(workspace, language, json=json)
    with here.opened() as ws:
        found = behind.consents_of(ws, profile)
        zone = ws.store.zone
    if not found and not here.json:
        here.note(
            fr="Ce client n’a rien dit : il n’a consenti à rien.",
            en="This customer has said nothing: they have consented to nothing.",
        )
        return
    here.give({"profile": profile, "consents": found}, *_drawn(found, here, zone=zone))


@consents.command()
def verify(workspace: Folder = None, language: Speak = None, json: Json = False) -> None:
    """Check every seal of the ledger. Exit status 1 when an entry was changed, removed or moved.

    Example: `vitrail consent verify`
    """
    here = session(workspace, language, json=json)
    with here.opened() as ws:
        broken, head = behind.check_ledger(ws), behind.ledger_head(ws)
    if broken is None:
        count = here.speech.count(head.entries)
        lines = (
            here.pick(fr="Le registre est intact.", en="The ledger is whole."),
            here.pick(
                fr=f"Entrées : {count}. Dernier sceau : {head.seal[:16]}. Notez-les ailleurs : ils prouvent "
                "que rien n’a été ôté à la fin.",
                en=f"Entries: {count}. Last seal: {head.seal[:16]}. Note them elsewhere: they prove that "
                "nothing was taken off the end.",
            ),
        )
        here.give({"whole": True, "head": head}, *lines)
        return
    here.give({"whole": False, "broken": broken, "head": head}, _broken(broken, here))
    raise typer.Exit(BROKEN)


def _broken(broken: Broken, here: Session) -> str:
    if broken.reason == "cut":
        return here.pick(
            fr=f"Les dernières entrées, depuis la {broken.position}, ont été ôtées hors de Vitrail. Comparez "
            "avec une sauvegarde.",
            en=f"The last entries, from {broken.position} on, were cut off outside Vitrail. Compare with a "
            "backup.",
        )
    return here.pick(
        fr=f"L’entrée {broken.position} ne correspond plus à son sceau : le registre a été modifié "
        "hors de Vitrail. Comparez avec une sauvegarde.",
        en=f"Entry {broken.position} no longer fits its seal: the ledger was changed outside Vitrail. "
        "Compare it with a backup.",
    )


def _drawn(found: tuple[Said, ...], here: Session, *, zone: ZoneInfo) -> Iterator[RenderableType]:
    states = {
        "granted": here.pick(fr="accordé", en="granted"),
        "refused": here.pick(fr="refusé", en="refused"),
        "withdrawn": here.pick(fr="retiré", en="withdrawn"),
    }
    headings = [
        Heading(here.pick(fr="Le", en="When")),
        Heading(here.pick(fr="Finalité", en="Purpose")),
        Heading(here.pick(fr="Canal", en="Channel")),
        Heading(here.pick(fr="Réponse", en="Answer")),
        Heading(here.pick(fr="Preuve", en="Proof"), wraps=True),
        Heading(here.pick(fr="Source", en="Source")),
    ]
    every = here.pick(fr="tous", en="all")
    rows = [
        (
            f"{each.at.astimezone(zone):%Y-%m-%d %H:%M}",
            each.purpose,
            each.channel or every,
            states[each.state],
            " · ".join(filter(None, (each.wording, each.place, each.method, each.proof))),
            each.source,
        )
        for each in found
    ]
    yield table(headings, rows)
