"""Drawing a page: the frame every page has, and the template that fills it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import CodeType
from typing import Literal

import msgspec
from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from jinja2.bccache import Bucket, BytecodeCache

from vitrail.app.web.assets import asset
from vitrail.app.web.makers import maker_words
from vitrail.app.web.sparkline import sparkline
from vitrail.app.web.speech import LANGUAGES, Language, Speech, translations
from vitrail.model.access import Permission

Theme = Literal["auto", "light", "dark"]
THEMES: tuple[Theme, ...] = ("auto", "light", "dark")
Tone = Literal["good", "bad", "note"]


def later(sentence: str) -> str:
    """A sentence that is put in the language of the person when it is drawn."""
    return sentence


MENU = (
    ("overview", later("Overview"), "/"),
    ("segments", later("Segments"), "/segments"),
    ("segmentations", later("Segmentations"), "/segmentations"),
    ("people", later("People"), "/people"),
    ("data", later("Data"), "/data"),
    ("privacy", later("Privacy"), "/privacy"),
    ("settings", later("Settings"), "/settings"),
)
"""The entries of the menu: section, name, address. A page that is ready adds its line."""

FIND = "/people"
"""Where the field at the top of every page looks for a customer."""

EVERYWHERE = ("base.html", "pieces.html", "reach.html")
"""The templates that most pages are made with."""

MENU_NEEDS: dict[str, Permission] = {"people": "view_people"}
"""The entries of the menu that are not for everybody."""


class Crumb(msgspec.Struct, frozen=True):
    """One step of the way to a page; without an address, the page itself."""

    name: str
    address: str


class Notice(msgspec.Struct, frozen=True):
    """What is said once at the top of a page, after something was done."""

    text: str
    tone: Tone = "good"


class Frame(msgspec.Struct, frozen=True, kw_only=True):
    """What surrounds every page: who looks, in which language and light, and where.

    `address` is that of the page itself, to come back to; `section` the entry of the menu it belongs to.
    `token` goes with every form that changes something; `can` is what the person may do.
    """

    speech: Speech
    workspace: str
    title: str
    section: str = ""
    address: str = "/"
    theme: Theme = "auto"
    person: str = ""
    token: str = ""
    can: frozenset[Permission] = frozenset()
    crumbs: tuple[Crumb, ...] = ()
    notices: tuple[Notice, ...] = ()


def draw(template: str, frame: Frame, *, values: Mapping[str, object]) -> str:
    """A whole page, or the parts of one, in the language of its frame."""
    speech = frame.speech
    found = template_of(template, speech.language)
    return found.render(frame=frame, speech=speech, language=speech.language, **values)


def template_of(name: str, language: Language) -> Template:
    """A template with the words of a language."""
    return _templates(language).get_template(name)


def prepare(language: Language, *, only: str = "") -> None:
    """Compile the templates of a language before anybody asks for them: all, or those of one page."""
    environment = _templates(language)
    for name in environment.list_templates():
        if name.startswith(only) or name in EVERYWHERE:
            environment.get_template(name)


class _Compiled(BytecodeCache):
    """What templates are compiled to: languages differ in words alone, so each is compiled once."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """The code of a template that was compiled for another language."""
        bucket.code = self._kept.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep the code of a template."""
        if bucket.code is not None:
            self._kept[bucket.key, bucket.checksum] = bucket.code


_COMPILED = _Compiled()


@cache
def _templates(language: Language) -> Environment:
    environment = Environment(
        loader=PackageLoader("vitrail.app.web", "templates"),
        extensions=["jinja2.ext.i18n"],
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        bytecode_cache=_COMPILED,
        auto_reload=False,  # a new version takes over when the server starts anew, never half of it
    )
    known = translations(language)
    environment.install_gettext_translations(known, newstyle=True)  # type: ignore[attr-defined]
    environment.globals.update(
        asset=asset,
        languages=LANGUAGES,
        themes=THEMES,
        menu=MENU,
        menu_needs=MENU_NEEDS,
        search=FIND,
        sparkline=sparkline,
        maker_words=maker_words,
    )
    return environment
