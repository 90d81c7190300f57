"""The fields of a row as the page draws them: selects, inputs, boxes to tick, with their words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypedDict, Unpack

import msgspec

from vitrail.app.web.builder import words
from vitrail.app.web.builder.comparing import AGES, RARE, SEVERAL, TESTS, family, test_of
from vitrail.app.web.builder.form import DETAIL, Row, first
from vitrail.app.web.builder.spans import PERIODS
from vitrail.app.web.builder.subjects import (
    Subject,
    detail_codes,
    detail_of,
    figure_asked,
    figure_of,
    figure_words,
    figured,
    subject_of,
)
from vitrail.app.web.speech import Speech
from vitrail.language.kinds import MOMENTS, NUMBERS
from vitrail.model.catalogue import Catalogue, Collection, Field
from vitrail.model.tree import Selection

TICKED = 40
"""So many declared values are ticked one by one; beyond, they are written one to a line."""


class Suggested(msgspec.Struct, frozen=True):
    """A value somebody has, and how many have it."""

    value: str
    count: int


Suggest = Callable[[str, str], Sequence[Suggested]]
"""The main values of a field: of a collection (empty for traits), by its name."""


class Option(msgspec.Struct, frozen=True):
    """One choice of a select, or one box to tick; `group` is what it and the next ones are listed under."""

    value: str
    label: str
    group: str = ""


class Control(msgspec.Struct, frozen=True, kw_only=True):
    """One field: `kind` is `select`, `text`, `number`, `date`, `lines`, `ticks`, `word` or `writing`.

    `acts` says that another choice changes which fields there are; `say` is the word before it.
    """

    kind: str
    name: str
    label: str
    values: tuple[str, ...] = ()
    options: tuple[Option, ...] = ()
    acts: bool = False
    say: str = ""
    unit: str = ""
    wrong: bool = False

    @property
    def value(self) -> str:
        """The one value."""
        return self.values[0] if self.values else ""


class More(TypedDict, total=False):
    """What may be said of an input: the word before it, the unit after it, values to propose."""

    say: str
    unit: str
    options: Sequence[Option]


class Line(msgspec.Struct, frozen=True):
    """Some controls in a row; `number` is that of a detail that can be taken out."""

    controls: tuple[Control, ...]
    number: int | None = None


def segment_options(catalogue: Catalogue, present: str, *, speech: Speech) -> list[Option]:
    """Segments by name, then the classes of each segmentation in their order, under its name.

    The one that is chosen tells its segmentation by itself.
    """

    def called(key: str) -> str:
        return words.noun(catalogue.segment_labels.get(key), key, language=speech.language)

    segments: list[Option] = []
    classes: list[Option] = []
    last = ""
    for key in catalogue.segments:
        over, dot, _ = key.partition(".")
        if not dot:
            segments.append(Option(key, called(key)))
            continue
        label = words.segment_word(key, catalogue, speech=speech) if key == present else called(key)
        classes.append(Option(key, label, called(over) if over != last else ""))
        last = over
    missing = [Option(present, present)] if present and present not in catalogue.segments else []
    return [Option("", "–"), *missing, *sorted(segments, key=lambda each: each.label.casefold()), *classes]


class Maker:
    """Makes the controls of rows, in one language, over one catalogue."""

    def __init__(self, catalogue: Catalogue, speech: Speech, *, suggest: Suggest) -> None:
        self.catalogue = catalogue
        self.speech = speech
        self.suggest = suggest

    def lines(self, row: Row, path: str, *, wrong: str = "") -> tuple[Line, ...]:
        """The controls of a row; `wrong` names the field that does not fit."""
        what, _, name = row.about.partition(":")
        collection = self.catalogue.collections.get(name)
        if what == "of" and collection is not None:
            return tuple(self._records(row, collection, path=path, wrong=wrong))
        if what in ("segment", "consent", "sample", "place", "text"):
            return (Line(tuple(self._special(row, path, what=what, wrong=wrong))),)
        subject = subject_of(row.about, self.catalogue)
        if subject is None:
            return ()
        return (Line(tuple(self._test(subject, row.fields, path=path, wrong=wrong, within=""))),)

    # --- rows that are no comparison ----------------------------------------------------------

    def _special(self, row: Row, path: str, *, what: str, wrong: str) -> Iterator[Control]:
        say, at = self.speech.say, _Namer(row.fields, path, wrong=wrong)
        if what == "segment":
            yield self._yes_or_no(at, yes=say("belongs to"), no=say("does not belong to"))
            yield at.select(
                "v", say("Segment"), options=segment_options(self.catalogue, row.one("v"), speech=self.speech)
            )
        elif what == "consent":
            yield self._yes_or_no(at, yes=say("given for"), no=say("not given for"))
            yield at.select("v", say("Purpose"), options=self._named(self.catalogue.purposes))
            channels = [Option("", say("on any channel")), *self._named(self.catalogue.channels)]
            yield at.select("v2", say("Channel"), options=channels)
        elif what == "sample":
            yield self._yes_or_no(at, yes=say("is drawn"), no=say("is not drawn"))
            yield at.input("number", "v", label=say("Share"), unit="%")
            yield at.input("text", "v2", label=say("Name of the draw"))
        elif what == "place":
            signs = [
                Option(each, words.test_word(each, "number", speech=self.speech))
                for each in ("lt", "le", "gt", "ge")
            ]
            yield at.select("op", say("Test"), options=signs)
            yield at.input("number", "v", label=say("Distance"), unit="km")
            yield at.input("text", "v2", label=say("Latitude, longitude"), say=say("from the point"))
        else:
            yield at.input("writing", "text", label=say("Condition in writing"))

    def _yes_or_no(self, at: _Namer, *, yes: str, no: str) -> Control:
        return at.select("not", self.speech.say("Test"), options=[Option("", yes), Option("1", no)])

    def _named(self, known: Mapping[str, object]) -> list[Option]:
        language = self.speech.language
        return [Option(key, words.named(each, key, language=language)) for key, each in known.items()]  # type: ignore[arg-type]

    # --- records ------------------------------------------------------------------------------

    def _records(self, row: Row, collection: Collection, *, path: str, wrong: str) -> Iterator[Line]:
        at = _Namer(row.fields, path, wrong=wrong)
        chosen = figure_asked(row.one("figure"), row.one("of"), collection=collection)
        controls = list(self._figure(at, collection, chosen=chosen))
        subject = figure_of(chosen, Selection(collection.name), collection=collection)
        if subject is not None:
            controls += self._test(subject, row.fields, path=path, wrong=wrong, within=collection.name)
        if chosen == "regularly":
            controls += self._regularly(at)
        elif collection.kind == "event":
            controls += self._window(at, prefix="", allowed=words.PAST)
        yield Line(tuple(controls))
        yield from self._details(row, collection, path=path, wrong=wrong)
        if row.one("where"):
            yield Line((at.input("writing", "where", label=self.speech.say("Details in writing")),))

    def _figure(self, at: _Namer, collection: Collection, *, chosen: str) -> Iterator[Control]:
        """What is asked of the records, then the property it is made of, where it needs one."""
        function, _, of = chosen.partition(".")
        known = [*figure_words(collection), *(["regularly"] if collection.kind == "event" else [])]
        figures = [Option(each, self.speech.say(words.FIGURES[each])) for each in known]
        yield at.select("figure", self.speech.say("Figure"), options=figures, acts=True)
        if of:
            made = [
                Option(each, words.property_word(each, collection, speech=self.speech))
                for each in figured(function, collection)
            ]
            property_ = at.select("of", self.speech.say("Property"), options=made, acts=True)
            yield msgspec.structs.replace(property_, values=(of,))

    def _regularly(self, at: _Namer) -> Iterator[Control]:
        say = self.speech.say
        periods = [Option(key, say(word)) for key, word in words.EVERY.items()]
        yield at.select("u", say("Period"), options=periods)
        yield at.input("number", "n", label=say("Number of periods"), say=say("in at least"))
        yield at.input("number", "n2", label=say("Out of how many periods"), say=say("of the last"))

    def _details(self, row: Row, collection: Collection, *, path: str, wrong: str) -> Iterator[Line]:
        codes = [
            Option(each, words.detail_word(each, collection, speech=self.speech))
            for each in detail_codes(collection)
        ]
        for number, fields in enumerate(row.details):
            here = f"{path}{DETAIL}{number}"
            own = wrong.removeprefix(f"{DETAIL}{number}:") if wrong.startswith(f"{DETAIL}{number}:") else ""
            at = _Namer(fields, here, wrong=own)
            subject = detail_of(first(fields, "f"), collection)
            controls = [at.select("f", self.speech.say("Property"), options=codes, acts=True)]
            if subject is not None:
                controls += self._test(subject, fields, path=here, wrong=own, within=collection.name)
            yield Line(tuple(controls), number)

    # --- comparisons --------------------------------------------------------------------------

    def _test(
        self, subject: Subject, fields: Mapping[str, Sequence[str]], *, path: str, wrong: str, within: str
    ) -> Iterator[Control]:
        at, say = _Namer(fields, path, wrong=wrong), self.speech.say
        kin = family(subject.kind)
        test = test_of(fields, subject.kind)
        shown = [each for each in TESTS[kin] if each == test or each not in RARE.get(kin, ())]
        options = [Option(each, words.test_word(each, kin, speech=self.speech)) for each in shown]
        chosen = at.select("op", say("Test"), options=options, acts=True)
        yield msgspec.structs.replace(chosen, values=(test,))
        if test in ("known", "unknown", "true", "false"):
            return
        if test in AGES:
            yield at.input("number", "n", label=say("Length"))
            yield self._units(at, "u")
        elif test in ("within", "nwithin"):
            allowed = tuple(each for each in words.WINDOWS if each)
            yield from self._window(at, prefix="t", allowed=allowed)
        else:
            yield from self._values(at, subject, test=test, within=within)

    def _values(self, at: _Namer, subject: Subject, *, test: str, within: str) -> Iterator[Control]:
        say, field = self.speech.say, subject.field
        unit = _unit(field, subject)
        options = self._choices(field, within)
        if test in SEVERAL:
            ticked = bool(field and field.choices) and len(options) <= TICKED
            yield at.several("ticks" if ticked else "lines", "v", label=say("Values"), options=options)
            return
        declared = bool(field and field.choices) and test in ("eq", "ne", "has", "nhas")
        if declared:
            yield at.select("v", say("Value"), options=[Option("", "–"), *at.with_present("v", options)])
            return
        kind = _kind(subject, at)
        yield at.input(kind, "v", label=say("Value"), unit=unit, options=options if kind == "text" else ())
        if test in ("between", "nbetween"):
            yield at.input(kind, "v2", label=say("Second value"), say=say("and"), unit=unit)

    def _choices(self, field: Field | None, within: str) -> list[Option]:
        """The values of a field with how many have each: declared ones in their order, else the main ones."""
        if field is None or field.type not in ("text", "texts"):
            return []
        counts = {each.value: each.count for each in self.suggest(within, field.name)}
        labels = {
            each.value: words.noun(each.label, each.value, language=self.speech.language)
            for each in field.choices
        }
        shown = labels or {value: value for value in counts}
        return [Option(value, self._with_count(label, counts.get(value))) for value, label in shown.items()]

    def _with_count(self, label: str, count: int | None) -> str:
        return label if count is None else f"{label} ({self.speech.count(count)})"

    def _window(self, at: _Namer, *, prefix: str, allowed: tuple[str, ...]) -> Iterator[Control]:
        say = self.speech.say
        options = [Option(each, say(words.WINDOWS[each])) for each in allowed]
        yield at.select(f"{prefix}w", say("Period"), options=options, acts=True)
        which = at.value(f"{prefix}w") or allowed[0]
        if which in ("last", "next"):
            yield at.input("number", f"{prefix}n", label=say("Length"))
            yield self._units(at, f"{prefix}u")
        elif which and which not in PERIODS:
            yield at.input(at.date(f"{prefix}a"), f"{prefix}a", label=say("Date"))
            if which == "between":
                end = at.date(f"{prefix}b")
                yield at.input(end, f"{prefix}b", label=say("End, not included"), say=say("and"))

    def _units(self, at: _Namer, name: str) -> Control:
        options = [Option(key, self.speech.say(word)) for key, word in words.UNITS.items()]
        control = at.select(name, self.speech.say("Unit"), options=options)
        return control if control.value else msgspec.structs.replace(control, values=("day",))


class _Namer:
    """Names the controls of some fields, and fills them with what they hold."""

    def __init__(self, fields: Mapping[str, Sequence[str]], path: str, *, wrong: str) -> None:
        self._fields = fields
        self._path = path
        self._wrong = wrong

    def value(self, name: str) -> str:
        return first(self._fields, name)

    def select(self, name: str, label: str, *, options: Sequence[Option], acts: bool = False) -> Control:
        return Control(
            kind="select",
            name=f"{self._path}:{name}",
            label=label,
            values=(self.value(name),),
            options=tuple(options),
            acts=acts,
            wrong=name == self._wrong,
        )

    def input(self, kind: str, name: str, *, label: str, **more: Unpack[More]) -> Control:
        return Control(
            kind=kind,
            name=f"{self._path}:{name}",
            label=label,
            values=(self.value(name),),
            options=tuple(more.get("options", ())),
            say=more.get("say", ""),
            unit=more.get("unit", ""),
            wrong=name == self._wrong,
        )

    def several(self, kind: str, name: str, *, label: str, options: Sequence[Option]) -> Control:
        given = [line for each in self._fields.get(name, ()) for line in each.splitlines() if line.strip()]
        return Control(
            kind=kind,
            name=f"{self._path}:{name}",
            label=label,
            values=tuple(given),
            options=tuple(self.with_present(name, options)) if kind == "ticks" else tuple(options),
            wrong=name == self._wrong,
        )

    def with_present(self, name: str, options: Sequence[Option]) -> list[Option]:
        """The options, with those that are chosen although nobody offers them."""
        offered = {each.value for each in options}
        chosen = [line for each in self._fields.get(name, ()) for line in each.splitlines()]
        return [*options, *(Option(each, each) for each in chosen if each and each not in offered)]

    def date(self, name: str) -> str:
        """A day has its own kind of field; a moment is written."""
        return "text" if "T" in self.value(name) else "date"


def _kind(subject: Subject, at: _Namer) -> str:
    if subject.kind in NUMBERS:
        return "number"
    return at.date("v") if subject.kind in MOMENTS else "text"


def _unit(field: Field | None, subject: Subject) -> str:
    if field is None or subject.kind not in NUMBERS:
        return ""
    return {"EUR": "€"}.get(field.unit, field.unit)
