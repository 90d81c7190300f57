"""Every role before every route of a running server: who may is answered, who may not is refused."""

import re
from collections.abc import Iterator

import httpx2
import pytest

from tests.app.http.roles import ROUTES
from tests.app.http.routing import application, routes
from tests.app.http.serving import Served, make_workspace, serving
from tests.app.http.visiting import Visitor, make_key, make_user
from vitrail.app.http.access.guards import SAFE
from vitrail.model.access import GRANTED, PERMISSIONS, ROLES, Permission, Role


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, object]]:
    """Every route of the application with what it says it needs."""
    app = application(tmp_path_factory.mktemp("routes") / "shop")
    return {name: dict(handler.opt) for name, handler in routes(app)}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("matrix")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VITRAIL_SECRET_KEY_FILE", str(folder / "keys" / "shop.key"))
        root = folder / "shop"
        with serving(root, make_workspace(root), options=("--requests-a-second", "0")) as server:
            yield server


@pytest.fixture(scope="module")
def visitors(served: Served) -> dict[str, Visitor]:
    """Somebody of each role, signed in, and somebody who is not."""
    told = {"nobody": Visitor(served)}
    for role in ROLES:
        told[role] = Visitor(served)
        told[role].sign_in(make_user(served, role).email)
    for each in told.values():
        each.client.headers["accept"] = "application/json"
    return told


def test_every_route_has_a_line_and_every_line_a_route(found: dict[str, dict[str, object]]):
    assert sorted(found) == sorted(ROUTES)


def test_every_route_says_what_it_needs(found: dict[str, dict[str, object]]):
    known = {"account", "nobody", *PERMISSIONS}
    assert {name: each.get("needs") for name, each in found.items() if each.get("needs") not in known} == {}


def test_only_what_a_link_holds_is_open_to_forgery(found: dict[str, dict[str, object]]):
    free = {name for name, each in found.items() if each["forgery"] != "refused"}
    assert {name for name in free if name.split()[0] not in SAFE} == {
        "POST /f/{token}",
        "POST /data/import/{token}",
        "POST /api/imports",
    }


def ask(visitor: Visitor, route: str) -> httpx2.Response:
    """Ask a route for nothing that exists, as our own pages would."""
    method, path = route.split()
    path = re.sub(r"{\w+}", "nothing", path)
    visitor.client.headers["x-csrf-token"] = token(visitor)
    return visitor.client.request(
        method, path, json={} if path.startswith("/api") and method != "GET" else None
    )


def token(visitor: Visitor) -> str:
    told = visitor.client.get("/api/me")
    if told.status_code == 200:
        return told.json()["csrf"]
    visitor.go("/account/sign-in")
    return visitor.token


@pytest.mark.parametrize("route", [each for each in ROUTES if each != "POST /account/sign-out"])
@pytest.mark.parametrize("who", ["nobody", *ROLES])
def test_a_role_may_what_its_line_says(visitors: dict[str, Visitor], route: str, who: str):
    allowed = ROUTES[route] == "*" or (who[0] in ROUTES[route] and who != "nobody")
    answer = ask(visitors[who], route)
    assert answer.status_code < 500
    if ROUTES[route] == "*":
        assert answer.status_code != 401
    elif allowed:
        assert answer.status_code not in (401, 403)
    else:
        assert answer.status_code == (401 if who == "nobody" else 403)


@pytest.mark.parametrize("permission", PERMISSIONS)
def test_a_key_opens_what_its_permissions_say(served: Served, found, permission: Permission):
    headers = make_key(served, permission)
    client = httpx2.Client(base_url=served.url, headers=headers, timeout=30)
    for name, opt in found.items():
        method, path = name.split()
        if not path.startswith("/api/"):
            continue
        path = re.sub(r"{\w+}", "nothing", path)
        status = client.request(method, path, json=None if method == "GET" else {}).status_code
        open_ = opt["needs"] in ("nobody", "account", permission)
        assert (status not in (401, 403)) is open_, (name, status)
        assert status < 500


def test_each_role_has_the_routes_of_its_permissions(found: dict[str, dict[str, object]]):
    """The lines above are written by hand; the table of roles must say the same."""
    for name, opt in found.items():
        if opt["needs"] in ("nobody", "account"):
            continue
        told: list[Role] = [role for role in ROLES if opt["needs"] in GRANTED[role]]
        assert sorted(each[0] for each in told) == sorted(ROUTES[name]), name
