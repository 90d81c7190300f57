"""One visit of one page: who asks, in which language and light; and the answer, as a page."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs

from litestar import Request, Response
from litestar.datastructures import Cookie
from litestar.enums import MediaType

from vitrail.app.http.access.callers import caller_of, language_of
from vitrail.app.http.access.guards import form_token
from vitrail.app.web.pages import THEMES, Crumb, Frame, Notice, Theme, draw
from vitrail.app.web.speech import Language, Speech
from vitrail.app.workspace import Workspace
from vitrail.app.workspace_settings import name_of
from vitrail.model.access import Permission
from vitrail.model.errors import UserError, refuse

Asked = Request[Any, Any, Any]
Html = Response[str]

LARGEST = 512 * 1024
FIELDS = 4_000
YEAR = 365 * 86_400
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
    "Vary": "Cookie, Accept-Language, X-Live",
}


class Visit:
    """One request for a page: its speech, its frame, and what it sent."""

    def __init__(self, request: Asked, ws: Workspace) -> None:
        self.request = request
        self.ws = ws
        self.caller = caller_of(request)
        catalogue = ws.store.catalogue
        self.speech = Speech(language_of(request), catalogue.currency, catalogue.timezone)

    @property
    def language(self) -> Language:
        """The language of the person."""
        return self.speech.language

    @property
    def can(self) -> frozenset[Permission]:
        """What the person may do."""
        return self.caller.permissions

    @property
    def address(self) -> str:
        """The address of the page, with its question."""
        url = self.request.url
        return f"{url.path}?{url.query}" if url.query else url.path

    @property
    def live(self) -> str:
        """`type` or `act` when the script asks for parts of the page; empty for a whole page."""
        return self.request.headers.get("x-live", "")

    def asked(self, name: str, default: str = "") -> str:
        """One word of the question in the address."""
        return str(self.request.query_params.get(name, default))

    def frame(
        self,
        title: str,
        *,
        section: str = "",
        crumbs: tuple[Crumb, ...] = (),
        notices: tuple[Notice, ...] = (),
        address: str = "",
    ) -> Frame:
        """What surrounds the page."""
        return Frame(
            speech=self.speech,
            workspace=name_of(self.ws.store),
            title=title,
            section=section,
            address=address or self.address,
            theme=theme_of(self.request),
            person=self.caller.signed_in.user.name if self.caller.signed_in else "",
            token=form_token(self.caller, ""),
            can=self.can,
            crumbs=crumbs,
            notices=notices,
        )

    def show(
        self,
        template: str,
        frame: Frame,
        *,
        status: int = 200,
        shown_address: str = "",
        **values: object,
    ) -> Html:
        """The page; `shown_address` is the address the browser is to show for it."""
        headers = {**HEADERS, **({"X-Address": shown_address} if shown_address else {})}
        text = draw(template, frame, values=values)
        return Response(text, media_type=MediaType.HTML, status_code=status, headers=headers)

    async def form(self) -> dict[str, list[str]]:
        """The fields of a form that was sent. Raises `UserError` when it is too large, or no form."""
        body = b""
        async for part in self.request.stream():
            body += part
            if len(body) > LARGEST:
                raise _unreadable()
        try:
            return parse_qs(body.decode(), keep_blank_values=True, max_num_fields=FIELDS, errors="strict")
        except (UnicodeDecodeError, ValueError):
            raise _unreadable() from None


def see(address: str, *, cookies: list[Cookie] | None = None) -> Response[None]:
    """Send the browser to another page."""
    headers = {"Location": address, "Cache-Control": "no-store"}
    return Response(None, status_code=303, headers=headers, cookies=cookies)


def theme_of(request: Asked) -> Theme:
    """The light the person chose; by default that of the system."""
    chosen = request.cookies.get("theme", "auto")
    return chosen if chosen in THEMES else "auto"


def _unreadable() -> UserError:
    return refuse(
        "form_unreadable",
        fr="Ce n’est pas un formulaire, ou il est trop grand : rien n’a été changé.",
        en="This is not a form, or it is too large: nothing was changed.",
    )
