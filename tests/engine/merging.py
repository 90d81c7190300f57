"""What several profiles of one customer say together, by hand."""

from collections.abc import Mapping, Sequence

import msgspec

from vitrail.engine.profile.history import Consent, History, Version

Canon = Mapping[int, int]
"""For the number of each profile that is part of another one, the number of that one."""


def people(histories: Sequence[History], canon: Canon) -> dict[int, History]:
    """The history of each customer under the number of the canonical profile."""
    parts: dict[int, list[History]] = {}
    for number, each in enumerate(histories):
        parts.setdefault(canon.get(number, number), []).append(_numbered(each, number))
    return {
        number: found[0] if len(found) == 1 else together(found, like=histories[number])
        for number, found in parts.items()
    }


def _numbered(history: History, number: int) -> History:
    """The same history, each observation of which says of which profile it was made."""
    traits = {
        name: tuple(msgspec.structs.replace(each, part=number) for each in said)
        for name, said in history.traits.items()
    }
    return msgspec.structs.replace(history, traits=traits)


def together(parts: Sequence[History], *, like: History) -> History:
    """All parts as one; among what arrived at the same time, the part that comes last counts."""
    known = [each.first_seen_us for each in parts if each.first_seen_us is not None]
    return msgspec.structs.replace(
        like,
        traits=_joined([each.traits for each in parts]),
        events=_joined([each.events for each in parts]),
        records={name: _kept(of) for name, of in _joined([each.records for each in parts]).items()},
        scores=_joined([each.scores for each in parts]),
        consents=_spoken(parts),
        first_seen_us=min(known, default=None),
    )


def _spoken(parts: Sequence[History]) -> tuple[Consent, ...]:
    """What each part said, told apart, and whether it is a device."""
    return tuple(
        msgspec.structs.replace(said, who=who, anonymous=part.key.startswith("anonymous:"))
        for who, part in enumerate(parts)
        for said in part.consents
    )


def _joined(parts: Sequence[dict]) -> dict:
    names = dict.fromkeys(name for part in parts for name in part)
    return {name: tuple(each for part in parts for each in part.get(name, ())) for name in names}


def _kept(versions: tuple[Version, ...]) -> tuple[Version, ...]:
    """A record that goes from one part to another does not leave the customer."""
    there = {(each.id, each.at_us, each.sequence) for each in versions if not each.gone}
    return tuple(
        each for each in versions if not each.gone or (each.id, each.at_us, each.sequence) not in there
    )
