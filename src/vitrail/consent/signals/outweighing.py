"""Where the browser says no to all and the person yes to one thing: which of the two counts.

Global Privacy Control is a general signal; its specification leaves conflicts with what the person decided
for one site to the law of the place. Consent is specific, informed and can be given at any time (GDPR,
articles 4(11) and 7): a yes to a purpose that was given while the browser already said no outweighs it,
until it is taken back. A yes that was there before the browser spoke does not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from vitrail.consent.signals.reading import GPC, OVER, Told
from vitrail.model.consents import Consent, ConsentState


class Word(msgspec.Struct, frozen=True):
    """One answer to one purpose on one channel: when, and how it was given."""

    at_us: int
    state: ConsentState
    method: str
    proof: str


def word_of(consent: Consent) -> Word:
    """An entry of the ledger as an answer."""
    return Word(consent.at_us, consent.state, consent.method, consent.proof)


def outweigh(known: Iterable[Word], coming: Sequence[tuple[int, Told]]) -> Iterator[Told | None]:
    """What each coming answer amounts to beside those before it; None where it changes nothing.

    All are about the same person, purpose and channel; `coming` is in the order of time.
    """
    before = sorted(known, key=_place)
    for at_us, told in coming:
        earlier = [word for word in before if word.at_us <= at_us]
        counted = _counted(told, earlier)
        yield counted
        if counted is not None:
            before.append(Word(at_us, counted.state, counted.method, counted.proof))
            before.sort(key=_place)


def is_repeated(word: Word, known: Iterable[Word]) -> bool:
    """Whether a yes is one that pages repeat since it was taken back elsewhere, and not one given anew.

    A no that was said in the same way may be followed by the same yes; one said in another way, on paper
    or in the preference centre, by a yes that was not there before alone (GDPR, article 7(3)).
    """
    earlier = sorted((each for each in known if each.at_us <= word.at_us), key=_place)
    if word.state != "granted" or not earlier or earlier[-1].state == "granted":
        return False
    if earlier[-1].method == GPC or _way(earlier[-1].method) == _way(word.method):
        return False
    return any(each.state == "granted" and each.proof == word.proof for each in earlier)


def _counted(told: Told, earlier: Sequence[Word]) -> Told | None:
    if told.yes is not None and _is_given_now(told.yes, earlier):
        return told.yes
    if told.method == GPC and earlier and _is_specific(earlier, len(earlier) - 1):
        return None
    return told


def _is_given_now(yes: Told, earlier: Sequence[Word]) -> bool:
    """Whether a yes beside the browser's no is an answer of now, and not an older one that pages repeat."""
    if not earlier or _is_specific(earlier, len(earlier) - 1):
        return True
    last = earlier[-1]
    if last.state != "granted" and _way(last.method) == _way(yes.method):
        return True
    return all(word.state != "granted" or word.proof != yes.proof for word in earlier)


def _is_specific(words: Sequence[Word], place: int) -> bool:
    """Whether an answer is a yes that was given while the browser said no."""
    word = words[place]
    if word.state != "granted":
        return False
    return word.method.endswith(OVER) or any(each.method == GPC for each in words[:place])


def _way(method: str) -> str:
    return method.removesuffix(OVER)


def _place(word: Word) -> tuple[int, bool]:
    return word.at_us, word.state != "granted"
