"""Users: the first owner, invitations, roles, passwords; each change is in the audit trail."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from unicodedata import normalize

import msgspec
from email_validator import EmailNotValidError, validate_email

from vitrail.app.accounts import passwords
from vitrail.app.accounts.acting import By, write
from vitrail.app.accounts.tokens import hash_of, new_token
from vitrail.language.messages import nearest
from vitrail.ledger import sessions, users
from vitrail.ledger.audit import Subject
from vitrail.ledger.database import Transaction
from vitrail.ledger.settings import default_language
from vitrail.ledger.users import User
from vitrail.model.access import ROLES, Actor, Role
from vitrail.model.errors import Problem, UserError, problem, refuse
from vitrail.warehouse.store import Store

HOURS = 24
PLACE = "/account/link/"
_HOUR_US = 3_600_000_000


class Invited(msgspec.Struct, frozen=True):
    """Whose account a link opens; None for that of the first owner."""

    user: User | None


class Chosen(msgspec.Struct, frozen=True):
    """What the holder of a link chooses."""

    password: str
    email: str = ""
    name: str = ""
    language: str = "fr"


def first_link(store: Store) -> str | None:
    """A token that makes the first owner, once, within a day; None when there is one already."""
    token = new_token()
    with store.ledger.writing() as connection:
        if users.has_owner(connection):
            return None
        users.keep_link(connection, hash_of(token), user="", until_us=store.now_us() + HOURS * _HOUR_US)
    return token


def add_user(store: Store, email: str, *, role: Role, name: str, by: By) -> tuple[User, str]:
    """A new account without a password, and the token of the link with which its holder chooses one."""
    address = checked_email(email)
    with store.ledger.writing() as connection:
        language = default_language(connection)
        user = User(secrets.token_hex(8), address, checked_name(name), role, language, "", store.now_us())
        _free(connection, address)
        users.add_user(connection, user)
        write(
            connection,
            by.act("user.add", Subject("user", user.id), details={"role": role}),
            at_us=store.now_us(),
        )
        token = _link(connection, user, now_us=store.now_us())
    return user, token


def new_link(store: Store, who: str, *, by: By, forget_second_factor: bool = False) -> tuple[User, str]:
    """Another link for an account: to choose a first password, or a new one. Earlier links open nothing."""
    with store.ledger.writing() as connection:
        user = known(connection, who)
        if user.is_disabled:
            raise _disabled()
        if forget_second_factor:
            users.save_user(connection, msgspec.structs.replace(user, has_totp=False))
            users.keep_codes(connection, user.id, hashes=[])
        details = {"forget_second_factor": forget_second_factor}
        write(
            connection, by.act("user.link", Subject("user", user.id), details=details), at_us=store.now_us()
        )
        return user, _link(connection, user, now_us=store.now_us())


def invited_by(store: Store, token: str) -> Invited:
    """Whose account a link opens. Raises `UserError` when it opens nothing."""
    with store.ledger.reading() as connection:
        return _invited(connection, token, now_us=store.now_us())


def accept(store: Store, token: str, *, chosen: Chosen, origin: str) -> User:
    """Choose a password with a link, which then opens nothing more; all sessions of the account end.

    Raises `UserError` with all that is wrong; then the link still opens.
    """
    found = invited_by(store, token).user
    kept = _good_password(chosen.password, about=_about(found, chosen))
    with store.ledger.writing() as connection:
        invited = _invited(connection, token, now_us=store.now_us()).user
        users.use_link(connection, hash_of(token))
        if invited is None:
            return _first_owner(connection, store, chosen=chosen, kept=kept, origin=origin)
        user = msgspec.structs.replace(
            invited,
            password=kept,
            name=checked_name(chosen.name) or invited.name,
            language=chosen.language,
        )
        users.save_user(connection, user)
        sessions.end_sessions(connection, user.id)
        by = By(Actor("user", user.id), origin)
        write(connection, by.act("user.accept", Subject("user", user.id)), at_us=store.now_us())
        return user


def change_role(store: Store, who: str, *, role: Role, by: By) -> User:
    """Give an account another role; its sessions end. The last owner stays one."""
    with store.ledger.writing() as connection:
        user = known(connection, who)
        changed = msgspec.structs.replace(user, role=role)
        if changed == user:
            return user
        if user.role == "owner":
            _not_the_last(connection, user)
        users.save_user(connection, changed)
        sessions.end_sessions(connection, user.id)
        details = {"before": user.role, "role": role}
        write(
            connection, by.act("user.role", Subject("user", user.id), details=details), at_us=store.now_us()
        )
    return changed


def disable_user(store: Store, who: str, *, by: By, enable: bool = False) -> User:
    """Let an account open nothing: its sessions, links and keys neither. Or let it open again."""
    with store.ledger.writing() as connection:
        user = known(connection, who)
        if user.is_disabled is not enable:
            return user
        if not enable and user.role == "owner":
            _not_the_last(connection, user)
        changed = msgspec.structs.replace(user, disabled_at_us=None if enable else store.now_us())
        users.save_user(connection, changed)
        sessions.end_sessions(connection, user.id)
        users.drop_links(connection, user.id)
        name = "user.enable" if enable else "user.disable"
        write(connection, by.act(name, Subject("user", user.id)), at_us=store.now_us())
    return changed


def change_password(store: Store, user: User, *, new: str, by: By) -> None:
    """Give an account another password; its sessions end, all of them."""
    kept = _good_password(new, about=(user.email, user.name))
    with store.ledger.writing() as connection:
        present = known(connection, user.email)
        users.save_user(connection, msgspec.structs.replace(present, password=kept))
        sessions.end_sessions(connection, user.id)
        users.drop_links(connection, user.id)
        write(connection, by.act("user.password", Subject("user", user.id)), at_us=store.now_us())


def change_language(store: Store, user: User, *, language: str) -> None:
    """Remember in which language somebody reads."""
    with store.ledger.writing() as connection:
        present = known(connection, user.email)
        users.save_user(connection, msgspec.structs.replace(present, language=language))


def known(connection: Transaction, who: str) -> User:
    """The account with this e-mail or id. Raises `UserError` when there is none."""
    found = users.user_with_email(connection, normal_email(who)) or users.user_with_id(connection, who)
    if found is None:
        emails = [each.email for each in users.all_users(connection)]
        raise refuse(
            "unknown_user",
            path="user",
            fr=f"Aucun utilisateur n’est « {who} ». Pour les voir : vitrail users list.",
            en=f"There is no user “{who}”. To see them: vitrail users list.",
            hint=nearest(who, emails),
        )
    return found


def normal_email(email: str) -> str:
    """An e-mail as it is kept and looked for."""
    return normalize("NFC", email).strip().casefold()


def checked_email(email: str) -> str:
    """An e-mail as it is kept. Raises `UserError` when it is none."""
    try:
        told = validate_email(email.strip(), check_deliverability=False, strict=True)
    except EmailNotValidError:
        raise refuse(
            "bad_email",
            path="email",
            fr=f"« {email[:100]} » n’est pas une adresse e-mail.",
            en=f"“{email[:100]}” is not an e-mail address.",
        ) from None
    return normal_email(told.normalized)


def checked_name(name: str) -> str:
    """A name as it is shown: one line of at most 100 characters that can be seen."""
    seen = "".join(each for each in normalize("NFC", name) if each.isprintable())
    return re.sub(r"\s+", " ", seen).strip()[:100]


def checked_role(role: str) -> Role:
    """A role. Raises `UserError` for what is none."""
    found = next((each for each in ROLES if each == role), None)
    if found is None:
        raise refuse(
            "unknown_role",
            path="role",
            fr=f"« {role} » n’est pas un rôle.",
            en=f"“{role}” is no role.",
            hint=nearest(role, ROLES) or ROLES,
        )
    return found


def _invited(connection: Transaction, token: str, *, now_us: int) -> Invited:
    target = users.link_target(connection, hash_of(token), now_us=now_us)
    if target is None:
        raise _link_spent()
    if target == "":
        if users.has_owner(connection):
            raise _link_spent()
        return Invited(None)
    user = users.user_with_id(connection, target)
    if user is None or user.is_disabled:
        raise _link_spent()
    return Invited(user)


def _first_owner(connection: Transaction, store: Store, *, chosen: Chosen, kept: str, origin: str) -> User:
    address = checked_email(chosen.email)
    _free(connection, address)
    identity, name = secrets.token_hex(8), checked_name(chosen.name)
    user = User(identity, address, name, "owner", chosen.language, kept, store.now_us())
    users.add_user(connection, user)
    by = By(Actor("user", user.id), origin)
    write(
        connection,
        by.act("user.first", Subject("user", user.id), details={"role": "owner"}),
        at_us=store.now_us(),
    )
    return user


def _link(connection: Transaction, user: User, *, now_us: int) -> str:
    token = new_token()
    users.keep_link(connection, hash_of(token), user=user.id, until_us=now_us + HOURS * _HOUR_US)
    return token


def _about(user: User | None, chosen: Chosen) -> tuple[str, ...]:
    return (chosen.email, chosen.name, *(() if user is None else (user.email, user.name)))


def _good_password(password: str, *, about: Sequence[str]) -> str:
    found: tuple[Problem, ...] = tuple(passwords.faults(password, about=about))
    if found:
        raise UserError(found)
    return passwords.hashed(password)


def _free(connection: Transaction, email: str) -> None:
    if users.user_with_email(connection, email) is not None:
        raise refuse(
            "user_exists",
            path="email",
            fr=f"{email} a déjà un compte. Pour un nouveau lien : vitrail users link {email}.",
            en=f"{email} already has an account. For another link: vitrail users link {email}.",
        )


def _not_the_last(connection: Transaction, user: User) -> None:
    if not user.is_disabled and users.owners(connection) == 1:
        raise refuse(
            "last_owner",
            path="user",
            fr="C’est le dernier propriétaire : nommez-en un autre d’abord.",
            en="This is the last owner: make another one first.",
        )


def wrong_password() -> UserError:
    """The password that was asked again is not the one of the account."""
    return refuse(
        "wrong_password",
        path="current",
        fr="Ce n’est pas votre mot de passe actuel : rien n’a été changé.",
        en="This is not your current password: nothing was changed.",
    )


def _disabled() -> UserError:
    return refuse(
        "user_disabled",
        path="user",
        fr="Ce compte est fermé. Rouvrez-le d’abord : vitrail users enable.",
        en="This account is closed. Open it again first: vitrail users enable.",
    )


def _link_spent() -> UserError:
    found: Problem = problem(
        "link_spent",
        fr="Ce lien n’ouvre plus rien : il a servi, ou il a plus d’un jour. Demandez-en un autre à un "
        "propriétaire, ou tapez vitrail users link sur le serveur.",
        en="This link opens nothing any more: it was used, or is more than a day old. Ask an owner for "
        "another one, or run vitrail users link on the server.",
    )
    return UserError((found,))
