"""The holder of files that were brought in on the pages and wait, and of what is told of the last imports."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import msgspec

from vitrail.consent.rights.searching import search
from vitrail.ledger.manifest import FileKind
from vitrail.model.errors import Message
from vitrail.warehouse import folder
from vitrail.warehouse.holding import People, Shown
from vitrail.warehouse.store import Store


class BroughtHolder:
    """Files brought in, until they are loaded or a day has passed; the samples and refused cells told."""

    name = "brought"
    label = Message(fr="Fichiers apportés, pas encore chargés", en="Files brought in, not loaded yet")
    tables: tuple[str, ...] = ()
    kinds: tuple[FileKind, ...] = ()

    def find(self, store: Store, people: People) -> int:
        """How many imports name them."""
        return sum(1 for _ in _naming(store, people))

    def show(self, store: Store, people: People) -> Iterator[Shown]:
        """The files that name them."""
        for place in _naming(store, people):
            yield {"file": _file(place)}

    def erase(self, store: Store, people: People) -> int:
        """Forget these imports whole: whoever brought the file has it still."""
        found = list(_naming(store, people))
        for place in found:
            shutil.rmtree(place, ignore_errors=True)
        return len(found)


def _naming(store: Store, people: People) -> Iterator[Path]:
    """The folders of the imports whose files hold something that tells of them alone."""
    root = store.path / folder.TASKS
    words = tuple(dict.fromkeys((*people.words, *(value for _, value in people.identities))))
    if words and root.is_dir():
        yield from (each for each in sorted(root.iterdir()) if each.is_dir() and search(each, words))


def _file(place: Path) -> str:
    try:
        told = msgspec.json.decode((place / "task.json").read_bytes(), type=dict[str, object])
    except (FileNotFoundError, msgspec.MsgspecError):
        return ""
    return str(told.get("file", ""))
