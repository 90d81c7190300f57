"""The sentences of the web app, from its code and templates into the French catalogue: `make words`.

New sentences come empty and are to be translated; those that are no longer said leave the catalogue.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

PAGES = Path("src/vitrail/app/web")
PLACES = (PAGES, Path("src/vitrail/app/http/web"))
FRENCH = PAGES / "locales/fr/LC_MESSAGES/web.po"
METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2"), ("templates/**.html", "jinja2")]
KEYWORDS: dict[str, tuple[int, ...] | None] = {
    "_": None,
    "gettext": None,
    "ngettext": (1, 2),
    "say": None,
    "later": None,
    "many": (1, 2),
}


def said() -> Catalog:
    """Every sentence of the code and of the templates, in English."""
    found = Catalog(locale="fr", charset="utf-8", fuzzy=False, header_comment="# The web app in French.")
    for message in _messages():
        found.add(message)
    return found


def french() -> Catalog:
    """The French catalogue as it stands."""
    with FRENCH.open("rb") as file:
        return read_po(file, locale="fr")


def renewed() -> Catalog:
    """The French catalogue with every sentence that is said and no other."""
    known, wanted = french(), said()
    for message in wanted:
        present = known.get(message.id) if message.id else None
        if message.id and present is not None:
            message.string = present.string
    return wanted


def _messages() -> Iterator[str | tuple[str, ...]]:
    for place in PLACES:
        options = {"**.html": {"trimmed": "true"}}
        for _, _, message, _, _ in extract_from_dir(
            place, METHODS, options_map=options, keywords=KEYWORDS, strip_comment_tags=True
        ):
            yield message


def main() -> int:
    """Write the catalogue; answers how many sentences wait for their French."""
    catalogue = renewed()
    with FRENCH.open("wb") as file:
        write_po(file, catalogue, sort_output=True, no_location=True, omit_header=True, width=110)
    missing = [each.id for each in catalogue if each.id and not _is_whole(each.string)]
    for each in missing:
        print(f"to translate: {each}")
    return len(missing)


def _is_whole(said: str | tuple[str, ...] | list[str] | None) -> bool:
    return all(said) if isinstance(said, tuple | list) else bool(said)


if __name__ == "__main__":
    sys.exit(1 if main() else 0)
