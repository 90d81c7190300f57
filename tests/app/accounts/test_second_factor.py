"""The second factor: codes of an application, each taken once, and recovery codes."""

import base64

import pytest

from tests.app.accounts.people import CLI, first_owner
from tests.storage import Clock
from vitrail.app.accounts import second_factor, sessions
from vitrail.app.accounts.second_factor import code_at, step_of
from vitrail.app.accounts.sessions import Place
from vitrail.ledger.users import User
from vitrail.model.errors import UserError
from vitrail.warehouse.store import Store

RFC = base64.b32encode(b"12345678901234567890").decode()


@pytest.fixture(autouse=True)
def key_elsewhere(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VITRAIL_SECRET_KEY_FILE", str(tmp_path / "keys" / "shop.key"))


def set_up(store: Store) -> tuple[User, str, tuple[str, ...]]:
    olga = first_owner(store)
    secret = second_factor.propose(store, olga).secret
    codes = second_factor.confirm(store, olga, code=now(store, secret), by=CLI)
    return olga, secret, codes


def now(store: Store, secret: str) -> str:
    return code_at(secret, store.now_us() / 1_000_000)


@pytest.mark.parametrize(
    ("seconds", "code"),
    [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")],
)
def test_codes_are_those_of_rfc_6238(seconds: int, code: str):
    assert code_at(RFC, seconds) == code
    assert step_of(RFC, code, now=seconds) == seconds // 30


@pytest.mark.parametrize(("late", "right"), [(-60, False), (-30, True), (0, True), (30, True), (60, False)])
def test_a_clock_may_be_a_step_early_or_late(late: int, right: bool):
    assert (step_of(RFC, code_at(RFC, 1_000_000 + late), now=1_000_000) is not None) is right


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "１２３４５６", "-12345"])
def test_what_is_no_code_is_none(code: str):
    assert step_of(RFC, code, now=59) is None


def test_a_code_is_taken_once(store: Store, clock: Clock):
    olga, secret, _ = set_up(store)
    assert not second_factor.check(store, olga, code=now(store, secret)), "it had been used to set up"
    clock.advance(seconds=30)
    assert second_factor.check(store, olga, code=now(store, secret))
    assert not second_factor.check(store, olga, code=now(store, secret))


def test_an_earlier_code_is_refused_after_a_later_one(store: Store, clock: Clock):
    olga, secret, _ = set_up(store)
    clock.advance(seconds=60)
    early = code_at(secret, store.now_us() / 1_000_000 - 30)
    assert second_factor.check(store, olga, code=now(store, secret))
    assert not second_factor.check(store, olga, code=early)


def test_a_recovery_code_opens_once_however_it_is_typed(store: Store):
    olga, _, codes = set_up(store)
    assert len(set(codes)) == 10
    assert second_factor.check(store, olga, code=f" {codes[0].upper().replace('-', ' ')} ")
    assert not second_factor.check(store, olga, code=codes[0])
    assert second_factor.check(store, olga, code=codes[1])


def test_a_wrong_first_code_sets_nothing_up(store: Store):
    olga = first_owner(store)
    second_factor.propose(store, olga)
    with pytest.raises(UserError):
        second_factor.confirm(store, olga, code="000000", by=CLI)
    assert not second_factor.check(store, olga, code="000000")


@pytest.mark.parametrize("change", ["confirm", "remove"])
def test_sessions_end_when_the_second_factor_changes(store: Store, change: str):
    olga = first_owner(store)
    secret = second_factor.propose(store, olga).secret
    token = sessions.begin(store, olga, place=Place("", ""), is_whole=True)
    if change == "confirm":
        second_factor.confirm(store, olga, code=now(store, secret), by=CLI)
    else:
        second_factor.remove(store, olga, by=CLI)
    assert sessions.recognise(store, token) is None


def test_the_secret_does_not_lie_in_the_workspace(store: Store):
    _, secret, codes = set_up(store)
    kept = b"".join(file.read_bytes() for file in store.path.rglob("*") if file.is_file())
    assert secret.encode() not in kept
    assert base64.b32decode(secret) not in kept
    assert codes[0].encode() not in kept


def test_the_image_is_an_svg_that_holds_the_address(store: Store):
    shown = second_factor.propose(store, first_owner(store))
    assert shown.image.startswith("<svg")
    assert shown.address.startswith("otpauth://totp/Vitrail%3Aolga%40example.org?secret=")
