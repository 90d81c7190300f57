"""Where and how something happened: what comes along with every message, under names that stay the same."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from vitrail.collect.filing.devices import device_of, device_of_app
from vitrail.model.tracking import Tracked

CAMPAIGN = {
    "utm_campaign": ("name", "campaign"),
    "utm_source": ("source",),
    "utm_medium": ("medium",),
    "utm_term": ("term",),
    "utm_content": ("content",),
}
"""The parts of a campaign: their names with us, and with those who send."""

CIRCUMSTANCES = (
    "url",
    "path",
    "referrer",
    "title",
    *CAMPAIGN,
    "device",
    "os",
    "browser",
    "locale",
    "timezone",
    "session",
    "app",
    "library",
    "source",
    "ip",
)
"""Every property a context can give to an event; all are texts."""


def circumstances(message: Tracked, *, keeps_ip: bool = False) -> dict[str, str]:
    """The context of a message as properties of its event; the address of the network only if asked for."""
    context = message.context
    found: dict[str, str] = {}
    for place, names in _SAID:
        if part := _part(context, place):
            _take(found, part, names=names)
    found |= _campaign(context, _part(context, "page"))
    if not _MACHINE.isdisjoint(context):
        found |= _machine(context)
    _take(found, context, names=_BESIDE)
    if "session" not in found and (session := _text(_part(context, "session"), "id")):
        found["session"] = session
    if keeps_ip:
        _take(found, context, names=(("ip", "ip"),))
    if message.source:
        found["source"] = message.source
    return found


def _take(found: dict[str, str], given: Mapping[str, Any], *, names: tuple[tuple[str, str], ...]) -> None:
    """Put down what is given, by our names and those of who sends."""
    for ours, theirs in names:
        value = given.get(theirs)
        if value is not None and (text := _as_text(value)):
            found[ours] = text


def _campaign(context: Mapping[str, Any], page: Mapping[str, Any]) -> dict[str, str]:
    """The campaign that was told, else the one the address of the page names."""
    told = _part(context, "campaign")
    found = {ours: text for ours, names in CAMPAIGN.items() if (text := _first(told, names))} if told else {}
    if not found and page:
        query = _text(page, "search") or _text(page, "url")
        if "utm_" in query:
            found.update((name, value) for name, value in _asked(query) if name in CAMPAIGN)
    return found


@lru_cache(maxsize=20_000)
def _asked(address: str) -> list[tuple[str, str]]:
    """What the address of a page asks for."""
    try:
        return parse_qsl(urlsplit(address).query, max_num_fields=200)
    except ValueError:
        return []


def _machine(context: Mapping[str, Any]) -> dict[str, str]:
    """The kind of device, the system and the browser."""
    device, system = _part(context, "device"), _part(context, "os")
    agent = device_of(_text(context, "userAgent"))
    hints = _part(context, "userAgentData")
    told = device_of_app(_text(device, "type"), _text(device, "model") or _text(device, "name"))
    hinted = "" if "mobile" not in hints else "mobile" if hints["mobile"] is True else "desktop"
    name = _text(system, "name")
    found = {
        "device": told or agent.kind or hinted,
        "os": agent.system or _SYSTEMS.get(name.casefold(), name) or _text(hints, "platform"),
        "browser": agent.browser,
    }
    return {name: value for name, value in found.items() if value}


_SAID = (
    ("page", (("url", "url"), ("path", "path"), ("referrer", "referrer"), ("title", "title"))),
    ("app", (("app", "name"),)),
    ("library", (("library", "name"),)),
)
_BESIDE = (("locale", "locale"), ("timezone", "timezone"), ("session", "sessionId"))
_MACHINE = frozenset({"device", "os", "userAgent", "userAgentData"})
_SYSTEMS = {"iphone os": "iOS", "ios": "iOS", "ipados": "iOS", "mac os x": "macOS", "android": "Android"}


def _first(given: Mapping[str, Any], names: tuple[str, ...]) -> str:
    return next(filter(None, (_text(given, name) for name in names)), "")


def _part(given: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = given.get(name)
    return found if isinstance(found, dict) else {}


def _text(given: Mapping[str, Any], name: str) -> str:
    return _as_text(given.get(name))


def _as_text(value: object) -> str:
    if isinstance(value, str):
        return value.strip()
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""
