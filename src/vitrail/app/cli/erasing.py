"""Erasing people from the command line: what will go, the question, the doing, and what the search found."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer
from rich.console import RenderableType

from vitrail.app.cli import behind
from vitrail.app.cli.defining import DECLINED, agreed
from vitrail.app.cli.options import DryRun, Folder, Json, Speak, Yes
from vitrail.app.cli.privacy import Proof, Who, Why, app, noted, privacy
from vitrail.app.cli.progress import progress
from vitrail.app.cli.session import Session, session
from vitrail.app.cli.tables import Heading, table

if TYPE_CHECKING:
    from vitrail.app.rights.privacy import Held
    from vitrail.consent.rights.erasing import Erased
    from vitrail.ledger.proofs import Proof as KeptProof

__all__ = ["app"]

LEFT = 1
"""Exit status when the search found something."""

SOME = 10

People = Annotated[
    list[str], typer.Argument(metavar="ID…", help="The keys of the customers.", show_default=False)
]
Wait = Annotated[
    float,
    typer.Option(
        "--wait",
        min=0,
        metavar="SECONDS",
        help="How long files that are replaced stay for the questions that are being answered.",
    ),
]


@privacy.command()
def erase(
    people: People,
    why: Why = "",
    proof: Proof = "",
    who: Who = "",
    wait: Wait = 60,
    dry_run: DryRun = False,
    yes: Yes = False,
    workspace: Folder = None,
    language: Speak = None,
    json: Json = False,
) -> None:
    """Erase customers for ever: every file and table, then a search of every byte. It cannot be undone.

    Shows what will go and asks first. Exit status 1 when the search at the end found something.

    Example: `vitrail privacy erase C000042 --why "asked by mail"`
    """
    here = session(workspace, language, json=json)
    with here.opened() as ws:
        held = ws.privacy.look(*people)
        if not here.json or dry_run:
            here.give(held, *_held(held, here))
        if dry_run:
            return
        if not yes and not agreed(here):
            raise typer.Exit(DECLINED)
        with progress(here, fr="Effacement", en="Erasing") as bar:
            patience = behind.Patience(wait, lambda step: bar.label(_label(step, here)))
            done = ws.privacy.erase(*people, patience=patience, **noted(who, why, proof=proof))
    _tell((done,), here)


@privacy.command()
def resume(wait: Wait = 60, workspace: Folder = None, language: Speak = None, json: Json = False) -> None:
    """Finish the erasures that were stopped on their way; `vitrail refresh` does it too.

    Example: `vitrail privacy resume`
    """
    here = session(workspace, language, json=json)
    with here.opened() as ws, progress(here, fr="Effacement", en="Erasing") as bar:
        patience = behind.Patience(wait, lambda step: bar.label(_label(step, here)))
        done = ws.privacy.resume(patience=patience)
    _tell(done, here)


@privacy.command()
def proof(
    identity: Annotated[
        str, typer.Argument(metavar="TEXT", help="An e-mail, a telephone, a key.", show_default=False)
    ],
    workspace: Folder = None,
    language: Speak = None,
    json: Json = False,
) -> None:
    """Tell what somebody who was erased had agreed to, refused or opposed, who comes with an address.

    Kept as keyed hashes alone, for as long as a claim is possible. Exit status 1 when nothing is.

    Example: `vitrail privacy proof marie@exemple.fr`
    """
    here = session(workspace, language, json=json)
    with here.opened() as ws:
        found, zone = ws.privacy.proofs(identity), ws.store.zone
    if not found:
        here.give({"proofs": found}, here.pick(fr="Rien n’est gardé.", en="Nothing is kept."))
        raise typer.Exit(LEFT)
    headings = (
        Heading(here.pick(fr="Le", en="On")),
        Heading(here.pick(fr="Quoi", en="What"), wraps=True),
        Heading(here.pick(fr="Dit", en="Said")),
        Heading(here.pick(fr="Texte", en="Wording"), wraps=True),
        Heading(here.pick(fr="Gardé jusqu’au", en="Kept until")),
    )
    here.give({"proofs": found}, table(headings, [_proof_row(each, here, zone=zone) for each in found]))


def _proof_row(each: KeptProof, here: Session, *, zone: ZoneInfo) -> tuple[str, ...]:
    said = {
        "granted": ("accordé", "granted"),
        "refused": ("refusé", "refused"),
        "withdrawn": ("retiré", "withdrawn"),
        "raised": ("opposé", "objected"),
    }
    about = each.purpose or here.pick(fr="toute la prospection", en="all marketing")
    about += f" ({each.channel})" if each.channel else ""
    fr, en = said.get(each.state, (each.state, each.state))
    days = (behind.instant(at_us).astimezone(zone) for at_us in (each.at_us, each.until_us))
    on, until = (f"{day:%Y-%m-%d}" for day in days)
    return (on, about, here.pick(fr=fr, en=en), each.wording, until)


@privacy.command()
def readmit(
    identity: Annotated[
        str, typer.Argument(metavar="TEXT", help="A key, an e-mail, a telephone.", show_default=False)
    ],
    why: Annotated[
        str,
        typer.Option("--why", metavar="TEXT", help="The new consent: what shows it.", show_default=False),
    ],
    workspace: Folder = None,
    language: Speak = None,
    json: Json = False,
) -> None:
    """Let somebody who was erased come back, because they ask for it.

    Example: `vitrail privacy readmit marie@exemple.fr --why "new account, form of 3 March"`
    """
    here = session(workspace, language, json=json)
    with here.opened() as ws:
        lifted = ws.privacy.readmit(identity, why=why)
    here.give(
        {"lifted": lifted},
        here.pick(
            fr=f"Marques levées : {lifted}. Les prochains imports peuvent ramener cette personne."
            if lifted
            else "Personne n’a été effacé sous cet identifiant.",
            en=f"Marks lifted: {lifted}. The next imports may bring this person back."
            if lifted
            else "Nobody was erased under this identity.",
        ),
    )
    if not lifted:
        raise typer.Exit(LEFT)


def _held(held: Held, here: Session) -> Iterator[RenderableType]:
    headings = [
        Heading(here.pick(fr="Où", en="Where")),
        Heading(here.pick(fr="Lignes", en="Rows"), side="right"),
    ]
    rows = [(_label(name, here), here.speech.count(count)) for name, count in held.holders.items() if count]
    yield table(headings, rows)
    if held.shared:
        some = ", ".join(held.shared[:SOME])
        yield here.pick(
            fr=f"À la fin, {here.speech.count(held.words)} valeurs seront cherchées dans chaque fichier. "
            f"D’autres ne le seront pas, parce que d’autres clients les ont aussi ou qu’elles sont "
            f"trop courtes : {some}.",
            en=f"In the end, {here.speech.count(held.words)} values will be looked for in every file. "
            f"Others will not, since other customers have them too or they are too short: {some}.",
        )


def _tell(done: tuple[Erased, ...], here: Session) -> None:
    traces = [trace for each in done for trace in each.traces]
    here.give({"erasures": done}, *(_told(each, here) for each in done))
    if not done:
        here.note(fr="Aucun effacement n’attend.", en="No erasure is waiting.")
    for trace in traces[:SOME]:
        place = f"{trace.path} {trace.place}".strip()
        here.note(fr=f"Reste dans {place}.", en=f"Left in {place}.")
    _advise({behind.place_of(trace).endswith("/") for trace in traces}, here)
    if traces:
        raise typer.Exit(LEFT)


def _advise(foreign: set[bool], here: Session) -> None:
    """What to do about traces: in files that are not Vitrail's own, and in what others are said to be."""
    if True in foreign:
        here.note(
            fr="Vitrail n’efface aucun fichier qui n’est pas à lui (rapports, exports) : supprimez-les.",
            en="Vitrail deletes no file that is not its own (reports, exports): delete them.",
        )
    if False in foreign:
        here.note(
            fr="Ce qui est dit d’autres clients reste : corrigez-le d’où il vient et rechargez-le, ou "
            "reprenez son chargement.",
            en="What is said of other customers stays: mend it where it comes from and load it again, or "
            "take back its load.",
        )


def _told(done: Erased, here: Session) -> str:
    rows, words = here.speech.count(sum(done.steps.values())), here.speech.count(done.searched)
    return here.pick(
        fr=f"Effacement {done.number} : {rows} lignes ôtées ; {words} valeurs cherchées sous toutes leurs "
        f"formes dans tous les fichiers, traces : {len(done.traces)}.",
        en=f"Erasure {done.number}: {rows} rows taken away; {words} values looked for in all their forms in "
        f"every file, traces: {len(done.traces)}.",
    )


def _label(step: str, here: Session) -> str:
    found = behind.holder_label(step)
    if found is not None:
        return here.said(found)
    words = {
        "old_files": here.pick(fr="Anciens fichiers", en="Old files"),
        "ledger": here.pick(fr="Registre", en="Ledger"),
        "search": here.pick(fr="Recherche de traces", en="Search for traces"),
    }
    return words.get(step, step)
