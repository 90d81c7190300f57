"""Judging a segment or the text of a message by the rules of the lint."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec

from vitrail.consent.lint.rules import Remark, Severity, remark, uneasy_words
from vitrail.consent.sensitive.places import Sensitive, revealed
from vitrail.consent.sensitive.words import in_name, in_value, law_of, name_of
from vitrail.language.uses import Uses, uses
from vitrail.model.catalogue import Catalogue
from vitrail.model.errors import Message
from vitrail.model.tree import (
    Age,
    Compare,
    Condition,
    DatePart,
    Distance,
    Duration,
    Integer,
    Last,
    Member,
    Not,
    Number,
    OneOf,
    Property,
    Range,
    Selection,
    Text,
    Trait,
    Tree,
)
from vitrail.model.walk import children, joined, walk

SIGNALS, FAR_TOO_MANY = 5, 8
"""Personal facts that one rule may cross before it is said, and before it is serious."""

ADULT = 18
FINE_KILOMETRES = 2
RECENT_MINUTES = 60
MINUTES = {"minute": 1, "hour": 60}
SILENT = frozenset({"grief", "breakup", "money"})
"""What may be known in order to leave people in peace."""

ORDER: tuple[Severity, ...] = ("serious", "uneasy", "note")


def judge(
    condition: Condition,
    catalogue: Catalogue,
    *,
    words: Mapping[str, str] | None = None,
    size: int | None = None,
    smallest: int = 20,
) -> tuple[Remark, ...]:
    """What a customer would find intrusive in a segment, worst first.

    `words` are its names and descriptions by language, `size` how many people it has; a size under
    `smallest` is told to be small, never by its number.
    """
    private = list(_private(condition, catalogue, words=words or {}))
    found = [*private, *_signals(uses(condition, catalogue))]
    found += [
        each for path, node in _nodes("", condition, reach=_Reach(catalogue)) for each in _of(path, node)
    ]
    found += _identities(condition, catalogue)
    found += _place_and_fact(private)
    if size is not None and size < smallest:
        found.append(remark("small_audience", "", limit=smallest))
    return _sorted(found)


def judge_text(text: str) -> tuple[Remark, ...]:
    """What a customer would find intrusive in the words of a message, whoever receives it."""
    uneasy = uneasy_words().spot(text, is_name=False)
    found = [remark(each.subject, "", words=each.words) for each in uneasy if each.subject != "location"]
    told = {each.subject for each in uneasy}
    for each in in_value(text):
        if each.subject == "health" and "pregnancy" in told:
            continue
        found.append(_sensitive(Sensitive(each.subject, "", text, each.words, "value")))
    return _sorted(found)


def _sorted(found: list[Remark]) -> tuple[Remark, ...]:
    once = dict.fromkeys(found)
    return tuple(sorted(once, key=lambda each: ORDER.index(each.severity)))


# --- private matters --------------------------------------------------------------------------


def _private(condition: Condition, catalogue: Catalogue, *, words: Mapping[str, str]) -> Iterator[Remark]:
    """Sensitive data, and inferences that disturb, in the rule and in what it is called."""
    circles = [path for path, node in walk(condition) if isinstance(node, Distance)]
    uneasy = [
        each
        for each in revealed(condition, catalogue, others=uneasy_words())
        if not any(each.path.startswith(f"{circle}.") for circle in circles)
    ]
    sensitive = list(revealed(condition, catalogue))
    for text in words.values():
        uneasy += [
            Sensitive(each.subject, "", text, each.words, "name")
            for each in uneasy_words().spot(text, is_name=True)
            if each.subject != "location"
        ]
        sensitive += [Sensitive(each.subject, "", text, each.words, "name") for each in in_name(text)]
    births = {each.path for each in uneasy if each.subject == "pregnancy"}
    for each in uneasy:
        rule = "fine_location" if each.subject == "location" else each.subject
        told = remark(rule, each.path, words=each.words)
        keeps_silent = rule in SILENT and _is_denied(condition, each.path)
        yield msgspec.structs.replace(told, severity="note") if keeps_silent else told
    for each in sensitive:
        if not (each.subject == "health" and each.path in births):
            yield _sensitive(each)


def _is_denied(condition: Condition, path: str) -> bool:
    """Whether what stands at a place is asked not to be."""
    turned = [place for place, node in walk(condition) if isinstance(node, Not)]
    return bool(path) and sum(path.startswith(joined(place, "condition")) for place in turned) % 2 == 1


def _sensitive(each: Sensitive) -> Remark:
    match each.subject:
        case "health":
            return remark("illness", each.path, words=each.words)
        case "children":
            return remark("minors", each.path, words=each.words)
        case "declared":
            subject = Message(fr="une donnée déclarée sensible", en="what was declared sensitive")
            return remark("sensitive", each.path, words=each.words, subject=subject, law="article 9")
        case subject:
            return remark(
                "sensitive", each.path, words=each.words, subject=name_of(subject), law=law_of(subject)
            )


def _place_and_fact(private: list[Remark]) -> Iterator[Remark]:
    places = [each for each in private if each.rule == "fine_location"]
    facts = [each for each in private if each.rule in ("sensitive", "illness", "pregnancy", "minors")]
    if places and facts:
        yield remark("sensitive_place", facts[0].path)


# --- signals ----------------------------------------------------------------------------------


def facts_of(read: Uses) -> tuple[str, ...]:
    """The distinct personal facts a condition reads: traits, scores, and what people did, in its details."""
    detailed = {(name, field) for name, field in read.properties if field != "at"}
    bare = set(read.collections) - {name for name, _ in detailed}
    return (*read.traits, *read.scores, *sorted(f"{a}.{b}" for a, b in detailed), *sorted(bare))


def _signals(read: Uses) -> Iterator[Remark]:
    count = len(facts_of(read))
    if count > FAR_TOO_MANY:
        yield remark("far_too_many_signals", "", count=count, limit=SIGNALS)
    elif count > SIGNALS:
        yield remark("too_many_signals", "", count=count, limit=SIGNALS)
    for name in read.scores:
        yield remark("guessed", "", words=name)


# --- one node ---------------------------------------------------------------------------------


class _Reach(msgspec.Struct, frozen=True):
    catalogue: Catalogue
    through: tuple[str, ...] = ()


def _nodes(path: str, node: Tree, *, reach: _Reach) -> Iterator[tuple[str, Tree]]:
    """Every node, those of the segments referred to at the place that refers to them."""
    yield path, node
    if isinstance(node, Member) and node.segment not in reach.through:
        condition = reach.catalogue.segments.get(node.segment)
        if condition is not None:
            inside = msgspec.structs.replace(reach, through=(*reach.through, node.segment))
            yield from ((path, each) for _, each in _nodes("", condition, reach=inside))
    for step, below in children(node):
        yield from _nodes(joined(path, step), below, reach=reach)


def _of(path: str, node: Tree) -> Iterator[Remark]:
    match node:
        case Selection(_, _, Last(duration)):
            yield from _recent(path, duration)
        case Compare(Distance(), "<" | "<=", Integer(kilometres) | Number(kilometres)):
            if kilometres < FINE_KILOMETRES:
                yield remark("fine_location", path, words=f"{kilometres} km")
        case Compare(Age(), operator, Integer(years)) if _takes_minors(operator, years):
            yield remark("minors", path, words=f"age {operator} {years}")
        case Range(Age(), _, Integer(years), False) if years <= ADULT:
            yield remark("minors", path, words=f"age ≤ {years}")
        case DatePart("hour", Property()):
            yield remark("night", path)
        case _:
            return


def _takes_minors(operator: str, years: int) -> bool:
    """Whether the comparison of an age keeps minors, and few others or none."""
    return (operator == "<" and years <= ADULT) or (operator in ("<=", "=") and years < ADULT)


def _recent(path: str, duration: Duration) -> Iterator[Remark]:
    minutes = MINUTES.get(duration.unit, 0) * duration.count
    if 0 < minutes <= RECENT_MINUTES:
        window = Message(fr=f"{minutes} minutes", en=f"{minutes} minutes")
        yield remark("very_recent", path, window=window)


def _identities(condition: Condition, catalogue: Catalogue) -> Iterator[Remark]:
    """Traits that tell who somebody is, compared with one value."""
    telling = {name for name, field in catalogue.traits.items() if field.identity is not None}
    for path, node in _nodes("", condition, reach=_Reach(catalogue)):
        match node:
            case Compare(Trait(name), "=", Text(value)) | Compare(Text(value), "=", Trait(name)):
                if name in telling:
                    yield remark("one_person", path, words=f"{name} = {value[:1]}…")
            case OneOf(Trait(name), _, False) if name in telling:
                yield remark("one_person", path, words=name)
            case _:
                continue
