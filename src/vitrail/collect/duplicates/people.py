"""The people of a workspace with what they are compared by."""

from __future__ import annotations

import re
from collections.abc import Iterable

from vitrail.collect.duplicates.cleaning import words
from vitrail.model.catalogue import Catalogue, Compared, Field
from vitrail.warehouse.columns import physical_columns
from vitrail.warehouse.scratch import Scratch, listed, statement
from vitrail.warehouse.writer import Shelf, Writer

GUESSES: tuple[tuple[Compared, str], ...] = (
    ("given_name", "first name|given name|firstname|prenom|forename"),
    ("surname", "last name|surname|lastname|family name|nom|nom de famille|nom usage|nom d usage"),
    ("full_name", "name|full name|fullname|nom complet|nom prenom|nom et prenom"),
    (
        "birth_date",
        "birth date|birthdate|birthday|date of birth|dob|date( de)? naissance|naissance|ne e? ?le|nee le",
    ),
    ("email", "email|e mail|mail|courriel|email address|adresse email|adresse e mail"),
    ("phone", "phone|telephone|tel|mobile|portable|phone number|numero de telephone"),
    ("street", "street|address|address 1|address line 1|adresse|adresse 1|rue|voie"),
    ("postcode", "postcode|zip|zip code|zipcode|postal code|code postal|cp"),
    ("city", "city|town|ville|commune"),
)


def compared_traits(catalogue: Catalogue) -> dict[str, Compared]:
    """What each trait is compared as: what is declared, or else what its name and its other parts say."""
    fields = [each for each in catalogue.traits.values() if each.computed is None]
    declared = {each.name: each.compare for each in fields if each.compare is not None}
    if declared:
        return dict(declared)
    found: dict[str, Compared] = {}
    for each in fields:
        kind = _guess(each)
        if kind is not None and (kind == "code" or kind not in found.values()):
            found[each.name] = kind
    return found


def show_people(writer: Writer, scratch: Scratch, *, traits: Iterable[str]) -> None:
    """Show those who are somebody of their own, with the newest values of some traits (`raw`)."""
    fields = tuple(writer.catalogue.traits[name] for name in traits)
    columns = {"profile": "INTEGER"} | physical_columns(fields)
    scratch.view("snapshots", writer.paths(Shelf("snapshot")), columns=columns)
    scratch.view(
        "canon", writer.paths(Shelf("canon")), columns={"profile": "INTEGER", "canonical": "INTEGER"}
    )
    scratch.run(statement(_RAW, columns=listed([each.column for each in fields])))


def _guess(field: Field) -> Compared | None:
    match field.identity:
        case "email" | "phone":
            return field.identity
        case "loyalty_card" | "crm_id":
            return "code"
        case _:
            pass
    match field.geography:
        case "postcode" | "city":
            return field.geography
        case _:
            pass
    if field.type not in ("text", "date"):
        return None
    name = " ".join(words(field.name.replace("_", " ")))
    return next((kind for kind, names in GUESSES if re.fullmatch(names, name)), None)


_RAW = """
CREATE OR REPLACE TABLE raw AS
SELECT profile, $columns FROM snapshots ANTI JOIN canon USING (profile)
QUALIFY row_number() OVER (PARTITION BY profile ORDER BY "file~" DESC) = 1
"""
