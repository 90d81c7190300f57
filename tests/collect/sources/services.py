"""A small HTTP server that speaks as each service documents its API: keys, pages, filters, patience.

The payloads have the documented shapes and invented people. It never ran beside the real services.
"""

import datetime as dt
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

Reply = tuple[int, object, dict[str, str]]
START = dt.datetime(2025, 1, 1, tzinfo=dt.UTC)


class Request:
    """What was asked."""

    def __init__(self, handler: BaseHTTPRequestHandler) -> None:
        parts = urlsplit(handler.path)
        self.method = handler.command
        self.path = parts.path
        self.query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        self.headers = {name.lower(): value for name, value in handler.headers.items()}
        length = int(handler.headers.get("content-length") or 0)
        self.content = handler.rfile.read(length)

    @property
    def json(self) -> dict:
        return json.loads(self.content)

    @property
    def form(self) -> dict[str, str]:
        return {name: values[0] for name, values in parse_qs(self.content.decode()).items()}


@contextmanager
def serving(answer: Callable[[Request], Reply]) -> Iterator[tuple[str, list[Request]]]:
    """The address of a server that answers so, and the requests it got."""
    seen: list[Request] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            request = Request(self)
            seen.append(request)
            status, content, headers = answer(request)
            body = content if isinstance(content, bytes) else json.dumps(content).encode()
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self) -> None:
            self.do_GET()

        def log_message(self, *_: object) -> None:
            """Tests are quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", seen
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def ok(content: object, **headers: str) -> Reply:
    return 200, content, {name.replace("_", "-"): value for name, value in headers.items()}


def iso(minutes: int) -> str:
    return (START + dt.timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def milliseconds(minutes: int) -> int:
    return int((START + dt.timedelta(minutes=minutes)).timestamp() * 1000)


def hubspot_contacts(people: int, *, page: int = 2, most: int = 10_000) -> Callable[[Request], Reply]:
    """POST …/search: filterGroups, sorts, `after` in the body, `paging.next.after`, no more than `most`."""
    contacts = [
        {
            "id": str(500_000 + n),
            "properties": {
                "email": f"p{n}@example.com",
                "firstname": "Zoé",
                "zip": "01000",
                "city": "",
                "createdate": iso(0),
                "lastmodifieddate": iso(n),
                "hs_object_id": str(500_000 + n),
            },
            "createdAt": iso(0),
            "updatedAt": iso(n),
            "archived": False,
        }
        for n in range(people)
    ]

    def answer(request: Request) -> Reply:
        if request.headers.get("authorization") != "Bearer pat-eu1-x":
            return 401, {"status": "error", "category": "INVALID_AUTHENTICATION"}, {}
        asked = request.json
        rule = asked["filterGroups"][0]["filters"][0]
        assert rule["operator"] == "GTE" and asked["sorts"][0]["direction"] == "ASCENDING"
        found = [each for n, each in enumerate(contacts) if milliseconds(n) >= int(rule["value"])]
        start = int(asked.get("after", 0))
        if start >= most:
            return 400, {"status": "error", "message": "There was a problem with the request."}, {}
        part = found[start : start + min(page, most - start)]
        after = start + len(part)
        paging = {"paging": {"next": {"after": str(after)}}} if after < min(len(found), most) else {}
        return ok({"total": len(found), "results": part, **paging})

    return answer


def hubspot_deals(request: Request) -> Reply:
    """GET with associations; the second deal has no contact."""
    deals = [
        {
            "id": str(n),
            "properties": {"dealname": f"Deal {n}", "amount": "1500.50", "hs_is_closed_won": "true"},
            **(
                {"associations": {"contacts": {"results": [{"id": "500001", "type": "deal_to_contact"}]}}}
                if n != 1
                else {}
            ),
        }
        for n in range(3)
    ]
    start = int(request.query.get("after", 0))
    paging = {"paging": {"next": {"after": str(start + 2), "link": "…"}}} if start + 2 < 3 else {}
    return ok({"results": deals[start : start + 2], **paging})


def salesforce(request: Request) -> Reply:
    """A token that serves three requests, then SOQL in pages by `nextRecordsUrl`."""
    if request.path.endswith("/token"):
        form = request.form
        assert form["grant_type"] == "client_credentials" and form["client_secret"] == "shh"
        return ok({"access_token": "t0k", "token_type": "Bearer", "instance_url": "https://x"})
    if request.headers.get("authorization") != "Bearer t0k":
        return 401, [{"errorCode": "INVALID_SESSION_ID", "message": "Session expired or invalid"}], {}
    people = [
        {
            "attributes": {"type": "Contact", "url": f"/services/data/v62.0/sobjects/Contact/003{n}"},
            "Id": f"003{n:015d}",
            "Email": None if n == 1 else f"p{n}@example.com",
            "LastName": "Martin",
            "HasOptedOutOfEmail": n == 2,
            "CreatedDate": "2025-01-01T00:00:00.000+0000",
            "SystemModstamp": iso(n).replace("Z", "+0000"),
        }
        for n in range(5)
    ]
    if "q" in request.query:
        soql = request.query["q"]
        assert " ORDER BY SystemModstamp" in soql
        since = soql.partition("SystemModstamp >= ")[2].partition(" ")[0]
        moment = dt.datetime.fromisoformat(since)
        found = [p for p in people if dt.datetime.fromisoformat(p["SystemModstamp"]) >= moment]
        start = 0
    else:
        found, start = people, int(request.path.rpartition("-")[2])
    rest = found[start + 2 :]
    more = {"nextRecordsUrl": f"/services/data/v62.0/query/01gD0000002HU6K-{start + 2}"} if rest else {}
    return ok({"totalSize": len(found), "done": not rest, "records": found[start : start + 2], **more})


def shopify_orders(request: Request) -> Reply:
    """`Link` with `page_info`, which goes without any other filter; one order has no customer."""
    if request.headers.get("x-shopify-access-token") != "shpat_x":
        return 401, {"errors": "[API] Invalid API key or access token"}, {}
    orders = [
        {
            "id": 450_789_469 + n,
            "created_at": (START + dt.timedelta(minutes=n)).isoformat(),
            "total_price": "409.94",
            "currency": "EUR",
            "customer": None if n == 3 else {"id": 207_119_551},
            "discount_codes": [{"code": "TENOFF", "amount": "10.00", "type": "fixed_amount"}],
        }
        for n in range(5)
    ]
    if (page := request.query.get("page_info")) is not None:
        assert set(request.query) <= {"page_info", "limit"}
        start = int(page)
    else:
        assert request.query["status"] == "any"
        start = 0
        if (since := request.query.get("created_at_min")) is not None:
            moment = dt.datetime.fromisoformat(since)
            orders = [o for o in orders if dt.datetime.fromisoformat(o["created_at"]) >= moment]
    host = f"http://{request.headers['host']}{request.path}"
    link = f'<{host}?limit=2&page_info={start + 2}>; rel="next"' if orders[start + 2 :] else ""
    return ok({"orders": orders[start : start + 2]}, **({"Link": link} if link else {}))


def stripe_charges(request: Request) -> Reply:
    """Newest first, `starting_after` the last id, `has_more`; the third one failed."""
    if request.headers.get("authorization") != "Bearer sk_x":
        return 401, {"error": {"type": "invalid_request_error"}}, {}
    charges = [
        {
            "id": f"ch_{n}",
            "object": "charge",
            "amount": 1999,
            "currency": "eur",
            "customer": "cus_1",
            "created": milliseconds(n) // 1000,
            "status": "failed" if n == 2 else "succeeded",
        }
        for n in reversed(range(5))
    ]
    found = [each for each in charges if each["created"] >= int(request.query.get("created[gte]", 0))]
    after = request.query.get("starting_after")
    start = 0 if after is None else 1 + [each["id"] for each in found].index(after)
    part = found[start : start + 2]
    more = bool(found[start + 2 :])
    return ok({"object": "list", "url": "/v1/charges", "has_more": more, "data": part})


def brevo(request: Request) -> Reply:
    """`limit` and `offset`, `modifiedSince`, and how many there are."""
    if request.headers.get("api-key") != "xkeysib-x":
        return 401, {"code": "unauthorized", "message": "Key not found"}, {}
    people = [
        {
            "id": n,
            "email": f"p{n}@example.com",
            "emailBlacklisted": n == 0,
            "smsBlacklisted": False,
            "createdAt": "2025-01-01T00:00:00.000+01:00",
            "modifiedAt": (START + dt.timedelta(minutes=n)).isoformat(timespec="milliseconds"),
            "listIds": [40],
            "attributes": {"FIRSTNAME": "Zoé", "SMS": "33612345678"},
        }
        for n in range(1203)
    ]
    if (since := request.query.get("modifiedSince")) is not None:
        moment = dt.datetime.fromisoformat(since)
        people = [p for p in people if dt.datetime.fromisoformat(p["modifiedAt"]) >= moment]
    start, size = (
        int(request.query.get("offset", 0)),
        int(request.query["limit"]),
    )
    return ok({"contacts": people[start : start + size], "count": len(people)})


def axonaut(request: Request) -> Reply:
    """The page is a header; the list is bare and ends with an empty page."""
    if request.headers.get("userapikey") != "ax-key":
        return 403, {"error": {"message": "Forbidden access", "status_code": "403"}}, {}
    page = int(request.headers["page"])
    people = [
        {"id": 10 * page + n, "name": f"Société {n}", "address_zip_code": "01000", "is_customer": True}
        for n in range(2)
    ]
    return ok(people if page <= 2 else [])
