"""The simulated key on the wire: CTAPHID (CTAP §11.2), strict CBOR (CTAP §8), and U2F."""

import os
import threading

import pytest
from fido2 import cbor
from fido2.ctap1 import APDU, ApduError, Ctap1
from fido2.ctap2 import Ctap2
from fido2.ctap2.config import Config
from fido2.hid import CAPABILITY
from fido2.utils import sha256

from .simulated import connected, ctap2, port_with, refused

BROADCAST, NONCE = b"\xff" * 4, bytes(range(8))
PING, MSG, LOCK, INIT, WINK, CBOR, CANCEL = 0x01, 0x03, 0x04, 0x06, 0x08, 0x10, 0x11
ERROR, KEEPALIVE = 0x3F, 0x3B


class Wire:
    """Reports by hand."""

    def __init__(self, port):
        (descriptor,) = port.list_descriptors()
        self.connection = port.open_connection(descriptor)
        self.channel = self.opened()

    def opened(self):
        return self.answer_to(BROADCAST, INIT, NONCE)[1][8:12]

    def send(self, channel, command, payload=b"", length=None):
        head = channel + bytes([0x80 | command])
        head += (len(payload) if length is None else length).to_bytes(2, "big")
        self.raw(head + payload)

    def raw(self, report):
        self.connection.write_packet(report.ljust(64, b"\0"))

    def read(self):
        """The command, and the payload of a message of one report."""
        report = self.connection.read_packet()
        assert len(report) == 64
        return report[4] & 0x7F, report[7 : 7 + int.from_bytes(report[5:7], "big")]

    def answer_to(self, *arguments, **named):
        self.send(*arguments, **named)
        return self.read()


@pytest.fixture
def port(tmp_path):
    return port_with(tmp_path / "keys.json")


@pytest.fixture
def wire(port):
    return Wire(port)


def test_a_channel_is_opened_and_opened_again(wire):
    command, answer = wire.answer_to(BROADCAST, INIT, NONCE)
    assert (command, answer[:8], len(answer)) == (INIT, NONCE, 17)
    assert answer[8:12] not in (wire.channel, BROADCAST, bytes(4))
    assert answer[12:16] == b"\x02\x01\x02\x03"
    assert CAPABILITY(answer[16]) == CAPABILITY.WINK | CAPABILITY.CBOR
    assert wire.answer_to(wire.channel, INIT, NONCE)[1][8:12] == wire.channel


@pytest.mark.parametrize("channel", [BROADCAST, bytes(4), b"\x7f\0\0\1"])
def test_nobody_speaks_on_a_channel_that_is_not_theirs(wire, channel):
    assert wire.answer_to(channel, PING, b"x") == (ERROR, b"\x0b")
    assert wire.answer_to(wire.channel, PING, b"x") == (PING, b"x")


def test_wrong_messages_are_refused_and_the_channel_goes_on(wire):
    own = wire.channel
    assert wire.answer_to(own, PING, length=7610) == (ERROR, b"\x03")
    assert wire.answer_to(own, 0x22) == (ERROR, b"\x01")
    assert wire.answer_to(own, INIT, b"short") == (ERROR, b"\x03")
    assert wire.answer_to(own, LOCK, b"\x0b") == (ERROR, b"\x02")
    assert wire.answer_to(own, WINK) == (WINK, b"")


def test_reports_come_in_their_order(wire):
    own, other = wire.channel, wire.opened()
    wire.send(own, PING, b"x" * 57, length=100)
    wire.raw(own + b"\x01" + b"y" * 43)
    assert wire.read() == (ERROR, b"\x04")
    wire.raw(own + b"\x00" + b"y" * 43)  # belongs to nothing, so that nothing answers
    wire.send(own, PING, b"x" * 57, length=100)
    assert wire.answer_to(other, PING, b"z") == (ERROR, b"\x06")
    assert wire.answer_to(own, PING, b"z") == (ERROR, b"\x04")
    wire.send(own, PING, b"x" * 57, length=100)
    assert wire.answer_to(own, INIT, NONCE)[0] == INIT
    wire.send(own, PING, b"x" * 57, length=60)
    assert wire.answer_to(BROADCAST, INIT, NONCE)[0] == INIT
    wire.raw(own + b"\x00" + b"y" * 3)
    assert wire.read() == (PING, b"x" * 57)
    assert wire.connection.read_packet() == (own + b"\x00" + b"y" * 3).ljust(64, b"\0")


def test_a_message_that_stays_away_is_forgotten(wire):
    wire.send(wire.channel, PING, b"x" * 57, length=100)
    assert wire.read() == (ERROR, b"\x05")
    assert wire.answer_to(wire.channel, PING, b"x") == (PING, b"x")


def test_a_lock_keeps_others_away_until_it_ends(wire):
    own, other = wire.channel, wire.opened()
    assert wire.answer_to(own, LOCK, b"\x05") == (LOCK, b"")
    assert wire.answer_to(other, PING, b"x") == (ERROR, b"\x06")
    assert wire.answer_to(own, PING, b"x") == (PING, b"x")
    assert wire.answer_to(own, LOCK, b"\x00") == (LOCK, b"")
    assert wire.answer_to(other, PING, b"x") == (PING, b"x")


def test_while_a_key_waits_it_says_so_and_can_be_cancelled(wire):
    own, other = wire.channel, wire.opened()
    assert wire.answer_to(own, CBOR, b"\x0b") == (KEEPALIVE, b"\x02")
    assert wire.answer_to(other, CBOR, b"\x04") == (ERROR, b"\x06")
    wire.send(other, CANCEL)
    wire.send(own, CANCEL)
    while (answer := wire.read())[0] == KEEPALIVE:
        pass
    assert answer == (CBOR, b"\x2d")


def test_fido2_cancels_too(tmp_path):
    ctap = ctap2(port_with(tmp_path / "keys.json", {"touch": {"after_s": None}}))
    event = threading.Event()
    refused(0x2D, ctap.selection, event=event, on_keepalive=lambda _status: event.set())
    ctap.get_info()


def test_long_messages_go_and_come_whole(port):
    message = os.urandom(7609)
    assert connected(port).ping(message) == message


def sent(port, request):
    return connected(port).call(CBOR, request)[0]


WRONG_CBOR = {
    "no map": (b"\x06\x01", 0x11),
    "cut off": (b"\x06\xa1\x01", 0x12),
    "more behind it": (b"\x06\xa2\x01\x01\x02\x02\x00", 0x12),
    "keys out of order": (b"\x06\xa2\x02\x02\x01\x01", 0x12),
    "a key twice": (b"\x06\xa2\x01\x01\x01\x01", 0x12),
    "a number longer than need be": (b"\x06\xa2\x01\x01\x02\x18\x02", 0x12),
    "without an announced end": (b"\x06\xbf\x01\x01\x02\x02\xff", 0x12),
    "null": (b"\x06\xa1\x02\xf6", 0x12),
    "a float": (b"\x06\xa1\x02\xf9\x3c\x00", 0x12),
    "a tag": (b"\x06\xa1\x02\xc1\x02", 0x12),
    "text that is no UTF-8": (b"\x06\xa1\x02\x61\xff", 0x12),
    "a map as a key": (b"\x06\xa1\xa0\x02", 0x12),
    "five levels": (b"\x06\xa1\x02\x81\x81\x81\x81\x00", 0x12),
    "a thousand levels": (b"\x06" + b"\x81" * 1500, 0x12),
    "a boolean for a number": (b"\x06\xa2\x01\x01\x02\xf5", 0x11),
    "nothing": (b"", 0x03),
    "no parameters": (b"\x06", 0x14),
    "a command of nobody": (b"\x33", 0x01),
    "too long": (b"\x06" + bytes(2048), 0x39),
}


@pytest.mark.parametrize("name", WRONG_CBOR)
def test_what_is_not_canonical_cbor_is_refused(port, name):
    request, code = WRONG_CBOR[name]
    assert sent(port, request) == code
    assert sent(port, b"\x06\xa2\x01\x01\x02\x02") == 0


GOOD = {
    1: bytes(32),
    2: {"id": "rp.example"},
    3: {"id": b"ben"},
    4: [{"type": "public-key", "alg": -7}],
}
WRONG_PARAMETERS = [
    ({1: "text"}, 0x11),
    ({1: bytes(31)}, 0x03),
    ({2: {}}, 0x14),
    ({2: {"id": b"bytes"}}, 0x11),
    ({3: {"name": "ben"}}, 0x14),
    ({3: {"id": bytes(65)}}, 0x03),
    ({3: {"id": b""}}, 0x03),
    ({3: {"id": b"ben", "displayName": 1}}, 0x11),
    ({4: {}}, 0x11),
    ({4: []}, 0x26),
    ({4: [{"type": "public-key", "alg": -1}]}, 0x26),
    ({4: [{"type": "public-key", "alg": -7}, {"alg": -7}]}, 0x14),
    ({4: [{"type": "public-key", "alg": -7}, 1]}, 0x11),
    ({5: [b"id"]}, 0x11),
    ({5: [{"id": b"id"}]}, 0x14),
    ({6: {"hmac-secret": 1}}, 0x11),
    ({6: {"hmac-secret-mc": {}}}, 0x14),
    ({7: {"rk": 1}}, 0x11),
    ({7: {"up": False}}, 0x2C),
    ({7: {"uv": True}}, 0x2C),
    ({8: bytes(16)}, 0x14),
    ({8: bytes(16), 9: 3}, 0x02),
    ({8: bytes(16), 9: 1}, 0x35),
]


@pytest.mark.parametrize(("changes", "code"), WRONG_PARAMETERS)
def test_wrong_parameters_have_their_own_refusals(port, changes, code):
    assert sent(port, b"\x01" + cbor.encode({**GOOD, **changes})) == code
    for name in GOOD:
        rest = {key: value for key, value in GOOD.items() if key != name}
        assert sent(port, b"\x01" + cbor.encode(rest)) == 0x14
    assert sent(port, b"\x01" + cbor.encode({**GOOD, 0x63: "of tomorrow"})) == 0


CLIENT, APP = sha256(b"client"), sha256(b"https://rp.example")


def touched(call, *arguments):
    """U2F: the key says that it waits, and the platform asks again."""
    while True:
        try:
            return call(*arguments)
        except ApduError as answer:
            if answer.code != APDU.USE_NOT_SATISFIED:
                raise


def test_u2f_registers_and_authenticates(port):
    u2f = Ctap1(connected(port))
    assert u2f.get_version() == "U2F_V2"
    with pytest.raises(ApduError):
        u2f.register(CLIENT, APP)
    data = touched(u2f.register, CLIENT, APP)
    data.verify(APP, CLIENT)
    signed = touched(u2f.authenticate, CLIENT, APP, data.key_handle)
    signed.verify(APP, CLIENT, data.public_key)
    again = touched(u2f.authenticate, CLIENT, APP, data.key_handle)
    assert again.counter > signed.counter
    with pytest.raises(ApduError) as known:
        u2f.authenticate(CLIENT, APP, data.key_handle, check_only=True)
    assert known.value.code == APDU.USE_NOT_SATISFIED
    without_touch = CLIENT + APP + bytes([len(data.key_handle)]) + data.key_handle
    assert u2f.send_apdu(ins=0x02, p1=0x08, data=without_touch)[0] == 0
    with pytest.raises(ApduError) as no_mode:
        u2f.send_apdu(ins=0x02, p1=0x01, data=without_touch)
    assert no_mode.value.code == APDU.WRONG_DATA
    for handle, app in [(os.urandom(32), APP), (data.key_handle, sha256(b"other"))]:
        with pytest.raises(ApduError) as unknown:
            u2f.authenticate(CLIENT, app, handle)
        assert unknown.value.code == APDU.WRONG_DATA


@pytest.mark.parametrize(
    ("apdu", "status"),
    [
        ("00030000", "5532465f56329000"),
        ("00030000000000", "5532465f56329000"),
        ("01030000000000", "6e00"),
        ("00770000000000", "6d00"),
        ("0003", "6700"),
        ("00010000000002aabb0000", "6700"),
        ("00010000000009aabb", "6700"),
        ("00020300000000", "6700"),
    ],
)
def test_u2f_answers_in_status_words(port, apdu, status):
    assert connected(port).call(MSG, bytes.fromhex(apdu)).hex() == status


def test_a_u2f_credential_serves_ctap2_and_none_of_level_three_serves_u2f(port):
    device = connected(port)
    ctap, u2f = Ctap2(device), Ctap1(device)
    data = touched(u2f.register, CLIENT, sha256(b"rp.example"))
    listed = [{"type": "public-key", "id": data.key_handle}]
    assert ctap.get_assertion("rp.example", CLIENT, listed)
    for level, answers in ((2, APDU.USE_NOT_SATISFIED), (3, APDU.WRONG_DATA)):
        made = ctap.make_credential(
            CLIENT, GOOD[2], GOOD[3], GOOD[4], extensions={"credProtect": level}
        )
        handle = made.auth_data.credential_data.credential_id
        with pytest.raises(ApduError) as answer:
            u2f.authenticate(CLIENT, sha256(b"rp.example"), handle, check_only=True)
        assert answer.value.code == answers


def test_alwaysuv_ends_u2f(port):
    Config(ctap2(port)).toggle_always_uv()
    device = connected(port)
    assert device.capabilities & CAPABILITY.NMSG
    refused(0x01, Ctap1(device).get_version)
    Config(Ctap2(device))
