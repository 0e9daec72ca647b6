"""Whatever comes in, only `Refused` comes out, and soon.

A few thousand inputs in an ordinary run, always the same ones; `make fuzz` tries new ones, more
than a million in all, from a seed that it is given.
"""

import gc
import json
import time
from contextlib import suppress

import cbor2
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.softkey import SoftKey, decode, encode
from wardkey.ceremonies import (
    authentication,
    authenticator_data,
    base64url,
    cose,
    registration,
    strict_cbor,
    strict_json,
)
from wardkey.ceremonies.refusal import Refused

from .ceremony import BEGUN, SignIn, created, flipped, self_key, with_response

# The slowest refusal is the sound answer with a false signature; the rest is a millisecond at most.
# What is looked for grows without bounds, and slow machines are not.
LIMIT_SECONDS = 0.2
# Each of the doors below gets this many times what a profile of conftest.py gives other tests.
fuzz = settings(
    max_examples=2 * settings.default.max_examples, suppress_health_check=list(HealthCheck)
)

BEN = SignIn()
ANSWER = BEN.answer()
# Nothing here says that a certificate's own bits are true: trust.py does, to the maker's root.
WITH_CERTIFICATES = [created(SoftKey("B")), created(SoftKey("U", attestation="fido-u2f"))]
CREATED = [created(self_key()), *WITH_CERTIFICATES]

SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary()
TREES = st.recursive(
    SCALARS,
    lambda each: (
        st.lists(each, max_size=5)
        | st.dictionaries(
            st.text(max_size=9) | st.integers(-9, 9) | st.booleans(), each, max_size=5
        )
    ),
    max_leaves=30,
)
JSON_TREES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda each: st.lists(each, max_size=5) | st.dictionaries(st.text(), each, max_size=5),
    max_leaves=30,
)


def outcome(judge, *arguments) -> bool:
    """Whether it was accepted. Fails on any exception but Refused, and on slowness, which is
    measured by the processor: a machine that is busy with something else slows nothing down."""
    # Not the collector's time: most of what it walks over is Hypothesis's.
    gc.disable()
    accepted = False
    began = time.process_time()
    with suppress(Refused):
        judge(*arguments)
        accepted = True
    took = time.process_time() - began
    gc.enable()
    assert took < LIMIT_SECONDS
    return accepted


def judge_registration(answer) -> None:
    registration.verify(answer, BEGUN)


def judge_text(text) -> None:
    BEN.judge(strict_json.read_object(text))


@fuzz
@given(st.binary(max_size=2000))
def test_any_bytes(data):
    for read in (strict_json.read_object, strict_cbor.read, authenticator_data.parse):
        outcome(read, data)
    outcome(base64url.decode, data.decode("latin-1"))


@fuzz
@given(st.text(max_size=300))
def test_any_text(text):
    outcome(strict_json.read_object, text)
    outcome(base64url.decode, text)


@fuzz
@given(JSON_TREES)
def test_any_answer(tree):
    assert not outcome(judge_registration, tree)
    assert not outcome(BEN.judge, tree)


@fuzz
@given(st.data())
def test_an_honest_answer_with_any_member_replaced(data):
    honest = data.draw(st.sampled_from([ANSWER, *CREATED]))
    member = data.draw(st.sampled_from(sorted(honest) + sorted(honest["response"])))
    value = data.draw(JSON_TREES)
    answer = with_response(honest, **{member: value}) if member in honest["response"] else honest
    answer = answer if member in honest["response"] else {**honest, member: value}
    outcome(judge_registration, answer)
    outcome(BEN.judge, answer)


@fuzz
@given(st.data())
def test_an_honest_answer_with_a_bit_turned(data):
    honest = data.draw(st.sampled_from([ANSWER, *CREATED]))
    signed = sorted(honest["response"].keys() - {"transports", "userHandle"})
    member = data.draw(st.sampled_from(signed))
    size = 8 * len(decode(honest["response"][member]))
    answer = flipped(honest, member, data.draw(st.integers(0, size - 1)))
    accepted = outcome(judge_registration, answer) or outcome(BEN.judge, answer)
    assert not accepted or honest in WITH_CERTIFICATES


@fuzz
@given(st.data())
def test_an_honest_answer_cut_and_pasted(data):
    honest = data.draw(st.sampled_from([ANSWER, *CREATED]))
    signed = sorted(honest["response"].keys() - {"transports", "userHandle"})
    member = data.draw(st.sampled_from(signed))
    whole = decode(honest["response"][member])
    start, end = sorted(data.draw(st.tuples(*[st.integers(0, len(whole))] * 2)))
    spoilt = whole[:start] + data.draw(st.binary(max_size=40)) + whole[end:]
    answer = with_response(honest, **{member: encode(spoilt)})
    accepted = outcome(judge_registration, answer) or outcome(BEN.judge, answer)
    assert not accepted or spoilt == whole or honest in WITH_CERTIFICATES


@fuzz
@given(st.data())
def test_the_text_of_an_honest_answer_cut_and_pasted(data):
    text = json.dumps(ANSWER)
    start, end = sorted(data.draw(st.tuples(*[st.integers(0, len(text))] * 2)))
    outcome(judge_text, text[:start] + data.draw(st.text(max_size=20)) + text[end:])


@fuzz
@given(TREES)
def test_any_attestation_object_and_any_statement(tree):
    honest = cbor2.loads(decode(CREATED[0]["response"]["attestationObject"]))
    for format in ("none", "packed", "fido-u2f", "tpm", "apple", "android-key"):
        spoilt = {"fmt": format, "attStmt": tree, "authData": honest["authData"]}
        outcome(judge_registration, attested(spoilt))
    assert not outcome(judge_registration, attested(tree))


def attested(tree) -> dict:
    return with_response(CREATED[0], attestationObject=encode(cbor2.dumps(tree)))


@fuzz
@given(
    st.dictionaries(st.integers(-4, 4), TREES, max_size=6),
    st.sampled_from(cose.EVERY_ALGORITHM),
    st.integers(1, 8),
)
def test_any_public_key(parameters, algorithm, number):
    outcome(cose.load, {**parameters, 3: algorithm})
    outcome(cose.load, {**parameters, 1: number % 4, 3: algorithm, -1: number})


@fuzz
@given(st.sampled_from(cose.EVERY_ALGORITHM), st.binary(max_size=140), st.binary(max_size=140))
def test_any_point_and_any_modulus(algorithm, first, second):
    for shape in ({1: 2, -1: 1, -2: first, -3: second}, {1: 3, -1: first, -2: second}):
        outcome(cose.load, {3: algorithm, **shape})
    outcome(cose.load, {3: algorithm, 1: 1, -1: 6, -2: first})


@fuzz
@given(st.binary(max_size=140))
def test_any_signature(signature):
    assert not outcome(BEN.judge, with_response(ANSWER, signature=encode(signature)))


@fuzz
@given(st.binary(max_size=200))
def test_any_stored_key(public_key):
    damaged = SignIn(self_key("damaged")).with_record(public_key=public_key)
    assert not outcome(authentication.verify, ANSWER, damaged.expected)
