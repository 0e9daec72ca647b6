"""One spelling for each value, and all others refused (ML19, ML20, ML21)."""

import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wardkey.ceremonies import base64url

from .ceremony import refused


@settings(derandomize=True)
@given(st.binary(max_size=300))
def test_what_is_encoded_is_decoded(data):
    text = base64url.encode(data)
    assert base64url.decode(text) == data
    assert "=" not in text


def test_known_values():
    assert base64url.encode(b"\xfb\xff\xfe") == "-__-"
    assert base64url.decode("") == b""


@pytest.mark.parametrize(
    "text",
    ["AA==", "AAA=", "AA AA", "AAAA\n", " AAAA", "AA!A", "+/+/", "A", "AAAAA", "AB", "AAB", "ÄÖ"],
)
def test_any_other_spelling_is_refused_ml20(text):
    with refused("parse", "malformed"):
        base64url.decode(text)


@pytest.mark.parametrize("value", [None, 7, True, b"AAAA", ["AAAA"], {}])
def test_what_is_no_text_is_refused_ml23(value):
    with refused("parse", "malformed"):
        base64url.decode(value)


def test_ten_megabytes_are_refused_unread_ml21():
    assert base64url.decode("A" * 65_536) == bytes(49_152)
    for length in (65_537, 10_000_000):
        with refused("parse", "too_large"):
            base64url.decode("A" * length)


def test_each_letter_may_be_the_last_one():
    for letter in string.ascii_letters + string.digits + "-_":
        assert base64url.encode(base64url.decode(f"AAA{letter}")) == f"AAA{letter}"
