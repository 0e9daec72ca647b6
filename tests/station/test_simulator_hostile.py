"""Whatever is sent to it, the simulated key answers as CTAP has it, and goes on."""

import pytest
from fido2 import cbor
from fido2.ctap import CtapError
from hypothesis import given, settings
from hypothesis import strategies as st

from wardkey_station.simulator.commands import COMMANDS

from .simulated import connected, ctap2, port_with

CBOR, INIT, BROADCAST = 0x10, 0x06, b"\xff" * 4
NAMES = ["id", "type", "alg", "rk", "up", "uv", "name", "public-key", "rp.example", "hmac-secret"]
numbers = st.integers(-10, 70) | st.integers(-(2**63), 2**63)
plain = numbers | st.booleans() | st.binary(max_size=70) | st.sampled_from(NAMES)
values = st.recursive(
    plain,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(numbers | st.sampled_from(NAMES), inner, max_size=4)
    ),
    max_leaves=8,
)
parameters = st.dictionaries(st.integers(1, 12), values, max_size=8)


@pytest.fixture(scope="module")
def device(tmp_path_factory):
    """Of a key that holds a credential, and whose person never touches it: it gives up at once."""
    file = tmp_path_factory.mktemp("hostile") / "keys.json"
    ctap = ctap2(port_with(file))
    user, wanted = {"id": b"ben"}, [{"type": "public-key", "alg": -7}]
    ctap.make_credential(bytes(32), {"id": "rp.example"}, user, wanted, options={"rk": True})
    return connected(port_with(file, {"touch": {"after_s": 0, "declined": True}}))


@pytest.mark.parametrize("command", COMMANDS)
def test_any_parameters_have_an_answer(device, command):
    @settings(max_examples=25)
    @given(parameters)
    def answered(sent):
        status = device.call(CBOR, bytes([command]) + cbor.encode(sent))[0]
        assert isinstance(CtapError(status).code, CtapError.ERR)

    answered()
    assert device.call(CBOR, b"\x04")[0] == 0


def test_any_reports_leave_a_key_that_answers(tmp_path):
    port = port_with(tmp_path / "keys.json")
    (descriptor,) = port.list_descriptors()
    connection = port.open_connection(descriptor)
    channels = st.sampled_from([BROADCAST, bytes(4), b"\0\0\0\1", b"\0\0\0\2"])
    kinds = st.integers(0, 3) | st.sampled_from([0x81, 0x83, 0x84, 0x86, 0x88, 0x90, 0x91])
    lengths = st.sampled_from([0, 1, 8, 57, 58, 7609, 7610])
    report = st.tuples(channels, kinds, lengths, st.binary(max_size=57))

    @settings(max_examples=100)
    @given(st.lists(report, max_size=6))
    def sent(reports):
        for channel, kind, length, rest in reports:
            head = channel + bytes([kind]) + length.to_bytes(2, "big")
            connection.write_packet((head + rest).ljust(64, b"\0"))

    sent()
    assert connected(port).ping(b"still here") == b"still here"
