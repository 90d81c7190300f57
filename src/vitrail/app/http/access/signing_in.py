"""The pages where people come in and go: first owner, invitation, sign-in, second factor, sign-out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from anyio.to_thread import run_sync
from litestar import MediaType, Response, get, post
from litestar.handlers import HTTPRouteHandler

from vitrail.app.accounts import sessions, users
from vitrail.app.accounts.users import Chosen, Invited
from vitrail.app.http.access.callers import Asked, caller_of, language_of, place_of, session_cookie
from vitrail.app.http.access.doors import Doors, Opened, Outcome, Refused, Wait
from vitrail.app.http.access.guards import needs
from vitrail.app.http.access.here import here_only, on_to
from vitrail.app.http.access.pages import Field, Html, Part, Screen, say, see, show
from vitrail.model.errors import UserError
from vitrail.warehouse.store import Store

SIGN_IN, SIGN_OUT, SECOND, HOME = (
    "/account/sign-in",
    "/account/sign-out",
    "/account/second-factor",
    "/account",
)
SINGLE = "/account/oidc"
SMALL = 16 * 1024
PAGE: dict[str, Any] = {"media_type": MediaType.HTML, "include_in_schema": False}
SENT: dict[str, Any] = {**PAGE, "request_max_body_size": SMALL, "status_code": 200}
LANGUAGES = (("fr", "Français"), ("en", "English"))


def door_routes(store: Store, doors: Doors) -> list[HTTPRouteHandler]:
    """Where people come in."""

    @get(
        SIGN_IN, media_type=MediaType.HTML, opt=needs("nobody"), include_in_schema=False, sync_to_thread=False
    )
    def sign_in_page(request: Asked) -> Html:
        return show(request, sign_in_screen(request))

    @post(SIGN_IN, **SENT, opt=needs("nobody"))
    async def sign_in(request: Asked) -> Response[Any]:
        given = await fields_of(request)
        email = given.get("email", "")
        outcome = await doors.sign_in(email, given.get("password", ""), place=place_of(request))
        if isinstance(outcome, Opened):
            here = here_only(given.get("next", ""))
            target = here if outcome.is_whole else on_to(SECOND, here)
            return see(target, cookies=(session_cookie(request, outcome.token),))
        problem = told_of(request, outcome, wrong="wrong_sign_in")
        screen = sign_in_screen(
            request,
            email=email,
            problems=(problem,),
            back=given.get("next", ""),
        )
        return refusal(show(request, screen), outcome)

    @get(
        SECOND, media_type=MediaType.HTML, opt=needs("nobody"), include_in_schema=False, sync_to_thread=False
    )
    def second_page(request: Asked) -> Response[Any]:
        if caller_of(request).kind != "half":
            return see(SIGN_IN)
        return show(request, second_screen(request))

    @post(SECOND, **SENT, opt=needs("nobody"))
    async def second(request: Asked) -> Response[Any]:
        caller, given = caller_of(request), await fields_of(request)
        if caller.kind != "half" or caller.signed_in is None:
            return see(SIGN_IN)
        outcome = await doors.second(caller.signed_in, given.get("code", ""), place=place_of(request))
        if isinstance(outcome, Opened):
            cookie = session_cookie(request, outcome.token)
            return see(here_only(given.get("next", "")), cookies=(cookie,))
        problem = told_of(request, outcome, wrong="wrong_code")
        screen = second_screen(request, problems=(problem,), back=given.get("next", ""))
        return refusal(show(request, screen), outcome)

    @post(SIGN_OUT, **SENT, opt=needs("account"))
    async def sign_out(request: Asked) -> Response[Any]:
        caller = caller_of(request)
        if (mine := caller.signed_in) is not None:
            await run_sync(lambda: sessions.end(store, mine, by=caller.by))
        gone = see(SIGN_IN, cookies=(session_cookie(request, ""),))
        gone.headers["Clear-Site-Data"] = '"cache", "storage"'
        return gone

    return [sign_in_page, sign_in, second_page, second, sign_out, *link_routes(store, doors)]


def link_routes(store: Store, doors: Doors) -> list[HTTPRouteHandler]:
    """Where a link lets somebody choose their password."""
    place = users.PLACE + "{token:str}"

    @get(place, **PAGE, opt=needs("nobody"))
    async def link_page(request: Asked, token: str) -> Html:
        try:
            invited = await run_sync(users.invited_by, store, token)
        except UserError as error:
            return show(request, sorry_screen(request, error), status=404)
        return no_referrer(show(request, link_screen(request, token, invited=invited)))

    @post(place, **SENT, opt=needs("nobody"))
    async def link(request: Asked, token: str) -> Response[Any]:
        given = await fields_of(request)
        try:
            invited = await run_sync(users.invited_by, store, token)
        except UserError as error:
            return show(request, sorry_screen(request, error), status=404)
        language = "en" if given.get("language", language_of(request)) == "en" else "fr"
        chosen = Chosen(given.get("password", ""), given.get("email", ""), given.get("name", ""), language)
        try:
            opened = await doors.accept(token, chosen=chosen, place=place_of(request))
        except UserError as error:
            problems = problems_of(request, error)
            screen = link_screen(request, token, invited=invited, problems=problems, given=given)
            return no_referrer(show(request, screen, status=422))
        cookie = session_cookie(request, opened.token)
        return see("/" if opened.is_whole else on_to(SECOND, "/"), cookies=(cookie,))

    return [link_page, link]


def sign_in_screen(
    request: Asked,
    *,
    email: str = "",
    problems: tuple[str, ...] = (),
    back: str = "",
) -> Screen:
    """Where one signs in."""
    words = say(request)
    fields = (
        Field("email", words["email"], "email", email, "username"),
        Field("password", words["password"], "password", "", "current-password"),
    )
    hidden = {"next": here_only(back or str(request.query_params.get("next", "")))}
    part = Part(id="in", action=SIGN_IN, fields=fields, hidden=hidden, button=words["sign_in"])
    way = f"{SINGLE}?{urlencode({'next': hidden['next']})}"
    provider = str(request.app.state.get("identity_provider", ""))
    links = ((way, words["sso"].format(provider)),) if provider else ()
    return Screen(title=words["sign_in"], problems=problems, parts=(part,), links=links)


def second_screen(request: Asked, *, problems: tuple[str, ...] = (), back: str = "") -> Screen:
    """Where the code is given."""
    words = say(request)
    field = Field("code", words["code"], "text", "", "one-time-code", words["code_help"])
    hidden = {"next": here_only(back or str(request.query_params.get("next", "")))}
    part = Part(id="code", action=SECOND, fields=(field,), hidden=hidden, button=words["continue"])
    return Screen(title=words["second_factor"], problems=problems, parts=(part,))


def link_screen(
    request: Asked,
    token: str,
    *,
    invited: Invited,
    problems: tuple[str, ...] = (),
    given: Mapping[str, str] | None = None,
) -> Screen:
    """Where a password is chosen for the first time, or anew."""
    words, told = say(request), given or {}
    user = invited.user
    name = told.get("name", "" if user is None else user.name)
    fields = (
        *(
            (Field("email", words["email"], "email", told.get("email", ""), "username"),)
            if user is None
            else ()
        ),
        Field("name", words["name"], "text", name, "name"),
        Field("password", words["new_password"], "password", "", "new-password", words["password_help"]),
        Field("language", words["language"], value=language_of(request), choices=LANGUAGES),
    )
    part = Part(id="new", action=users.PLACE + token, fields=fields, button=words["choose"])
    if user is None:
        return Screen(title=words["first"], intro=words["first_intro"], problems=problems, parts=(part,))
    intro = f"{words['invited_intro']} {user.email}."
    return Screen(title=words["invited"], intro=intro, problems=problems, parts=(part,))


def sorry_screen(request: Asked, error: UserError) -> Screen:
    """What is shown where a link opens nothing."""
    words = say(request)
    links = ((SIGN_IN, words["sign_in"]),)
    return Screen(title=words["sorry"], problems=problems_of(request, error), links=links)


def problems_of(request: Asked, error: UserError) -> tuple[str, ...]:
    """What is wrong, in the language of who asks."""
    return tuple(each.text(language_of(request)) for each in error.problems)


def told_of(request: Asked, outcome: Outcome, *, wrong: str) -> str:
    """Why the door stays shut."""
    words = say(request)
    return words["wait"].format(outcome.seconds) if isinstance(outcome, Wait) else words[wrong]


def refusal(page: Html, outcome: Outcome) -> Html:
    """The page of a door that stays shut."""
    page.status_code = 403 if isinstance(outcome, Refused) else 429
    if isinstance(outcome, Wait):
        page.headers["Retry-After"] = str(outcome.seconds)
    return page


async def fields_of(request: Asked) -> dict[str, str]:
    """The fields of a form, the first of each name."""
    form = await request.form()
    return {name: value for name in form if isinstance(value := form.getall(name)[0], str)}


def no_referrer(page: Html) -> Html:
    """A page whose own address opens something: it is told to nobody."""
    page.headers["Referrer-Policy"] = "no-referrer"
    return page
