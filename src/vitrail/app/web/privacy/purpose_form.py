"""The form of one purpose: drawn from a purpose, and read back into one."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any, get_args

import msgspec

from vitrail.app.web.builder.form import first
from vitrail.app.written import whole_number
from vitrail.model.errors import refuse
from vitrail.model.purposes import Basis, Channel, Purpose, Retention, Special, Start, Words

BASES: tuple[Basis, ...] = get_args(Basis)
SPECIALS: tuple[Special, ...] = get_args(Special)
CHANNELS: tuple[Channel, ...] = get_args(Channel)
STARTS: tuple[Start, ...] = get_args(Start)
THENS = ("erase", "anonymise", "archive")
TEXTS = ("name", "description", "balancing", "law", "security")
LISTS = ("data", "people", "recipients")
LANGUAGES = ("fr", "en")
EMPTY = Purpose(key="", name={}, basis="consent")

Sent = Mapping[str, Sequence[str]]


class PurposeForm(msgspec.Struct, frozen=True):
    """What stands in the fields of the form, by name."""

    fields: dict[str, str]
    channels: tuple[str, ...]

    def get(self, name: str) -> str:
        """What stands in a field."""
        return self.fields.get(name, "")


def form_of(purpose: Purpose) -> PurposeForm:
    """The form of a purpose as it is in force."""
    fields = {"key": purpose.key, "basis": purpose.basis, "sensitive": purpose.sensitive or ""}
    for name in TEXTS:
        words: Words = getattr(purpose, name)
        fields |= {f"{name}.{language}": words.get(language, "") for language in LANGUAGES}
    for name in LISTS:
        parts: tuple[Words, ...] = getattr(purpose, name)
        for language in LANGUAGES:
            fields[f"{name}.{language}"] = "\n".join(each.get(language, "") for each in parts)
    kept = purpose.retention
    if kept is not None:
        fields["length"] = str(kept.months or kept.days)
        fields |= {"unit": "months" if kept.months else "days", "after": kept.after, "then": kept.then}
    fields |= {name: "1" for name in ("marketing", "profiling") if getattr(purpose, name)}
    return PurposeForm(fields | {"consents": purpose.consents}, purpose.channels)


def form_sent(sent: Sent) -> PurposeForm:
    """The form as it was sent."""
    names = ["key", "basis", "sensitive", "length", "unit", "after", "then", "marketing", "profiling"]
    names += ["consents", *(f"{name}.{language}" for name in (*TEXTS, *LISTS) for language in LANGUAGES)]
    return PurposeForm({name: first(sent, name) for name in names}, tuple(sent.get("channel", ())))


def purpose_of(form: PurposeForm, present: Purpose | None) -> Purpose:
    """The purpose a form says; what it does not show stays. Raises `UserError` for what is no choice."""
    kept = EMPTY if present is None else present
    values: dict[str, Any] = {name: _words(form, name) for name in TEXTS}
    values |= {name: _list(form, name) for name in LISTS}
    key = kept.key or form.get("key").strip() or key_of(form.get("name.fr") or form.get("name.en"))
    basis = _choice(form.get("basis") or "consent", BASES, path="basis")
    return msgspec.structs.replace(
        kept,
        key=key,
        basis=basis,
        sensitive=_choice(form.get("sensitive"), SPECIALS, path="sensitive")
        if form.get("sensitive")
        else None,
        marketing=bool(form.get("marketing")),
        profiling=bool(form.get("profiling")),
        channels=tuple(_choice(each, CHANNELS, path="channels") for each in form.channels),
        retention=_retention(form, kept.retention),
        consents=form.get("consents").strip() if basis == "consent" else "",
        **values,
    )


def key_of(name: str) -> str:
    """A key made of a name: `Lettre d’information` → `lettre_d_information`."""
    apart = unicodedata.normalize("NFKD", name.replace("’", " "))
    plain = apart.encode("ascii", "ignore").decode().lower()
    found = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")
    return found[:64]


def _words(form: PurposeForm, name: str) -> Words:
    told = {language: form.get(f"{name}.{language}").strip() for language in LANGUAGES}
    return {language: text for language, text in told.items() if text}


def _list(form: PurposeForm, name: str) -> tuple[Words, ...]:
    """The lines of both languages side by side: the first of one goes with the first of the other."""
    lines = {language: form.get(f"{name}.{language}").splitlines() for language in LANGUAGES}
    most = max(map(len, lines.values()))
    found = (
        {language: part[place].strip() for language, part in lines.items() if place < len(part)}
        for place in range(most)
    )
    told = ({language: text for language, text in each.items() if text} for each in found)
    return tuple(each for each in told if each)


def _retention(form: PurposeForm, present: Retention | None) -> Retention | None:
    written = form.get("length").strip()
    if not written:
        return None
    number = whole_number(written, digits=5)
    if number is None:
        raise refuse(
            "bad_number",
            path="length",
            fr=f"« {written[:30]} » n’est pas un nombre de mois ou de jours.",
            en=f"“{written[:30]}” is no number of months or days.",
        )
    in_days = form.get("unit") == "days"
    return Retention(
        after=_choice(form.get("after"), STARTS, path="after"),
        months=0 if in_days else number,
        days=number if in_days else 0,
        then=_choice(form.get("then") or "erase", THENS, path="then"),
        note={} if present is None else present.note,
    )


def _choice(value: str, choices: Sequence[Any], *, path: str) -> Any:
    if value not in choices:
        raise refuse(
            "no_choice",
            path=path,
            fr=f"« {value[:60]} » n’est pas un des choix.",
            en=f"“{value[:60]}” is not one of the choices.",
            hint=tuple(choices),
        )
    return value
