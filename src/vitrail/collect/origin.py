"""Where a load comes from: the source a person names, or else the file it was read from."""

from __future__ import annotations

import unicodedata
from pathlib import PurePath

import msgspec

from vitrail.model.errors import refuse
from vitrail.warehouse.shelves import BROUGHT

LONGEST = 100
"""Characters a name may have."""

TABLE = "table"
"""What an input that is not a file is called where it is read."""

PYTHON = "python"
"""The source of such an input that nobody named."""


class Origin(msgspec.Struct, frozen=True):
    """The source of a load, whether a person named it, and what was read."""

    source: str
    is_named: bool = False
    read: str = PYTHON


def origin_of(name: str | None, read: str) -> Origin:
    """The origin of an input; without a name, its source is called after the file."""
    if name is None:
        return Origin(PYTHON) if read == TABLE else Origin(PurePath(read).name, read=read)
    told = unicodedata.normalize("NFC", name).strip()
    if not told or len(told) > LONGEST or not told.isprintable():
        raise refuse(
            "bad_source",
            path="source",
            fr=f"Une source se nomme en une ligne de {LONGEST} caractères au plus, par exemple « crm ». "
            "Rien n’a été chargé.",
            en=f"The name of a source is one line of at most {LONGEST} characters, for example “crm”. "
            "Nothing was loaded.",
        )
    return Origin(told, is_named=True, read=PYTHON if read == TABLE else read)


LABELS = "".join(f', CAST(${name.strip("~")} AS {kind}) AS "{name}"' for name, kind in BROUGHT.items())
"""The columns that say of each row which load brought it from where; to be asked with their parameters."""
