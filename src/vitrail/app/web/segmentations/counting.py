"""How many each class of a form would hold: the first rule that fits takes the customer."""

from __future__ import annotations

from pyroaring import BitMap

from vitrail.app.counting import Counts
from vitrail.app.masking import personal_questions
from vitrail.app.web.desk import Desk
from vitrail.app.web.segmentations.form import Draft
from vitrail.consent.small_groups import Figure
from vitrail.engine import bits
from vitrail.language.check import check
from vitrail.language.parse import parse
from vitrail.model.catalogue import Catalogue
from vitrail.model.errors import UserError
from vitrail.model.tree import Condition, Truth

AMONG, REST = "among", "rest"


def class_counts(draft: Draft, desk: Desk, *, counts: Counts, hides: bool) -> dict[str, Figure]:
    """By the place of a class (`0`, `1`…), how many it would hold; `rest` counts all others.

    A rule that is not whole yet counts nobody and has no entry, nor has the rest while one is not whole.
    `hides` leaves out rules that ask for personal values.
    """
    catalogue = desk.ws.catalogue.current()
    among = _readable(draft.among, catalogue, hides=hides) if draft.among else Truth(True)
    if among is None:
        return {}
    rules = {str(place): _readable(row.rule, catalogue, hides=hides) for place, row in enumerate(draft.rows)}
    whole = {place: rule for place, rule in rules.items() if rule is not None}
    counted = desk.settled.counted({AMONG: among, **whole}, desk.settled.instant())
    left = counted.members[AMONG]
    cells = {}
    for place in whole:
        cells[place] = left & counted.members[place]
        left = left & ~counted.members[place]
    if len(whole) == len(rules):
        cells[REST] = left
    return counts.table(
        {place: BitMap(bits.profiles_of(each, counted.size)) for place, each in cells.items()}
    )


def _readable(rule: str, catalogue: Catalogue, *, hides: bool) -> Condition | None:
    """A rule that can be counted; None where it is empty, wrong, or not for somebody to ask."""
    try:
        condition = parse(rule)
    except UserError:
        return None
    if any(each.severity == "error" for each in check(condition, catalogue)):
        return None
    return None if hides and personal_questions(condition, catalogue) else condition
