"""The tag that websites load: served as it stands, with a name for its content so that browsers keep it."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import files
from typing import Any

from litestar import Request, Response, get

from vitrail.app.http.access.guards import needs

KEPT = "public, max-age=3600, stale-while-revalidate=86400"


@cache
def tag() -> tuple[bytes, str]:
    """The script, and what it is known by."""
    script = files("vitrail.app.http.tag").joinpath("tag.js").read_bytes()
    return script, f'"{hashlib.sha256(script).hexdigest()[:16]}"'


@get("/tag.js", opt=needs("nobody", forgery="harmless"), include_in_schema=False, sync_to_thread=False)
def tag_route(request: Request[Any, Any, Any]) -> Response[bytes]:
    """The script, or word that the browser has it already."""
    script, mark = tag()
    headers = {"ETag": mark, "Cache-Control": KEPT, "Access-Control-Allow-Origin": "*"}
    if request.headers.get("if-none-match") == mark:
        return Response(b"", status_code=304, headers=headers)
    headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return Response(script, media_type="text/javascript; charset=utf-8", headers=headers)
