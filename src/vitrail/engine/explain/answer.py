"""The whole explanation of one answer."""

from __future__ import annotations

from vitrail.engine.explain import words
from vitrail.engine.explain.findings import finding
from vitrail.engine.explain.flip import smallest_change
from vitrail.engine.explain.timeline import next_change, since
from vitrail.engine.profile.context import Context, Scope
from vitrail.engine.profile.history import History, in_population
from vitrail.engine.profile.local_time import instant_at
from vitrail.engine.profile.population import belongs
from vitrail.model.errors import Bug, Message
from vitrail.model.explanation import Explanation, Flip
from vitrail.model.tree import Condition


def explain(condition: Condition, history: History, *, context: Context) -> Explanation:
    """Why the profile is in or out at T, since when, what would change it, and when time alone will.

    The context holds the tables of the ranks the condition asks for (see `with_ranks`).
    """
    began = since(condition, history, context=context)
    changes = next_change(condition, history, context=context)
    flip = smallest_change(condition, history, context=context)
    instant = instant_at(context.at_us)
    if instant is None:
        raise Bug("a question is asked at an instant of the calendar")
    inside = belongs(condition, history, context=context)
    return Explanation(
        key=history.key,
        at=instant,
        inside=inside,
        known=in_population(history, context.at_us),
        finding=finding(condition, Scope(history, context)),
        summary=_summary(inside, flip, times=(began, changes), context=context),
        flip=flip,
        since=None if began is None else instant_at(began),
        next_change=None if changes is None else instant_at(changes),
    )


def _summary(
    inside: bool, flip: Flip | None, *, times: tuple[int | None, int | None], context: Context
) -> Message:
    began, changes = (None if us is None else words.moment(us, context.zone) for us in times)
    fr = "Le client en fait partie" if inside else "Le client n’en fait pas partie"
    en = "The customer is in" if inside else "The customer is not in"
    if began is not None:
        fr, en = f"{fr} depuis le {began.fr}", f"{en} since {began.en}"
    fr, en = f"{fr}.", f"{en}."
    if flip is None:
        fr, en = f"{fr} Aucun changement simple n’est connu.", f"{en} No simple change is known."
    else:
        turn = ("Pour en sortir", "To leave") if inside else ("Pour y entrer", "To enter")
        fr, en = f"{fr} {turn[0]} : {flip.label.fr}.", f"{en} {turn[1]}: {flip.label.en}."
    if changes is not None:
        fr = f"{fr} Avec le temps seul, cela change le {changes.fr}."
        en = f"{en} With time alone, this changes on {changes.en}."
    return Message(fr, en)
