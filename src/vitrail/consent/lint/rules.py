"""The rules of the lint as they are written: severity, sentence, advice and source of each."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal

import msgspec
import yaml

from vitrail.consent.spotting import Entries, Lexicon, lexicon
from vitrail.model.errors import Message
from vitrail.model.typography import french

Severity = Literal["serious", "uneasy", "note"]


class Written(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One rule: how serious it is, what it says, what it suggests, and where it comes from."""

    severity: Severity
    says: Message
    suggests: Message
    source: str


class Remark(msgspec.Struct, frozen=True):
    """One thing a customer would find intrusive: the rule, its place, why, and what to do instead."""

    rule: str
    severity: Severity
    path: str
    message: Message
    suggestion: Message
    source: str


@cache
def rules() -> Mapping[str, Written]:
    """Every rule, by its name."""
    return msgspec.convert(_read("rules.yaml"), dict[str, Written])


@cache
def uneasy_words() -> Lexicon:
    """What private matters that are not special categories are called."""
    return lexicon(msgspec.convert(_read("uneasy.yaml"), dict[str, Entries]))


def remark(rule: str, path: str, **filled: Message | int | str) -> Remark:
    """What a rule has to say at a place, with its blanks filled in."""
    written = rules()[rule]
    return Remark(
        rule=rule,
        severity=written.severity,
        path=path,
        message=_filled(written.says, filled),
        suggestion=_filled(written.suggests, filled),
        source=written.source,
    )


def _filled(message: Message, filled: Mapping[str, Message | int | str]) -> Message:
    fr = {name: each.fr if isinstance(each, Message) else each for name, each in filled.items()}
    en = {name: each.en if isinstance(each, Message) else each for name, each in filled.items()}
    return Message(fr=french(message.fr.format(**fr)), en=message.en.format(**en))


def _read(name: str) -> object:
    return yaml.safe_load((Path(__file__).parent / name).read_text("utf-8"))
