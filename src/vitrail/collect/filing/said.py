"""What messages say of consent, filed with them: entries of the ledger, and objections by the browser."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import partial

import msgspec
import pyarrow as pa

from vitrail.collect.consents import SHELF
from vitrail.collect.filing.remembered import About, Memory, near_of
from vitrail.collect.identity.forms import normalise
from vitrail.collect.settling import Intake, store, touch
from vitrail.consent.signals.outweighing import DEVICE, Word, is_no_anew, is_repeated, outweigh
from vitrail.consent.signals.reading import GPC, SILENCE, Told, amount_to, hear
from vitrail.ledger.consents import append
from vitrail.ledger.database import Transaction
from vitrail.ledger.standing import add_acts, all_acts
from vitrail.model.consents import Consent
from vitrail.model.purposes import PurposeFile
from vitrail.model.standing import Act
from vitrail.model.tracking import Tracked
from vitrail.warehouse.shelves import CONSENT


class Saying(msgspec.Struct, frozen=True):
    """One thing a message amounts to: whose, when, what, said to which source, on which device."""

    key: str
    at_us: int
    source: str
    told: Told
    device: str = ""

    @property
    def place(self) -> str:
        """Where it was said, as the ledger has it."""
        return DEVICE + self.device if self.device else ""


class Listening(msgspec.Struct, frozen=True):
    """What the register makes of foreign signals.

    A signal about a purpose that rests on something else than consent is an objection to it.
    """

    register: PurposeFile

    def to(self, message: Tracked, key: str) -> Iterator[Saying]:
        """What one message amounts to."""
        heard = hear(message.context)
        if heard is not SILENCE and self.register.signals:
            device = normalise("anonymous_id", message.anonymous_id)
            named = device if isinstance(device, str) else ""
            for told in amount_to(heard, self.register.signals):
                yield Saying(key, message.at_us, message.source, told, named)

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
    filed = _file_words(words, intake, numbers=numbers) if words else 0
    if refused := [each for each in objections if each.told.state == "refused"]:
        acts = _acts(refused, numbers)
        intake.writer.note(partial(_object, acts=acts, at_us=intake.writer.now_us))
    return filed


def _file_words(words: Sequence[Saying], intake: Intake, *, numbers: Mapping[str, int]) -> int:
    memory = Memory(intake, near_of(words, intake, numbers=numbers))
    words = _beside_the_browser(words, memory, numbers=numbers)
    scratch = intake.scratch
    scratch.register("sayings", _table(words, numbers))
    scratch.view("consents~known", intake.writer.standing(SHELF), columns=CONSENT)
    scratch.run(_NEWS)
    _leave_out_repeated(memory)
    rows = scratch.table(_CONTENT).to_pylist()
    if rows:
        said = [Consent(**row) for row in rows]
        store(intake, SHELF, query=_STORED)
        touch(intake, "SELECT profile FROM sayings_new")
        intake.writer.note(partial(append, said=said, at_us=intake.writer.now_us))
    return len(rows)


def _table(words: Sequence[Saying], numbers: Mapping[str, int]) -> pa.Table:
    told = {
        name: pa.array([getattr(each.told, name) for each in words], pa.string())
        for name in ("purpose", "channel", "state", "method", "proof")
    }
    return pa.table(
        {
            "profile": pa.array([numbers[each.key] for each in words], pa.int32()),
            "at_us": pa.array([each.at_us for each in words], pa.int64()),
            **told,
            "place": pa.array([each.place for each in words], pa.string()),
            "source": pa.array([each.source for each in words], pa.string()),
            "line": pa.array(range(len(words)), pa.int64()),
        }
    )


def _beside_the_browser(
    words: Sequence[Saying], memory: Memory, *, numbers: Mapping[str, int]
) -> list[Saying]:
    """The words, once it is settled whose no the browser may say: not of those who said yes since."""

    def about(each: Saying) -> About:
        return numbers[each.key], each.told.purpose, each.told.channel

    spoken = {about(each) for each in words if each.told.method == GPC}
    settled = [each for each in words if about(each) not in spoken]
    memory.look_up(profile for profile, _, _ in spoken)
    coming: dict[About, list[Saying]] = defaultdict(list)
    for each in sorted(words, key=lambda saying: saying.at_us):
        if about(each) in spoken:
            coming[about(each)].append(each)
    for of, sayings in coming.items():
        told = [(each.at_us, each.told, each.place) for each in sayings]
        for each, counted in zip(sayings, outweigh(memory.of(of), told), strict=True):
            if counted is not None:
                settled.append(msgspec.structs.replace(each, told=counted))
    return settled


def _leave_out_repeated(memory: Memory) -> None:
    """Take away what pages merely repeat: a yes taken back elsewhere since, a no that stands already."""
    scratch = memory.intake.scratch
    news = scratch.table("SELECT * FROM sayings_new ORDER BY at_us, line").to_pylist()
    doubtful = {each["profile"] for each in news if each["state"] == "granted" or each["again"]}
    memory.look_up(doubtful)
    repeated = []
    for each in news:
        if each["profile"] not in doubtful:
            continue
        about = (each["profile"], each["purpose"], each["channel"])
        word = Word(each["at_us"], each["state"], each["method"], each["proof"], each["place"])
        known = memory.of(about)
        if is_repeated(word, known) or (each["again"] and not is_no_anew(word, known)):
            repeated.append(str(each["line"]))
        else:
            memory.add(about, word)
    if repeated:
        scratch.run(_REPEATED, {"lines": repeated})


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
WITH known AS (
    SELECT profile, at_us, purpose, channel, state FROM "consents~known"
    WHERE profile IN (SELECT profile FROM sayings UNION SELECT other FROM near)
), words AS (
    SELECT profile, profile AS other, at_us, purpose, channel, state, CAST(NULL AS BIGINT) AS line
    FROM known SEMI JOIN sayings USING (profile, purpose, channel)
    UNION ALL
    SELECT n.profile, k.profile, k.at_us, k.purpose, k.channel, k.state, NULL
    FROM (SELECT * FROM known UNION ALL SELECT profile, at_us, purpose, channel, state FROM sayings) k
    JOIN near n ON n.other = k.profile
    SEMI JOIN sayings s ON s.profile = n.profile AND s.purpose = k.purpose AND s.channel = k.channel
    UNION ALL
    SELECT profile, profile, at_us, purpose, channel, state, line FROM sayings
), placed AS (
    SELECT line, state = 'granted' AS yes, lag(state = 'granted') OVER own AS before,
           lag(state = 'granted') OVER everybody AS around,
           coalesce(bool_or(state = 'granted') OVER everybody, false) AS ever
    FROM words
    WINDOW own AS (
        PARTITION BY profile, profile = other, purpose, channel
        ORDER BY at_us, state <> 'granted', line NULLS FIRST
    ), everybody AS (
        PARTITION BY profile, purpose, channel ORDER BY at_us, state <> 'granted', line NULLS FIRST
    )
)
SELECT s.*, p.before IS NOT DISTINCT FROM p.yes AND p.around IS NOT DISTINCT FROM p.yes AS again
FROM sayings s JOIN placed p ON p.line = s.line
WHERE p.before IS DISTINCT FROM p.yes OR p.around IS DISTINCT FROM p.yes OR (p.ever AND NOT p.yes)
"""
"""What differs from what the person said before, under this key or near it; and a no after another one and
a yes, which may be the first one in its place."""
_REPEATED = """
DELETE FROM sayings_new WHERE list_contains(CAST($lines AS VARCHAR[]), CAST(line AS VARCHAR))
"""
_STORED = """
SELECT profile, at_us, purpose, channel, state FROM sayings_new
ORDER BY profile, at_us, purpose, channel, state
"""
_CONTENT = """
SELECT profile, purpose, state, at_us, channel, place, method, proof, source FROM sayings_new ORDER BY line
"""
