"""What a browser says it is, in few words: the kind of device, the system, the browser."""

from __future__ import annotations

import re
from functools import lru_cache

import msgspec


class Device(msgspec.Struct, frozen=True):
    """A kind of device (`mobile`, `desktop`…), a system and a browser; empty where nobody can tell."""

    kind: str = ""
    system: str = ""
    browser: str = ""


@lru_cache(maxsize=20_000)
def device_of(agent: str) -> Device:
    """What a user agent tells.

    >>> device_of("Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) Version/18.1 Safari/604.1")
    Device(kind='mobile', system='iOS', browser='Safari')
    """
    if not agent.startswith(("Mozilla/", "Opera/")):
        return Device()
    system = _first(_SYSTEMS, agent)
    return Device(_kind(agent, system), system, _first(_BROWSERS, agent))


def device_of_app(context_type: str, model: str) -> str:
    """The kind of device an app runs on: `ios` and `android` are telephones unless they are tablets."""
    told = context_type.casefold()
    if told in ("ios", "android"):
        return "tablet" if re.search(r"ipad|tab", model, re.IGNORECASE) else "mobile"
    return told if told in KINDS else ""


KINDS = frozenset({"mobile", "tablet", "desktop", "tv", "console", "wearable"})


def _kind(agent: str, system: str) -> str:
    if re.search(r"SmartTV|SMART-TV|Tizen.*TV|Web0S|AppleTV|GoogleTV|BRAVIA", agent):
        return "tv"
    if re.search(r"iPad|Tablet|Kindle|Silk/", agent) or (system == "Android" and "Mobile" not in agent):
        return "tablet"
    if system in ("iOS", "Android") or "Mobi" in agent:
        return "mobile"
    return "desktop" if system else ""


def _first(rules: tuple[tuple[str, re.Pattern[str]], ...], agent: str) -> str:
    return next((name for name, pattern in rules if pattern.search(agent)), "")


def _rules(**patterns: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((name.replace("_", " "), re.compile(pattern)) for name, pattern in patterns.items())


_SYSTEMS = _rules(
    iOS=r"iPhone|iPad|iPod",
    Android=r"Android",
    Windows=r"Windows",
    ChromeOS=r"CrOS",
    macOS=r"Macintosh|Mac OS X",
    Linux=r"Linux|X11",
)
_BROWSERS = _rules(
    Edge=r"Edg(e|A|iOS)?/",
    Opera=r"OPR/|Opera|OPiOS/",
    Samsung_Internet=r"SamsungBrowser/",
    Firefox=r"Firefox/|FxiOS/",
    Chrome=r"Chrome/|CriOS/",
    Safari=r"Safari/",
    Internet_Explorer=r"MSIE |Trident/",
)
"""In this order: most browsers also claim to be the ones below them."""
