"""What sensitive data are called: the lexicon, the names of its subjects, and national identifiers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal

import msgspec
import yaml

from vitrail.consent.spotting import Entries, Lexicon, Spotted, lexicon
from vitrail.model.errors import Message

Subject = Literal[
    "health",
    "religion",
    "politics",
    "union",
    "sexuality",
    "origin",
    "biometrics",
    "genetics",
    "offences",
    "national_id",
    "children",
]
"""What makes data sensitive: GDPR, articles 9 (the first eight), 10, 87 and 8."""

SPECIAL = frozenset(
    {"health", "religion", "politics", "union", "sexuality", "origin", "biometrics", "genetics"}
)
"""The special categories of article 9(1)."""

NIR = re.compile(r"([1-478]\d{4}(?:\d{2}|2[AB])\d{6})(\d{2})")


class Words(Entries, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A subject of the lexicon, with its name and the article that protects it."""

    name: Message
    law: str


@cache
def all_words() -> Mapping[str, Words]:
    """The lexicon as it is written."""
    text = (Path(__file__).parent / "lexicon.yaml").read_text("utf-8")
    return msgspec.convert(yaml.safe_load(text), dict[str, Words])


@cache
def sensitive_words() -> Lexicon:
    """The lexicon, ready to look for."""
    return lexicon(all_words())


def name_of(subject: str) -> Message:
    """A subject in words: `santé`, `health`."""
    return all_words()[subject].name


def law_of(subject: str) -> str:
    """The article of the GDPR that protects a subject."""
    return all_words()[subject].law


def in_name(name: str, *, within: str = "") -> tuple[Spotted, ...]:
    """What the name of a trait, an event, a segment reveals; `within` is what stands around it."""
    return sensitive_words().spot(name, within=within, is_name=True)


def in_value(value: str, *, within: str = "") -> tuple[Spotted, ...]:
    """What a value reveals; `within` holds the names of where it stands."""
    if is_nir(value):
        return (Spotted("national_id", value[:1] + "…"),)
    return sensitive_words().spot(value, within=within, is_name=False)


def is_nir(text: str) -> bool:
    """Whether a text is a French social security number, key included (INSEE: 97 less the rest by 97)."""
    match = NIR.fullmatch(re.sub(r"[\s.\-]", "", text).upper())
    if match is None:
        return False
    number = match[1].replace("2A", "19").replace("2B", "18")
    return int(match[2]) == 97 - int(number) % 97
