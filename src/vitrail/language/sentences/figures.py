"""Numbers, money, dates and times as people of each language write them, by Babel; each kept once made."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_time
from babel.numbers import format_currency, format_decimal, format_percent, get_decimal_symbol

_MADE = 4096


@lru_cache
def locale_of(language: str) -> Locale:
    """The conventions of a language: France for `fr`, the United Kingdom for any other."""
    return Locale.parse("fr" if language == "fr" else "en_GB")


@lru_cache(_MADE)
def number(value: int | Decimal, *, language: str) -> str:
    """A number with all its digits: `1 234,5`, `1,234.5`."""
    return format_decimal(value, locale=locale_of(language), decimal_quantization=False)


@lru_cache(_MADE)
def share(value: Decimal, *, language: str) -> str:
    """A share of one as a percentage: `12,5 %`, `12.5%`."""
    return format_percent(value, locale=locale_of(language), decimal_quantization=False)


@lru_cache(_MADE)
def money(value: int | Decimal, currency: str, *, language: str) -> str:
    """An amount, with cents only where there are some: `500 €`, `12,50 €`, `€500`."""
    text = format_currency(value, currency, locale=locale_of(language), decimal_quantization=False)
    point = re.escape(get_decimal_symbol(locale_of(language)))
    return re.sub(rf"{point}0+(?!\d)", "", text) if value == int(value) else text


@lru_cache
def is_currency(unit: str, *, language: str) -> bool:
    """Whether the unit of a field is the code of a currency, such as EUR."""
    return len(unit) == 3 and unit.isupper() and unit in locale_of(language).currencies


@lru_cache(_MADE)
def day(value: dt.date, *, language: str) -> str:
    """A day in full: `1er janvier 2025`, `1 January 2025`."""
    return with_first(format_date(value, "long", locale=locale_of(language)), language=language)


def with_first(date: str, *, language: str) -> str:
    """A date that begins with its day, the first of a month as French writes it: `1er octobre`."""
    return re.sub("^1 ", "1er ", date) if language == "fr" else date


@lru_cache(_MADE)
def local(value: dt.datetime, timezone: str) -> dt.datetime:
    """An instant as the clocks of the workspace show it."""
    try:
        return value.astimezone(ZoneInfo(timezone))
    except OverflowError:
        return value


@lru_cache(_MADE)
def clock(value: dt.time, *, language: str) -> str:
    """A time of day, with seconds only where there are some."""
    style = "medium" if value.second or value.microsecond else "short"
    text = format_time(value, style, locale=locale_of(language))
    point = "," if language == "fr" else "."
    return f"{text}{point}{value.microsecond:06}" if value.microsecond else text


@lru_cache
def weekday(value: int, *, language: str) -> str:
    """The name of a day of the week; 1 is Monday."""
    return str(locale_of(language).days["format"]["wide"][value - 1])


@lru_cache
def month(value: int, *, language: str) -> str:
    """The name of a month; 1 is January."""
    return str(locale_of(language).months["format"]["wide"][value])
