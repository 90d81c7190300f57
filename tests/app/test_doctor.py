"""The doctor finds what was broken, and nothing where nothing is."""

import datetime as dt
import os
import shutil
import socket
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import dns.message
import dns.rcode
import dns.rrset
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import vitrail
from tests.app.terminal import answer, run
from tests.ledger.databases import behind_its_back
from vitrail.app.doctor import machine
from vitrail.app.doctor.examining import examine, of_unopened
from vitrail.app.doctor.mail import Sender, look_at_mail
from vitrail.app.kept_secrets import keep_for_sources
from vitrail.ledger.backups import Backup, save_backup
from vitrail.ledger.inbox import NewRequest, open_inbox
from vitrail.ledger.secrets import ring_of

OF_TESTS = "ledger_unsafe"
"""The PostgreSQL of the tests runs without fsync."""


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    with vitrail.create(tmp_path / "shop") as ws:
        ws.load_profiles(pa.table({"id": ["A", "B"], "city": ["Lyon", "Lille"]}), key="id")
        ws.load_events(
            "order",
            pa.table({"n": ["1"], "id": ["A"], "at": ["2025-03-01T10:00:00Z"]}),
            profile="id",
            at="at",
            key="n",
        )
    return tmp_path / "shop"


def found(shop: Path, **how) -> dict[str, str]:
    """What is not good, by code."""
    with vitrail.open(shop) as ws:
        findings = examine(ws.store, **how).findings
    doubtful = (each for each in findings if each.severity != "good" and each.code != OF_TESTS)
    return {each.code: each.severity for each in doubtful}


def change(shop: Path, table: str, statement: str) -> None:
    with vitrail.open(shop) as ws:
        behind_its_back(ws.store.ledger, table, statement=statement)


def a_file(shop: Path, pattern: str = "events/**/*.parquet") -> Path:
    return next(shop.glob(pattern))


def test_a_sound_workspace_lacks_a_backup_alone(shop: Path):
    assert found(shop, deep=True) == {"no_backup": "warning"}


@pytest.mark.sqlite_only("the PostgreSQL of the tests runs without fsync, which the doctor tells")
def test_after_a_backup_all_is_good(shop: Path, tmp_path: Path):
    run("backup", str(tmp_path / "b"), workspace=shop)
    told = run("doctor", "--json", workspace=shop)
    assert (told.exit_code, answer(told)["good"]) == (0, True)
    assert found(shop) == {}


def test_answers_that_the_next_refresh_needs_are_no_leftovers(shop: Path):
    with vitrail.open(shop) as ws:
        ws.define(vitrail.Segment(key="buyers", name={"en": "Buyers"}, rule="count(order) >= 1"))
        ws.refresh()
        assert list(shop.glob("memberships/answers-*"))
        ws.refresh(full=True)
    assert "orphans" not in found(shop)


def test_a_missing_file_is_found(shop: Path):
    a_file(shop).unlink()
    assert found(shop)["files_damaged"] == "error"
    assert run("doctor", workspace=shop).exit_code == 1


@pytest.mark.parametrize("name", ["bitmaps", "log"])
def test_a_missing_file_of_memberships_is_found(shop: Path, name: str):
    with vitrail.open(shop) as ws:
        ws.define(vitrail.Segment(key="buyers", name={"en": "Buyers"}, rule="count(order) >= 1"))
        ws.refresh()
    assert "files_damaged" not in found(shop)
    next(shop.glob(f"memberships/{name}-*")).unlink()
    assert found(shop)["files_damaged"] == "error"


def test_a_cut_file_is_found(shop: Path):
    path = a_file(shop)
    path.write_bytes(path.read_bytes()[:-10])
    assert "files_damaged" in found(shop)


def test_a_file_that_took_the_place_of_another_is_found(shop: Path):
    shutil.copy(a_file(shop, "observations/**/*.parquet"), a_file(shop))
    assert "files_damaged" in found(shop)


def test_a_damaged_page_is_found_by_reading_through(shop: Path):
    path = a_file(shop)
    content = bytearray(path.read_bytes())
    content[8:40] = bytes(32)
    path.write_bytes(content)
    assert "files_damaged" in found(shop, deep=True)


def test_a_byte_that_changed_in_an_event_is_found_by_reading_through(shop: Path):
    path = a_file(shop)
    changed = bytearray(path.read_bytes())
    column = pq.ParquetFile(path).metadata.row_group(0).column(0)
    begins = column.dictionary_page_offset or column.data_page_offset
    changed[begins + column.total_compressed_size - 1] ^= 0xFF
    path.write_bytes(changed)
    assert "files_damaged" in found(shop, deep=True)


@pytest.mark.sqlite_only("a ledger in a file")
def test_a_ledger_that_is_cut_is_told_whatever_is_asked(shop: Path):
    with vitrail.open(shop) as ws:
        ws.store.ledger.purge()
    ledger = shop / "ledger.sqlite"
    ledger.write_bytes(ledger.read_bytes()[: ledger.stat().st_size // 3])
    told = run("doctor", "--json", workspace=shop)
    assert told.exit_code == 1
    assert "unreadable" in {each["code"] for each in answer(told)["findings"]}
    assert "vitrail doctor" in run("segments", workspace=shop).stderr


@pytest.mark.sqlite_only("a ledger in a file")
def test_files_without_their_ledger_are_no_reason_to_begin_anew(shop: Path):
    (shop / "ledger.sqlite").unlink()
    told = run("doctor", workspace=shop)
    assert told.exit_code == 2 and "vitrail restore" in told.stderr


def test_a_question_to_a_missing_file_sends_to_the_doctor(shop: Path):
    a_file(shop).unlink()
    told = run("count", "count(order) > 1", workspace=shop)
    assert told.exit_code == 3 and "vitrail doctor" in told.stderr


@pytest.mark.parametrize("words", ["disk I/O error", "database or disk is full"])
def test_a_disk_that_refuses_is_told_with_the_room_there_is(tmp_path: Path, words: str):
    [finding] = of_unopened(tmp_path, OSError(words)).findings
    assert finding.code == "disk_refuses"


def test_what_is_no_fault_of_the_disk_is_no_finding(tmp_path: Path):
    with pytest.raises(OSError, match="something else"):
        of_unopened(tmp_path, OSError("something else"))


def test_files_left_over_are_found_and_taken_away(shop: Path):
    (shop / "events" / "left.parquet").write_bytes(b"x")
    assert found(shop)["orphans"] == "warning"
    told = answer(run("doctor", "--repair", "--json", workspace=shop))
    assert told["removed"] == 1
    assert "orphans" not in found(shop)


def test_a_repair_touches_nothing_else(shop: Path):
    before = {path: path.read_bytes() for path in shop.rglob("*.parquet")}
    (shop / "events" / "left.parquet").write_bytes(b"x")
    run("doctor", "--repair", workspace=shop)
    assert {path: path.read_bytes() for path in shop.rglob("*.parquet")} == before


def test_a_changed_audit_entry_is_found(shop: Path):
    from_before = "INSERT INTO audit SELECT 1, 1, 'x', 'x', 'x', 'x', 'x', 'x', '{}', zeroblob(32)"
    change(shop, "audit", from_before)
    assert found(shop)["seal_audit"] == "error"


@pytest.mark.sqlite_only("PostgreSQL lets nobody write such a reference")
def test_a_reference_to_nothing_is_found(shop: Path):
    with sqlite3.connect(shop / "ledger.sqlite") as connection:
        connection.execute("INSERT INTO logs VALUES (999, 'x', 1)")
    assert found(shop)["ledger_references"] == "error"


@pytest.mark.sqlite_only("the file of SQLite is damaged")
def test_a_damaged_ledger_is_found(shop: Path):
    with sqlite3.connect(shop / "ledger.sqlite") as connection:
        connection.execute("CREATE INDEX broken ON versions (profiles)")
        connection.execute("PRAGMA journal_mode=DELETE")
        page = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'broken'").fetchone()[0]
        size = connection.execute("PRAGMA page_size").fetchone()[0]
    connection.close()
    with (shop / "ledger.sqlite").open("r+b") as file:
        file.seek((page - 1) * size + size - 12)
        file.write(b"\x55" * 8)
    assert found(shop)["ledger_damaged"] == "error"


def test_a_missing_key_of_secrets_is_found(shop: Path):
    with vitrail.open(shop) as ws:
        keep_for_sources(ws.store, "CRM", text="x")
        with ws.store.ledger.reading() as connection:
            ring_of(connection).file.unlink()
    assert found(shop)["secret_key"] == "error"


def test_an_old_backup_is_told(shop: Path, tmp_path: Path):
    run("backup", str(tmp_path / "b"), workspace=shop)
    then = int((dt.datetime.now(dt.UTC) - dt.timedelta(days=20)).timestamp() * 1e6)
    with vitrail.open(shop) as ws, ws.store.ledger.writing() as connection:
        save_backup(connection, Backup(then, 1, sealed=False))
    assert found(shop) == {"old_backup": "warning"}


@pytest.mark.parametrize(("minutes", "severity"), [(5, None), (20, "warning"), (90, "error")])
def test_an_inbox_that_waits_is_told(shop: Path, minutes: int, severity: str | None):
    received = dt.datetime.now(dt.UTC) - dt.timedelta(minutes=minutes)
    with open_inbox(shop) as inbox:
        inbox.append([NewRequest(int(received.timestamp() * 1e6), "site", b"{}")])
    assert found(shop).get("inbox_late") == severity


def test_a_folder_that_all_may_enter_is_told(shop: Path):
    shop.chmod(0o755)
    assert found(shop)["readable_by_all"] == "warning"


def test_a_new_workspace_is_closed_to_others(tmp_path: Path):
    os.umask(os.umask(0o022))
    vitrail.create(tmp_path / "shop").close()
    assert (tmp_path / "shop").stat().st_mode & 0o077 == 0


def test_a_clock_behind_what_was_written_is_found(shop: Path):
    ahead = int((dt.datetime.now(dt.UTC) + dt.timedelta(hours=1)).timestamp() * 1e6)
    change(shop, "versions", f"UPDATE versions SET committed_at_us = {ahead}")
    assert found(shop)["clock"] == "error"


@pytest.mark.parametrize(("part", "code"), [(0.5, "disk"), (0.07, "disk_filling"), (0.01, "disk_full")])
def test_the_room_on_the_disk_is_judged(part: float, code: str):
    assert [each.code for each in machine._room(part, free=10**9)] == [code]


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_finding_is_said_with_what_to_do(shop: Path, language: str):
    a_file(shop).unlink()
    told = run("doctor", workspace=shop, language=language).stdout
    assert told.count("→") >= 2


# --- mail: a real server of names -------------------------------------------------------------------

RSA_2048 = (
    "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA"
    "u1SU1LfVLPHCozMxH2Mo4lgOEePzNm0tRgeLezV6ffAt0gunVTLw7onLRnrq0/IzW7yWR7QkrmBL7jTKEn5u"
    "+qKhbwKfBstIs+bMY2Zkp18gnTxKLxoS2tFczGkPLPgizskuemMghRniWaoLcyehkd3qqGElvW/VDL5AaWTg"
    "0nLVkjRo9z+40RQzuVaE8AkAFmxZzow3x+VJYKdjykkJ0iT9wCS0DRTXu269V264Vf/3jvredZiKRkgwlL9x"
    "NAwxXFg0x/XFw005UWVRIkdgcKWTjpBP2dPwVZ4WWC+9aGVd+Gyn1o0CLelf4rEjGoXbAAEgAqeGUxrcIlbj"
    "XfbcmwIDAQAB"
)
GOOD = {
    ("example.test", "TXT"): ['"v=spf1 include:_spf.example.test ~all"', '"something else"'],
    ("_spf.example.test", "TXT"): ['"v=spf1 ip4:192.0.2.1 -all"'],
    ("s1._domainkey.example.test", "TXT"): [f'"v=DKIM1; k=rsa; p={RSA_2048[:200]}" "{RSA_2048[200:]}"'],
    ("_dmarc.example.test", "TXT"): ['"v=DMARC1; p=reject; rua=mailto:d@example.test"'],
    ("example.test", "MX"): ["10 mx.example.test."],
}


@pytest.fixture
def zone() -> Iterator[tuple[dict, int]]:
    """A name server on this machine, and the records it answers with."""
    records = dict(GOOD)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))

        def serve() -> None:
            while True:
                try:
                    packet, sender = server.recvfrom(4096)
                except OSError:
                    return
                if not packet:
                    return
                server.sendto(answered(packet, records), sender)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield records, server.getsockname()[1]
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
            last.sendto(b"", server.getsockname())
        thread.join()


def answered(packet: bytes, records: dict) -> bytes:
    query = dns.message.from_wire(packet)
    (asked,) = query.question
    name, kind = asked.name.to_text().rstrip("."), dns.rdatatype.to_text(asked.rdtype)
    told = dns.message.make_response(query)
    if texts := records.get((name, kind)):
        told.answer.append(dns.rrset.from_text(asked.name, 60, "IN", kind, *texts))
    elif not any(known == name for known, _ in records):
        told.set_rcode(dns.rcode.NXDOMAIN)
    return told.to_wire()


def looked(zone: tuple[dict, int]) -> list[str]:
    sender = Sender("example.test", ("s1",), "127.0.0.1", zone[1])
    return [each.code for each in look_at_mail(sender)]


def test_a_good_domain_is_good(zone):
    assert looked(zone) == ["spf", "dkim", "dmarc", "mx"]


SPF, KEY, DMARC = (
    ("example.test", "TXT"),
    ("s1._domainkey.example.test", "TXT"),
    ("_dmarc.example.test", "TXT"),
)


@pytest.mark.parametrize(
    ("name", "told", "code"),
    [
        (SPF, ['"other"'], "spf_missing"),
        (SPF, ['"v=spf10 -all"'], "spf_missing"),
        (SPF, ['"v=spf1 -all"', '"v=spf1 ~all"'], "spf_twice"),
        (SPF, ['"v=spf1 +all"'], "spf_open"),
        (SPF, ['"v=spf1 mx all"'], "spf_open"),
        (SPF, ['"v=spf1 mx ?all"'], "spf_neutral"),
        (SPF, ['"v=spf1 mx"'], "spf_neutral"),
        (SPF, ['"v=spf1 ' + " ".join(f"a:{n}.test" for n in range(11)) + ' -all"'], "spf_lookups"),
        (SPF, ['"v=spf1 include:example.test -all"'], "spf_lookups"),
        (KEY, None, "dkim_missing"),
        (KEY, ['"v=DKIM1; p="'], "dkim_revoked"),
        (KEY, ['"v=DKIM1; p=nonsense!"'], "dkim_weak"),
        (DMARC, None, "dmarc_missing"),
        (DMARC, ['"v=DMARC1; p=sometimes"'], "dmarc_missing"),
        (DMARC, ['"v=DMARC1; p=none"', '"v=DMARC1; p=reject"'], "dmarc_missing"),
        (DMARC, ['"v=DMARC1; p=none"'], "dmarc_none"),
        (("example.test", "MX"), None, "mx_missing"),
        (("example.test", "MX"), ["0 ."], "mx_missing"),
    ],
)
def test_what_is_wrong_in_a_domain_is_found(zone, name: tuple[str, str], told: list[str] | None, code: str):
    records, _ = zone
    if told is None:
        del records[name]
    else:
        records[name] = told
    assert code in looked(zone)
    assert len(looked(zone)) == 4


def test_a_name_server_that_is_silent_is_said(monkeypatch):
    monkeypatch.setattr("vitrail.app.doctor.mail.SECONDS", 0.3)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        sender = Sender("example.test", (), "127.0.0.1", silent.getsockname()[1])
        assert [each.code for each in look_at_mail(sender)] == ["dns_unreachable"]


def test_the_domain_is_asked_from_the_command_line(shop: Path, zone):
    words = (
        "--mail-domain",
        "example.test",
        "--dkim-selector",
        "s1",
        "--name-server",
        f"127.0.0.1:{zone[1]}",
    )
    codes = [each["code"] for each in answer(run("doctor", *words, "--json", workspace=shop))["findings"]]
    assert codes[-4:] == ["spf", "dkim", "dmarc", "mx"]
