"""A browser in which somebody is signed in already."""

import secrets
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page

import vitrail
from tests.app.http.browsing import PATIENCE
from tests.app.http.serving import Served
from tests.app.http.visiting import make_user
from vitrail.app.accounts import sessions
from vitrail.app.accounts.sessions import Place
from vitrail.model.access import Role


class Entered:
    """A browser each of whose new contexts and pages is signed in as one user, who reads its language."""

    def __init__(self, browser: Browser, served: Served, *, role: Role = "owner") -> None:
        self._browser = browser
        user = self.user = make_user(served, role, f"{role}.{secrets.token_hex(4)}@example.org")
        with vitrail.open(served.root) as ws:
            place = Place("127.0.0.1", "Chromium")
            token = sessions.begin(ws.store, user, place=place, is_whole=True)
        self.cookie: Any = {"name": "vitrail", "value": token, "url": served.url}

    def new_context(self, **options: Any) -> BrowserContext:
        context = self._browser.new_context(**options)
        context.set_default_timeout(PATIENCE)
        context.add_cookies([self.cookie])
        if "locale" in options:
            context.add_cookies([{**self.cookie, "name": "language", "value": options["locale"][:2]}])
        return context

    def new_page(self, **options: Any) -> Page:
        return self.new_context(**options).new_page()
