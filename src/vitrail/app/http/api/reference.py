"""What the API is: one document for programs (OpenAPI), and the same as a page, which needs no network."""

from __future__ import annotations

from functools import cache
from typing import Any

import msgspec
from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from litestar import Request, Router
from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin, OpenAPIRenderPlugin
from litestar.openapi.spec import Components, SecurityScheme

import vitrail
from vitrail.app.http.access.guards import needs
from vitrail.app.http.shield import nonce_of

Asked = Request[Any, Any, Any]
METHODS = ("get", "post", "put", "patch", "delete")


class Page(OpenAPIRenderPlugin):
    """The whole API as a page of our own: nothing of it comes from elsewhere."""

    def __init__(self) -> None:
        super().__init__(path="/")

    def render(self, request: Asked, openapi_schema: dict[str, Any]) -> bytes:
        """Draw the page; what is told by default may be a value of ours."""
        told_schema = msgspec.to_builtins(openapi_schema)
        operations = [
            {"method": method.upper(), "path": path, **told[method]}
            for path, told in sorted(told_schema["paths"].items())
            for method in METHODS
            if method in told
        ]
        schemas = sorted(told_schema.get("components", {}).get("schemas", {}).items())
        info, nonce = told_schema["info"], nonce_of(request.scope)
        return _template().render(info=info, operations=operations, schemas=schemas, nonce=nonce).encode()


def openapi() -> OpenAPIConfig:
    """What is said of the API as a whole, and where; each route says the rest of itself."""
    key = SecurityScheme(type="http", scheme="bearer", description="An API key: vk_…")
    return OpenAPIConfig(
        title="Vitrail",
        version=vitrail.__version__,
        description="Ask a customer base, define segments, administer. Errors are those of RFC 9457.",
        components=Components(security_schemes={"key": key}),
        security=[{"key": []}],
        render_plugins=(Page(), JsonRenderPlugin()),
        openapi_router=Router("/api", route_handlers=[], opt=needs("nobody"), include_in_schema=False),
        path="/api",
    )


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("vitrail.app.http.api", ""), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    return environment.get_template("page.html")
