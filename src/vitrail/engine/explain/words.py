"""Values, changes and deadlines in French and in English."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from zoneinfo import ZoneInfo

from vitrail.engine.explain.moves import Add, Forget, Move, Moves, Put, Rate, Say, Wait
from vitrail.engine.profile.context import Context
from vitrail.engine.profile.local_time import instant_at
from vitrail.engine.profile.quantities import Answer, Ratio
from vitrail.language.describe import describe_value
from vitrail.language.sentences import figures
from vitrail.model.catalogue import Catalogue, Field, Label, Named
from vitrail.model.errors import Bug, Message
from vitrail.model.explanation import Change, ChangeKind, Figure, FigureType
from vitrail.model.tree import (
    Boolean,
    Constant,
    Date,
    Duration,
    Instant,
    Integer,
    Number,
    Property,
    Score,
    Text,
    Trait,
    Unit,
    Value,
)

LANGUAGES = ("fr", "en")
UNKNOWN = Figure("unknown", "", Message("inconnu", "unknown"))

_UNITS: tuple[tuple[int, Unit], ...] = (
    (86_400_000_000, "day"),
    (3_600_000_000, "hour"),
    (60_000_000, "minute"),
)


# --- values -----------------------------------------------------------------------------------


def figure(
    answer: Answer | None, catalogue: Catalogue, *, like: Value | None = None, collection: str | None = None
) -> Figure:
    """A value in writing, said as the value `like` says its own."""
    if answer is None:
        return UNKNOWN
    if isinstance(answer, frozenset):
        texts = tuple(sorted(answer))
        return Figure("texts", texts, Message(", ".join(texts) or "aucun", ", ".join(texts) or "none"))
    of_type, written, constant = _written(answer)
    if constant is None:
        return Figure(of_type, written, Message(written, written))
    said = {
        language: describe_value(constant, catalogue, language=language, like=like, collection=collection)
        for language in LANGUAGES
    }
    return Figure(of_type, written, Message(**said))


def _written(answer: Answer) -> tuple[FigureType, str, Constant | None]:
    match answer:
        case bool():
            return "boolean", str(answer).lower(), Boolean(answer)
        case int():
            return "integer", str(answer), _number(Decimal(answer))
        case Decimal():
            return "decimal", f"{answer:f}", _number(answer)
        case float():
            return "float", repr(answer), _number(_rounded(answer))
        case Ratio():
            return "decimal", f"{_rounded(answer.as_double()):f}", _number(_rounded(answer.as_double()))
        case str():
            return "text", answer, Text(answer)
        case dt.datetime():
            return "instant", answer.isoformat().replace("+00:00", "Z"), Instant(answer)
        case dt.date():
            return "date", answer.isoformat(), Date(answer)
        case dt.timedelta():
            return "duration", _iso(answer), length(answer // dt.timedelta(microseconds=1))
        case Duration():
            return "duration", f"{answer.count} {answer.unit}", answer
        case _:
            raise Bug("a set of texts is written elsewhere")


def _rounded(number: float) -> Decimal:
    plain = Decimal(repr(number))
    return round(plain, 4) if plain.is_finite() else plain


def _number(number: Decimal) -> Constant | None:
    try:
        return Integer(int(number)) if number == int(number) else Number(number)
    except (ValueError, OverflowError):
        return None


def _iso(span: dt.timedelta) -> str:
    sign, total = ("-", -span) if span < dt.timedelta(0) else ("", span)
    hours, rest = divmod(total - dt.timedelta(days=total.days), dt.timedelta(hours=1))
    minutes, rest = divmod(rest, dt.timedelta(minutes=1))
    return f"{sign}P{total.days}DT{hours}H{minutes}M{rest.total_seconds():g}S"


def length(us: int) -> Duration:
    """A length of time, rounded, in its largest unit of which there are at least two."""
    amount = abs(us)
    for size, unit in _UNITS:
        if amount >= 2 * size:
            return Duration((amount + size // 2) // size, unit)
    return Duration(max(1, round(amount / _UNITS[-1][0])), "minute")


# --- changes ----------------------------------------------------------------------------------


def change(move: Move, context: Context) -> Change:
    """A move in words."""
    catalogue = context.catalogue
    match move:
        case Add():
            return _added(move, catalogue)
        case Put(trait, value, meaning=meaning):
            shown = figure(move.texts or value, catalogue, like=Trait(trait))
            return Change(meaning, trait, _put(move, shown, catalogue=catalogue), values={"": shown})
        case Forget(trait):
            name = _both(Trait(trait), catalogue)
            return Change(
                "forget", trait, Message(f"{name.fr} devient inconnu", f"{name.en} becomes unknown")
            )
        case Rate(score, value):
            shown = figure(value, catalogue, like=Score(score))
            return Change(
                "score", score, _becomes(Score(score), shown, catalogue=catalogue), values={"": shown}
            )
        case Say():
            return _said(move, catalogue)
        case Wait():
            return _waited(move, context)


def _both(value: Value, catalogue: Catalogue) -> Message:
    return Message(
        **{language: describe_value(value, catalogue, language=language) for language in LANGUAGES}
    )


def _becomes(value: Value, shown: Figure, *, catalogue: Catalogue) -> Message:
    name, label = _both(value, catalogue), shown.label
    return Message(f"{name.fr} devient {label.fr}", f"{name.en} becomes {label.en}")


def _put(move: Put, shown: Figure, *, catalogue: Catalogue) -> Message:
    name = _both(Trait(move.trait), catalogue)
    match move.meaning:
        case "set":
            return _becomes(Trait(move.trait), shown, catalogue=catalogue)
        case "known":
            return Message(f"{name.fr} devient connu", f"{name.en} becomes known")
        case "gain":
            return Message(f"{name.fr} gagne {shown.label.fr}", f"{name.en} gains {shown.label.en}")
        case "lose":
            return Message(f"{name.fr} perd {shown.label.fr}", f"{name.en} loses {shown.label.en}")
        case "other":
            return Message(f"{name.fr} change de valeur", f"{name.en} becomes something else")


def _added(move: Add, catalogue: Catalogue) -> Change:
    declared = catalogue.collections.get(move.collection)
    fields = declared.properties if declared else {}
    values = {
        name: figure(value, catalogue, like=Property(name), collection=move.collection)
        for name, value in move.properties.items()
    }
    details = [(_label(fields.get(name), name), shown.label) for name, shown in values.items()]
    fr = ", ".join(f"{name.fr} : {shown.fr}" for name, shown in details)
    en = ", ".join(f"{name.en}: {shown.en}" for name, shown in details)
    said = _more(_noun(move.collection, catalogue), move.count)
    with_details = Message(f"{said.fr} ({fr})", f"{said.en} ({en})") if details else said
    return Change("add", move.collection, with_details, count=move.count, values=values)


def _label(field: Field | None, name: str) -> Message:
    if field is None or field.label is None:
        return Message(f"« {name} »", f"“{name}”")
    return Message(field.label.fr, field.label.en)


def _more(label: Label, count: int) -> Message:
    if count == 1:
        article = "une" if label.gender == "f" else "un"
        return Message(f"{article} {label.fr} de plus", f"one more {label.en}")
    fr, en = label.fr_plural or f"{label.fr}s", label.en_plural or f"{label.en}s"
    return Message(f"{count} {fr} de plus", f"{count} more {en}")


def _said(move: Say, catalogue: Catalogue) -> Change:
    purpose = _named(catalogue.purposes.get(move.purpose), move.purpose)
    fr, en = purpose.fr, purpose.en
    if move.channel is not None:
        channel = _named(catalogue.channels.get(move.channel), move.channel)
        fr, en = f"{fr} par {channel.fr}", f"{en} by {channel.en}"
    kind: ChangeKind = "grant" if move.granted else "withdraw"
    words = ("donne", "gives") if move.granted else ("retire", "withdraws")
    label = Message(f"le client {words[0]} son consentement : {fr}", f"the customer {words[1]} consent: {en}")
    return Change(kind, move.purpose, label, channel=move.channel)


def _named(named: Named | None, key: str) -> Message:
    label = named.label if named else None
    return Message(label.fr, label.en) if label else Message(f"« {key} »", f"“{key}”")


def _waited(move: Wait, context: Context) -> Change:
    catalogue = context.catalogue
    span = _both(length(move.until_us - context.at_us), catalogue)
    until = moment(move.until_us, context.zone)
    nouns = [_noun(each, catalogue) for each in move.without]
    if nouns:
        fr = " ni ".join(f"{_no(each)} {each.fr}" for each in nouns)
        en = " or ".join(each.en for each in nouns)
        fr, en = f"{fr} jusqu’au {until.fr}", f"no new {en} until {until.en}"
    else:
        fr, en = f"attendre le {until.fr}", f"wait until {until.en}"
    return Change(
        "wait", "", Message(f"{fr} ({span.fr})", f"{en} ({span.en})"), until=instant_at(move.until_us)
    )


def _no(noun: Label) -> str:
    return "aucune nouvelle" if noun.gender == "f" else "aucun nouveau"


def _noun(collection: str, catalogue: Catalogue) -> Label:
    declared = catalogue.collections.get(collection)
    label = declared.label if declared else None
    quoted = Message(f"«\u202f{collection}\u202f»", f"“{collection}”")
    return label or Label(quoted.fr, quoted.en, quoted.fr, quoted.en)


# --- instants and sentences -------------------------------------------------------------------


def moment(us: int, zone: ZoneInfo) -> Message:
    """An instant on the clocks of the workspace, to the minute; the day alone at midnight."""
    instant = instant_at(us)
    if instant is None:
        raise Bug("an instant out of the calendar cannot be told")
    local = instant.astimezone(zone)
    time = dt.time(local.hour, local.minute)
    fr, en = (figures.day(local.date(), language=language) for language in LANGUAGES)
    if time == dt.time():
        return Message(fr, en)
    said_fr, said_en = (figures.clock(time, language=language) for language in LANGUAGES)
    return Message(f"{fr} à {said_fr}", f"{en} at {said_en}")


def changes(moves: Moves, context: Context) -> tuple[Change, ...]:
    """Moves in words."""
    return tuple(change(each, context) for each in moves)


def sentence(all_of: Iterable[Change], *, before_us: int | None, zone: ZoneInfo) -> Message:
    """Changes in one sentence, with their deadline."""
    parts = tuple(all_of)
    fr = _joined(parts, [each.label.fr for each in parts], words=("puis", "et"))
    en = _joined(parts, [each.label.en for each in parts], words=("then", "and"))
    if before_us is None:
        return Message(fr, en)
    limit = moment(before_us, zone)
    return Message(f"{fr}, avant le {limit.fr}", f"{en}, before {limit.en}")


def _joined(parts: tuple[Change, ...], labels: list[str], *, words: tuple[str, str]) -> str:
    """After a wait comes what follows it; the rest is in no order."""
    then, also = words
    text = labels[0]
    for index, (before, label) in enumerate(zip(parts, labels[1:], strict=False), start=2):
        last = f" {also} " if index == len(parts) else ", "
        text += (f", {then} " if before.kind == "wait" else last) + label
    return text
