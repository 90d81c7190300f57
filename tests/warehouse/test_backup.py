"""Backups: whole or not there, the same answers again, and nothing restored from what was changed."""

import io
import os
import tarfile
import threading
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import vitrail
from tests.copies import Mould
from vitrail.ledger.backups import last_backup
from vitrail.ledger.inbox import NewRequest, open_inbox
from vitrail.ledger.manifest import all_loads
from vitrail.model.errors import UserError
from vitrail.warehouse.backup import making, sealed
from vitrail.warehouse.backup.contents import belongs
from vitrail.warehouse.backup.making import back_up, clear_leftovers
from vitrail.warehouse.backup.restoring import restore, verify
from vitrail.warehouse.folder import STAGING

WORD = "correct horse battery staple"
RULES = {"far": 'city = "Lyon"', "often": "count(order) >= 2", "rich": "sum(order.amount) > 50"}


@pytest.fixture(autouse=True)
def cheap(monkeypatch) -> None:
    """Passphrases that cost little to try."""
    monkeypatch.setattr(sealed, "COST", 2)


def filled(root: Path) -> Path:
    with vitrail.create(root) as ws:
        grow(ws, 0)
        ws.define(vitrail.Segment(key="often", name={"fr": "F", "en": "O"}, rule=RULES["often"]))
        ws.refresh()
    return root


def grow(ws, step: int) -> None:
    who = [f"c{number}" for number in range(50)]
    ws.load_profiles(pa.table({"id": who, "city": ["Lyon", "Lille"] * 25}), key="id")
    rows = range(step * 100, step * 100 + 100)
    orders = {
        "order_id": [str(n) for n in rows],
        "id": [f"c{n * n % 50}" for n in rows],
        "at": ["2025-03-01T10:00:00Z"] * 100,
        "amount": [float(n % 37) for n in rows],
    }
    ws.load_events("order", pa.table(orders), profile="id", at="at", key="order_id")


@pytest.fixture(scope="module")
def shops(tmp_path_factory: pytest.TempPathFactory) -> Mould:
    return Mould(tmp_path_factory.mktemp("shops"), filled)


@pytest.fixture
def shop(shops: Mould, tmp_path: Path) -> Path:
    return shops.cast(tmp_path / "shop")


def answers(root: Path) -> tuple:
    """What a workspace answers, and the very bytes of its memberships."""
    with vitrail.open(root) as ws:
        members = {name: ws.members(rule).to_pydict() for name, rule in RULES.items()}
        segment = ws.segment("often").members().to_pydict()
        files = {
            path.name: path.read_bytes()
            for path in sorted((root / "memberships").rglob("*"))
            if path.is_file() and not path.name.startswith("answers-")
        }
        return members, segment, files, ws.store.version


def backed_up(root: Path, target: Path, **how) -> making.Made:
    with vitrail.open(root) as ws:
        return back_up(ws.store, target, **how)


def unpacked(path: Path) -> dict[str, bytes] | None:
    """The files a backup without a passphrase unpacks to: some bits of the packing mean nothing."""
    try:
        with pa.CompressedInputStream(pa.OSFile(str(path)), "zstd") as stream:
            content = io.BytesIO(stream.read())
        with tarfile.open(fileobj=content) as archive:
            files = {each.name: archive.extractfile(each) for each in archive if each.isfile()}
            return {name: file.read() for name, file in files.items() if file is not None}
    except (OSError, tarfile.TarError, EOFError, ValueError):
        return None


def code(work) -> str:
    with pytest.raises(UserError) as refused:
        work()
    return refused.value.problems[0].code


@pytest.mark.parametrize("passphrase", ["", WORD])
def test_a_restored_workspace_gives_the_same_answers(shop: Path, tmp_path: Path, passphrase: str):
    backed_up(shop, tmp_path / "b", passphrase=passphrase)
    restore(tmp_path / "b", tmp_path / "again", passphrase=passphrase)
    assert answers(tmp_path / "again") == answers(shop)


def test_a_restored_workspace_goes_on(shop: Path, tmp_path: Path):
    backed_up(shop, tmp_path / "b")
    restore(tmp_path / "b", tmp_path / "again")
    for root in (shop, tmp_path / "again"):
        with vitrail.open(root) as ws:
            grow(ws, 1)
            ws.refresh()
    assert answers(tmp_path / "again")[:2] == answers(shop)[:2]


def test_what_was_acknowledged_is_restored(shop: Path, tmp_path: Path):
    with open_inbox(shop) as inbox:
        inbox.append([NewRequest(1, "site", b"{}"), NewRequest(2, "site", b"[]")])
    backed_up(shop, tmp_path / "b")
    restore(tmp_path / "b", tmp_path / "again")
    with open_inbox(tmp_path / "again") as inbox:
        assert [each.body for each in inbox.read(0, limit=10)] == [b"{}", b"[]"]


def test_a_backup_can_be_opened_without_vitrail(shop: Path, tmp_path: Path):
    backed_up(shop, tmp_path / "b")
    with pa.CompressedInputStream(pa.OSFile(str(tmp_path / "b")), "zstd") as stream:
        unpacked = io.BytesIO(stream.read())
    with tarfile.open(fileobj=unpacked) as archive:
        names = archive.getnames()
    assert names[0] == "backup.json" and names[-1] == "checksums.json"
    assert "ledger.sqlite" in names


def test_a_sealed_backup_says_nothing(shop: Path, tmp_path: Path):
    backed_up(shop, tmp_path / "b", passphrase=WORD)
    content = (tmp_path / "b").read_bytes()
    assert not [word for word in (b"Lyon", b"ledger.sqlite", b"SQLite format 3", b"PAR1") if word in content]


def test_others_cannot_read_a_backup(shop: Path, tmp_path: Path):
    backed_up(shop, tmp_path / "b")
    assert (tmp_path / "b").stat().st_mode & 0o077 == 0


def test_nothing_is_left_in_the_workspace(shop: Path, tmp_path: Path):
    backed_up(shop, tmp_path / "b")
    assert not list((shop / making.PLACE).iterdir())


def test_nothing_is_left_beside_what_was_restored(shop: Path, tmp_path: Path):
    backed_up(shop, tmp_path / "b")
    restore(tmp_path / "b", tmp_path / "again")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["again", "b", "shop"]
    assert not [path for path in (tmp_path / "again").iterdir() if path.name.endswith(("-wal", "-shm"))]


def test_the_last_backup_is_noted(shop: Path, tmp_path: Path):
    made = backed_up(shop, tmp_path / "b", passphrase=WORD)
    with vitrail.open(shop) as ws, ws.store.ledger.reading() as connection:
        noted = last_backup(connection)
    assert (noted.at_us, noted.size, noted.sealed) == (made.about.made_at_us, made.size, True)
    assert made.size == (tmp_path / "b").stat().st_size


@pytest.mark.parametrize(
    ("passphrase", "given", "told"),
    [(WORD, "", "passphrase_missing"), (WORD, "another", "wrong_passphrase")],
)
def test_without_the_passphrase_nothing_is_restored(shop, tmp_path, passphrase: str, given: str, told: str):
    backed_up(shop, tmp_path / "b", passphrase=passphrase)
    assert code(lambda: restore(tmp_path / "b", tmp_path / "again", passphrase=given)) == told
    assert not (tmp_path / "again").exists()


@pytest.mark.parametrize("passphrase", ["", WORD])
def test_every_changed_byte_is_seen(shop: Path, tmp_path: Path, passphrase: str):
    backed_up(shop, tmp_path / "b", passphrase=passphrase)
    content = bytearray((tmp_path / "b").read_bytes())
    for place in range(0, len(content), max(len(content) // 150, 1)):
        content[place] ^= 0x10
        (tmp_path / "c").write_bytes(content)
        if passphrase or unpacked(tmp_path / "c") != unpacked(tmp_path / "b"):
            assert code(lambda: verify(tmp_path / "c", passphrase=passphrase)) in (
                "backup_broken",
                "wrong_passphrase",
                "passphrase_missing",
            )
        content[place] ^= 0x10


@pytest.mark.parametrize("passphrase", ["", WORD])
def test_a_cut_backup_is_seen(shop: Path, tmp_path: Path, passphrase: str):
    backed_up(shop, tmp_path / "b", passphrase=passphrase)
    content = (tmp_path / "b").read_bytes()
    for size in [*range(0, len(content), max(len(content) // 60, 1)), len(content) - 1]:
        (tmp_path / "c").write_bytes(content[:size])
        assert code(lambda: restore(tmp_path / "c", tmp_path / "again", passphrase=passphrase)) in (
            "backup_broken",
            "wrong_passphrase",
        )
        assert not (tmp_path / "again").exists()


def test_pieces_cannot_be_left_out_or_moved(monkeypatch):
    monkeypatch.setattr(sealed, "PIECE", 100)
    target = io.BytesIO()
    sealing = sealed.Sealing(target, WORD)
    sealing.write(bytes(range(250)) * 2)
    sealing.finish()
    whole = target.getvalue()
    start = whole.index(b"\n", len(sealed.MAGIC)) + 1
    pieces = [whole[at : at + 116] for at in range(start, len(whole), 116)]

    def opened(pieces: list[bytes]) -> bytes:
        source = io.BytesIO(whole[len(sealed.MAGIC) : start] + b"".join(pieces))
        return io.BufferedReader(sealed.Unsealing(source, WORD)).read()

    assert opened(pieces) == bytes(range(250)) * 2
    for changed in (pieces[:-1], pieces[1:], [pieces[1], pieces[0], *pieces[2:]], [*pieces, pieces[-1]]):
        assert code(lambda changed=changed: opened(changed)) in ("backup_broken", "wrong_passphrase")


@pytest.mark.parametrize(
    "name",
    [
        "../x", "/etc/passwd", "events/../../x", "events/./x", "events//x", "", ".", "..", "events", "x/y",
        "staging/x", "writer.lock", "ledger.sqlite/x", "events\\..\\x", "events/x\0y", "backing/x",
        "Events/x",
    ],
)  # fmt: skip
def test_no_name_leads_out(name: str):
    assert not belongs(name)


@pytest.mark.parametrize(
    "name", ["ledger.sqlite", "inbox.sqlite", "events/event-1.parquet", "scores/a/b.parquet"]
)
def test_what_a_workspace_holds_belongs(name: str):
    assert belongs(name)


@pytest.mark.parametrize(
    "kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.DIRTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE]
)
def test_links_and_devices_are_refused(shop: Path, tmp_path: Path, kind: bytes):
    backed_up(shop, tmp_path / "b")
    entry = tarfile.TarInfo("events/x")
    entry.type, entry.linkname = kind, "/etc/passwd"
    (tmp_path / "c").write_bytes(with_entry((tmp_path / "b").read_bytes(), entry))
    assert code(lambda: restore(tmp_path / "c", tmp_path / "again")) == "backup_broken"
    assert not (tmp_path / "again").exists()


@pytest.mark.parametrize("name", ["../escaped", "events/../../escaped", "ledger.sqlite"])
def test_a_name_that_leads_out_or_comes_twice_is_refused(shop: Path, tmp_path: Path, name: str):
    backed_up(shop, tmp_path / "b")
    entry = tarfile.TarInfo(name)
    (tmp_path / "c").write_bytes(with_entry((tmp_path / "b").read_bytes(), entry))
    assert code(lambda: restore(tmp_path / "c", tmp_path / "again")) == "backup_broken"
    assert not (tmp_path / "escaped").exists()


def with_entry(content: bytes, entry: tarfile.TarInfo) -> bytes:
    """The archive with one more entry, before its checksums."""
    unpacked = pa.CompressedInputStream(pa.BufferReader(content), "zstd").read()
    target = io.BytesIO()
    with (
        tarfile.open(fileobj=io.BytesIO(unpacked)) as before,
        tarfile.open(fileobj=target, mode="w") as after,
    ):
        for each in before:
            if each.name == "checksums.json":
                after.addfile(entry)
            after.addfile(each, before.extractfile(each))
    packed = io.BytesIO()
    with pa.CompressedOutputStream(pa.PythonFile(making.Lent(packed), "w"), "zstd") as stream:
        stream.write(target.getvalue())
    return packed.getvalue()


def test_a_folder_that_is_not_empty_is_kept(shop: Path, tmp_path: Path):
    backed_up(shop, tmp_path / "b")
    (tmp_path / "again").mkdir()
    (tmp_path / "again" / "mine").touch()
    assert code(lambda: restore(tmp_path / "b", tmp_path / "again")) == "workspace_not_empty"
    assert os.listdir(tmp_path / "again") == ["mine"]


def test_an_empty_folder_becomes_the_workspace(shop: Path, tmp_path: Path):
    backed_up(shop, tmp_path / "b")
    (tmp_path / "again").mkdir()
    restore(tmp_path / "b", tmp_path / "again")
    assert answers(tmp_path / "again") == answers(shop)


@pytest.mark.parametrize(("place", "told"), [("b", "file_exists"), ("no/b", "folder_not_found")])
def test_a_backup_goes_to_a_new_file(shop: Path, tmp_path: Path, place: str, told: str):
    (tmp_path / "b").touch()
    assert code(lambda: backed_up(shop, tmp_path / place)) == told


def test_a_backup_does_not_go_into_the_workspace(shop: Path):
    assert code(lambda: backed_up(shop, shop / STAGING / "b")) == "backup_inside"


def test_a_failed_backup_leaves_no_file(shop: Path, tmp_path: Path, monkeypatch):
    def fail(done: int, _total: int | None) -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="space"):
        backed_up(shop, tmp_path / "b", progress=fail)
    assert os.listdir(tmp_path) == ["shop"]
    assert not list((shop / making.PLACE).iterdir())


def test_what_is_done_at_the_end_is_done_before_it_has_its_name(shop: Path, tmp_path: Path):
    backed_up(shop, tmp_path / "b")

    def fail(_store) -> None:
        raise RuntimeError("not now")

    with pytest.raises(RuntimeError):
        restore(tmp_path / "b", tmp_path / "again", finish=fail)
    assert sorted(os.listdir(tmp_path)) == ["b", "shop"]


def test_two_backups_at_once_are_refused(shop: Path, tmp_path: Path):
    told: list[str] = []

    def meanwhile(_done: int, _total: int | None) -> None:
        if not told:
            told.append(code(lambda: backed_up(shop, tmp_path / "c")))
            assert not clear_leftovers(shop)

    backed_up(shop, tmp_path / "b", progress=meanwhile)
    assert told == ["backup_running"]


def test_backups_while_others_load_and_refresh_are_each_one_instant(shop: Path, tmp_path: Path):
    ended = threading.Event()
    failures: list[BaseException] = []

    def load() -> None:
        step = 1
        try:
            while not ended.is_set():
                with vitrail.open(shop) as ws:
                    grow(ws, step)
                    ws.refresh()
                step += 1
        except BaseException as error:
            failures.append(error)

    thread = threading.Thread(target=load)
    thread.start()
    try:
        for number in range(6):
            backed_up(shop, tmp_path / f"b{number}")
    finally:
        ended.set()
        thread.join()
    assert not failures
    counts = []
    for number in range(6):
        restore(tmp_path / f"b{number}", tmp_path / f"r{number}")
        with vitrail.open(tmp_path / f"r{number}") as ws:
            source = ws.store.source()
            rows = sum(pq.read_metadata(file.path).num_rows for file in source.events["order"])
            with ws.store.ledger.reading() as connection:
                told = sum(each.created for each in all_loads(connection) if each.name == "order")
            assert rows == told
            assert ws.count(RULES["often"]) > 0
            counts.append(rows)
    assert counts == sorted(counts)
