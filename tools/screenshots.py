"""Pictures of every page in both languages, wide and narrow, into docs/screenshots: `make screenshots`."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import takewhile
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

import vitrail
from vitrail.app.accounts import sessions
from vitrail.app.accounts.acting import at_command_line
from vitrail.app.accounts.sessions import Place
from vitrail.app.accounts.users import Chosen, accept, add_user
from vitrail.app.shop.load import define_ready, load_shop

FOLDER = Path("docs/screenshots")
CUSTOMERS = 20_000
CHROMIUM = "/usr/bin/chromium"
QUIET = ("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking")
SIZES = {1440: 1000, 390: 1400}
LANGUAGES = {"fr": "light", "en": "dark"}
"""Each language in one of the two themes."""

RULE = (
    'country in ("FR", "BE") and (count(order where category = "jardin", last 1 year) >= 2 '
    'or member("rfm.champions")) and not did(order, last 30 days)'
)
PAGES = {
    "data-import": "/data/import",
    "data-sources": "/data",
    "data-imports": "/data/imports",
    "data-catalogue": "/data/catalogue",
    "data-field": "/data/catalogue/field?of=order&name=amount",
    "data-quality": "/data/quality",
    "data-report": "/data/report",
    "data-segments": "/data/segments",
    "overview": "/",
    "segmentations": "/segmentations",
    "segmentation": "/segmentations/rfm",
    "segmentation-edit": "/segmentations/value/edit",
    "segments": "/segments",
    "builder": f"/segments/new?rule={RULE}",
    "segment": "/segments/big_basket",
    "privacy": "/privacy",
    "purposes": "/privacy/purposes",
    "purpose": "/privacy/purposes/prospecting_email",
    "purpose-form": "/privacy/purposes/prospecting_email/edit",
    "consents": "/privacy/consents",
    "requests": "/privacy/requests",
    "retention": "/privacy/retention",
    "record": "/privacy/record",
    "sensitive": "/privacy/sensitive",
    "audit": "/privacy/audit",
    "settings": "/settings",
    "workspace": "/settings/workspace",
    "users": "/settings/users",
    "keys": "/settings/keys",
    "upkeep": "/settings/upkeep",
    "account": "/account",
    "people": "/people?q=martin",
    "person": "/people/C000042",
    "person-why": "/people/C000042/segments?segment=lifecycle.loyal",
    "person-consents": "/people/C000042/consents",
}


def main() -> None:
    """Make the sample shop, serve it, and take a picture of each page."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        root = Path(temporary) / "shop"
        with vitrail.create(root) as ws:
            load_shop(ws, customers=CUSTOMERS)
            define_ready(ws)
            now = dt.datetime.now(dt.UTC)
            for weeks in range(8, 0, -1):
                ws.refresh(now - dt.timedelta(weeks=weeks), full=True, recut=True)
            ws.refresh(full=True, recut=True)
        with serving(root) as address:
            take(address, cookie=owner(root, address))


def owner(root: Path, address: str) -> Any:
    """The cookie of somebody who owns the shop."""
    with vitrail.open(root) as ws:
        _, token = add_user(ws.store, "owner@example.org", role="owner", name="Camille", by=at_command_line())
        user = accept(ws.store, token, chosen=Chosen("a long sentence to sign in", language="fr"), origin="")
        place = Place("127.0.0.1", "Chromium")
        value = sessions.begin(ws.store, user, place=place, is_whole=True)
    return {"name": "vitrail", "value": value, "url": address}


def take(address: str, *, cookie: Any) -> None:
    """A picture of each page in each language at each width."""
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        for language, theme in LANGUAGES.items():
            for width, height in SIZES.items():
                context = browser.new_context(
                    viewport={"width": width, "height": height},
                    color_scheme="dark" if theme == "dark" else "light",
                )
                chosen: Any = {"name": "language", "value": language, "url": address}
                context.add_cookies([cookie, chosen])
                page = context.new_page()
                for name, path in PAGES.items():
                    page.goto(address + path, wait_until="networkidle")
                    page.wait_for_selector("#soon", state="detached")
                    page.screenshot(path=FOLDER / f"{name}-{language}-{width}.png")
                context.close()
        browser.close()


@contextmanager
def serving(root: Path) -> Iterator[str]:
    """The shop, served at an address of its own."""
    command = [
        sys.executable,
        "-m",
        "vitrail.app.cli",
        "serve",
        "--json",
        "--port",
        "0",
        "--workspace",
        str(root),
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        told = "".join(takewhile(lambda line: line != "}\n", iter(process.stdout.readline, "")))
        try:
            yield str(json.loads(told + "}")["address"])
        finally:
            process.terminate()


if __name__ == "__main__":
    main()
