"""Ranks in English: in the top share, among the first."""

from __future__ import annotations

from decimal import Decimal

from vitrail.language.sentences import figures
from vitrail.language.sentences.english.grammar import Phrase
from vitrail.language.sentences.english.phrases import customers
from vitrail.language.sentences.facts import Share, Top
from vitrail.language.sentences.natures import is_dated, nature
from vitrail.language.sentences.scene import Scene


def share(test: Share, scene: Scene) -> str:
    """`is in the top 10% (equal to or above that of at least 90% of customers)`.

    The brackets are the exact meaning: how many have a value that is lower or equal.
    """
    dated = is_dated(nature(test.rank.of, scene))
    top = test.operator in (">", ">=")
    side = ("latest" if top else "earliest") if dated else ("top" if top else "bottom")
    part = _percent(100 - test.percent if top else test.percent)
    whom = customers(test.rank.among, scene) if test.rank.among is not None else "customers"
    lead = {">=": "at least", ">": "more than", "<": "fewer than", "<=": "at most"}[test.operator]
    above = f"equal to or {'later than' if dated else 'above'} that of"
    return f"is in the {side} {part} ({above} {lead} {_percent(test.percent)} of {whom})"


def _percent(value: Decimal) -> str:
    return f"{figures.number(value, language='en')}%"


def top(test: Top, subject: Phrase, *, scene: Scene) -> str:
    """`is among the 100 highest (ties included)`."""
    which = "latest" if is_dated(nature(test.rank.of, scene)) else "highest"
    among = f" of {customers(test.rank.among, scene)}" if test.rank.among is not None else ""
    most = figures.number(test.most, language="en")
    return f"{'are' if subject.plural else 'is'} among the {most} {which}{among} (ties included)"
