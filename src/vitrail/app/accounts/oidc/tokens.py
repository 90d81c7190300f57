"""Checking an ID token (OpenID Connect Core 1.0, 3.1.3.7; RFC 8725): algorithm, signature, and each claim.

The algorithms are ours to choose, never the token's: RS256, PS256 and ES256 alone. A token without a
signature, or signed with the public key as if it were a secret, has none of them.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping
from typing import Any

from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from vitrail.app.accounts.oidc.identity import Expected, Identity, Refused, identity_of

ALGORITHMS = ("RS256", "PS256", "ES256")
LEEWAY = 60
LONGEST = 16_384
OLDEST = 600
"""Seconds since a token was made, at most: it is fetched right after signing in."""


def check_token(token: str, keys: Callable[[bool], Mapping[str, Any]], *, expected: Expected) -> Identity:
    """Whom a token is about. `keys(anew)` are those of the provider; asked anew where one is unknown."""
    if len(token) > LONGEST:
        raise Refused("too long")
    claims = _verified(token, keys)
    issued = _number(claims, "iat")
    if claims.get("iss") != expected.issuer:
        raise Refused("issuer")
    audience = claims.get("aud")
    every = audience if isinstance(audience, list) else [audience]
    if expected.client not in every:
        raise Refused("audience")
    if (len(every) > 1 or "azp" in claims) and claims.get("azp") != expected.client:
        raise Refused("authorised party")
    if _number(claims, "exp") + LEEWAY <= expected.now:
        raise Refused("expired")
    if issued - LEEWAY > expected.now or issued + OLDEST < expected.now:
        raise Refused("time")
    if "nbf" in claims and _number(claims, "nbf") - LEEWAY > expected.now:
        raise Refused("not yet")
    nonce = claims.get("nonce")
    if not isinstance(nonce, str) or not hmac.compare_digest(nonce.encode(), expected.nonce.encode()):
        raise Refused("nonce")
    return _identity(claims)


def _verified(token: str, keys: Callable[[bool], Mapping[str, Any]]) -> Mapping[str, Any]:
    """The claims of a token whose signature is right."""
    try:
        kid = jws.extract_compact(token.encode()).headers().get("kid")
    except (JoseError, ValueError, TypeError) as error:
        raise Refused("unreadable") from error
    found = keys(False)
    if not _has(found, kid):
        found = keys(True)
    try:
        told = jwt.decode(token, KeySet.import_key_set(_signing(found)), algorithms=list(ALGORITHMS))
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise Refused("signature") from error
    return told.claims


def _has(found: Mapping[str, Any], kid: object) -> bool:
    every = _signing(found)["keys"]
    return bool(every) and (kid is None or any(each.get("kid") == kid for each in every))


def _signing(found: Mapping[str, Any]) -> Any:
    """The public keys for signatures: no secret ones, none that are for something else."""
    keys = [each for each in found.get("keys", ()) if isinstance(each, dict)]
    return {
        "keys": [
            each for each in keys if each.get("kty") in ("RSA", "EC") and each.get("use", "sig") == "sig"
        ]
    }


def _number(claims: Mapping[str, Any], name: str) -> int:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not abs(value) < 1e12:
        raise Refused(name)
    return int(value)


def _identity(claims: Mapping[str, Any]) -> Identity:
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= 255:
        raise Refused("subject")
    return identity_of(claims, issuer=str(claims["iss"]), subject=subject)
