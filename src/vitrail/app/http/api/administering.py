"""Administering over the API: who asks, users, keys, sessions, the audit trail."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from litestar import delete, get, patch, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import Parameter

from vitrail.app.accounts import keys, sessions, trail, users
from vitrail.app.accounts.acting import By
from vitrail.app.accounts.trail import Acted, Sought
from vitrail.app.http.access.callers import FORM, Caller, caller_of, cookie_name
from vitrail.app.http.access.callers import Asked as Request
from vitrail.app.http.access.guards import form_token, needs
from vitrail.app.http.api import shapes
from vitrail.app.http.api.bench import Bench
from vitrail.app.instants import instant, microseconds
from vitrail.ledger.sessions import ApiKey, Session
from vitrail.ledger.users import User
from vitrail.model.errors import refuse
from vitrail.warehouse.store import Store

PAGE = 500


def administering_routes(bench: Bench) -> list[HTTPRouteHandler]:
    """Who may work with the workspace, and what they did."""

    @get("/api/me", opt=needs("account"), tags=["Administer"], operation_id="me")
    async def me(request: Request) -> shapes.Me:
        """Who asks, what they may do, and the token that changes asked with a cookie must carry."""
        caller = caller_of(request)
        return told_me(caller, request.cookies.get(cookie_name(request, FORM), ""))

    return [me, *user_routes(bench), *key_routes(bench), *session_routes(bench), *trail_routes(bench)]


def user_routes(bench: Bench) -> list[HTTPRouteHandler]:
    """Users."""
    place = "/api/users"

    @get(place, opt=needs("manage_users"), tags=["Administer"], operation_id="users")
    async def list_users(request: Request) -> shapes.Users:
        """Every user."""
        return shapes.Users(tuple(map(told_user, await bench.look(trail.list_users))))

    @post(place, opt=needs("manage_users"), tags=["Administer"], operation_id="addUser")
    async def add_user(request: Request, data: shapes.UserAsked) -> shapes.Link:
        """Invite somebody: answers the link with which they choose a password."""
        by = caller_of(request).by

        def added(store: Store) -> tuple[User, str]:
            return users.add_user(store, data.email, role=data.role, name=data.name, by=by)

        user, token = await bench.look(added)
        return told_link(request, user, token=token)

    @patch(place + "/{user:str}", opt=needs("manage_users"), tags=["Administer"], operation_id="changeUser")
    async def change_user(request: Request, user: str, *, data: shapes.UserChange) -> shapes.UserTold:
        """Give a user another role, close the account, or open it again; their sessions end."""
        by = caller_of(request).by
        return told_user(await bench.look(lambda store: changed(store, user, data=data, by=by)))

    @post(place + "/{user:str}/link", opt=needs("manage_users"), tags=["Administer"], operation_id="linkUser")
    async def link_user(request: Request, user: str, *, forget_second_factor: bool = False) -> shapes.Link:
        """Another link for a user, to choose a new password; the second factor may be forgotten with it."""
        by = caller_of(request).by
        forget = forget_second_factor
        found, token = await bench.look(
            lambda store: users.new_link(store, user, by=by, forget_second_factor=forget)
        )
        return told_link(request, found, token=token)

    return [list_users, add_user, change_user, link_user]


def key_routes(bench: Bench) -> list[HTTPRouteHandler]:
    """API keys."""
    place = "/api/keys"

    @get(place, opt=needs("manage_keys"), tags=["Administer"], operation_id="keys")
    async def list_keys(request: Request) -> shapes.Keys:
        """Every API key, without its secret."""
        return shapes.Keys(tuple(map(told_key, await bench.look(keys.all_keys))))

    @post(place, opt=needs("manage_keys"), tags=["Administer"], operation_id="addKey")
    async def add_key(request: Request, data: shapes.KeyAsked) -> shapes.NewKey:
        """Make an API key: its secret is shown this once. A key gives no more than its maker has."""
        caller = caller_of(request)
        beyond = sorted(set(data.permissions) - caller.permissions)
        if beyond:
            raise refuse(
                "beyond_yours",
                path="permissions",
                fr=f"Vous n’avez pas vous-même : {', '.join(beyond)}.",
                en=f"You do not have yourself: {', '.join(beyond)}.",
            )
        until_us = None if data.until is None else microseconds(data.until)

        def added(store: Store) -> tuple[ApiKey, str]:
            return keys.add_key(
                store, data.name, permissions=data.permissions, until_us=until_us, by=caller.by
            )

        key, secret = await bench.look(added)
        return shapes.NewKey(told_key(key), secret)

    @delete(
        place + "/{key:str}", status_code=204, opt=needs("manage_keys"), tags=["Administer"],
        operation_id="revokeKey",
    )  # fmt: skip
    async def revoke_key(request: Request, key: str) -> None:
        """Let a key open nothing any more."""
        by = caller_of(request).by
        await bench.look(lambda store: keys.revoke_key(store, key, by=by))

    return [list_keys, add_key, revoke_key]


def session_routes(bench: Bench) -> list[HTTPRouteHandler]:
    """The sessions of who asks."""

    @get("/api/sessions", opt=needs("account"), tags=["Administer"], operation_id="sessions")
    async def list_sessions(request: Request) -> shapes.Sessions:
        """Where you are signed in; none for a program with a key."""
        mine = caller_of(request).signed_in
        if mine is None:
            return shapes.Sessions(())
        found = await bench.look(lambda store: sessions.sessions_of(store, mine.user))
        return shapes.Sessions(tuple(told_session(each, mine.session) for each in found))

    @delete(
        "/api/sessions/{session:str}", status_code=204, opt=needs("account"), tags=["Administer"],
        operation_id="endSession",
    )  # fmt: skip
    async def end_session(request: Request, session: str) -> None:
        """End one of your sessions."""
        caller = caller_of(request)
        mine, by = caller.signed_in, caller.by
        if mine is not None:
            await bench.look(lambda store: sessions.end(store, mine, session=session, by=by))

    return [list_sessions, end_session]


def trail_routes(bench: Bench) -> list[HTTPRouteHandler]:
    """The audit trail."""

    @get("/api/audit", opt=needs("view_audit"), tags=["Administer"], operation_id="audit")
    async def audit(
        *,
        act: str = "",
        subject: str = "",
        user: str = "",
        before: Annotated[int | None, Parameter(ge=1, le=2**62)] = None,
        limit: Annotated[int, Parameter(ge=1, le=PAGE)] = 100,
    ) -> shapes.Trail:
        """What was done, newest first: acts whose name begins so, about a subject (`kind:id`), of a user."""
        sought = Sought(user=user, subject=subject, act=act, before=before, limit=limit)
        found = tuple(map(told_act, await bench.look(lambda store: trail.read_trail(store, sought))))
        return shapes.Trail(found, found[-1].position if len(found) == limit else None)

    @get("/api/audit/verify", opt=needs("view_audit"), tags=["Administer"], operation_id="verifyAudit")
    async def verify(request: Request) -> shapes.TrailChecked:
        """Check every seal of the trail."""
        found = await bench.look(trail.verify_trail)
        broken = None if found.broken is None else found.broken.position
        return shapes.TrailChecked(broken is None, broken, found.entries, found.seal)

    return [audit, verify]


def changed(store: Store, who: str, *, data: shapes.UserChange, by: By) -> User:
    """Change what is said of a user; what is not said stays."""
    user = trail.find_user(store, who)
    if data.role is not None:
        user = users.change_role(store, user.id, role=data.role, by=by)
    if data.disabled is not None:
        user = users.disable_user(store, user.id, by=by, enable=not data.disabled)
    return user


def told_me(caller: Caller, before: str) -> shapes.Me:
    """Who asks."""
    user = None if caller.signed_in is None else caller.signed_in.user
    name = caller.admitted.key.name if caller.admitted is not None else "" if user is None else user.name
    return shapes.Me(
        kind=caller.kind,
        id=caller.id,
        name=name,
        email="" if user is None else user.email,
        role=None if user is None else user.role,
        permissions=tuple(sorted(caller.permissions)),
        masked=caller.is_masked,
        csrf="" if user is None else form_token(caller, before),
    )


def told_user(user: User) -> shapes.UserTold:
    """A user as the API tells it."""
    return shapes.UserTold(
        id=user.id,
        email=user.email,
        name=user.name,
        role=user.role,
        disabled=user.is_disabled,
        invited=not user.password,
        second_factor=user.has_totp,
        created=instant(user.created_at_us),
    )


def told_link(request: Any, user: User, *, token: str) -> shapes.Link:
    """A link, at the address the server was asked at."""
    base = str(request.base_url).rstrip("/")
    return shapes.Link(told_user(user), f"{base}{users.PLACE}{token}")


def told_key(key: ApiKey) -> shapes.KeyTold:
    """A key as the API tells it."""
    return shapes.KeyTold(
        id=key.id,
        name=key.name,
        user=key.user,
        permissions=tuple(sorted(key.permissions)),
        created=instant(key.created_at_us),
        until=None if key.until_us is None else instant(key.until_us),
        used=None if key.used_at_us is None else instant(key.used_at_us),
    )


def told_session(session: Session, this: Session) -> shapes.SessionTold:
    """A session as the API tells it."""
    began, seen = instant(session.began_at_us), instant(session.seen_at_us)
    return shapes.SessionTold(session.id, began, seen, session.address, session.agent, session.id == this.id)


def told_act(found: Acted) -> shapes.ActTold:
    """An entry of the trail as the API tells it."""
    subject = f"{found.subject.kind}:{found.subject.id}" if found.subject.id else found.subject.kind
    return shapes.ActTold(
        position=found.position,
        at=found.at,
        act=found.act,
        who=found.who,
        subject=subject,
        origin=found.origin,
        details=msgspec.to_builtins(dict(found.details)),
        seal=found.seal,
    )
