"""What sources sent that could not be filed: seen, filed again after a correction, or discarded."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from vitrail.app.cli import behind
from vitrail.app.cli.defining import DECLINED, agreed
from vitrail.app.cli.options import Folder, Json, Speak
from vitrail.app.cli.session import Session, session
from vitrail.app.cli.tables import Heading, table
from vitrail.model.errors import refuse

if TYPE_CHECKING:
    from vitrail.app.workspace import Workspace
    from vitrail.collect.filing.quarantine import Group

app = typer.Typer()
quarantine = typer.Typer(no_args_is_help=True)
app.add_typer(
    quarantine,
    name="quarantine",
    rich_help_panel="Data",
    help="See, file again or discard the messages that could not be filed.",
)

Groups = Annotated[
    list[str] | None, typer.Argument(metavar="GROUP…", help="Groups, by the names that the list shows.")
]
All = Annotated[bool, typer.Option("--all", help="All groups.")]


@quarantine.command("list")
def list_groups(workspace: Folder = None, language: Speak = None, json: Json = False) -> None:
    """List what waits, by the correction that would put it right."""
    here = session(workspace, language, json=json)
    with here.opened() as ws:
        found, zone = behind.groups(ws.store), ws.store.zone
    headings = [
        Heading(here.pick(fr="Groupe", en="Group")),
        Heading(here.pick(fr="Messages", en="Messages"), side="right"),
        Heading(here.pick(fr="Source", en="Source")),
        Heading(here.pick(fr="Depuis", en="Since")),
        Heading(here.pick(fr="Pourquoi, et que faire", en="Why, and what to do"), wraps=True),
    ]
    rows = [
        (
            each.id,
            here.speech.count(each.messages),
            each.source,
            _day(each.first_us, zone),
            _reason(each, here),
        )
        for each in found
    ]
    nothing = here.pick(fr="Rien n’attend.", en="Nothing waits.")
    here.give({"groups": [_document(each) for each in found]}, table(headings, rows) if rows else nothing)


@quarantine.command()
def show(
    group: Annotated[str, typer.Argument(metavar="GROUP", help="Its name in the list.", show_default=False)],
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many messages.")] = 3,
    workspace: Folder = None,
    language: Speak = None,
    json: Json = False,
) -> None:
    """Show the first messages of a group, as they were sent."""
    here = session(workspace, language, json=json)
    with here.opened() as ws:
        _known(ws, [group])
        found = behind.samples(ws.store, group, limit=limit)
    texts = [each.message.decode() for each in found if each.message is not None]
    here.give({"messages": texts}, *texts)


@quarantine.command()
def replay(
    groups: Groups = None,
    every: All = False,
    workspace: Folder = None,
    language: Speak = None,
    json: Json = False,
) -> None:
    """File messages again, after the plan or the source was put right; each counts once.

    Example: `vitrail quarantine replay --all`
    """
    here = session(workspace, language, json=json)
    with here.opened() as ws:
        found = behind.replay(ws.store, _chosen(ws, groups or [], every=every))
    here.give(
        found,
        here.pick(
            fr="Classés : {filed} ; déjà connus : {known} ; en attente : {waiting} ; non conservés : {lost}.",
            en="Filed: {filed}; known already: {known}; still waiting: {waiting}; not kept: {lost}.",
        ).format(filed=found.filed, known=found.known, waiting=found.waiting, lost=found.lost),
    )


@quarantine.command()
def discard(
    groups: Groups = None,
    every: All = False,
    yes: Annotated[bool, typer.Option("--yes", help="Discard without a question.")] = False,
    workspace: Folder = None,
    language: Speak = None,
    json: Json = False,
) -> None:
    """Forget messages for good.

    Example: `vitrail quarantine discard 1f0c9a2b --yes`
    """
    here = session(workspace, language, json=json)
    with here.opened() as ws:
        chosen = _chosen(ws, groups or [], every=every)
        if not yes and not agreed(here):
            here.note(fr="Rien n’a été changé.", en="Nothing was changed.")
            raise typer.Exit(DECLINED)
        number = behind.discard(ws.store, chosen)
    words = here.many(number, fr=("message écarté", "messages écartés"), en=("message", "messages"))
    here.give({"discarded": number}, words + here.pick(fr=".", en=" discarded."))


def _chosen(ws: Workspace, names: Sequence[str], *, every: bool) -> frozenset[str] | None:
    """The groups that were named, which must exist; None stands for all."""
    if every:
        return None
    if not names:
        raise refuse(
            "no_group",
            path="GROUP",
            fr="Dites quels groupes, ou --all pour tous. Pour les voir : vitrail quarantine list.",
            en="Say which groups, or --all for all of them. To see them: vitrail quarantine list.",
        )
    _known(ws, names)
    return frozenset(names)


def _known(ws: Workspace, names: Sequence[str]) -> None:
    known = {each.id for each in behind.groups(ws.store)}
    unknown = [name for name in names if name not in known]
    if unknown:
        raise refuse(
            "unknown_group",
            path="GROUP",
            fr=f"Aucun groupe ne s’appelle « {unknown[0]} ». Pour les voir : vitrail quarantine list.",
            en=f"There is no group “{unknown[0]}”. To see them: vitrail quarantine list.",
        )


def _document(group: Group) -> dict[str, object]:
    told = {"fr": group.reason.fr, "en": group.reason.en}
    return {name: getattr(group, name) for name in group.__struct_fields__} | {"reason": told}


def _reason(group: Group, here: Session) -> str:
    reason = group.reason.in_language(here.language)
    if not group.lost:
        return reason
    lost = here.speech.count(group.lost)
    return f"{reason} " + here.pick(
        fr=f"({lost} comptés sans être conservés : la quarantaine est pleine.)",
        en=f"({lost} were counted but not kept: the quarantine is full.)",
    )


def _day(at_us: int, zone: ZoneInfo) -> str:
    return dt.datetime.fromtimestamp(at_us / 1_000_000, zone).strftime("%Y-%m-%d %H:%M")
