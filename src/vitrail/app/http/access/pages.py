"""Drawing the pages of accounts: each is a title, something said, and some forms one below the other."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

import msgspec
from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from litestar import MediaType, Response
from litestar.datastructures import Cookie

from vitrail.app.accounts.tokens import new_token
from vitrail.app.http.access.callers import FORM, Asked, caller_of, cookie_name, form_cookie, language_of
from vitrail.app.http.access.guards import form_token
from vitrail.app.http.access.words import WORDS
from vitrail.app.http.shield import nonce_of
from vitrail.app.web.assets import asset
from vitrail.app.web.pages import THEMES

Html = Response[str]
YEAR = 365 * 86_400


class Field(msgspec.Struct, frozen=True):
    """One thing to fill in; `completes` tells the browser what it is (WCAG 1.3.5)."""

    name: str
    label: str
    kind: str = "text"
    value: str = ""
    completes: str = "off"
    help: str = ""
    choices: tuple[tuple[str, str], ...] = ()


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """One part of a page: what it says, and its form, if it has one. `image` is SVG made by the program."""

    id: str = ""
    title: str = ""
    text: str = ""
    image: str = ""
    lines: tuple[str, ...] = ()
    action: str = ""
    fields: tuple[Field, ...] = ()
    hidden: Mapping[str, str] = {}
    button: str = ""
    says: str = ""


class Screen(msgspec.Struct, frozen=True, kw_only=True):
    """A page to be drawn."""

    title: str
    intro: str = ""
    told: str = ""
    problems: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()
    links: tuple[tuple[str, str], ...] = ()


def show(request: Asked, screen: Screen, *, status: int = 200, cookies: tuple[Cookie, ...] = ()) -> Html:
    """The page, with the token of its forms; whoever has no cookie for it yet gets one."""
    caller, language = caller_of(request), language_of(request)
    before = request.cookies.get(cookie_name(request, FORM), "")
    if not caller.token and not before:
        before = new_token()
        cookies = (*cookies, form_cookie(request, before))
    asked = request.query_params.get("language", "")
    if asked in WORDS:
        language = "fr" if asked == "fr" else "en"
        cookies = (
            *cookies,
            Cookie("language", value=language, path="/", samesite="lax", max_age=365 * 86_400),
        )
    text = _template().render(
        **{name: getattr(screen, name) for name in screen.__struct_fields__},
        language=language,
        other="en" if language == "fr" else "fr",
        say=WORDS[language],
        nonce=nonce_of(request.scope),
        style=_style(),
        mark=asset("mark.svg").address,
        theme=chosen if (chosen := request.cookies.get("theme", "auto")) in THEMES else "auto",
        token=form_token(caller, before),
    )
    return Response(text, media_type=MediaType.HTML, status_code=status, cookies=list(cookies))


def say(request: Asked) -> dict[str, str]:
    """The words in the language of who asks."""
    asked = request.query_params.get("language", "")
    return WORDS[asked if asked in WORDS else language_of(request)]


def see(address: str, *, cookies: tuple[Cookie, ...] = ()) -> Response[None]:
    """Send the browser to another page."""
    return Response(None, status_code=303, headers={"Location": address}, cookies=list(cookies))


@cache
def _style() -> str:
    colours = files("vitrail.app.web").joinpath("static", "style", "colours.css").read_text("utf-8")
    return colours + files("vitrail.app.http.access").joinpath("style.css").read_text("utf-8")


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("vitrail.app.http.access", ""), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    return environment.get_template("page.html")
