"""The program: its commands, and what becomes of what goes wrong."""

from __future__ import annotations

import errno
import gc
import io
import sys
import tempfile
import traceback
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from typer.core import TyperGroup
from typer.exceptions import TyperException

import vitrail
from vitrail.app.cli.admitting import app as admitting
from vitrail.app.cli.asking import app as asking
from vitrail.app.cli.auditing import app as auditing
from vitrail.app.cli.backing import app as backing
from vitrail.app.cli.consenting import app as consenting
from vitrail.app.cli.declaring import app as declaring
from vitrail.app.cli.defining import app as defining
from vitrail.app.cli.doctoring import app as doctoring
from vitrail.app.cli.duplicating import app as duplicating
from vitrail.app.cli.exporting import app as exporting
from vitrail.app.cli.forming import app as forming
from vitrail.app.cli.gate import app as gate
from vitrail.app.cli.giving import app as privacy
from vitrail.app.cli.importing import app as importing
from vitrail.app.cli.inspecting import app as inspecting
from vitrail.app.cli.knowing import app as knowing
from vitrail.app.cli.looking import app as looking
from vitrail.app.cli.merging import app as merging
from vitrail.app.cli.problems import Quoted, document, drawing
from vitrail.app.cli.profiling import app as profiling
from vitrail.app.cli.pulling import app as pulling
from vitrail.app.cli.purposing import app as purposing
from vitrail.app.cli.quarantining import app as quarantining
from vitrail.app.cli.reaching import app as reaching
from vitrail.app.cli.readymade import app as readymade
from vitrail.app.cli.referring import app as referring
from vitrail.app.cli.refreshing import app as refreshing
from vitrail.app.cli.reporting import app as reporting
from vitrail.app.cli.respecting import app as respecting
from vitrail.app.cli.retaining import app as retaining
from vitrail.app.cli.sealing import app as sealing
from vitrail.app.cli.serving import app as serving
from vitrail.app.cli.session import Interrupted, Session, told_language
from vitrail.app.cli.sourcing import app as sourcing
from vitrail.app.cli.starting import app as starting
from vitrail.app.cli.stopping import is_stop, listen
from vitrail.app.cli.suppressing import app as suppressing
from vitrail.app.cli.taken import app as taken
from vitrail.app.cli.usage import help_command, is_usage, usage_problem
from vitrail.app.memory import keep_memory
from vitrail.model.errors import Problem, UserError
from vitrail.warehouse.damage import is_damage
from vitrail.warehouse.room import is_failing, is_full

WRONG, FAILED, STOPPED = 2, 3, 130
"""Exit statuses: the request is wrong; the program failed; the person stopped it."""


class Program(TyperGroup):
    """The root of all commands: whatever one raises ends here, with its exit status."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command that was asked for."""
        arguments = sys.argv[1:] if not ctx.args else [*ctx._protected_args, *ctx.args]
        session = Session(Path(), told_language(arguments), "--json" in arguments)
        try:
            return super().invoke(ctx)
        except UserError as error:
            refuse(error, session)
        except TyperException as error:
            if not is_usage(error):
                raise
            misunderstand(error, session)
        except KeyboardInterrupt as stop:
            interrupt(stop, session)
        except Exception as failure:
            if is_stop(failure):
                interrupt(failure, session)
            fail(failure, session)


def refuse(error: UserError, session: Session) -> NoReturn:
    """The request is wrong, and nothing was changed."""
    texts = error.texts if isinstance(error, Quoted) else {}
    show_problems(error.problems, session, texts=texts)
    raise typer.Exit(WRONG)


def misunderstand(error: TyperException, session: Session) -> NoReturn:
    """The command line makes no sense."""
    show_problems((usage_problem(error),), session, texts={})
    command = help_command(error)
    session.note(fr=f"Pour savoir comment l’utiliser : {command}", en=f"To see how it is used: {command}")
    raise typer.Exit(WRONG)


def show_problems(problems: tuple[Problem, ...], session: Session, *, texts: dict[str, str] | Any) -> None:
    """Problems on standard error; as a JSON document on standard output where one is awaited."""
    if session.json:
        session.give({"problems": document(problems)})
        return
    margin = session.margin
    margin.print(drawing(problems, session, texts=texts, width=margin.width))


def interrupt(stop: BaseException, session: Session) -> NoReturn:
    """The person stopped the command: say what became of the workspace."""
    changed = isinstance(stop, Interrupted) and stop.changed
    if session.json:
        session.give({"interrupted": True, "changed": changed})
    if session.margin.is_terminal:
        session.margin.print()
    if changed:
        session.note(
            fr="Arrêté à votre demande, mais trop tard : ce qui était demandé venait d’être fait.",
            en="Stopped at your request, but too late: what was asked had been done.",
        )
    else:
        session.note(
            fr="Arrêté à votre demande : tout est resté comme avant.",
            en="Stopped at your request: everything is as it was before.",
        )
    raise typer.Exit(STOPPED)


def fail(failure: Exception, session: Session) -> None:
    """The program failed: a short message, and a file with the trace for those who will mend it."""
    if isinstance(failure, (typer.Exit, typer.Abort)) or getattr(failure, "errno", None) == errno.EPIPE:
        raise failure
    if is_damage(failure) or is_full(failure) or is_failing(failure):
        let_down(failure, session)
    with tempfile.NamedTemporaryFile(
        "w", prefix="vitrail-", suffix=".txt", delete=False, encoding="utf-8"
    ) as file:
        traceback.print_exception(failure, file=file)
    reason = f"{type(failure).__name__}: {failure}".splitlines()[0][:300]
    if session.json:
        session.give({"failure": reason, "details": file.name})
    session.note(
        fr=f"Vitrail a échoué ({reason}).\nLe détail est dans {file.name} : joignez-le à votre message.",
        en=f"Vitrail failed ({reason}).\nThe details are in {file.name}: send them with your report.",
    )
    raise typer.Exit(FAILED)


def let_down(failure: Exception, session: Session) -> NoReturn:
    """Disk or files failed us, and nobody needs a trace for that."""
    reason = str(failure).partition("\n")[0][:300]
    if session.json:
        session.give({"failure": reason})
    if is_damage(failure):
        session.note(
            fr=f"Ce que Vitrail garde ne se lit plus ({reason}).\nvitrail doctor dit quoi, et que faire.",
            en=f"What Vitrail keeps can no longer be read ({reason}).\nvitrail doctor says what, and what to "
            "do.",
        )
    else:
        session.note(
            fr=f"Le disque est plein ou refuse d’écrire ({reason}).\nLibérez de la place, puis recommencez.",
            en=f"The disk is full or refuses to write ({reason}).\nMake room, then try again.",
        )
    raise typer.Exit(FAILED)


app = typer.Typer(
    cls=Program,
    name="vitrail",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    context_settings={"help_option_names": ["--help", "-h"]},
)


def show_version(asked: bool) -> None:
    """Print the version, and nothing else."""
    if asked:
        typer.echo(f"vitrail {vitrail.__version__}")
        raise typer.Exit


@app.callback()
def vitrail_command(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version.", callback=show_version, is_eager=True)
    ] = False,
) -> None:
    """Turn a customer base into named, explained segments.

    Start with the sample shop: `vitrail demo --workspace demo-shop`
    """


for family in (
    starting,
    serving,
    importing,
    inspecting,
    declaring,
    sourcing,
    quarantining,
    pulling,
    referring,
    knowing,
    gate,
    reporting,
    profiling,
    merging,
    duplicating,
    asking,
    defining,
    readymade,
    refreshing,
    looking,
    exporting,
    forming,
    purposing,
    reaching,
    suppressing,
    taken,
    consenting,
    privacy,
    backing,
    doctoring,
    sealing,
    respecting,
    retaining,
    admitting,
    auditing,
):
    app.add_typer(family)


UNTIL_COLLECTED = 10_000
"""How many new objects let Python look for garbage: at 700, a seventh of a start went by on it."""


def main() -> None:
    """Run the command line; letters that the terminal lacks become question marks."""
    gc.set_threshold(UNTIL_COLLECTED)
    keep_memory()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    listen()
    app()
