"""Consent strings of the Transparency and Consent Framework: published ones, hostile ones, random ones."""

from __future__ import annotations

import base64
import datetime as dt
import random

import pytest

from vitrail.consent.signals.tcf import Unreadable, read_tc_string

EXAMPLE = "COvFyGBOvFyGBAbAAAENAPCAAOAAAAAAAAAAAEEUACCKAAA"
DISCLOSED = (
    ".IFoEUQQgAIQwgIwQABAEAAAAOIAACAIAAAAQAIAgEAACEAAAAAgAQBAAAAAAAGBAAgAAAAAAAFAAECAAAgAAQARAEQAAAAAJAAIAAgAAA"
    "YQEAAAQmAgBC3ZAYzUw"
)
RICH = "CGL23UdMFJzvuA9ACCENAXCEAC0AAGrAAA5YA5ht7-_d_7_vd-f-nrf4_4A4hM4JCKoK4YhmAqABgAEgAA"
META = "COw4XqLOw4XqLAAAAAENAXCAAP-gAAAfwIAAACngAI8AAA"


def milliseconds(moment: dt.datetime) -> int:
    return round(moment.timestamp() * 1000)


@pytest.mark.parametrize("more", ["", DISCLOSED])
def test_the_example_of_the_specification(more):
    found = read_tc_string(EXAMPLE + more)
    assert milliseconds(found.created) == milliseconds(found.updated) == 1_582_243_059_300
    assert (found.cmp, found.cmp_version, found.language) == (27, 0, "EN")
    assert (found.vendor_list, found.policy, found.publisher_country) == (15, 2, "AA")
    assert (found.purposes, found.legitimate_interests) == ({1, 2, 3}, set())
    assert found.vendors == found.vendors_legitimate_interests == {2, 6, 8}


def test_a_published_string_with_one_bit_for_each_vendor():
    found = read_tc_string(RICH)
    assert (milliseconds(found.created), milliseconds(found.updated)) == (664_138_268_500, 1_297_135_921_400)
    assert (found.cmp, found.cmp_version, found.publisher_country) == (61, 2, "HL")
    assert (found.purposes, found.special_features) == ({3, 5, 6, 8}, {2})
    assert found.legitimate_interests == {2, 3, 5, 7, 9, 10}
    assert (len(found.vendors), max(found.vendors), min(found.vendors)) == (91, 115, 4)


def test_a_published_string_with_ranges_of_vendors():
    found = read_tc_string(META)
    assert found.purposes == {1, 2, 3, 4, 5, 6, 7, 8, 9, 11}
    assert (found.vendors, found.vendors_legitimate_interests) == ({2, 3, 4, 5}, {1, 2, 3, 4})


def written(purposes: set[int], vendors: set[int], *, ranges: bool, version: int = 2) -> str:
    """A consent string, by the table of the specification."""

    def ones(numbers: set[int], size: int) -> str:
        return "".join("1" if place in numbers else "0" for place in range(1, size + 1))

    most = max(vendors, default=0)
    one_each = "".join(f"0{number:016b}" for number in sorted(vendors))
    listed = f"1{len(vendors):012b}{one_each}" if ranges else f"0{ones(vendors, most)}"
    head = f"{version:06b}{17_000_000_000:036b}{17_000_000_001:036b}{7:012b}{1:012b}{0:06b}"
    rest = f"{5:06b}{17:06b}{200:012b}{5:06b}10{'0' * 12}{ones(purposes, 24)}{'0' * 24}0{5:06b}{17:06b}"
    bits = f"{head}{rest}{most:016b}{listed}{0:016b}0{0:012b}"
    bits += "0" * (-len(bits) % 8)
    content = int(bits, 2).to_bytes(len(bits) // 8, "big")
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


@pytest.mark.parametrize("ranges", [True, False])
def test_a_thousand_strings_are_read_as_they_were_written(ranges):
    chance = random.Random(3)
    for _ in range(500):
        purposes = set(chance.sample(range(1, 25), chance.randrange(12)))
        vendors = set(chance.sample(range(1, 1_500), chance.randrange(30)))
        found = read_tc_string(written(purposes, vendors, ranges=ranges))
        assert (found.purposes, found.vendors, found.language) == (purposes, vendors, "FR")


@pytest.mark.parametrize(
    "text",
    [
        "",
        ".",
        "C",
        "not a string!",
        EXAMPLE[:20],
        "BOEFEAyOEFEAyAHABDENAI4AAAB9vABAASA",
        "C" * 30_000,
        written({1}, {1}, ranges=False, version=3),
        "é",
    ],
)
def test_what_is_no_consent_string_is_refused(text):
    with pytest.raises(Unreadable):
        read_tc_string(text)


def test_ranges_that_overlap_without_end_are_refused():
    most, range_all = 65_535, f"1{1:016b}{65_535:016b}"
    head = written({1}, set(), ranges=False)
    bits = f"{int.from_bytes(base64.urlsafe_b64decode(head + '=='), 'big'):b}".zfill(8 * (len(head) * 3 // 4))
    text = f"{bits[:213]}{most:016b}1{4_095:012b}{range_all * 4_095}"
    text += "0" * (-len(text) % 8)
    content = base64.urlsafe_b64encode(int(text, 2).to_bytes(len(text) // 8, "big")).decode()
    with pytest.raises(Unreadable):
        read_tc_string(content[:19_000])


def test_any_bytes_are_read_or_refused():
    chance = random.Random(5)
    for _ in range(3_000):
        body = bytes([0b00001000]) + chance.randbytes(chance.randrange(80))
        try:
            read_tc_string(base64.urlsafe_b64encode(body).decode())
        except Unreadable:
            continue
