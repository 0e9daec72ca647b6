"""JSON that two readers could understand differently is refused."""

import json
import time
from contextlib import suppress

import pytest

from wardkey.ceremonies import authentication, strict_json
from wardkey.ceremonies.refusal import Refused
from wardkey.ceremonies.strict_json import read_object

from .ceremony import SignIn, refused, with_response


def test_an_object_is_read_from_text_and_from_bytes():
    for text in ('{"a": [1, 2.5, null, true, {"b": "é"}]}', ' {"a": [1, 2.5, null, true]} \n'):
        assert read_object(text) == read_object(text.encode()) == json.loads(text)


def test_white_space_is_what_json_calls_so():
    assert read_object(' \t\r\n{"a": 1}\n\r\t ') == {"a": 1}
    for other in "\v\f\x00\x85\xa0\ufeffX":
        for text in (other + "{}", "{}" + other):
            with refused("parse", "malformed"):
                read_object(text)


def test_the_caller_names_the_step():
    for text in ("[", b"\xff", "\ud800"):
        with refused("7.1.6", "malformed"):
            read_object(text, step="7.1.6")
    for text in (" " * 65_537, b" " * 65_537):
        with refused("7.1.6", "too_large"):
            read_object(text, step="7.1.6")


@pytest.mark.parametrize(
    "text",
    ["[]", "1", '"x"', "null", "", " ", "{", "{}{}", "{} x", "{'a': 1}", '{"a": 01}', '{"a": 1,}'],
)
def test_what_is_no_object_is_refused_ml23(text):
    with refused("parse", "malformed"):
        read_object(text)


@pytest.mark.parametrize("text", ['{"a": 1, "a": 1}', '{"x": [{"a": 1, "b": 2, "\\u0061": 3}]}'])
def test_a_repeated_name_is_refused_ml17(text):
    with refused("parse", "malformed"):
        read_object(text)


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1" * 21, "1" * 5000])
def test_what_is_no_number_is_refused(number):
    assert read_object('{"a": ' + "1" * 20 + "}")
    with refused("parse", "malformed"):
        read_object('{"a": ' + number + "}")


@pytest.mark.parametrize("half", ['{"\\ud800": 1}', '{"a": ["x\\udfffy"]}', '{"a": "\\ud83d "}'])
def test_half_a_surrogate_pair_is_refused_ml16(half):
    assert read_object('{"a": "\\ud83d\\ude00"}') == {"a": "\U0001f600"}
    assert read_object('{"a": ["\\u00e9", 1, 2.5, null, true]}')
    with refused("parse", "malformed"):
        read_object(half)


def test_half_a_surrogate_pair_in_a_text_is_refused_ml16():
    with refused("parse", "malformed"):
        read_object('{"a": "\ud800"}')


def test_bytes_that_are_no_utf8_are_refused_ml16():
    with refused("parse", "malformed"):
        read_object(b'{"a": "\xff"}')


def test_one_byte_order_mark_is_dropped():
    assert read_object(b'\xef\xbb\xbf{"a": 1}') == {"a": 1}
    with refused("parse", "malformed"):
        read_object(b'\xef\xbb\xbf\xef\xbb\xbf{"a": 1}')


def test_nul_is_a_character_like_any_other_ml28():
    assert read_object('{"a": "\\u0000"}') == {"a": "\x00"}
    with refused("parse", "malformed"):
        read_object('{"a": "\x00"}')


def nested(levels: int, innermost: str = "1") -> str:
    return '{"a":' * levels + innermost + "}" * levels


def test_sixteen_levels_and_no_more():
    assert read_object(nested(16))
    assert read_object(nested(16, '"\\u00e9"'))
    assert read_object('{"a":' + "[" * 15 + '"\\u00e9"' + "]" * 15 + "}")
    assert read_object('{"a":' + "[" * 15 + "]" * 15 + "}")
    assert read_object('{"a": "' + "{[" * 400 + '"}')
    for deep in (nested(17), nested(999), '{"a":' + "[" * 16 + "]" * 16 + "}", '{"a":' * 10_000):
        with refused("parse", "malformed"):
            read_object(deep)


def test_64_kib_and_no_more_ml21():
    frame = '{"a":""}'
    assert read_object('{"a":"' + "x" * (65_536 - len(frame)) + '"}')
    with refused("parse", "too_large"):
        read_object('{"a":"' + "x" * (65_537 - len(frame)) + '"}')
    with refused("parse", "too_large"):
        read_object('{"a":"' + "é" * 32_765 + '"}')
    with refused("parse", "too_large"):
        read_object(b"x" * 100_000_000)


def test_bytes_are_measured_before_they_are_decoded_ml21():
    assert strict_json.decode_utf8(b"x" * 65_536, step="7.1.5")
    with refused("7.1.5", "too_large"):
        strict_json.decode_utf8(b"x" * 65_537, step="7.1.5")


def test_a_thousand_values_and_no_more_ml21():
    # Two brackets and 998 commas
    assert read_object('{"a":[' + "0," * 998 + "0]}")
    assert read_object(json.dumps({str(number): 0 for number in range(1000)}))
    for many in ("[" + "0," * 999 + "0]", '{"x":0' + ',"a":0' * 9_999 + "}", "[{}" * 600):
        with refused("parse", "malformed"):
            read_object('{"a":' + many + "}")


@pytest.mark.parametrize(
    "answer",
    [None, [], "x", 7, {}, {"type": "public-key"}, {"type": "public-key", "rawId": 7}],
    ids=repr,
)
def test_an_answer_that_is_no_credential_ml23(answer):
    with refused("parse", "malformed"):
        authentication.verify(answer, SignIn().expected)


@pytest.mark.parametrize("kind", ["banana", "Public-Key", "", None, 7, ["public-key"]])
def test_a_credential_is_a_public_key_ml24(kind):
    ben = SignIn()
    assert ben.sign_in(answer={"type": "public-key"})
    with refused("parse", "malformed"):
        ben.sign_in(answer={"type": kind})


def test_a_member_of_ten_megabytes_is_refused_ml21():
    ben = SignIn()
    with refused("7.2.7", "too_large"):
        ben.judge(with_response(ben.answer(), signature="A" * 10_000_000))


# As long as a text may be, and dear to read.
LARGEST = '{"a":["' + '","'.join(["\\u00e9" * 60] * 178) + '"]}'


def test_the_largest_texts_cost_less_than_a_sound_one_twice():
    assert 64_000 < len(LARGEST) < 65_536
    limit = 2 * fastest(LARGEST)
    hostile = (
        '{"a":' * 13_000,
        '{"a":[' + "{}," * 21_000 + "1]}",
        '{"a":[' + "1," * 32_000 + "1]}",
        '{"a":"' + "\\u00e9" * 10_900 + '"}',
        '{"a":' + "1" * 65_000 + "}",
        '{"a":[' + ",".join(["1" * 4_299] * 15) + "]}",
        '{"a":1.' + "1" * 65_000 + "}",
        '{"' + '":{"'.join(["x" * 4_000] * 15) + '"',
    )
    for text in hostile:
        assert fastest(text) < limit


def fastest(text: str) -> float:
    """Seconds of process CPU: the least of ten, since other work may push in between."""
    times = []
    for _ in range(10):
        began = time.process_time()
        with suppress(Refused):
            read_object(text)
        times.append(time.process_time() - began)
    return min(times)


def test_a_number_beyond_all_bounds_is_refused():
    assert strict_json.read_object('{"x": 1e3}') == {"x": 1000.0}
    with refused("parse", "malformed"):
        strict_json.read_object('{"x": 1e999}')
