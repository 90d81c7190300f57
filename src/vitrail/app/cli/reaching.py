"""Reaching people: the audience of a segment with its waterfall, the table of rules, the suppression list."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import RenderableType

from vitrail.app.cli import behind
from vitrail.app.cli.asking import NO, when
from vitrail.app.cli.files import replacing
from vitrail.app.cli.instants import tell
from vitrail.app.cli.options import AsOf, Folder, Json, Recipient, Speak
from vitrail.app.cli.session import Session, session
from vitrail.app.cli.tables import Heading, table
from vitrail.model.purposes import Channel

if TYPE_CHECKING:
    from vitrail.consent.gate import Audience
    from vitrail.consent.rules import Rule
    from vitrail.consent.waterfall import Reason

app = typer.Typer()


@app.command(rich_help_panel="Segments")
def audience(
    key: Annotated[
        str, typer.Argument(metavar="KEY", help="A segment or a class (activity.active).", show_default=False)
    ],
    purpose: Annotated[
        str, typer.Option("--purpose", metavar="PURPOSE", help="What for.", show_default=False)
    ],
    channel: Annotated[Channel, typer.Option("--channel", help="How they are reached.", show_default=False)],
    why: Annotated[
        str | None,
        typer.Option(
            "--why", metavar="PROFILE", help="Say why one customer may be reached or not.", show_default=False
        ),
    ] = None,
    to: Annotated[
        Path | None,
        typer.Option(
            "--to",
            metavar="FILE.csv",
            help="Write the addresses of those who may be reached.",
            show_default=False,
        ),
    ] = None,
    recipient: Recipient = "",
    as_of: AsOf = None,
    workspace: Folder = None,
    language: Speak = None,
    json: Json = False,
) -> None:
    """Tell who of a segment may really be reached, and why the others may not.

    The segment less those without legal basis, who object, are frozen, suppressed, have no address, and less
    what caps, quiet hours and holdouts keep. With --why, exit status 1 when the customer may not be reached.

    Example: `vitrail audience lifecycle.loyal --purpose prospecting_email --channel email`
    """
    here = session(workspace, language, json=json)
    with here.opened() as ws:
        asked = when(ws, as_of)
        found = ws.audience(key, purpose=purpose, channel=channel, as_of=asked.at)
        tell(asked, here)
        if why is not None:
            _explain(found.reason(why), here, profile=why, zone=ws.store.zone)
            return
        if to is not None:
            with replacing(to) as path:
                taking = behind.Taking(behind.at_command_line().actor, recipient=recipient)
                behind.write_contacts(ws.store, found, path=path, taking=taking)
    document = {"segment": key, "purpose": purpose, "channel": channel, "waterfall": found.waterfall}
    here.give(document | ({"file": str(to)} if to else {}), *waterfall_drawn(found, here))
    if to is not None and not here.json:
        here.note(fr=f"Écrit : {to}", en=f"Written: {to}")


@app.command(rich_help_panel="Segments")
def rules(language: Speak = None, json: Json = False) -> None:
    """Print whom the law lets one reach, by channel and legal basis, with the articles.

    Example: `vitrail rules --language fr`
    """
    here = session(None, language, json=json)
    found = behind.decision_table()
    here.give({"rules": found}, _table(found, here))


def _explain(reason: Reason, here: Session, *, profile: str, zone: dt.tzinfo) -> None:
    lines = [here.said(reason.message)]
    law = here.said(reason.law)
    if law:
        lines.append(law)
    if reason.consent is not None and reason.consent.consent is not None:
        said = reason.consent.consent
        states = {"granted": ("accordé", "granted"), "refused": ("refusé", "refused")}
        fr, en = states.get(said.state, ("retiré", "withdrawn"))
        day = f"{behind.instant(said.at_us).astimezone(zone):%Y-%m-%d %H:%M}"
        number = reason.consent.position
        lines.append(
            here.pick(
                fr=f"Registre des consentements, entrée {number} : {fr} le {day}, {said.source}",
                en=f"Ledger of consents, entry {number}: {en} on {day}, {said.source}",
            )
        )
    if reason.act is not None:
        day = f"{behind.instant(reason.act.at_us).astimezone(zone):%Y-%m-%d %H:%M}"
        lines.append(here.pick(fr=f"Demandé le {day}", en=f"Asked on {day}"))
    told = {"inside": reason.inside, "step": reason.step, "code": reason.code}
    proof = None if reason.consent is None else reason.consent.consent
    here.give(
        {"profile": profile, **told, "message": reason.message, "law": reason.law}
        | {"consent": proof, "act": reason.act},
        *lines,
    )
    if not reason.inside:
        raise typer.Exit(NO)


def waterfall_drawn(found: Audience, here: Session) -> Iterator[RenderableType]:
    """How many fall at each step, and who is left."""
    waterfall, names = found.waterfall, behind.STEP_NAMES
    headings = (
        Heading(here.pick(fr="Étape", en="Step")),
        Heading(here.pick(fr="Tombent", en="Fall"), side="right"),
        Heading(here.pick(fr="Restent", en="Left"), side="right"),
    )
    count = here.speech.count
    rows: list[tuple[str, str, str]] = [
        (here.pick(fr="segment", en="segment"), "", count(waterfall.segment)),
        *(
            (here.said(names[fall.step]), f"−{count(fall.fell)}" if fall.fell else "", count(fall.left))
            for fall in waterfall.falls
        ),
    ]
    yield table(headings, rows)
    share = here.decimal(100 * waterfall.audience / waterfall.segment) if waterfall.segment else "0"
    told = here.customers(waterfall.audience)
    fr, en = f"Audience : {told} ({share} % du segment)", f"Audience: {told} ({share}% of the segment)"
    yield here.pick(fr=fr, en=en)
    if waterfall.age_unknown:
        doubtful = here.customers(waterfall.age_unknown)
        yield here.pick(
            fr=f"Dont {doubtful} d’âge inconnu : rien ne dit s’ils sont majeurs.",
            en=f"Of them, {doubtful} of unknown age: nothing says whether they are of age.",
        )


def _table(found: Sequence[Rule], here: Session) -> RenderableType:
    headings = (
        Heading(here.pick(fr="Canaux", en="Channels"), wraps=True),
        Heading(here.pick(fr="Bases légales", en="Legal bases"), wraps=True),
        Heading(here.pick(fr="Règle", en="Rule"), wraps=True),
        Heading(here.pick(fr="Textes", en="Law"), wraps=True),
    )
    speech = behind.RecordWords(here.language)
    rows = [
        (
            ", ".join(map(speech.channel, rule.channels)),
            ", ".join(map(speech.basis, rule.bases)),
            here.of(rule.say),
            here.of(rule.law),
        )
        for rule in found
    ]
    return table(headings, rows)
