"""How the pages speak: sentences in the language of the person, numbers and dates as people write them."""

from __future__ import annotations

import datetime as dt
import gettext
import io
from decimal import Decimal, InvalidOperation
from functools import cache
from importlib.resources import files
from typing import Literal
from zoneinfo import ZoneInfo

import msgspec
from babel.dates import format_date, format_datetime, format_timedelta
from babel.lists import format_list
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import (
    format_compact_decimal,
    format_currency,
    format_decimal,
    format_percent,
    get_currency_symbol,
)

from vitrail.language.sentences.figures import with_first

Language = Literal["fr", "en"]
LANGUAGES: tuple[Language, ...] = ("fr", "en")
LOCALES = {"fr": "fr", "en": "en_GB"}
AMOUNT = Decimal("0.01")


class Speech(msgspec.Struct, frozen=True):
    """One language with the currency and the time zone of a workspace."""

    language: Language
    currency: str = "EUR"
    timezone: str = "Europe/Paris"

    @property
    def locale(self) -> str:
        """The name Babel knows the language by."""
        return LOCALES[self.language]

    @property
    def zone(self) -> ZoneInfo:
        """The time zone of the workspace."""
        return ZoneInfo(self.timezone)

    def say(self, sentence: str, **parts: object) -> str:
        """A sentence written in English in the code, in the language of the person."""
        said = translations(self.language).gettext(sentence)
        return said % parts if parts else said

    def many(self, one: str, several: str, *, number: int, **parts: object) -> str:
        """A sentence about so many things; `%(num)s` is their number, written out."""
        said = translations(self.language).ngettext(one, several, number)
        return said % {"num": self.count(number), **parts}

    def count(self, number: int) -> str:
        """A whole number: `12 345`."""
        return format_decimal(number, locale=self.locale)

    def signed(self, number: int) -> str:
        """A difference: `+12`, `−3`, `0`."""
        sign = {1: "+", -1: "−", 0: ""}[(number > 0) - (number < 0)]
        return f"{sign}{self.count(abs(number))}"

    def compact(self, number: float) -> str:
        """A large number in few letters: `1,2 M`."""
        return format_compact_decimal(number, locale=self.locale, fraction_digits=1)

    def share(self, part: float) -> str:
        """A share of 1 as a percentage; what is small but not nothing is not written 0 %."""
        if 0 < part < 0.0005:
            return f"< {format_percent(0.001, format=self._percents, locale=self.locale)}"
        return format_percent(part, format=self._percents, locale=self.locale)

    @property
    def _percents(self) -> str:
        return "#,##0.#\u00a0%" if self.language == "fr" else "#,##0.#%"

    def money(self, amount: Decimal | float) -> str:
        """An amount, without cents."""
        return format_currency(
            amount, self.currency, locale=self.locale, format=self._amounts, currency_digits=False
        )

    @property
    def _amounts(self) -> str:
        return "#,##0\u00a0¤" if self.language == "fr" else "¤#,##0"

    def decimal(self, number: Decimal | float) -> str:
        """A number with its decimals, as it is typed."""
        return format_decimal(number, locale=self.locale, decimal_quantization=False)

    def fact(self, text: str, kind: str) -> str:
        """A value of a field that is at hand as text, as a person writes it: 3.0000 is 3."""
        try:
            if kind in ("decimal", "float"):
                return self.decimal(Decimal(f"{Decimal(text).normalize():f}"))
            if kind == "date":
                return self.day(dt.date.fromisoformat(text))
        except (InvalidOperation, ValueError):  # not one value but a band of them: `10 – 20`
            return text
        if kind == "boolean":
            return self.say("yes") if text == "true" else self.say("no")
        return text

    def size(self, size: int) -> str:
        """How large a file is: `12,5 Mo`."""
        units = ("o", "ko", "Mo", "Go") if self.language == "fr" else ("B", "kB", "MB", "GB")
        power = min(3, max(0, (len(str(size)) - 1) // 3))
        number = round(size / 1000**power, 1 if power else 0)
        return f"{format_decimal(number, locale=self.locale)}\u00a0{units[power]}"

    def day(self, day: dt.date | dt.datetime) -> str:
        """A day: `21 novembre 2026`."""
        return self._first(format_date(self._local(day), "d MMMM y", locale=self.locale))

    def short_day(self, day: dt.date | dt.datetime) -> str:
        """A day in figures: `21/11/2026`."""
        return format_date(self._local(day), "dd/MM/y", locale=self.locale)

    @property
    def symbol(self) -> str:
        """The sign of the currency."""
        return get_currency_symbol(self.currency, locale=self.locale)

    def month(self, day: dt.date) -> str:
        """A month: `novembre 2026`."""
        return format_date(day, "MMMM y", locale=self.locale)

    def short_month(self, day: dt.date) -> str:
        """A month in few letters, with its year in January: `nov.`, `janv. 2026`."""
        return format_date(day, "MMM y" if day.month == 1 else "MMM", locale=self.locale)

    def day_month(self, day: dt.date | dt.datetime) -> str:
        """A day without its year: `21 novembre`."""
        return self._first(format_date(self._local(day), "d MMMM", locale=self.locale))

    def moment(self, at: dt.datetime) -> str:
        """A day and a time: `21 novembre 2026, 14:05`."""
        written = format_datetime(at, "d MMMM y, HH:mm", tzinfo=self.zone, locale=self.locale)
        return self._first(written)

    def moment_us(self, at_us: int) -> str:
        """The same, of microseconds as the ledger keeps them."""
        return self.moment(dt.datetime.fromtimestamp(at_us / 1_000_000, dt.UTC))

    def clock(self, at: dt.datetime) -> str:
        """A day and a time with its seconds: `21/11/2026 14:05:09`."""
        return format_datetime(at, "dd/MM/y HH:mm:ss", tzinfo=self.zone, locale=self.locale)

    def hour(self, at: dt.datetime) -> str:
        """A time of day: `14:05`."""
        return format_datetime(at, "HH:mm", tzinfo=self.zone, locale=self.locale)

    def ago(self, at: dt.datetime, now: dt.datetime) -> str:
        """How long ago: `il y a 3 jours`."""
        return format_timedelta(at - now, add_direction=True, locale=self.locale)

    def listed(self, items: list[str], *, style: Literal["standard", "or"] = "standard") -> str:
        """Some names in a row: `a, b et c`."""
        return format_list(items, style=style, locale=self.locale)

    def _first(self, date: str) -> str:
        return with_first(date, language=self.language)

    def _local(self, day: dt.date | dt.datetime) -> dt.date:
        return day.astimezone(self.zone).date() if isinstance(day, dt.datetime) else day


@cache
def translations(language: Language) -> gettext.NullTranslations:
    """The sentences of a language, compiled from its catalogue the first time; English is as written."""
    if language == "en":
        return gettext.NullTranslations()
    place = files("vitrail.app.web").joinpath("locales", language, "LC_MESSAGES", "web.po")
    with place.open("rb") as source, io.BytesIO() as compiled:
        write_mo(compiled, read_po(source, locale=language))
        compiled.seek(0)
        return gettext.GNUTranslations(compiled)
