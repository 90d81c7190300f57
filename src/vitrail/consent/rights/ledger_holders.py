"""Holders of what the ledger keeps of people."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

import msgspec
from pyroaring import BitMap

from vitrail.consent.exports.register import exports_of, members_of
from vitrail.ledger import consents, exports, rectifications, requests, standing, traces
from vitrail.ledger.manifest import FileKind
from vitrail.model.errors import Message
from vitrail.warehouse.holding import People, Shown
from vitrail.warehouse.leaving import count_rows, take_out
from vitrail.warehouse.store import Store


class ConsentHolder:
    """What people agreed to, with its proof; the seals of what is erased stay."""

    name = "consents"
    label = Message(fr="Consentements", en="Consents")
    tables: tuple[str, ...] = ("consents",)
    kinds: tuple[FileKind, ...] = ("consent",)

    def find(self, store: Store, people: People) -> int:
        """How many entries of the ledger and rows of files are theirs."""
        entries = sum(1 for _ in self.show(store, people))
        return entries + count_rows(store, self.kinds, profiles=people.profiles)

    def show(self, store: Store, people: People) -> Iterator[Shown]:
        """The entries, with their position and seal."""
        with store.ledger.reading() as connection:
            for each in consents.entries(connection, profiles=people.profiles):
                if each.consent is not None:
                    told = {"position": each.position, "recorded_at_us": each.recorded_at_us}
                    yield told | msgspec.structs.asdict(each.consent) | {"seal": each.chain.hex()}

    def erase(self, store: Store, people: People) -> int:
        """Take the contents and their salts away, and the rows of the files."""
        rows = take_out(store, self.kinds, profiles=people.profiles)
        with store.ledger.writing() as connection:
            return rows + consents.erase(connection, people.profiles)


class StandingHolder:
    """What people opposed or had frozen."""

    name = "standing"
    label = Message(fr="Oppositions et limitations", en="Objections and restrictions")
    tables: tuple[str, ...] = ("standing_acts",)
    kinds: tuple[FileKind, ...] = ()

    def find(self, store: Store, people: People) -> int:
        """How many acts are theirs."""
        return sum(1 for _ in self.show(store, people))

    def show(self, store: Store, people: People) -> Iterator[Shown]:
        """The acts, in the order they count."""
        with store.ledger.reading() as connection:
            for each in standing.all_acts(connection, profiles=people.profiles):
                if each.act is not None:
                    yield {"recorded_at_us": each.recorded_at_us} | msgspec.structs.asdict(each.act)

    def erase(self, store: Store, people: People) -> int:
        """Take their contents away."""
        with store.ledger.writing() as connection:
            return standing.erase_acts(connection, people.profiles)


class DuplicateHolder:
    """Pairs of profiles that may be one person, and what was decided of them."""

    name = "duplicates"
    label = Message(fr="Doublons probables", en="Probable duplicates")
    tables: tuple[str, ...] = ("duplicate_pairs", "duplicate_verdicts")
    kinds: tuple[FileKind, ...] = ()

    def find(self, store: Store, people: People) -> int:
        """How many pairs and verdicts name one of their profiles."""
        return sum(1 for _ in self.show(store, people))

    def show(self, store: Store, people: People) -> Iterator[Shown]:
        """The pairs and the verdicts."""
        with store.ledger.reading() as connection:
            yield from traces.pair_rows(connection, people.profiles)

    def erase(self, store: Store, people: People) -> int:
        """Delete them."""
        with store.ledger.writing() as connection:
            return traces.erase_pairs(connection, people.profiles)


class DecisionHolder:
    """What was decided of who is who."""

    name = "identity_decisions"
    label = Message(fr="Décisions de rapprochement", en="Decisions on identities")
    tables: tuple[str, ...] = ("identity_decisions",)
    kinds: tuple[FileKind, ...] = ()

    def find(self, store: Store, people: People) -> int:
        """How many decisions speak of their profiles or identities."""
        return sum(1 for _ in self.show(store, people))

    def show(self, store: Store, people: People) -> Iterator[Shown]:
        """The decisions."""
        with store.ledger.reading() as connection:
            for each in traces.decisions_of(connection, people.profiles, identities_of=people.identities):
                yield msgspec.to_builtins(each)

    def erase(self, store: Store, people: People) -> int:
        """Take away what they say of them."""
        with store.ledger.writing() as connection:
            return traces.erase_decisions(connection, people.profiles, identities_of=people.identities)


class QuotedHolder:
    """Free texts of the ledger that may quote a value: why a row or a file was not taken."""

    name = "quoted"
    label = Message(fr="Valeurs citées dans le registre", en="Values quoted in the ledger")
    tables: tuple[str, ...] = ("pulls", "source_files", "source_progress", "loads", "vitals")
    kinds: tuple[FileKind, ...] = ()

    def find(self, store: Store, people: People) -> int:
        """How many texts quote something of theirs."""
        return sum(1 for _ in self.show(store, people))

    def show(self, store: Store, people: People) -> Iterator[Shown]:
        """The texts."""
        with store.ledger.reading() as connection:
            yield from traces.telling_texts(connection, Told(people).in_text)

    def erase(self, store: Store, people: People) -> int:
        """Empty the texts."""
        with store.ledger.writing() as connection:
            return traces.erase_texts(connection, Told(people).in_text)


class Told:
    """Whether a text tells of some people: it is one of their identities, or holds a word only they have."""

    def __init__(self, people: People) -> None:
        self._exact = {folded(value) for _, value in people.identities}
        self._words = tuple(folded(word) for word in people.words)

    def is_one(self, text: str) -> bool:
        """Whether a text, as a whole, is an identity of theirs."""
        return folded(text) in self._exact

    def in_text(self, text: str) -> bool:
        """Whether a text holds a word that only they have."""
        found = folded(text)
        return any(word in found for word in self._words)


def folded(text: str) -> str:
    """A text in the form in which two ways of writing it are the same."""
    return unicodedata.normalize("NFC", text).strip().casefold()


class RectificationHolder:
    """What people had put right, with the values that were wrong."""

    name = "rectifications"
    label = Message(fr="Rectifications", en="Rectifications")
    tables: tuple[str, ...] = ("rectifications",)
    kinds: tuple[FileKind, ...] = ()

    def find(self, store: Store, people: People) -> int:
        """How many traits they had put right."""
        return sum(1 for _ in self.show(store, people))

    def show(self, store: Store, people: People) -> Iterator[Shown]:
        """The traits, with the values that were wrong."""
        with store.ledger.reading() as connection:
            for each in rectifications.all_rectifications(connection, profiles=people.profiles):
                yield msgspec.structs.asdict(each)

    def erase(self, store: Store, people: People) -> int:
        """Delete them."""
        with store.ledger.writing() as connection:
            return rectifications.erase_rectifications(connection, people.profiles)


class ExportHolder:
    """Files that were taken away with them inside, and what those who have them are to be asked."""

    name = "exports"
    label = Message(fr="Fichiers emportés", en="Files taken away")
    tables: tuple[str, ...] = ("exports", "follow_ups")
    kinds: tuple[FileKind, ...] = ()

    def find(self, store: Store, people: People) -> int:
        """How many files they were in."""
        return len(exports_of(store, people.profiles))

    def show(self, store: Store, people: People) -> Iterator[Shown]:
        """The files: when, what was told of them, for what, to whom. Who took them is not told: people
        who work for the company are no recipients (Court of Justice, C-579/21)."""
        for each in exports_of(store, people.profiles):
            told: Shown = {"export": each.number, "at_us": each.at_us, "segment": each.segment}
            told |= {"purpose": each.purpose, "channel": each.channel, "recipient": each.recipient}
            yield told | {"columns": each.columns, "masked": each.masked}

    def erase(self, store: Store, people: People) -> int:
        """Take their numbers out; how many people a file held stays. What is to be asked was written down
        when the erasure began."""
        gone, found = BitMap(people.profiles), 0
        with store.ledger.writing() as connection:
            for export in exports.all_exports(connection):
                members = members_of(export)
                if not members.isdisjoint(gone):
                    left = msgspec.structs.replace(export, members=(members - gone).serialize())
                    exports.change_export(connection, left)
                    found += 1
            for each in exports.all_follow_ups(connection):
                members = BitMap.deserialize(each.members) if each.members else BitMap()
                if not members.isdisjoint(gone):
                    kept = msgspec.structs.replace(each, members=(members - gone).serialize())
                    exports.save_follow_up(connection, kept)
        return found


class RequestHolder:
    """What people asked for; that they did, and when it was answered, stays without telling who."""

    name = "requests"
    label = Message(fr="Demandes", en="Requests")
    tables: tuple[str, ...] = ("rights_requests",)
    kinds: tuple[FileKind, ...] = ()

    def find(self, store: Store, people: People) -> int:
        """How many requests are theirs."""
        return sum(1 for _ in self.show(store, people))

    def show(self, store: Store, people: People) -> Iterator[Shown]:
        """The requests, with what became of them."""
        with store.ledger.reading() as connection:
            for each in requests.all_requests(connection, profiles=people.profiles):
                yield msgspec.structs.asdict(each)

    def erase(self, store: Store, people: People) -> int:
        """Take away whose they are and what was written with them."""
        with store.ledger.writing() as connection:
            return requests.erase_requests(connection, people.profiles, at_us=store.now_us())


LEDGER = (
    ConsentHolder(),
    StandingHolder(),
    ExportHolder(),
    RequestHolder(),
    RectificationHolder(),
    DuplicateHolder(),
    DecisionHolder(),
    QuotedHolder(),
)
