"""Nothing leaves but through `collect/egress`: no other file opens a connection."""

import ast
from pathlib import Path

SOURCE = Path(__file__).parents[2] / "src" / "vitrail"
OPENERS = {
    "aiohttp", "asyncio.open_connection", "dns.asyncresolver", "dns.query", "dns.resolver", "ftplib",
    "http.client", "httpcore2", "httpx", "httpx2", "imaplib", "niquests", "paramiko", "poplib",
    "requests", "smtplib", "socket", "ssl", "telnetlib", "urllib.request", "urllib3", "websockets",
    "xmlrpc",
}  # fmt: skip
WHY = {
    "collect/egress/addresses.py": "resolves names",
    "collect/egress/client.py": "is the client",
    "app/http/server.py": "listens",
    "app/doctor/mail.py": "asks the DNS about a domain that the operator names",
}


def imported(file: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def opening(file: Path) -> set[str]:
    names = imported(file)
    return {each for each in OPENERS if any(name == each or name.startswith(f"{each}.") for name in names)}


def test_one_client_goes_out():
    found = {file.relative_to(SOURCE).as_posix() for file in SOURCE.rglob("*.py") if opening(file)}
    assert found == set(WHY), "go out through vitrail.collect.egress.client"
