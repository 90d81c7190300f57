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
    page, app, library = (_part(context, name) for name in ("page", "app", "library"))
    found = {
        "url": _text(page, "url"),
        "path": _text(page, "path"),
        "referrer": _text(page, "referrer"),
        "title": _text(page, "title"),
        **_campaign(context, page),
        **_machine(context),
        "locale": _text(context, "locale"),
        "timezone": _text(context, "timezone"),
        "session": _text(context, "sessionId") or _text(_part(context, "session"), "id"),
        "app": _text(app, "name"),
        "library": _text(library, "name"),
        "source": message.source,
    }
    if keeps_ip:
        found["ip"] = _text(context, "ip")
    return {name: value for name, value in found.items() if value}


def _campaign(context: Mapping[str, Any], page: Mapping[str, Any]) -> dict[str, str]:
    """The campaign that was told, else the one the address of the page names."""
    told = _part(context, "campaign")
    found = {
        ours: next(filter(None, (_text(told, name) for name in names)), "")
        for ours, names in CAMPAIGN.items()
    }
    if not any(found.values()):
        query = _text(page, "search") or _text(page, "url")
        found.update((name, value) for name, value in _asked(query) if name in CAMPAIGN)
    return found


@lru_cache(maxsize=20_000)
def _asked(address: str) -> list[tuple[str, str]]:
    """What the address of a page asks for, if it names a campaign."""
    if "utm_" not in address:
        return []
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
    return {
        "device": told or agent.kind or hinted,
        "os": agent.system or _SYSTEMS.get(name.casefold(), name) or _text(hints, "platform"),
        "browser": agent.browser,
    }


_SYSTEMS = {"iphone os": "iOS", "ios": "iOS", "ipados": "iOS", "mac os x": "macOS", "android": "Android"}


def _first(given: Mapping[str, Any], names: tuple[str, ...]) -> str:
    return next(filter(None, (_text(given, name) for name in names)), "")


def _part(given: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = given.get(name)
    return found if isinstance(found, dict) else {}


def _text(given: Mapping[str, Any], name: str) -> str:
    found = given.get(name)
    if isinstance(found, str):
        return found.strip()
    return str(found) if isinstance(found, int) and not isinstance(found, bool) else ""
