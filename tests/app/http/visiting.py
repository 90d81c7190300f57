"""A person at a browser without scripts, and a program with a key, before a real server."""

import re
from html import unescape
from itertools import count

import httpx2

import vitrail
from tests.app.accounts.people import CLI, PASSWORD
from tests.app.http.serving import Served
from vitrail.app.accounts.keys import add_key
from vitrail.app.accounts.users import Chosen, accept, add_user
from vitrail.ledger.users import User
from vitrail.model.access import Role

BROWSER = {
    "accept": "text/html",
    "user-agent": "Firefox",
    "accept-language": "en",
    "sec-fetch-site": "same-origin",
}


_NUMBERS = count()


def new_address(name: str) -> str:
    """An address nobody has had yet, for users of a shop that several tests share."""
    return f"{name}.{next(_NUMBERS)}@example.org"


class Visitor:
    """Somebody with a browser: keeps cookies, and sends forms as they stand on the page."""

    def __init__(self, served: Served, **headers: str) -> None:
        self.client = httpx2.Client(base_url=served.url, headers={**BROWSER, **headers}, timeout=90)
        self.page = httpx2.Response(200)

    def go(self, path: str) -> httpx2.Response:
        self.page = self.client.get(path)
        return self.page

    @property
    def token(self) -> str:
        """The token of the forms on the page."""
        return unescape(re.search(r'name="csrf" value="([^"]*)"', self.page.text)[1])

    def send(self, path: str, **fields: str) -> httpx2.Response:
        """Send a form of the page, with its token unless another is given."""
        given = {"csrf": self.token, **fields} if "csrf" not in fields else fields
        self.page = self.client.post(path, data=given)
        return self.page

    def sign_in(self, email: str, password: str = PASSWORD) -> httpx2.Response:
        self.go("/account/sign-in")
        return self.send("/account/sign-in", email=email, password=password)

    @property
    def is_in(self) -> bool:
        return self.client.get("/account").status_code == 200


def make_user(served: Served, role: Role, email: str = "") -> User:
    """A user who has chosen the password."""
    with vitrail.open(served.root) as ws:
        address = email or f"{role}@example.org"
        _, token = add_user(ws.store, address, role=role, name=role, by=CLI)
        return accept(ws.store, token, chosen=Chosen(PASSWORD, language="en"), origin="")


def make_key(served: Served, *permissions: str) -> dict[str, str]:
    """The headers of a program with a key."""
    with vitrail.open(served.root) as ws:
        _, secret = add_key(ws.store, "test", permissions=permissions, until_us=None, by=CLI)
    return {"authorization": f"Bearer {secret}"}
