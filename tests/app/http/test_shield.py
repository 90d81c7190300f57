"""Every answer carries the security headers, errors included."""

from pathlib import Path

import httpx2
import pytest

import vitrail
from tests.app.http.serving import Served

PAGES = ["/", "/account/sign-in", "/api", "/nowhere", "/f/x"]
PLACES = [*PAGES, "/api/me", "/api/openapi.json", "/health", "/tag.js"]


@pytest.mark.parametrize("path", [*PLACES, "/v1/nowhere"])
@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_every_answer_is_closed(served: Served, path: str, method: str):
    headers = httpx2.request(method, served.url + path, headers={"accept": "text/html"}).headers
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] in ("same-origin", "no-referrer")
    assert "server" not in headers and "strict-transport-security" not in headers


def test_the_nonce_changes_and_is_that_of_the_page(served: Served):
    nonces = set()
    for _ in range(3):
        answer = httpx2.get(f"{served.url}/account/sign-in", timeout=60)
        nonce = answer.headers["content-security-policy"].partition("'nonce-")[2].partition("'")[0]
        assert f'nonce="{nonce}"' in answer.text
        nonces.add(nonce)
    assert len(nonces) == 3


def test_the_tag_may_be_loaded_by_other_sites_and_pages_may_not(served: Served):
    policy = "cross-origin-resource-policy"
    assert httpx2.get(f"{served.url}/tag.js", timeout=60).headers[policy] == "cross-origin"
    assert httpx2.get(f"{served.url}/account/sign-in", timeout=60).headers[policy] == "same-origin"


def test_nothing_is_evaluated_anywhere():
    """No eval of any kind in the program (the linter refuses it in Python; this is for what pages carry)."""
    root = Path(vitrail.__file__).parent
    for file in (*root.rglob("*.js"), *root.rglob("*.html")):
        text = file.read_text("utf-8")
        for word in ("eval(", "new Function", "document.write", "javascript:"):
            assert word not in text, (file.name, word)
