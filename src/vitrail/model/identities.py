"""Identities: what may tell that two profiles are one person, and which kinds may."""

from __future__ import annotations

from typing import Literal, get_args

from vitrail.model.errors import Message

IdentityKind = Literal[
    "key", "email", "phone", "loyalty_card", "crm_id", "anonymous_id", "device_id", "decision"
]
"""`key` is the key a profile is loaded under; `decision` stands for a person's word that profiles are one."""

DeclaredKind = Literal["key", "email", "phone", "loyalty_card", "crm_id", "anonymous_id", "device_id"]
"""What a trait can be declared to hold."""

WEAK: frozenset[IdentityKind] = frozenset({"anonymous_id", "device_id"})
"""Kinds that belong to a device: they give it to a person, and never make one person of two."""

KINDS: tuple[IdentityKind, ...] = get_args(IdentityKind)

LABELS: dict[IdentityKind, Message] = {
    "key": Message("clé", "key"),
    "email": Message("e-mail", "e-mail"),
    "phone": Message("téléphone", "telephone"),
    "loyalty_card": Message("carte de fidélité", "loyalty card"),
    "crm_id": Message("identifiant CRM", "CRM id"),
    "anonymous_id": Message("identifiant anonyme", "anonymous id"),
    "device_id": Message("identifiant d’appareil", "device id"),
    "decision": Message("décision", "decision"),
}
