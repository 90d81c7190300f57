"""What was done, in words: each act of the audit trail as people say it."""

from __future__ import annotations

from vitrail.app.web.pages import later
from vitrail.app.web.speech import Speech

ACTS = {
    "access.give": later("gave a person what is kept of them"),
    "audience.export": later("took an audience away"),
    "audit.export": later("took the audit trail away"),
    "catalogue.sensitive": later("decided whether data are sensitive"),
    "consents.verify": later("checked the seals of consents"),
    "audit.verify": later("checked the seals of the trail"),
    "definitions.apply": later("put segments in force"),
    "doctor.run": later("examined the workspace"),
    "erasure.begin": later("began an erasure"),
    "erasure.finish": later("finished an erasure"),
    "follow_up.asked": later("asked who has a file"),
    "follow_up.done": later("noted that who has a file has done it"),
    "follow_up.impossible": later("noted why who has a file cannot do it"),
    "key.add": later("made an API key"),
    "key.revoke": later("revoked an API key"),
    "objection.raise": later("noted an objection"),
    "objection.lift": later("lifted an objection"),
    "people.list": later("listed people"),
    "portable.give": later("gave a person their data to take along"),
    "profile.view": later("looked at a person"),
    "purposes.apply": later("put purposes in force"),
    "record.export": later("took the record of processing away"),
    "rectification.make": later("put data of a person right"),
    "request.answer": later("answered a request"),
    "request.extend": later("extended the deadline of a request"),
    "request.receive": later("noted a request"),
    "request.refuse": later("refused a request"),
    "restriction.raise": later("froze the data of a person"),
    "restriction.lift": later("lifted a restriction"),
    "retention.define": later("changed the rules of retention"),
    "retention.run": later("let go of what was past its period"),
    "retention.switch": later("switched the daily run of retention"),
    "segment.export": later("took the members of a segment away"),
    "segments.refresh": later("refreshed the segments"),
    "session.begin": later("signed in"),
    "session.end": later("ended a session"),
    "session.end_all": later("ended all sessions of somebody"),
    "session.refuse": later("failed to sign in"),
    "settings.change": later("changed the settings"),
    "secret.forget": later("had a secret forgotten"),
    "source.add": later("made a write key"),
    "source.rotate": later("changed a write key"),
    "source.remove": later("took a write key away"),
    "suppression.add": later("added to the suppression list"),
    "suppression.remove": later("took off the suppression list"),
    "user.accept": later("chose a password"),
    "user.add": later("invited somebody"),
    "user.disable": later("closed an account"),
    "user.enable": later("opened an account again"),
    "user.first": later("became the first owner"),
    "user.link": later("made a link for an account"),
    "user.password": later("changed their password"),
    "user.role": later("changed a role"),
    "user.totp": later("set up a second factor"),
    "user.totp_remove": later("removed a second factor"),
}
"""The acts of the trail; an act that is not here is told by its name."""

SUBJECTS = {
    "profile": later("person"),
    "segment": later("segment"),
    "user": later("user"),
    "key": later("API key"),
    "request": later("request"),
    "retention": later("retention"),
    "purposes": later("register of purposes"),
    "definitions": later("definitions"),
    "consents": later("ledger of consents"),
    "audit": later("audit trail"),
    "session": later("session"),
    "record": later("record of processing"),
    "condition": later("condition"),
    "run": later("refresh"),
    "field": later("field"),
    "settings": later("settings"),
    "source": later("source"),
    "erasure": later("erasure"),
    "follow_up": later("question to who has a file"),
    "workspace": later("workspace"),
}


def act_words(name: str, speech: Speech) -> str:
    """An act in words."""
    return speech.say(ACTS[name]) if name in ACTS else name


def subject_words(kind: str, speech: Speech) -> str:
    """What an act is about, in words."""
    return speech.say(SUBJECTS[kind]) if kind in SUBJECTS else kind
