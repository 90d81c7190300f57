"""One hostile file and what must become of it."""

import datetime as dt
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Literal

import msgspec

Outcome = Literal["accept", "ask", "partial", "refuse"]
Value = str | int | bool | Decimal | dt.date | None


class Case(msgspec.Struct, frozen=True):
    """A file, made when it is needed, and its outcome: rows accepted and refused, or what is told.

    `values` are the cells of the column `v` by key, to the letter; `names` what the two columns are called. `told` are the codes of the refusal, of
    the warnings or of the refused rows, or the keys of the questions; `answers` answer them.
    """

    name: str
    content: bytes | Callable[[], bytes]
    outcome: Outcome = "accept"
    accepted: int = 0
    refused: int = 0
    values: Mapping[str, Value] = {}
    told: tuple[str, ...] = ()
    answers: Mapping[str, str] = {}
    text: bool = True
    names: tuple[str, str] = ("id", "v")

    def bytes(self) -> bytes:
        return self.content if isinstance(self.content, bytes) else self.content()


def accept(name: str, content, values: Mapping[str, Value], *, told=(), answers=None, text=True) -> Case:
    """All rows go in; their cells are those that are told."""
    return Case(
        name, content, "accept", len(values), values=values, told=told, answers=answers or {}, text=text
    )


def partial(name: str, content, values: Mapping[str, Value], *, refused: int, told=(), text=True) -> Case:
    """Some rows go in, so many are refused with their reasons."""
    return Case(name, content, "partial", len(values), refused, values=values, told=told, text=text)


def ask(name: str, content, told: str, *, answers: Mapping[str, str], values, names=("id", "v")) -> Case:
    """Nothing goes in before something is answered; then all rows do."""
    return Case(
        name,
        content,
        "ask",
        len(values),
        values=values,
        told=(told,),
        answers=answers,
        text=":" not in told and names == ("id", "v"),
        names=names,
    )


def refuse(name: str, content, *told: str, answers: Mapping[str, str] | None = None) -> Case:
    """Nothing goes in, and the reason is told."""
    return Case(name, content, "refuse", told=told, answers=answers or {})
