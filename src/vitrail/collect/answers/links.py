"""Signed links: each opens one form for one profile, for a limited time, and cannot be guessed or changed."""

from __future__ import annotations

import datetime as dt

import msgspec
from itsdangerous import BadData, SignatureExpired, TimestampSigner, URLSafeTimedSerializer

from vitrail.model.errors import UserError, refuse
from vitrail.model.forms import Form

SALT = "vitrail.form"
LONGEST = 500


class Opened(msgspec.Struct, frozen=True):
    """What a link opens: a form for a profile, known by its number; when it was made."""

    form: str
    profile: int
    made: dt.datetime


class _Signer(TimestampSigner):
    """A signer that is told the time instead of looking at the clock."""

    at = 0

    def get_timestamp(self) -> int:
        return self.at


def sign(form: str, profile: int, *, secret: str, at: dt.datetime) -> str:
    """The token of a link. It holds the number of the profile, never a name or an address."""
    return str(_serializer(secret, at).dumps([form, profile]))


def form_of(token: str) -> str:
    """The form a token says it is for, before anything is verified: to look up how long it is good for."""
    try:
        _, payload = URLSafeTimedSerializer("", salt=SALT).loads_unsafe(token[:LONGEST])
        return str(payload[0])
    except (BadData, TypeError, IndexError, KeyError):
        raise _not_ours() from None


def unsign(token: str, form: Form, *, secret: str, at: dt.datetime) -> Opened:
    """What a token opens. Raises `UserError` for a token we did not make, or whose time has passed."""
    age = form.days * 86_400
    try:
        payload, made = _serializer(secret, at).loads(token[:LONGEST], max_age=age, return_timestamp=True)
    except SignatureExpired:
        raise refuse(
            "link_expired",
            fr="Ce lien n’est plus valable. Demandez-en un nouveau à l’expéditeur du message.",
            en="This link is no longer good. Ask the sender of the message for a new one.",
        ) from None
    except BadData:
        raise _not_ours() from None
    return Opened(str(payload[0]), int(payload[1]), made)


def _serializer(secret: str, at: dt.datetime) -> URLSafeTimedSerializer:
    signer = type("Signer", (_Signer,), {"at": int(at.timestamp())})
    return URLSafeTimedSerializer(secret, salt=SALT, signer=signer)


def _not_ours() -> UserError:
    return refuse(
        "link_unknown",
        fr="Ce lien n’est pas complet ou n’existe pas. Ouvrez-le de nouveau depuis le message reçu.",
        en="This link is not complete or does not exist. Open it again from the message you received.",
    )
