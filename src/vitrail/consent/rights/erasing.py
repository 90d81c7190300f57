"""Erasing people (GDPR, article 17): a journal of steps in the ledger, which a killed program takes up again.

What begins is: a file with the words that tell of the people, then, in one transaction, the entry of the
journal and the tombstones. From then on they cannot come back. Each holder is one step; then the files
that left the snapshots are deleted, the ledger is written anew, and every file is searched. The file of
words is deleted last.
"""

from __future__ import annotations

import math
import os
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import msgspec

from vitrail.consent.exports.following_up import Change, follow_up
from vitrail.consent.rights.proofs import keep_proofs
from vitrail.consent.rights.searching import ELSEWHERE, Trace, search, search_rows
from vitrail.consent.rights.standing import Said
from vitrail.consent.rights.tombstones import Identity, mark_erased
from vitrail.consent.rights.words import gather
from vitrail.ledger import audit, erasures
from vitrail.ledger.audit import Detail, Subject
from vitrail.ledger.erasures import Erasure
from vitrail.model.errors import refuse
from vitrail.warehouse import folder
from vitrail.warehouse.holding import Holder, People
from vitrail.warehouse.leaving import delete_left
from vitrail.warehouse.store import Store

PATIENCE = 60.0
"""Seconds that files which left the snapshots stay for the readers who hold them; questions take fewer."""

READERS_WAIT = "VITRAIL_READERS_WAIT"
"""The environment variable that says another number of seconds."""

SEARCHED = 2_000
"""Words the search at the end looks for at most: of many people at once (retention), it is a sample."""

PLACES = 20
"""Of what is left, so many places are kept in the audit trail."""

OLD_FILES, LEDGER, SEARCH = "old_files", "ledger", "search"
Progress = Callable[[str], None]


class Erased(msgspec.Struct, frozen=True):
    """What an erasure did: how much each holder lost, what the search found, and what was not searched for.

    `shared` are values other people have too. `searched` is the number of words that were looked for.
    """

    number: int
    profiles: tuple[int, ...]
    steps: dict[str, int]
    traces: tuple[Trace, ...]
    searched: int
    shared: tuple[str, ...] = ()


class Patience(msgspec.Struct, frozen=True):
    """How long readers are waited for, and who is told of each step."""

    seconds: float = msgspec.field(default_factory=lambda: readers_wait())
    progress: Progress = lambda _step: None

    def left(self, since: float) -> float:
        """The seconds still to wait, so many after the last files left the snapshots."""
        return max(0.0, min(self.seconds, self.seconds - since))


def readers_wait(environment: Mapping[str, str] = os.environ) -> float:
    """The seconds readers are waited for: a minute, or what the environment says. Raises `UserError`."""
    try:
        seconds = float(environment.get(READERS_WAIT, PATIENCE))
    except ValueError:
        seconds = math.nan
    if not 0 <= seconds < math.inf:
        raise refuse(
            "bad_readers_wait",
            fr=f"{READERS_WAIT} est un nombre de secondes, à partir de 0.",
            en=f"{READERS_WAIT} is a number of seconds, from 0.",
        )
    return seconds


def begin(store: Store, people: People, *, said: Said, contacts: Sequence[Identity] = ()) -> Erasure:
    """Write down that some people are to be erased; from now on they cannot come back.

    `contacts` are addresses of theirs that nobody else has, declared for identities or not.
    """
    with store.only_one(folder.ERASURES), store.writing() as writer:
        with store.ledger.reading() as connection:
            number = erasures.next_erasure(connection)
        _keep_words(store, number, people=people)
        erasure = Erasure(number, writer.now_us, people.profiles, said.by, said.why)
        marked = mark_erased(store, people, erasure=number, contacts=contacts)
        source, told = store.source(), Change("erasure", people.profiles)
        proved = keep_proofs(store, people, erasure=number)
        with store.ledger.writing() as connection:
            erasures.save_erasure(connection, erasure)
            marked(connection)
            proved(connection)
            follow_up(connection, told, source=source, at_us=writer.now_us)
            audit.record(connection, _act("erasure.begin", erasure, said=said), at_us=writer.now_us)
    return erasure


def spread(words: Sequence[str], most: int = SEARCHED) -> tuple[str, ...]:
    """So many of the words at most, spread evenly over all of them."""
    step = -(-len(words) // most)
    return tuple(words[::step]) if step > 1 else tuple(words)


def pending(store: Store) -> tuple[Erasure, ...]:
    """The erasures that are not finished."""
    with store.ledger.reading() as connection:
        return erasures.all_erasures(connection, pending=True)


def finish(
    store: Store, erasure: Erasure, *, holders: Sequence[Holder], patience: Patience | None = None
) -> Erased:
    """Do what is left of an erasure; it may be stopped at any point and called again.

    Where another program is at it, its end is waited for, and nothing is done twice.
    """
    with store.only_one(folder.ERASURES):
        with store.ledger.reading() as connection:
            every = {each.number: each for each in erasures.all_erasures(connection)}
        present = every.get(erasure.number, erasure)
        if present.finished_at_us is not None:
            return Erased(present.number, present.profiles, present.steps, (), 0)
        return _Steps(store, present, holders=holders, patience=patience or Patience()).finish()


class _Steps:
    """One erasure on its way: it owns what was read of its file of words."""

    def __init__(
        self, store: Store, erasure: Erasure, *, holders: Sequence[Holder], patience: Patience
    ) -> None:
        self.store = store
        self.erasure = erasure
        self.holders = holders
        self.patience = patience
        self.people = _kept_words(store, erasure) or gather(store, erasure.profiles)
        self._left: tuple[str, ...] = ()

    def finish(self) -> Erased:
        """Each step that is not done yet, in order."""
        for holder in self.holders:
            self._step(holder.name, lambda holder=holder: holder.erase(self.store, self.people))  # type: ignore[misc]
        self._step(OLD_FILES, self._delete_old)
        self._step(LEDGER, self._purge)
        self.patience.progress(SEARCH)
        passed = _words_file(self.store, self.erasure.number)
        words = spread(self.people.words)
        traces = search(self.store.path, words, passing=[passed])
        if not self.store.inbox.is_relative_to(self.store.path):
            traces += search(self.store.inbox, words)
        if self.store.ledger.kind != "sqlite":
            traces += search_rows(self.store.ledger.every_row(), words)
        passed.unlink(missing_ok=True)
        self._left = tuple(dict.fromkeys(place_of(each) for each in traces))[:PLACES]
        self._save(finished_at_us=self.store.now_us(), found=len(traces))
        return Erased(
            self.erasure.number,
            self.erasure.profiles,
            self.erasure.steps,
            traces,
            len(words),
            self.people.shared,
        )

    def _step(self, name: str, act: Callable[[], int]) -> None:
        if name in self.erasure.steps:
            return
        self.patience.progress(name)
        removed = act()
        self._save(steps=self.erasure.steps | {name: removed})

    def _save(self, **changes: object) -> None:
        self.erasure = msgspec.structs.replace(self.erasure, **changes)
        with self.store.ledger.writing() as connection:
            erasures.save_erasure(connection, self.erasure)
            if self.erasure.finished_at_us is not None:
                told = _act("erasure.finish", self.erasure, said=Said(), left=self._left)
                audit.record(connection, told, at_us=self.erasure.finished_at_us)

    def _delete_old(self) -> int:
        since = (self.store.now_us() - self.store.version.committed_at_us) / 1_000_000
        time.sleep(self.patience.left(since))
        return delete_left(self.store)

    def _purge(self) -> int:
        self.store.ledger.purge()
        return 0


def place_of(trace: Trace) -> str:
    """Where a trace is, without the name of a file that somebody else chose: it may be that of a person."""
    top, inside, _ = trace.path.partition("/")
    if top in folder.FACTS or (not inside and (top == ELSEWHERE or top.endswith(".sqlite"))):
        return f"{trace.path} {trace.place}".strip()
    return f"{top}/" if inside else "./"


def _act(name: str, erasure: Erasure, *, said: Said, left: tuple[str, ...] = ()) -> audit.Act:
    """What the audit trail is told: the numbers of the profiles, which tell nothing afterwards."""
    details: dict[str, Detail] = {
        "erasure": erasure.number,
        "profiles": tuple(map(str, erasure.profiles[:20])),
    }
    if erasure.found is not None:
        details["found"] = erasure.found
    if left:
        details["left"] = left
    return audit.Act(name, said.actor, Subject("profile", str(erasure.profiles[0])), details=details)


def _keep_words(store: Store, number: int, *, people: People) -> None:
    """Write what tells of the people into a file of its own, which only its owner may read."""
    path = _words_file(store, number)
    path.parent.mkdir(mode=0o700, exist_ok=True)
    for left in path.parent.iterdir():
        if int(left.stem) >= number:
            left.unlink()
    folder.write_bytes(msgspec.json.encode(people), path, staging=path.parent.parent / folder.STAGING)
    path.chmod(0o600)


def _kept_words(store: Store, erasure: Erasure) -> People | None:
    try:
        return msgspec.json.decode(_words_file(store, erasure.number).read_bytes(), type=People)
    except FileNotFoundError:
        return None


def _words_file(store: Store, number: int) -> Path:
    return store.path / folder.ERASURES / f"{number:08d}.json"
