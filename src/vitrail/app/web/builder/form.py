"""The form as a value: groups of rows, and each row a few named fields, as a browser sends them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

import msgspec

Kind = Literal["all", "any", "none"]
KINDS: tuple[Kind, ...] = ("all", "any", "none")
Sent = Mapping[str, Sequence[str]]
"""The fields of a form as they were sent, each with all its values."""

ROOT = "r"
DETAIL = "!"
MOST_ROWS = 120


class Row(msgspec.Struct, frozen=True):
    """One condition: what it is about, and its fields by their short names.

    `about` names the subject: `trait:country`, `age:birth_date`, `of:order`, `segment`, `text`… `details` are
    the tests of a record, each again fields.
    """

    about: str
    fields: dict[str, tuple[str, ...]] = {}
    details: tuple[dict[str, tuple[str, ...]], ...] = ()

    def one(self, name: str) -> str:
        """The value of a field; empty when it was not sent."""
        return first(self.fields, name)


class Group(msgspec.Struct, frozen=True):
    """Conditions of which all, any or none hold."""

    kind: Kind
    parts: tuple[Part, ...] = ()


Part = Row | Group


def first(fields: Mapping[str, Sequence[str]], name: str) -> str:
    """The first value of a field, without the spaces around it."""
    values = fields.get(name, ())
    return values[0].strip() if values else ""


def below(path: str, index: int) -> str:
    """The path of a part of a group."""
    return f"{path}.{index}"


def parts(group: Group, path: str = ROOT) -> Iterator[tuple[str, Part]]:
    """The group and everything in it, each with its path, in the order of the page."""
    yield path, group
    for index, part in enumerate(group.parts):
        here = below(path, index)
        if isinstance(part, Group):
            yield from parts(part, here)
        else:
            yield here, part


def received(sent: Sent) -> Group:
    """The form that was sent: its nodes, in the order of the page, then the fields of each."""
    order = [path for path in dict.fromkeys(sent.get("node", ())) if path != ROOT][:MOST_ROWS]
    fields: dict[str, dict[str, tuple[str, ...]]] = {}
    for name, values in sent.items():
        path, mark, field = name.rpartition(":")
        if mark:
            fields.setdefault(path, {})[field] = tuple(values)
    return _group(ROOT, order, fields=fields)


def _group(path: str, order: list[str], *, fields: Mapping[str, dict[str, tuple[str, ...]]]) -> Group:
    own = [each for each in order if each.rpartition(".")[0] == path]
    inside: list[Part] = []
    for each in own:
        about = first(fields.get(each, {}), "about")
        inside.append(_row(each, about, fields=fields) if about else _group(each, order, fields=fields))
    chosen = first(fields.get(path, {}), "kind")
    kind: Kind = next((each for each in KINDS if each == chosen), "all")
    return Group(kind, tuple(inside))


def _row(path: str, about: str, *, fields: Mapping[str, dict[str, tuple[str, ...]]]) -> Row:
    own = {name: values for name, values in fields[path].items() if name != "about"}
    numbered = [each for each in fields if each.startswith(path + DETAIL)]
    numbered.sort(key=lambda each: (len(each), each))
    return Row(about, own, tuple(fields[each] for each in numbered))
