"""A small identity provider on a real port: discovery, keys, codes with PKCE, ID tokens, lies on demand."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs, urlencode

import uvicorn
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, OctKey, RSAKey

CLIENT, SECRET = "vitrail", "s3cret+/ é"


class IdentityProvider:
    """Who signs in there next is `claims`; `lies` change the token, `alg` how it is signed."""

    def __init__(self) -> None:
        self.issuer = ""
        self.alg = "RS256"
        self.claims: dict[str, Any] = {}
        self.lies: dict[str, Any] = {}
        self.elsewhere: dict[str, Any] = {}
        self.codes: dict[str, dict[str, str]] = {}
        self.asked_for_keys = 0
        self.key: RSAKey | ECKey = self.new_key()

    def new_key(self, kind: str = "RSA") -> RSAKey | ECKey:
        """Sign with another key from now on."""
        about = {"kid": secrets.token_hex(4), "use": "sig"}
        self.key = ECKey.generate_key("P-256", about) if kind == "EC" else RSAKey.generate_key(2048, about)
        return self.key

    def comes(self, email: str, subject: str = "", **more: object) -> None:
        """Let somebody sign in there next, and tell the truth again."""
        self.claims = {"sub": subject or email, "email": email, "email_verified": True, **more}
        self.lies, self.alg = {}, "RS256"

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        body = b""
        while True:
            part = await receive()
            body += part.get("body", b"")
            if not part.get("more_body"):
                break
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        status, more, document = self.answer(scope, body.decode(), headers)
        told = [(b"content-type", b"application/json"), *more]
        await send({"type": "http.response.start", "status": status, "headers": told})
        await send({"type": "http.response.body", "body": json.dumps(document).encode()})

    def answer(self, scope: dict[str, Any], body: str, headers: dict[str, str]) -> tuple[int, list, object]:
        """What is answered at an address."""
        match scope["path"]:
            case "/.well-known/openid-configuration":
                places = {
                    "authorization_endpoint": "authorize",
                    "token_endpoint": "token",
                    "jwks_uri": "keys",
                    "userinfo_endpoint": "about",
                }
                return (
                    200,
                    [],
                    {"issuer": self.issuer}
                    | {name: f"{self.issuer}/{place}" for name, place in places.items()},
                )
            case "/keys":
                self.asked_for_keys += 1
                return 200, [], KeySet([self.key]).as_dict(private=False)
            case "/about":
                return (
                    (200, [], self.elsewhere) if headers.get("authorization") == "Bearer x" else (401, [], {})
                )
            case "/authorize":
                return self.authorize(parse_qs(scope["query_string"].decode()))
            case "/token":
                return self.token({name: each[0] for name, each in parse_qs(body).items()}, headers)
            case _:
                return 404, [], {}

    def authorize(self, asked: dict[str, list[str]]) -> tuple[int, list, object]:
        """Send the browser back with a code."""
        code = secrets.token_hex(8)
        self.codes[code] = {name: each[0] for name, each in asked.items()}
        back = urlencode({"code": code, "state": asked["state"][0], "iss": self.issuer})
        return 303, [(b"location", f"{asked['redirect_uri'][0]}?{back}".encode())], {}

    def token(self, form: dict[str, str], headers: dict[str, str]) -> tuple[int, list, object]:
        """A token for a code: once, with the verifier, from who knows the secret."""
        asked = self.codes.pop(form.get("code", ""), None)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        given = base64.b64decode(headers.get("authorization", "").removeprefix("Basic ")).decode()
        right = given == "vitrail:s3cret%2B%2F+%C3%A9"
        if asked is None or not right or asked["redirect_uri"] != form["redirect_uri"]:
            return 400, [], {"error": "invalid_grant"}
        if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != asked["code_challenge"]:
            return 400, [], {"error": "invalid_grant"}
        return 200, [], {"access_token": "x", "token_type": "Bearer", "id_token": self.signed(asked["nonce"])}

    def signed(self, nonce: str) -> str:
        """The ID token, with the lies that were asked for."""
        now = int(time.time())
        told = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": nonce}
        claims = {name: each for name, each in (told | self.claims | self.lies).items() if each is not None}
        if self.alg == "none":
            parts = ({"alg": "none"}, claims)
            return ".".join(map(packed, parts)) + "."
        if self.alg == "HS256":
            pem = self.key.as_pem(private=False)
            header = {"alg": "HS256", "kid": self.key.kid}
            return jwt.encode(header, claims, OctKey.import_key(pem), algorithms=["HS256"])
        header = {"alg": self.alg, "kid": self.key.kid}
        return jwt.encode(header, claims, self.key, algorithms=[self.alg])


def packed(part: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()


@contextmanager
def providing() -> Iterator[IdentityProvider]:
    """The provider, running."""
    provider = IdentityProvider()
    settings = uvicorn.Config(provider, host="127.0.0.1", port=0, log_level="error", lifespan="off")
    server = uvicorn.Server(settings)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    provider.issuer = f"http://127.0.0.1:{port}"
    try:
        yield provider
    finally:
        server.should_exit = True
        thread.join()
