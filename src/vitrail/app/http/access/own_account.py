"""The page where somebody looks after their account: password, language, second factor, sessions."""

from __future__ import annotations

from typing import Any

from anyio.to_thread import run_sync
from litestar import Response, get, post
from litestar.datastructures import Cookie
from litestar.exceptions import PermissionDeniedException
from litestar.handlers import HTTPRouteHandler

from vitrail.app.accounts import second_factor, sessions, users
from vitrail.app.accounts.sessions import SignedIn
from vitrail.app.accounts.users import change_language
from vitrail.app.http.access.callers import Asked, caller_of, language_of, place_of, session_cookie
from vitrail.app.http.access.doors import Doors
from vitrail.app.http.access.guards import needs
from vitrail.app.http.access.pages import YEAR, Field, Html, Part, Screen, say, see, show
from vitrail.app.http.access.signing_in import HOME, LANGUAGES, PAGE, SENT, SIGN_OUT, fields_of, problems_of
from vitrail.app.instants import instant
from vitrail.app.web.speech import Speech
from vitrail.ledger.sessions import Session
from vitrail.model.access import ROLE_NAMES
from vitrail.model.errors import UserError
from vitrail.warehouse.store import Store

PASSWORD, LANGUAGE, SESSIONS = f"{HOME}/password", f"{HOME}/language", f"{HOME}/sessions"
SET_UP, CONFIRM, REMOVE = f"{HOME}/factor", f"{HOME}/factor/confirm", f"{HOME}/factor/remove"


class Rooms:
    """What the account page is made of."""

    def __init__(self, store: Store, doors: Doors) -> None:
        self.store = store
        self.doors = doors

    async def page(self, request: Asked, *, told: str = "", error: UserError | None = None) -> Html:
        """The account page, perhaps with what has just been done or could not be."""
        mine = signed_in(request)
        found = await run_sync(sessions.sessions_of, self.store, mine.user)
        problems = () if error is None else problems_of(request, error)
        screen = account_screen(request, mine, found=found, told=told, problems=problems)
        return show(request, screen, status=422 if problems else 200)

    async def confirmed(self, request: Asked, password: str) -> bool:
        """Whether somebody gave their own password again."""
        outcome = await self.doors.check(signed_in(request).user.email, password)
        return outcome is not None


def own_routes(store: Store, doors: Doors) -> list[HTTPRouteHandler]:
    """The account page and what can be done there."""
    rooms = Rooms(store, doors)

    @get(HOME, **PAGE, opt=needs("account"))
    async def account_page(request: Asked) -> Html:
        told = say(request)["saved"] if request.query_params.get("saved") else ""
        return await rooms.page(request, told=told)

    @post(PASSWORD, **SENT, opt=needs("account"))
    async def change_password(request: Asked) -> Response[Any]:
        mine, given = signed_in(request), await fields_of(request)
        if not await rooms.confirmed(request, given.get("current", "")):
            return await rooms.page(request, error=users.wrong_password())
        try:
            token = await doors.change_password(mine, given.get("password", ""), place=place_of(request))
        except UserError as error:
            return await rooms.page(request, error=error)
        return see(f"{HOME}?saved=1", cookies=(session_cookie(request, token),))

    @post(LANGUAGE, **SENT, opt=needs("account"))
    async def choose_language(request: Asked) -> Response[Any]:
        mine, given = signed_in(request), await fields_of(request)
        language = "en" if given.get("language") == "en" else "fr"
        await run_sync(lambda: change_language(store, mine.user, language=language))
        cookie = Cookie("language", value=language, path="/", samesite="lax", max_age=YEAR)
        return see(f"{HOME}?saved=1", cookies=(cookie,))

    @post(SESSIONS, **SENT, opt=needs("account"))
    async def end_session(request: Asked) -> Response[Any]:
        mine, given = signed_in(request), await fields_of(request)
        by, wanted = caller_of(request).by, given.get("session", "")
        await run_sync(lambda: sessions.end(store, mine, session=wanted, by=by))
        return see(f"{HOME}?saved=1")

    return [account_page, change_password, choose_language, end_session, *factor_routes(rooms)]


def factor_routes(rooms: Rooms) -> list[HTTPRouteHandler]:
    """Setting up and removing the second factor."""
    store = rooms.store

    @post(SET_UP, **SENT, opt=needs("account"))
    async def set_up(request: Asked) -> Html:
        mine, given = signed_in(request), await fields_of(request)
        if not await rooms.confirmed(request, given.get("current", "")):
            return await rooms.page(request, error=users.wrong_password())
        try:
            shown = await run_sync(second_factor.propose, store, mine.user)
        except UserError as error:
            return await rooms.page(request, error=error)
        return show(request, factor_screen(request, shown))

    @post(CONFIRM, **SENT, opt=needs("account"))
    async def confirm(request: Asked) -> Html:
        mine, given, by = signed_in(request), await fields_of(request), caller_of(request).by
        code = given.get("code", "")[:100]
        try:
            codes = await run_sync(lambda: second_factor.confirm(store, mine.user, code=code, by=by))
        except UserError as error:
            shown = await run_sync(second_factor.proposed, store, mine.user)
            if shown is None:
                return await rooms.page(request, error=error)
            problems = problems_of(request, error)
            return show(request, factor_screen(request, shown, problems=problems), status=422)
        token = await rooms.doors.begin_again(mine.user, place=place_of(request))
        words = say(request)
        part = Part(text=words["codes_intro"], lines=codes)
        screen = Screen(title=words["codes"], parts=(part,), links=((HOME, words["account"]),))
        return show(request, screen, cookies=(session_cookie(request, token),))

    @post(REMOVE, **SENT, opt=needs("account"))
    async def remove(request: Asked) -> Response[Any]:
        mine, given, by = signed_in(request), await fields_of(request), caller_of(request).by
        if not await rooms.confirmed(request, given.get("current", "")):
            return await rooms.page(request, error=users.wrong_password())
        await run_sync(lambda: second_factor.remove(store, mine.user, by=by))
        token = await rooms.doors.begin_again(mine.user, place=place_of(request))
        return see(f"{HOME}?saved=1", cookies=(session_cookie(request, token),))

    return [set_up, confirm, remove]


def signed_in(request: Asked) -> SignedIn:
    """Who is signed in; a program with a key has no account page."""
    found = caller_of(request).signed_in
    if found is None:
        raise PermissionDeniedException
    return found


def account_screen(
    request: Asked,
    mine: SignedIn,
    *,
    found: tuple[Session, ...],
    told: str,
    problems: tuple[str, ...],
) -> Screen:
    """The account page."""
    words, user = say(request), mine.user
    role = ROLE_NAMES[user.role].in_language(language_of(request))
    current = Field("current", words["current_password"], "password", "", "current-password")
    new = Field("password", words["new_password"], "password", "", "new-password", words["password_help"])
    chosen = Field("language", words["language"], value=user.language, choices=LANGUAGES)
    factor = Part(
        id="factor",
        title=words["second_factor"],
        text=words["has_factor"] if user.has_totp else words["no_factor"],
        action=REMOVE if user.has_totp else SET_UP,
        fields=(current,),
        button=words["remove"] if user.has_totp else words["set_up"],
    )
    parts = (
        Part(id="language", action=LANGUAGE, fields=(chosen,), button=words["save"]),
        Part(
            id="password",
            title=words["change_password"],
            action=PASSWORD,
            fields=(current, new),
            button=words["save"],
        ),
        factor,
        *(
            session_part(request, each, mine=mine, title=words["sessions"] if not place else "")
            for place, each in enumerate(found)
        ),
        Part(id="out", action=SIGN_OUT, button=words["sign_out"]),
    )
    intro = f"{words['signed_in_as']} {user.name or user.email} ({user.email}), {role}."
    return Screen(title=words["account"], intro=intro, told=told, problems=problems, parts=parts)


def session_part(request: Asked, session: Session, *, mine: SignedIn, title: str = "") -> Part:
    """One session, and how to end it; the first has the title of all."""
    words = say(request)
    store: Store = request.app.state["store"]
    speech = Speech(language_of(request), timezone=store.catalogue.timezone)
    began = speech.moment(instant(session.began_at_us))
    here = f" ({words['this_session']})" if session.id == mine.session.id else ""
    text = f"{session.agent or '?'}, {session.address}, {words['since']} {began}{here}"
    return Part(
        id=session.id,
        title=title,
        text=text,
        action=SESSIONS,
        hidden={"session": session.id},
        button=words["end"],
        says=f"{words['end']} {session.id}",
    )


def factor_screen(request: Asked, shown: second_factor.Proposed, *, problems: tuple[str, ...] = ()) -> Screen:
    """Where the secret is read, and its first code given."""
    words = say(request)
    field = Field("code", words["code"], "text", "", "one-time-code", words["code_help"])
    part = Part(
        id="factor",
        text=words["set_up_intro"],
        image=shown.image,
        lines=(shown.secret,),
        action=CONFIRM,
        fields=(field,),
        button=words["confirm"],
    )
    return Screen(title=words["set_up"], problems=problems, parts=(part,), links=((HOME, words["account"]),))
