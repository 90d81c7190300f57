"""Forms of a workspace: putting them in force, and the personal links that open them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from vitrail.app.form_files import read_forms
from vitrail.app.instants import instant
from vitrail.app.workspace import Workspace
from vitrail.collect.answers.declaring import declaration_of
from vitrail.collect.answers.links import form_of, sign, unsign
from vitrail.collect.declare import declare
from vitrail.engine.histories import read_history
from vitrail.engine.profile.history import Fact, latest
from vitrail.language.messages import nearest
from vitrail.ledger.forms import all_forms, find_form, known_secret, link_secret, save_form
from vitrail.model.errors import UserError, refuse
from vitrail.model.forms import Form
from vitrail.warehouse.people import all_keys, keys_of, number_of, numbers_of
from vitrail.warehouse.store import Store

PLACE = "/f/"


class Visit(msgspec.Struct, frozen=True):
    """Who stands before which form."""

    form: Form
    number: int
    profile: str


def apply_forms(ws: Workspace, path: str | Path) -> dict[str, bool]:
    """Put the forms of a YAML file in force; says of each key whether it changed.

    The event and the traits they fill are declared. Raises `UserError` when a trait has data of
    another type; then nothing is changed.
    """
    document = read_forms(path)
    declare(ws.store, declaration_of(document.forms, ws.store.catalogue))
    now_us = ws.store.now_us()
    with ws.store.ledger.writing() as connection:
        return {form.key: save_form(connection, form, at_us=now_us) for form in document.forms}


def forms_in_force(ws: Workspace) -> tuple[Form, ...]:
    """Every form, by key."""
    with ws.store.ledger.reading() as connection:
        return all_forms(connection)


def link_for(ws: Workspace, form: str, *, profile: str, base: str) -> str:
    """The personal link of one profile. Raises `UserError` for a form or a profile nobody knows."""
    known = _known_form(ws, form)
    number = number_of(ws.store.source(), profile)
    if number is None:
        raise _unknown_profile(profile)
    return _links(ws, known, numbers=np.array([number]), base=base)[0]


def links_for(ws: Workspace, form: str, *, segment: str, base: str) -> pa.Table:
    """The personal links of the members of a segment: columns `profile` and `link`, by profile."""
    known = _known_form(ws, form)
    keys = ws.segment(segment).members()["profile"].to_pylist()
    numbers = numbers_of(ws.store.source(), keys)
    found = all_keys(ws.store.source()).take(pa.array(numbers))
    return pa.table({"profile": found, "link": _links(ws, known, numbers=numbers, base=base)})


def open_link(store: Store, token: str, *, at: dt.datetime | None = None) -> Visit:
    """Who a token brings to which form. Raises `UserError` for a token that opens nothing."""
    with store.ledger.reading() as connection:
        secret = known_secret(connection)
        form = find_form(connection, form_of(token))
    if form is None or secret is None:
        raise refuse(
            "form_unknown",
            fr="Ce formulaire n’existe plus.",
            en="This form does not exist any more.",
        )
    opened = unsign(token, form, secret=secret, at=at or instant(store.now_us()))
    (key,) = keys_of(store.source(), np.array([opened.profile]))
    return Visit(form, opened.profile, key)


def present_answers(ws: Workspace, visit: Visit) -> dict[str, Sequence[str]]:
    """What a preference centre shows: what is known of the traits it fills. A survey shows nothing."""
    traits = {each.trait: each.key for each in visit.form.questions if each.trait}
    if visit.form.kind == "survey" or not traits:
        return {}
    with ws.database.lock:
        history = read_history(
            visit.number,
            visit.profile,
            source=ws.store.source(),
            catalogue=ws.store.catalogue,
            database=ws.database,
        )
    now_us = ws.store.now_us()
    values = {key: latest(history.traits.get(trait, ()), now_us) for trait, key in traits.items()}
    return {key: _texts(value) for key, value in values.items() if value is not None}


def _texts(value: Fact) -> Sequence[str]:
    """A value as the fields of a form hold it."""
    match value:
        case frozenset():
            return tuple(sorted(value))
        case bool():
            return ("yes" if value else "no",)
        case dt.date():
            return (value.isoformat(),)
        case _:
            return (str(value),)


def _links(ws: Workspace, form: Form, *, numbers: npt.NDArray[np.int64], base: str) -> list[str]:
    now_us = ws.store.now_us()
    with ws.store.ledger.writing() as connection:
        secret = link_secret(connection, at_us=now_us)
    now = instant(now_us)
    root = base.rstrip("/") + PLACE
    return [root + sign(form.key, int(number), secret=secret, at=now) for number in numbers]


def _known_form(ws: Workspace, key: str) -> Form:
    with ws.store.ledger.reading() as connection:
        form = find_form(connection, key)
        known = [each.key for each in all_forms(connection)]
    if form is None:
        raise refuse(
            "unknown_form",
            path=key,
            fr=f"Il n’y a pas de formulaire « {key} ». Pour en déclarer : vitrail form apply FICHIER.yaml.",
            en=f"There is no form “{key}”. To declare one: vitrail form apply FILE.yaml.",
            hint=nearest(key, known),
        )
    return form


def _unknown_profile(key: str) -> UserError:
    return refuse(
        "unknown_profile",
        path=key,
        fr=f"Aucun client n’a l’identifiant « {key} ».",
        en=f'No profile has the key "{key}".',
    )
