"""Going out: no way of writing an address leads home, whatever names and services say."""

import ipaddress
import socket
import threading
from collections.abc import Iterator

import pytest
from sqlalchemy.engine import make_url

from tests.collect.sources.services import ok, serving
from vitrail.collect.egress import addresses
from vitrail.collect.egress.addresses import ALLOW, Allowed, is_public, read_allowed
from vitrail.collect.egress.client import client
from vitrail.collect.sources import pull
from vitrail.collect.sources.database import pinned
from vitrail.collect.sources.definition import Bucket, Columns, Database, Http, Target, Tryton
from vitrail.collect.sources.files import pinned_endpoint
from vitrail.collect.sources.kept import apply_sources
from vitrail.model.errors import UserError
from vitrail.warehouse.store import Store

PEOPLE = Target("profiles", Columns(key="id"))

HOSTS = tuple(
    """
127.0.0.1 127.0.0.2 127.255.255.254 127.1 127.0.1 0x7f.1 0x7f000001 2130706433 017700000001 0177.0.0.1
0177.0.0.01 0x7f.0x0.0x0.0x1 00000177.0.0.1 127.0.0.1. localhost LOCALHOST localhost. LocalHost 0 0.0.0.0 0x0
10.0.0.1 10.1.2.3 012.1.2.3 0xa.1.2.3 167772161 172.16.0.1 172.31.255.255 192.168.0.1 192.168.1.1 3232235777
0xC0A80101 169.254.169.254 2852039166 0xA9FEA9FE 0251.0376.0251.0376 169.254.43518 100.64.0.1 100.100.100.200
168.63.129.16 192.0.0.192 192.0.2.1 198.18.0.1 198.51.100.7 203.0.113.9 224.0.0.1 239.255.255.250 240.0.0.1
255.255.255.255 192.88.99.1 127。0。0。1
[::1] [::] [0:0:0:0:0:0:0:1] [::ffff:127.0.0.1] [::ffff:7f00:1] [::ffff:169.254.169.254] [::127.0.0.1]
[::7f00:1] [64:ff9b::7f00:1] [64:ff9b::169.254.169.254] [64:ff9b:1::7f00:1] [2002:7f00:1::] [2002:a9fe:a9fe::]
[2001:0:7f00:1::] [2001:0:909:909:0:0:80ff:fffe] [fe80::1] [fec0::1] [fc00::1] [fd00:ec2::254] [ff02::1]
[2001:db8::1] [3fff::1] [100::1] [5f00::1] [::ffff:0:127.0.0.1] [2001:10::1]
""".split()  # noqa: SIM905
)

WRITTEN = (
    "http://example.com@127.0.0.1:{port}/",
    "http://127.0.0.1:{port}#@example.com/",
    "http://127.0.0.1:{port}\\@example.com/",
    "http://me:pass@127.0.0.1:{port}/",
    "http://127.0.0.1%2f@127.0.0.1:{port}/",
    "http://①②⑦.⓪.⓪.①:{port}/",
)


@pytest.fixture(scope="module")
def canary() -> Iterator[tuple[int, list[bytes]]]:
    """Something at home that remembers whoever connects, on IPv4 and IPv6."""
    told: list[bytes] = []
    with socket.create_server(("", 0), family=socket.AF_INET6, dualstack_ipv6=True) as listener:

        def listen() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                told.append(b"somebody")
                connection.close()

        threading.Thread(target=listen, daemon=True).start()
        yield listener.getsockname()[1], told
        listener.shutdown(socket.SHUT_RDWR)


def refusal(url: str, *, allow_private: bool = False) -> str:
    with (
        client(allow_private=allow_private, timeout_seconds=2) as guarded,
        pytest.raises(Exception) as refused,
    ):
        guarded.get(url)
    if isinstance(refused.value, UserError):
        return refused.value.problems[0].code
    return type(refused.value).__name__


def test_there_are_at_least_seventy():
    assert len(HOSTS) + len(WRITTEN) >= 70


@pytest.mark.parametrize("host", HOSTS)
def test_no_address_leads_home(canary, host: str):
    port, told = canary
    assert refusal(f"http://{host}:{port}/") in ("private_address", "InvalidURL", "ConnectError")
    assert not told


@pytest.mark.parametrize("host", HOSTS)
def test_what_the_operator_allows_opens_nothing_else(canary, monkeypatch, host: str):
    monkeypatch.setenv(ALLOW, "10.9.9.9, crm.intranet")
    port, told = canary
    assert refusal(f"http://{host}:{port}/", allow_private=True) in (
        "private_address",
        "InvalidURL",
        "ConnectError",
    )
    assert not told


@pytest.mark.parametrize("url", WRITTEN)
def test_no_way_of_writing_leads_home(canary, url: str):
    port, told = canary
    told_by = refusal(url.format(port=port))
    assert told_by in ("private_address", "userinfo_in_address", "InvalidURL", "ConnectError")
    assert not told


def is_canonical(host: str) -> bool:
    try:
        return bool(ipaddress.ip_address(host.strip("[]")))
    except ValueError:
        return False


@pytest.mark.parametrize("host", [*filter(is_canonical, HOSTS)])
def test_a_name_that_resolves_home_is_refused(monkeypatch, host: str):
    told = [(2, 1, 6, "", (host.strip("[]"), 443))]
    monkeypatch.setattr(addresses.socket, "getaddrinfo", lambda *_, **__: told)
    assert refusal("https://shop.example/") == "private_address"


@pytest.mark.parametrize(
    "address", ["9.9.9.9", "2620:fe::fe", "64:ff9b::909:909", "2002:909:909::", "192.31.196.1", "100.128.0.1"]
)
def test_addresses_of_the_internet_are_public(address: str):
    assert is_public(address)


def test_a_name_is_resolved_once_and_one_bad_address_is_enough(monkeypatch):
    asked: list[str] = []
    told = [(2, 1, 6, "", ("9.9.9.9", 443)), (2, 1, 6, "", ("127.0.0.1", 443))]
    monkeypatch.setattr(addresses.socket, "getaddrinfo", lambda host, *_, **__: asked.append(host) or told)
    assert refusal("https://rebound.example/") == "private_address"
    assert asked == ["rebound.example"]  # once: what was looked at is what would be connected to


def test_a_name_that_changes_its_mind_reaches_what_was_looked_at(monkeypatch):
    connected: list[str] = []
    answers = iter(["9.9.9.9", "127.0.0.1", "127.0.0.1"])
    monkeypatch.setattr(
        addresses.socket, "getaddrinfo", lambda *_, **__: [(2, 1, 6, "", (next(answers), 443))]
    )

    def connect(address, *_, **__):
        connected.append(address[0])
        raise OSError("no network")

    monkeypatch.setattr(socket, "create_connection", connect)
    assert refusal("https://rebound.example/") == "ConnectError"
    assert connected == ["9.9.9.9"]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(canary, status: int):
    port, told = canary
    with (
        serving(lambda _: (status, {}, {"location": f"http://127.0.0.1:{port}/"})) as (address, _),
        client(allow_private=True) as guarded,
    ):
        assert guarded.get(address).status_code == status
    assert not told


def test_the_name_stays_in_the_request(monkeypatch):
    monkeypatch.setenv(ALLOW, "crm.intranet")
    with serving(lambda request: ok([dict(request.headers)])) as (address, _):
        port = int(address.rsplit(":", 1)[1].strip("/"))
        told = [(2, 1, 6, "", ("127.0.0.1", port))]
        monkeypatch.setattr(addresses.socket, "getaddrinfo", lambda *_, **__: told)
        with client(allow_private=True) as guarded:
            headers = guarded.get(f"http://crm.intranet:{port}/").json()[0]
    assert {name.lower(): value for name, value in headers.items()}["host"] == f"crm.intranet:{port}"


def test_proxies_of_the_environment_play_no_part(monkeypatch, canary):
    port, told = canary
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{port}")
    assert refusal("http://127.0.0.1:1/") == "private_address"
    assert not told


@pytest.mark.parametrize(
    ("setting", "host", "address", "held"),
    [
        ("10.1.0.0/16", "x", "10.1.2.3", True),
        ("10.1.0.0/16", "x", "10.2.0.1", False),
        ("crm.intranet", "CRM.intranet.", "10.2.0.1", True),
        ("crm.intranet", "evil-crm.intranet", "10.2.0.1", False),
        ("[::1], 10.0.0.7", "x", "::1", True),
        ("10.0.0.7", "x", "10.0.0.70", False),
        ("", "x", "127.0.0.1", False),
        ("127.0.0.0/8", "x", "::ffff:127.0.0.1", False),
    ],
)
def test_the_operator_allows_hosts_and_networks(setting: str, host: str, address: str, held: bool):
    assert read_allowed({ALLOW: setting}).holds(host, address) is held


def test_a_setting_that_is_no_network_is_said():
    with pytest.raises(UserError) as refused:
        read_allowed({ALLOW: "10.0.0.0/99"})
    assert refused.value.problems[0].code == "bad_egress_setting"


def test_without_the_setting_nothing_at_home_is_allowed():
    assert read_allowed({}) == Allowed()


# --- sources: when they are defined, and when they are pulled ----------------------------------------

READ = {"load": PEOPLE, "fields": {"id": "id"}}
HOME = {
    "service": Http(key="crm", url="https://127.0.0.1/", **READ),
    "service at home": Http(key="crm", url="https://2130706433/", allow_private=True, **READ),
    "tryton": Tryton(key="crm", url="https://[::1]/", database="x", user="x", password="${P}", **READ),
    "database": Database(key="crm", url="postgresql://x@127.0.0.1:1/x", load=PEOPLE, table="x"),
    "bucket": Bucket(key="crm", bucket="x", pattern="*", endpoint="http://0x7f.1:1", load=PEOPLE),
}


@pytest.fixture
def closed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing at home is allowed."""
    monkeypatch.delenv(ALLOW)
    monkeypatch.setenv("VITRAIL_SECRET_P", "secret")


@pytest.mark.parametrize("kind", HOME)
def test_a_source_that_leads_home_is_not_kept(store: Store, closed: None, kind: str):
    with pytest.raises(UserError) as refused:
        apply_sources(store, [HOME[kind]])
    assert [each.code for each in refused.value.problems] == ["private_address"]


@pytest.mark.parametrize("kind", HOME)
def test_a_source_that_leads_home_is_not_asked(store: Store, closed: None, kind: str):
    found = pull.pull(store, HOME[kind])
    assert [each.code for each in found.problems] == ["private_address"]


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("postgresql://x@db.example/x?host=127.0.0.1", "private_address"),
        ("postgresql://x@/x?host=9.9.9.9:1&host=[::1]:5432", "private_address"),
        ("postgresql://x@/x?host=/var/run/postgresql", "private_address"),
        ("postgresql://x@/x", "private_address"),
        ("postgresql://x@9.9.9.9/x?hostaddr=127.0.0.1", "bad_database_address"),
        ("postgresql://x@9.9.9.9/x?service=home", "bad_database_address"),
    ],
)
def test_no_parameter_of_a_database_leads_home(store: Store, closed: None, monkeypatch, url: str, code: str):
    kept = socket.getaddrinfo
    named = lambda host, *rest, **more: kept("9.9.9.9" if host == "db.example" else host, *rest, **more)  # noqa: E731
    monkeypatch.setattr(addresses.socket, "getaddrinfo", named)
    found = pull.pull(store, Database(key="crm", url=url, load=PEOPLE, table="x"))
    assert [each.code for each in found.problems] == [code]


def test_a_name_that_leads_nowhere_now_may_be_defined(store: Store, closed: None):
    told = Http(key="crm", url="https://crm.invalid/", **READ)
    assert apply_sources(store, [told]) == {"crm": "added"}


def test_a_secret_in_the_host_is_looked_at_when_it_is_known(store: Store, closed: None, monkeypatch):
    monkeypatch.setenv("VITRAIL_SECRET_HOST", "127.0.0.1")
    told = Http(key="crm", url="https://${HOST}/", **READ)
    apply_sources(store, [told])
    assert [each.code for each in pull.pull(store, told).problems] == ["private_address"]


def named(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    """Let every name lead to one address."""
    monkeypatch.setattr(addresses.socket, "getaddrinfo", lambda *_, **__: [(2, 1, 6, "", (address, 0))])


def test_other_databases_are_asked_at_the_address_that_was_looked_at(closed: None, monkeypatch):
    named(monkeypatch, "9.9.9.9")
    url = pinned(make_url("mysql+pymysql://u:p@db.example:3306/x"), path="crm.url")
    assert (url.host, url.port) == ("9.9.9.9", 3306)
    monkeypatch.setenv(ALLOW, "db.example")
    assert pinned(make_url("mysql+pymysql://u@db.example/x"), path="crm.url").host == "db.example"


def test_other_databases_are_not_asked_where_a_parameter_leads(closed: None, monkeypatch):
    named(monkeypatch, "9.9.9.9")
    with pytest.raises(UserError):
        pinned(make_url("mysql+pymysql://u@db.example/x?host=127.0.0.1"), path="crm.url")


@pytest.mark.parametrize(
    ("endpoint", "asked"),
    [
        ("http://s3.example:9000", ("9.9.9.9:9000", "http")),
        ("http://s3.example", ("9.9.9.9", "http")),
        ("https://s3.example:9000", ("s3.example:9000", "https")),
        ("s3.example", ("s3.example", "https")),
    ],
)
def test_a_store_in_the_clear_is_asked_at_the_address_that_was_looked_at(
    closed: None, monkeypatch, endpoint: str, asked: tuple[str, str]
):
    named(monkeypatch, "9.9.9.9")
    source = Bucket(key="crm", bucket="x", pattern="*", endpoint=endpoint, load=PEOPLE)
    assert pinned_endpoint(source) == asked
