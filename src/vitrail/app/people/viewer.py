"""Who looks at customers, and what they may see of them: one place for the pages and the API."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from urllib.parse import quote

import msgspec
import numpy as np

from vitrail.app.answering import unknown_profile
from vitrail.app.masking import BEGINNING, HIDDEN, hidden_text, is_personal, pseudonyms_of
from vitrail.engine.canon import canon_of
from vitrail.engine.source import Source
from vitrail.model.access import Permission, is_masked
from vitrail.model.catalogue import Field
from vitrail.model.errors import UserError, refuse
from vitrail.warehouse.people import all_keys, keys_of
from vitrail.warehouse.store import Store

PLACE = "/people/"
RESERVED = frozenset({"duplicates", "erasures"})
"""What stands in the place of a key in other addresses."""


class Viewer(msgspec.Struct, frozen=True):
    """Somebody who looks at the customers of a workspace, with their permissions."""

    store: Store
    permissions: frozenset[Permission]

    @property
    def is_masked(self) -> bool:
        """Whether personal data are hidden from them."""
        return is_masked(self.permissions)

    def names(self, profiles: Sequence[int], source: Source) -> list[str]:
        """What profiles are called for them: their keys, or their pseudonyms."""
        numbers = np.array(profiles, dtype=np.int64)
        return pseudonyms_of(self.store).of(numbers) if self.is_masked else keys_of(source, numbers)

    def addresses(self, profiles: Sequence[int], source: Source) -> list[str]:
        """Where each of some profiles is looked at: not by a key that tells who it is."""
        keys = [] if self.is_masked else keys_of(source, np.array(profiles, dtype=np.int64))
        if keys and all(map(_fits, keys)):
            return [PLACE + quote(key, safe="") for key in keys]
        names = pseudonyms_of(self.store).of(np.array(profiles, dtype=np.int64))
        told = [
            key if _fits(key) else name for key, name in zip(keys or [""] * len(names), names, strict=True)
        ]
        return [PLACE + quote(each, safe="") for each in told]

    def number(self, name: str, source: Source) -> int:
        """The customer of an address: by pseudonym, or by key for those who may see keys.

        Raises `UserError` where there is nobody, in the same words whether the key exists or not.
        """
        return int(canon_of(source).of(np.array([self.part(name, source)]))[0])

    def part(self, name: str, source: Source) -> int:
        """The profile of a name, whichever customer it is part of."""
        found = pseudonyms_of(self.store).number(name) if name.startswith(BEGINNING) else None
        if found is not None and found < source.profiles and keys_of(source, np.array([found]))[0]:
            return found
        if self.is_masked:
            raise _nobody(name)
        position = all_keys(source).index(name).as_py() if name else -1
        if position < 0:
            raise unknown_profile(name, source)
        return int(position)

    def check_sees(self) -> None:
        """Raise `UserError` where personal data are hidden from them: what follows shows nothing else."""
        if self.is_masked:
            raise refuse(
                "personal_data_hidden",
                path="permissions",
                fr="Cela montre des données personnelles, que votre rôle ne permet pas de voir.",
                en="This shows personal data, which your role may not see.",
            )

    def hides(self, field: Field, *, of_trait: bool) -> bool:
        """Whether the values of a field are hidden from them."""
        return self.is_masked and is_personal(field, of_trait=of_trait)

    def text(self, text: str) -> str:
        """A text as they may read it."""
        return hidden_text(text) if self.is_masked else text

    def secret(self, text: str) -> str:
        """A text that tells of somebody, as they may read it."""
        return HIDDEN if self.is_masked and text else text

    def seen(self, fields: Iterable[Field]) -> list[Field]:
        """The traits whose values they may see."""
        return [field for field in fields if not self.hides(field, of_trait=True)]


def _fits(key: str) -> bool:
    """Whether a key can stand in an address, where others may read it over a shoulder."""
    return (
        bool(key)
        and "/" not in key
        and key not in RESERVED
        and key.strip(".") != ""
        and not key.startswith(BEGINNING)
        and hidden_text(key) == key
    )


def _nobody(name: str) -> UserError:
    return refuse(
        "unknown_profile",
        path="profile",
        fr=f"Personne n’a le pseudonyme « {name[:60]} ».",
        en=f"Nobody has the pseudonym “{name[:60]}”.",
    )
