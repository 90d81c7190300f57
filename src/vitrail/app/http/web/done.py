"""What is said at the top of a page after something was done: the address tells which of these it is."""

from __future__ import annotations

from vitrail.app.http.web.visiting import Visit
from vitrail.app.web.pages import Notice, later
from vitrail.model.errors import UserError

SAID = {
    "saved": later("Saved."),
    "nothing": later("Nothing to change: all is so already."),
    "removed": later("Taken away."),
    "ready": later(
        "The ready-made set is in force. Read it, and complete it with your data protection officer."
    ),
    "noted": later("The request is noted."),
    "answered": later("The request is closed."),
    "extended": later("The deadline is extended by two months: tell the person before the first month ends."),
    "refused": later(
        "The refusal is noted: tell the person why, and that they may complain to the authority."
    ),
    "on": later("From now on, what is past its period goes by itself, once a day."),
    "off": later("Nothing goes by itself any more: what is past its period is only told."),
    "closed": later("The account is closed, and its sessions are over."),
    "opened": later("The account is open again."),
    "ended": later("The sessions are over."),
    "role": later("The role is changed; its holder signs in again."),
    "revoked": later("The key opens nothing any more."),
    "forgotten": later("Forgotten."),
}


def done(visit: Visit) -> tuple[Notice, ...]:
    """What was done just before, as the address tells."""
    said = SAID.get(visit.asked("done"))
    return (Notice(visit.speech.say(said)),) if said else ()


def wrong(visit: Visit, error: UserError) -> tuple[Notice, ...]:
    """What could not be done, one notice for each problem."""
    return tuple(Notice(each.text(visit.language), "bad") for each in error.problems)
