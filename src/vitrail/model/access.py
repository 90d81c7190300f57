"""Who may do what: the roles of those who work with Vitrail, and the permissions each role has.

A permission is what a page, an address of the API or an API key names; a role is a set of them. Both are
closed: a new permission is written here, and given to the roles that need it and no other (GDPR 25, 32).
"""

from __future__ import annotations

from typing import Literal, get_args

import msgspec

from vitrail.model.errors import Message

Role = Literal["owner", "marketer", "analyst", "reader", "privacy_officer"]

Permission = Literal[
    "view_segments",  # segments, catalogue, counts, studies: what tells nothing of one person
    "edit_segments",  # definitions put in force, refreshes
    "view_people",  # one profile at a time and lists of them; under pseudonyms without the next
    "view_personal_data",  # names, addresses, telephone numbers, keys as they are
    "export",  # taking lists away
    "send",  # reaching people: campaigns, journeys, destinations
    "import_data",  # bringing files in
    "manage_sources",  # sites, databases and services data come from, and destinations they go to
    "serve_rights",  # access, rectification, erasure, restriction, objection, portability
    "manage_purposes",  # purposes, legal bases, retention
    "manage_users",
    "manage_keys",
    "manage_settings",
    "view_audit",
]
PERMISSIONS: tuple[Permission, ...] = get_args(Permission)
ROLES: tuple[Role, ...] = get_args(Role)

GRANTED: dict[Role, frozenset[Permission]] = {
    "owner": frozenset(PERMISSIONS),
    "marketer": frozenset(
        {
            "view_segments",
            "edit_segments",
            "view_people",
            "view_personal_data",
            "export",
            "send",
            "import_data",
        }
    ),
    "analyst": frozenset({"view_segments", "edit_segments", "view_people", "export"}),
    "reader": frozenset({"view_segments"}),
    "privacy_officer": frozenset(
        {
            "view_segments",
            "view_people",
            "view_personal_data",
            "serve_rights",
            "manage_purposes",
            "view_audit",
        }
    ),
}

ROLE_NAMES: dict[Role, Message] = {
    "owner": Message(fr="Propriétaire", en="Owner"),
    "marketer": Message(fr="Marketing", en="Marketer"),
    "analyst": Message(fr="Analyse", en="Analyst"),
    "reader": Message(fr="Lecture", en="Reader"),
    "privacy_officer": Message(fr="Délégué à la protection des données", en="Privacy officer"),
}

PERMISSION_NAMES: dict[Permission, Message] = {
    "view_segments": Message(fr="voir les segments et le catalogue", en="see segments and the catalogue"),
    "edit_segments": Message(fr="définir et rafraîchir les segments", en="define and refresh segments"),
    "view_people": Message(fr="voir des clients, sous pseudonyme", en="see customers, under pseudonyms"),
    "view_personal_data": Message(fr="voir les données personnelles", en="see personal data"),
    "export": Message(fr="emporter des listes", en="take lists away"),
    "send": Message(fr="s’adresser aux clients", en="reach customers"),
    "import_data": Message(fr="importer des fichiers", en="import files"),
    "manage_sources": Message(fr="gérer sources et destinations", en="manage sources and destinations"),
    "serve_rights": Message(fr="répondre aux demandes de droits", en="answer requests of rights"),
    "manage_purposes": Message(
        fr="gérer les finalités et les durées de conservation", en="manage purposes and retention"
    ),
    "manage_users": Message(fr="gérer les utilisateurs", en="manage users"),
    "manage_keys": Message(fr="gérer les clés d’API", en="manage API keys"),
    "manage_settings": Message(fr="gérer les réglages", en="manage settings"),
    "view_audit": Message(fr="lire le journal d’audit", en="read the audit trail"),
}


class Actor(msgspec.Struct, frozen=True):
    """Who acts: a user or an API key by its id, somebody at the command line, or Vitrail by itself."""

    kind: Literal["user", "key", "cli", "system"]
    id: str = ""


SYSTEM = Actor("system")


def permissions_of(role: Role) -> frozenset[Permission]:
    """What a role may do."""
    return GRANTED[role]


def is_masked(permissions: frozenset[Permission]) -> bool:
    """Whether personal data are hidden from who has these permissions."""
    return "view_personal_data" not in permissions
