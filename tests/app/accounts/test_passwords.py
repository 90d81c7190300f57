"""What makes a password good enough, and how it is kept."""

import pytest

from vitrail.app.accounts.passwords import faults, hashed, is_outdated, matches


@pytest.mark.parametrize(
    ("password", "codes"),
    [
        ("", ["password_short"]),
        ("xK9#vQ2!mZ7", ["password_short"]),
        ("a" * 257, ["password_long"]),
        ("aaaaaaaaaaaaaaaa", ["password_common"]),
        ("123456789012", ["password_common"]),
        ("password1234", ["password_common"]),
        ("qwertyuiopas", ["password_common"]),
        ("azertyuiop12", ["password_common"]),
        ("motdepasse123!", ["password_common"]),
        ("M0tdep@sse2026", ["password_common"]),
        ("anne.durand2026", ["password_common"]),
        ("Durand-Durand1", ["password_common"]),
        ("quatre chevaux violets nagent", []),
        ("xK9#vQ2!mZ7w", []),
        ("пять лошадей плавают", []),
    ],
)
def test_what_is_wrong_with_a_password(password: str, codes: list[str]):
    found = faults(password, about=("anne.durand@example.org", "Anne Durand"))
    assert [each.code for each in found] == codes


def test_the_right_password_matches_and_no_other():
    kept = hashed("un très long secret")
    assert matches(kept, "un très long secret")
    assert matches(kept, "un tre\u0300s long secret"), "however the accents were typed"
    assert not matches(kept, "un tres long secret")


def test_an_account_without_a_password_matches_nothing():
    assert not matches("", "")
    assert not matches("", "nobody has this password")


def test_what_is_kept_is_argon2id_with_19_mib():
    kept = hashed("quatre chevaux violets nagent")
    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert not is_outdated(kept)
    assert is_outdated(kept.replace("m=19456", "m=8192"))
