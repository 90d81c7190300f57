"""Definition files: segments and segmentations as people write them in YAML."""

from __future__ import annotations

from typing import Literal

import msgspec


class Segment(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """A named, described rule: a profile is in or out, and may be in several.

    `key` is stable and made for programs; `name` and `description` are by language (`fr`, `en`).
    `purposes` says what its members may be reached or treated differently for; without one, it is counted
    and no more. `archived` puts it out of sight: it stays defined, with its members and its history.
    """

    key: str
    name: dict[str, str]
    rule: str
    description: dict[str, str] = {}
    tags: tuple[str, ...] = ()
    owner: str = ""
    purposes: tuple[str, ...] = ()
    archived: bool = False


class Class(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """One class of a segmentation; the first whose rule holds takes the profile."""

    key: str
    name: dict[str, str]
    rule: str
    description: dict[str, str] = {}


class Remainder(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """The class of those whom no rule took."""

    key: str
    name: dict[str, str]
    description: dict[str, str] = {}


class Segmentation(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """Ordered classes, exclusive and exhaustive: the first match wins, the rest is `otherwise`.

    `among` restricts the segmentation to those who meet a condition; nobody else has a class.
    """

    key: str
    name: dict[str, str]
    classes: tuple[Class, ...]
    otherwise: Remainder
    description: dict[str, str] = {}
    among: str = ""
    tags: tuple[str, ...] = ()
    purposes: tuple[str, ...] = ()


class DefinitionFile(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """One YAML document of definitions; `edition` says which rules of the format it follows."""

    edition: Literal[2026]
    segments: tuple[Segment, ...] = ()
    segmentations: tuple[Segmentation, ...] = ()
