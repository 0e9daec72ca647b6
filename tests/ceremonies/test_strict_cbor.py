"""The part of CBOR that security keys speak, and the refusal of all else."""

import time
from contextlib import suppress

import cbor2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wardkey.ceremonies.refusal import Refused
from wardkey.ceremonies.strict_cbor import read, read_first, read_map

from .ceremony import refused

SCALARS = (
    st.integers(-(1 << 64), (1 << 64) - 1)
    | st.binary(max_size=300)
    | st.text(max_size=300)
    | st.booleans()
    | st.none()
)
KEYS = st.integers(-(1 << 64), (1 << 64) - 1) | st.text(max_size=30)
VALUES = st.recursive(
    SCALARS,
    lambda each: st.lists(each, max_size=4) | st.dictionaries(KEYS, each, max_size=4),
    max_leaves=20,
)


@settings(derandomize=True)
@given(VALUES)
def test_what_another_encoder_writes_is_read(value):
    assert read(cbor2.dumps(value, canonical=True)) == value


@settings(derandomize=True)
@given(st.binary(max_size=40))
def test_what_is_read_means_the_same_to_another_decoder_ml06(data):
    try:
        value = read(data)
    except Refused:
        return
    assert value == cbor2.loads(data)
    assert cbor2.loads(cbor2.dumps(value)) == value


def test_the_first_item_and_where_it_ends():
    assert read_first(b"\xff\x82\x01\x41\xaa\x05", 1, step="7.1.13") == ([1, b"\xaa"], 5)
    with refused("7.1.13", "malformed"):
        read_first(b"\x01", 1, step="7.1.13")
    with refused("7.1.13", "malformed"):
        read_first(b"\x42\x01", 0, step="7.1.13")


def test_a_map_is_a_map():
    assert read_map(b"\xa1\x01\x02", step="7.2.21") == {1: 2}
    with refused("7.2.21", "malformed"):
        read_map(b"\x80", step="7.2.21")


@pytest.mark.parametrize("data", [b"", b"\x18", b"\x01\x01", b"\x81", b"\xa1\x01"])
def test_the_caller_names_the_step(data):
    for whole in (read, read_map):
        with refused("7.1.13", "malformed"):
            whole(data, step="7.1.13")


REFUSED = {
    "nothing": "",
    "two items": "0101",
    "array of 2^64-1 ml03": "9bffffffffffffffff",
    "map of 2^64-1 ml03": "bbffffffffffffffff",
    "bytes of 2^64-1 ml03": "5bffffffffffffffff",
    "array of 2^32-1 ml03": "9affffffff01",
    "bytes cut short ml04": "44010203",
    "text cut short ml04": "64616263",
    "array cut short ml04": "8201",
    "map cut short ml04": "a101",
    "length cut short ml04": "59ff",
    "repeated key ml05": "a201020103",
    "repeated text key ml05": "a2616101616102",
    "nested repeated key ml05": "81a201020103",
    "long int ml06": "1817",
    "long int in two ml06": "1900ff",
    "long int in four ml06": "1a0000ffff",
    "long int in eight ml06": "1b00000000ffffffff",
    "long negative ml06": "3817",
    "long length of bytes ml06": "580101",
    "long length of an array ml06": "980101",
    "indefinite bytes ml06": "5f4101ff",
    "indefinite text ml06": "7f6161ff",
    "indefinite array ml06": "9f01ff",
    "indefinite map ml06": "bf0102ff",
    "indefinite bytes, much behind ml06": "5f" + "00" * 200,
    "reserved length, much behind ml06": "1c" + "00" * 200,
    "break ml06": "ff",
    "reserved length ml06": "1c",
    "reserved length ml06 (2)": "5e",
    "tag ml06": "c101",
    "bignum ml06": "c24101",
    "long tag ml06": "d8184100",
    "half float ml06": "f93c00",
    "float ml06": "fa3f800000",
    "double ml06": "fb3ff0000000000000",
    "undefined ml06": "f7",
    "simple value ml06": "e0",
    "long simple value ml06": "f820",
    "false in two bytes ml06": "f814",
    "bool as key": "a1f501",
    "null as key": "a1f601",
    "bytes as key": "a1410101",
    "array as key": "a18001",
    "map as key": "a1a001",
    "no utf-8": "61ff",
    "surrogate": "63eda080",
}


@pytest.mark.parametrize("data", REFUSED.values(), ids=REFUSED.keys())
def test_refused_ml03_ml04_ml05(data):
    with refused("parse", "malformed"):
        read(bytes.fromhex(data))


@pytest.mark.parametrize(
    ("data", "value"),
    [
        ("17", 23),
        ("1818", 24),
        ("18ff", 255),
        ("190100", 256),
        ("1a00010000", 65_536),
        ("1b0000000100000000", 1 << 32),
        ("37", -24),
        ("3818", -25),
        ("3bffffffffffffffff", -(1 << 64)),
        ("40", b""),
        ("5701" + "00" * 22, b"\x01" + bytes(22)),
        ("581801" + "00" * 23, b"\x01" + bytes(23)),
        ("62c3a9", "é"),
        ("83f4f5f6", [False, True, None]),
        ("a20102616180", {1: 2, "a": []}),
        ("a220000100", {-1: 0, 1: 0}),
    ],
)
def test_read(data, value):
    assert read(bytes.fromhex(data)) == value


def test_sixteen_levels_and_no_more():
    assert read(b"\x81" * 16 + b"\x01")
    assert read(b"\xa1\x01" * 16 + b"\x01")
    for deep in (b"\x81" * 17 + b"\x01", b"\x81" * 60_000, b"\xa1\x01" * 20_000):
        with refused("parse", "malformed"):
            read(deep)


def test_five_hundred_values_and_no_more():
    assert len(read(b"\x99\x01\xf4" + b"\x00" * 500)) == 500
    with refused("parse", "malformed"):
        read(b"\x99\x01\xf5" + b"\x00" * 501)
    with refused("parse", "malformed"):
        read(b"\x99\x01\xf4" + b"\x81\x00" * 500)


@pytest.mark.parametrize("data", [b"\x81" * 48_000, b"\x99\xbb\x80" + b"\x00" * 48_000], ids=len)
def test_the_largest_input_costs_less_than_five_hundred_values_twice(data):
    with refused("parse", "malformed"):
        read(data)
    assert fastest(data) < 2 * fastest(b"\x99\x01\xf4" + b"\x00" * 500)


def fastest(data: bytes) -> float:
    """Seconds of process CPU: the least of ten, since other work may push in between."""
    times = []
    for _ in range(10):
        began = time.process_time()
        with suppress(Refused):
            read(data)
        times.append(time.process_time() - began)
    return min(times)
