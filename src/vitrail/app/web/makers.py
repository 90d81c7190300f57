"""Who put a version of definitions in force, in words."""

from __future__ import annotations

from vitrail.app.definition_history import Maker
from vitrail.app.web.speech import Speech


def maker_words(by: Maker, speech: Speech) -> str:
    """Who put a version in force, in words; empty where nobody is known."""
    match by.kind:
        case "user":
            return by.name
        case "key":
            return speech.say("program “%(name)s”", name=by.name)
        case "cli":
            return speech.say("command line")
        case _:
            return ""
