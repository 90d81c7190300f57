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

DEVICE = "device "
"""What the place of an answer begins with that was given in a browser or an app."""


class Word(msgspec.Struct, frozen=True):
    """One answer to one purpose on one channel: when, how and where it was given."""

    at_us: int
    state: ConsentState
    method: str
    proof: str
    place: str = ""


def word_of(consent: Consent) -> Word:
    """An entry of the ledger as an answer."""
    return Word(consent.at_us, consent.state, consent.method, consent.proof, consent.place)


def outweigh(known: Iterable[Word], coming: Sequence[tuple[int, Told, str]]) -> Iterator[Told | None]:
    """What each coming answer amounts to beside those before it; None where it changes nothing.

    All are about the same person, purpose and channel; `coming` is in the order of time: when, what, where.
    """
    before = sorted(known, key=_place)
    for at_us, told, place in coming:
        earlier = [word for word in before if word.at_us <= at_us]
        counted = _counted(told, earlier, place=place)
        yield counted
        if counted is not None:
            before.append(Word(at_us, counted.state, counted.method, counted.proof, place))
            before.sort(key=_place)


def is_repeated(word: Word, known: Iterable[Word]) -> bool:
    """Whether a yes is one that pages repeat since it was taken back elsewhere, and not one given anew.

    A no that was said in the same way, in the same place, may be followed by the same yes; one said
    otherwise, on paper, in the preference centre or in another browser, by a yes that was not there before
    alone (GDPR, article 7(3)).
    """
    earlier = _before(word, known)
    if word.state != "granted" or not earlier or earlier[-1].state == "granted":
        return False
    last = earlier[-1]
    if _is_there(last, word.place) and (last.method == GPC or _way(last.method) == _way(word.method)):
        return False
    return any(each.state == "granted" and each.proof == word.proof for each in earlier)


def is_no_anew(word: Word, known: Iterable[Word]) -> bool:
    """Whether a no, after another one, takes back what this very place last said."""
    here = [each for each in _before(word, known) if each.place == word.place]
    return bool(here) and here[-1].state == "granted"


def _before(word: Word, known: Iterable[Word]) -> list[Word]:
    return sorted((each for each in known if each.at_us <= word.at_us), key=_place)


def _is_there(word: Word, place: str) -> bool:
    """Whether an answer was given in a place; of the oldest ones it is not known, and may be."""
    return not word.place.startswith(DEVICE) or word.place == place


def _counted(told: Told, earlier: Sequence[Word], *, place: str) -> Told | None:
    if told.yes is not None and _is_given_now(told.yes, earlier, place=place):
        return told.yes
    if told.method == GPC and earlier and _is_specific(earlier, len(earlier) - 1):
        return None
    return told


def _is_given_now(yes: Told, earlier: Sequence[Word], *, place: str) -> bool:
    """Whether a yes beside the browser's no is an answer of now, and not an older one that pages repeat."""
    if not earlier or _is_specific(earlier, len(earlier) - 1):
        return True
    last = earlier[-1]
    if last.state != "granted" and _is_there(last, place) and _way(last.method) == _way(yes.method):
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
