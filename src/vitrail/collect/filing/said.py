"""What messages say of consent, filed with them: entries of the ledger, and objections by the browser."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import partial

import msgspec
import pyarrow as pa

from vitrail.collect.consents import SHELF
from vitrail.collect.settling import Intake, store, touch
from vitrail.consent.signals.outweighing import Word, is_repeated, outweigh, word_of
from vitrail.consent.signals.reading import GPC, SILENCE, Told, amount_to, hear
from vitrail.ledger.consents import append, entries
from vitrail.ledger.database import Transaction
from vitrail.ledger.standing import add_acts, all_acts
from vitrail.model.consents import Consent, Entry
from vitrail.model.purposes import PurposeFile
from vitrail.model.standing import Act
from vitrail.model.tracking import Tracked
from vitrail.warehouse.shelves import CONSENT

AT_ONCE = 1_000
"""People whose answers are looked up in one question."""


class Saying(msgspec.Struct, frozen=True):
    """One thing a message amounts to: whose, when, what, said to which source."""

    key: str
    at_us: int
    source: str
    told: Told


class Listening(msgspec.Struct, frozen=True):
    """What the register makes of foreign signals.

    A signal about a purpose that rests on something else than consent is an objection to it.
    """

    register: PurposeFile

    def to(self, message: Tracked, key: str) -> Iterator[Saying]:
        """What one message amounts to."""
        heard = hear(message.context)
        if heard is not SILENCE and self.register.signals:
            for told in amount_to(heard, self.register.signals):
                yield Saying(key, message.at_us, message.source, told)

    def is_objection(self, told: Told) -> bool:
        """Whether a no is an objection, the purpose not resting on consent."""
        purpose = self.register.find(told.purpose)
        return purpose is not None and purpose.basis != "consent"


DEAF = Listening(PurposeFile(edition=2026))
"""Without a register, foreign signals mean nothing."""


def file_sayings(
    sayings: Sequence[Saying], intake: Intake, *, listening: Listening, numbers: Mapping[str, int]
) -> int:
    """File what is new: an answer that repeats the one before it changes nothing; answers how many.

    Entries and objections are kept in the step of the caller's commit.
    """
    objections = [each for each in sayings if listening.is_objection(each.told)]
    words = [each for each in sayings if not listening.is_objection(each.told)]
    words = _beside_the_browser(words, intake, numbers=numbers)
    filed = _file_words(words, intake, numbers=numbers) if words else 0
    if refused := [each for each in objections if each.told.state == "refused"]:
        acts = _acts(refused, numbers)
        intake.writer.note(partial(_object, acts=acts, at_us=intake.writer.now_us))
    return filed


About = tuple[int, str, str]
"""Whose answer to which purpose on which channel."""


def _beside_the_browser(words: list[Saying], intake: Intake, *, numbers: Mapping[str, int]) -> list[Saying]:
    """The words, once it is settled whose no the browser may say: not of those who said yes since."""

    def about(each: Saying) -> About:
        return numbers[each.key], each.told.purpose, each.told.channel

    spoken = {about(each) for each in words if each.told.method == GPC}
    if not spoken:
        return words
    settled = [each for each in words if about(each) not in spoken]
    known = _known(spoken, intake)
    coming: dict[About, list[Saying]] = defaultdict(list)
    for each in sorted(words, key=lambda saying: saying.at_us):
        if about(each) in spoken:
            coming[about(each)].append(each)
    for of, sayings in coming.items():
        answers = outweigh(known[of], [(each.at_us, each.told) for each in sayings])
        for each, told in zip(sayings, answers, strict=True):
            if told is not None:
                settled.append(msgspec.structs.replace(each, told=told))
    return settled


def _known(spoken: set[About], intake: Intake) -> Mapping[About, list[Word]]:
    """What the ledger has of some people."""
    found: dict[About, list[Word]] = defaultdict(list)
    profiles = sorted({profile for profile, _, _ in spoken})
    for start in range(0, len(profiles), AT_ONCE):
        asked = partial(_entries, profiles=profiles[start : start + AT_ONCE])
        for entry in intake.writer.look(asked):
            if (each := entry.consent) is not None:
                found[each.profile, each.purpose, each.channel].append(word_of(each))
    return found


def _entries(connection: Transaction, *, profiles: Sequence[int]) -> tuple[Entry, ...]:
    return tuple(entries(connection, profiles=profiles))


def _file_words(words: Sequence[Saying], intake: Intake, *, numbers: Mapping[str, int]) -> int:
    scratch = intake.scratch
    columns = {
        "profile": pa.array([numbers[each.key] for each in words], pa.int32()),
        "at_us": pa.array([each.at_us for each in words], pa.int64()),
        **{name: [getattr(each.told, name) for each in words] for name in ("purpose", "channel", "state")},
        **{name: [getattr(each.told, name) for each in words] for name in ("method", "proof")},
        "source": [each.source for each in words],
        "line": pa.array(range(len(words)), pa.int64()),
    }
    scratch.register("sayings", pa.table(columns))
    scratch.view("consents~known", intake.writer.standing(SHELF), columns=CONSENT)
    scratch.run(_NEWS)
    _leave_out_repeated(intake)
    rows = scratch.table(_CONTENT).to_pylist()
    if rows:
        said = [Consent(**row) for row in rows]
        store(intake, SHELF, query=_STORED)
        touch(intake, "SELECT profile FROM sayings_new")
        intake.writer.note(partial(append, said=said, at_us=intake.writer.now_us))
    return len(rows)


def _leave_out_repeated(intake: Intake) -> None:
    """Take away each yes that pages merely repeat since it was taken back elsewhere."""
    given = intake.scratch.table(_GIVEN).to_pylist()
    known = _known({(each["profile"], each["purpose"], each["channel"]) for each in given}, intake)
    repeated = [
        str(each["line"])
        for each in given
        if is_repeated(
            Word(each["at_us"], each["state"], each["method"], each["proof"]),
            known[each["profile"], each["purpose"], each["channel"]],
        )
    ]
    if repeated:
        intake.scratch.run(_REPEATED, {"lines": repeated})


def _acts(refused: Sequence[Saying], numbers: Mapping[str, int]) -> tuple[Act, ...]:
    """One objection for each profile and purpose, from the first time it was signalled."""
    found: dict[tuple[int, str], Act] = {}
    for each in sorted(refused, key=lambda saying: saying.at_us):
        number, about = numbers[each.key], each.told.purpose
        act = Act(number, "objection", "raised", each.at_us, about, each.source, GPC, each.told.proof)
        found.setdefault((number, about), act)
    return tuple(found.values())


def _object(connection: Transaction, *, acts: Sequence[Act], at_us: int) -> None:
    """Note the objections of those who never spoke of the purpose: what they decided since, stays."""
    known = {
        (each.act.profile, each.act.about)
        for each in all_acts(connection, profiles=[act.profile for act in acts])
        if each.act is not None and each.act.right == "objection"
    }
    add_acts(connection, [act for act in acts if (act.profile, act.about) not in known], at_us=at_us)


_NEWS = """
CREATE TABLE sayings_new AS
WITH every AS (
    SELECT profile, at_us, purpose, channel, state, CAST(NULL AS BIGINT) AS line
    FROM "consents~known" SEMI JOIN sayings USING (profile, purpose, channel)
    UNION ALL
    SELECT profile, at_us, purpose, channel, state, line FROM sayings
), placed AS (
    SELECT line, state = 'granted' AS yes, lag(state = 'granted') OVER (
        PARTITION BY profile, purpose, channel ORDER BY at_us, state <> 'granted', line NULLS FIRST
    ) AS before
    FROM every
)
SELECT s.* FROM sayings s JOIN placed p ON p.line = s.line WHERE p.before IS DISTINCT FROM p.yes
"""
_GIVEN = """
SELECT line, profile, purpose, channel, at_us, state, method, proof FROM sayings_new WHERE state = 'granted'
"""
_REPEATED = """
DELETE FROM sayings_new WHERE list_contains(CAST($lines AS VARCHAR[]), CAST(line AS VARCHAR))
"""
_STORED = """
SELECT profile, at_us, purpose, channel, state FROM sayings_new
ORDER BY profile, at_us, purpose, channel, state
"""
_CONTENT = """
SELECT profile, purpose, state, at_us, channel, method, proof, source FROM sayings_new ORDER BY line
"""
