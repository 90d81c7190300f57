"""Secrets: what is kept sealed, what opens it, and what happens without the key."""

import base64
import os
from pathlib import Path

import pytest

from vitrail.ledger import secrets
from vitrail.ledger.forms import SECRET, known_secret, link_secret
from vitrail.ledger.schema import settings
from vitrail.ledger.sealing import KEY, KEY_FILE, SealingKeys, key_file, new_key, read_ring
from vitrail.model.errors import UserError
from vitrail.warehouse.store import Store

WORD = "pat-eu1-of-nobody"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch) -> Path:
    """A user without any key."""
    monkeypatch.delenv(KEY, raising=False)
    monkeypatch.delenv(KEY_FILE, raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    return tmp_path / "config"


def keep(store: Store, name: str = "source/CRM", text: str = WORD) -> None:
    with store.ledger.writing() as connection:
        secrets.keep_secret(connection, name, text=text, at_us=1)


def found(store: Store, name: str = "source/CRM") -> str | None:
    with store.ledger.reading() as connection:
        return secrets.find_secret(connection, name)


def rotated(store: Store) -> int:
    with store.ledger.writing() as connection:
        return secrets.rotate_key(connection)


def keys(store: Store) -> SealingKeys:
    with store.ledger.reading() as connection:
        return secrets.ring_of(connection)


def code(work) -> str:
    with pytest.raises(UserError) as refused:
        work()
    return refused.value.problems[0].code


def test_what_was_kept_is_found_again(store: Store):
    keep(store)
    assert found(store) == WORD


def test_no_byte_of_the_workspace_says_it(store: Store):
    keep(store)
    store.ledger.checkpoint()
    forms = [WORD.encode(), base64.b64encode(WORD.encode()), WORD.encode().hex().encode()]
    content = b"".join(file.read_bytes() for file in store.path.rglob("*") if file.is_file())
    assert not [form for form in forms if form in content]


def test_the_key_is_made_outside_for_its_owner_alone(store: Store, home: Path):
    keep(store)
    (file,) = (home / "vitrail" / "keys").iterdir()
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700


def test_a_key_that_others_can_read_is_refused(store: Store):
    keep(store)
    keys(store).file.chmod(0o644)
    assert code(lambda: found(store)) == "secret_key_readable"


def test_without_its_key_a_secret_says_which_one_it_lacks(store: Store):
    keep(store)
    name = keys(store).keys[0].name
    keys(store).file.unlink()
    with pytest.raises(UserError, match=name):
        found(store)


def test_a_lost_key_is_not_replaced_behind_ones_back(store: Store):
    keep(store)
    file = keys(store).file
    file.unlink()
    assert code(lambda: keep(store, "source/OTHER")) == "secret_key_missing"
    assert code(lambda: rotated(store)) == "secret_key_missing"
    assert not file.exists()


def test_a_new_key_seals_everything(store: Store):
    keep(store)
    keep(store, "totp/anne", "JBSWY3DP")
    before = keys(store).keys[0].name
    assert rotated(store) == 2
    with store.ledger.reading() as connection:
        used = {each.key for each in secrets.kept_secrets(connection)}
    assert before not in used
    assert (found(store), found(store, "totp/anne")) == (WORD, "JBSWY3DP")


def test_the_former_key_stays_for_older_backups(store: Store):
    keep(store)
    before = keys(store).keys[0].name
    rotated(store)
    assert before in {key.name for key in keys(store).keys}


def test_a_key_of_the_environment_seals_and_the_former_one_opens(store: Store, home: Path, monkeypatch):
    first, second = new_key(), new_key()
    monkeypatch.setenv(KEY, first)
    keep(store)
    monkeypatch.setenv(KEY, f"{second},{first}")
    assert found(store) == WORD
    rotated(store)
    monkeypatch.setenv(KEY, second)
    assert found(store) == WORD
    assert not home.exists()


@pytest.mark.parametrize("written", ["x", "not base64 at all!", base64.b64encode(b"short").decode(), "é"])
def test_what_is_no_key_is_said(store: Store, monkeypatch, written: str):
    monkeypatch.setenv(KEY, written)
    assert code(lambda: keep(store)) == "bad_secret_key"


def test_a_secret_cannot_stand_for_another(store: Store):
    keep(store, "source/A", "one")
    keep(store, "source/B", "two")
    with store.ledger.writing() as connection:
        table = secrets.secrets
        moved = connection.scalar(
            table.select().with_only_columns(table.c.sealed).where(table.c.name == "source/A")
        )
        connection.execute(table.update().where(table.c.name == "source/B").values(sealed=moved))
    assert code(lambda: found(store, "source/B")) == "secret_broken"


def test_a_changed_letter_is_seen(store: Store):
    keep(store)
    ring = keys(store)
    sealed = ring.seal("word", purpose="x")
    for place in range(len(ring.keys[0].name) + 1, len(sealed) - 2):
        changed = sealed[:place] + ("A" if sealed[place] != "A" else "B") + sealed[place + 1 :]
        assert code(lambda changed=changed: ring.unseal(changed, purpose="x")) == "secret_broken"


def test_the_same_word_is_sealed_otherwise_each_time(store: Store):
    keep(store)
    ring = keys(store)
    assert len({ring.seal("word", purpose="x") for _ in range(100)}) == 100


def test_a_key_file_can_lie_where_the_operator_says(tmp_path: Path):
    assert key_file("abc", {KEY_FILE: str(tmp_path / "k")}) == tmp_path / "k"


def test_keys_are_not_shown(store: Store):
    keep(store)
    assert base64.urlsafe_b64encode(keys(store).keys[0].content).decode() not in repr(keys(store))


def test_a_link_secret_of_a_former_version_is_sealed(store: Store):
    with store.ledger.writing() as connection:
        connection.execute(settings.insert(), {"name": SECRET, "value": "of-before"})
    with store.ledger.writing() as connection:
        assert link_secret(connection, at_us=1) == "of-before"
    with store.ledger.reading() as connection:
        assert known_secret(connection) == "of-before"
        assert connection.scalar(settings.select().where(settings.c.name == SECRET)) is None


def test_two_programs_that_need_the_first_key_share_one(tmp_path: Path):
    environment = {"XDG_CONFIG_HOME": str(tmp_path)}
    from_nothing = read_ring("abc", environment)
    one, two = secrets.add_key(from_nothing), secrets.add_key(from_nothing)
    assert one.keys == two.keys
    assert os.listdir(tmp_path / "vitrail" / "keys") == ["abc.key"]
