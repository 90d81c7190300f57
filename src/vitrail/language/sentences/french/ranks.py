"""Ranks in French: among the highest, among the first."""

from __future__ import annotations

from decimal import Decimal

from vitrail.language.sentences import figures
from vitrail.language.sentences.facts import Share, Top
from vitrail.language.sentences.french.grammar import FIXED, Phrase, agreed
from vitrail.language.sentences.french.phrases import customers
from vitrail.language.sentences.natures import is_dated, nature
from vitrail.language.sentences.scene import Scene


def share(test: Share, subject: Phrase, *, scene: Scene) -> str:
    """`est parmi les 10 % les plus élevés (égal ou supérieur à celui d’au moins 90 % des clients)`.

    The brackets are the exact meaning: how many have a value that is lower or equal.
    """
    dated = is_dated(nature(test.rank.of, scene))
    top = test.operator in (">", ">=")
    part = _percent(100 - test.percent if top else test.percent)
    which = _adjective(top=top, dated=dated, feminine=subject.gender == "f")
    above = agreed("postérieur" if dated else "supérieur", subject)
    that = "celle" if subject.gender == "f" else "celui"
    whom = customers(test.rank.among, scene) if test.rank.among is not None else "clients"
    exact = f"{agreed('égal', subject)} ou {above} à {that} {_of_how_many(test)} des {whom}"
    return f"est parmi les {part} les plus {which} ({exact})"


def _of_how_many(test: Share) -> str:
    lead = {">=": "d’au moins", ">": "de plus de", "<": "de moins de", "<=": "d’au plus"}[test.operator]
    return f"{lead} {_percent(test.percent)}"


def _percent(value: Decimal) -> str:
    return f"{figures.number(value, language='fr')}{FIXED}%"


def _adjective(*, top: bool, dated: bool, feminine: bool) -> str:
    mark = "es" if feminine else "s"
    if dated:
        return f"récent{mark}" if top else ("anciennes" if feminine else "anciens")
    return f"élevé{mark}" if top else "faibles"


def top(test: Top, subject: Phrase, *, scene: Scene) -> str:
    """`est parmi les 100 plus élevés, ex æquo compris`."""
    dated = is_dated(nature(test.rank.of, scene))
    which = _adjective(top=True, dated=dated, feminine=subject.gender == "f")
    among = f" des {customers(test.rank.among, scene)}" if test.rank.among is not None else ""
    return f"est parmi les {figures.number(test.most, language='fr')} plus {which}{among} (ex æquo compris)"
