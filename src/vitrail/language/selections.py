"""What is wrong with windows, selections of records and the steps of sequences."""

from __future__ import annotations

from vitrail.language import messages
from vitrail.language.format import format_window
from vitrail.language.kinds import is_calendar, starts_before
from vitrail.language.place import Place
from vitrail.model.tree import Between, Last, Next, Period, Selection, Sequence, Step, Window

MOST_UNITS = 1_000_000


def check_window(window: Window, place: Place) -> None:
    """Complain of a window that is empty or beyond all calendars."""
    match window:
        case Last(duration) | Next(duration):
            if duration.count < 1:
                place.complain(messages.empty_window())
            elif duration.count > MOST_UNITS:
                place.complain(messages.endless_window())
        case Between(start, end):
            if not starts_before(start, end):
                place.complain(messages.empty_window())
        case _:
            pass


def check_selection(selection: Selection, place: Place) -> None:
    """Complain of a collection nobody knows, or of a window it cannot have."""
    if not _is_known(selection.collection, place) or selection.window is None:
        return
    if require_time(selection.collection, format_window(selection.window), place=place) and is_ahead(
        selection.window
    ):
        place.below("window").complain(messages.future_window())


def check_step(step: Step, place: Place) -> None:
    """Complain of one step of a sequence."""
    if _is_known(step.collection, place):
        require_time(step.collection, "sequence", place=place)
    if is_calendar(step.within):
        place.below("within").complain(messages.calendar_duration())


def check_sequence(sequence: Sequence, place: Place) -> None:
    """Complain of how the steps of a sequence follow one another."""
    first = sequence.steps[0]
    if first.absent or first.within is not None:
        place.below("steps[0]").complain(messages.bad_sequence())
    if sequence.window is not None and is_ahead(sequence.window):
        place.below("window").complain(messages.future_window())


def require_time(collection: str, what: str, *, place: Place) -> bool:
    """Whether a collection has a time; complains when it is known to have none."""
    known = place.catalogue.collections.get(collection)
    if known is not None and known.kind == "record":
        place.complain(messages.needs_time(what=what, collection=collection))
    return known is not None and known.kind == "event"


def is_ahead(window: Window) -> bool:
    """Whether a window is for moments to come: `next 30 days`, `next month`."""
    return isinstance(window, Next) or (isinstance(window, Period) and window.offset == 1)


def _is_known(collection: str, place: Place) -> bool:
    valid = place.catalogue.collections
    if collection not in valid:
        place.complain(messages.unknown_name("collection", collection, valid=valid))
    return collection in valid
