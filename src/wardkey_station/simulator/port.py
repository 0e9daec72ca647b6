"""A USB port with simulated keys: the two functions of `fido2.hid`, and three calls more.

    port = SimulatedPort(Path("keys.json"))
    (descriptor,) = port.list_descriptors()
    device = CtapHidDevice(descriptor, port.open_connection(descriptor))

The station calls `expect_removal` when it asks the person to remove a key, `expect_insertion` when
it asks them to insert it, and `expect_another` for the next one of a stack: that is when the
simulated person does so.
"""

import errno
import os
from collections import deque
from pathlib import Path

from fido2.hid.base import CtapHidConnection, HidDescriptor

from .desk import Desk, Plugged
from .faults import PowerLost
from .frames import REPORT

# pid.codes keeps this pair for tests.
VENDOR, PRODUCT = 0x1209, 0x0001
LABEL = "SIMULATED KEY"
LISTING_S, READING_S = 0.1, 0.05


class SimulatedPort:
    def __init__(self, file: Path) -> None:
        """Refused where the file holds something else."""
        self._desk = Desk(file)
        self.file = file

    def list_descriptors(self) -> list[HidDescriptor]:
        """One for each key that is plugged in at this moment."""
        desk = self._desk
        desk.clock.skip(LISTING_S)
        with desk.lock:
            desk.look()
            now = desk.clock.now()
            return [described(each) for each in desk.plugged.values() if each.listed_at <= now]

    def open_connection(self, descriptor: HidDescriptor) -> "SimulatedConnection":
        with self._desk.lock:
            self._desk.look()
            for plugged in self._desk.plugged.values():
                if plugged.path == descriptor.path:
                    return SimulatedConnection(self._desk, plugged)
        raise no_such_device(str(descriptor.path))

    def expect_removal(self, descriptor: HidDescriptor | None = None) -> None:
        with self._desk.lock:
            self._desk.expect_removal(str(descriptor.path) if descriptor else None)

    def expect_insertion(self) -> None:
        with self._desk.lock:
            self._desk.expect_insertion()

    def expect_another(self) -> None:
        with self._desk.lock:
            self._desk.expect_another()

    def wait(self, seconds: float) -> None:
        """As long as the desk's clock says: not at all, where waits are skipped."""
        self._desk.clock.wait(seconds)

    def transport_of(self, descriptor: HidDescriptor) -> str:
        """usb or nfc."""
        return str(descriptor.path).split("/")[1]


class SimulatedConnection(CtapHidConnection):
    """Reports to one key and from it. OSError once the key is away or the connection closed."""

    def __init__(self, desk: Desk, plugged: Plugged) -> None:
        self._desk = desk
        self._plugged = plugged
        self._received: deque[bytes] = deque()
        self._is_open = True

    def write_packet(self, data: bytes) -> None:
        with self._desk.lock:
            self._require_power()
            try:
                self._plugged.answer_on(int.from_bytes(data[:4], "big"), self._received)
                self._plugged.hid.receive(bytes(data))
            except PowerLost as lost:
                self._lose_power(lost)

    def read_packet(self) -> bytes:
        """Waits until there is a report."""
        while True:
            with self._desk.lock:
                self._require_power()
                try:
                    self._plugged.collect()
                except PowerLost as lost:
                    self._lose_power(lost)
                if self._received:
                    return self._received.popleft()
            self._desk.clock.wait(READING_S)

    def close(self) -> None:
        self._is_open = False

    def _require_power(self) -> None:
        self._desk.look()
        if not (self._is_open and self._plugged.has_power):
            raise no_such_device(self._plugged.path)

    def _lose_power(self, lost: PowerLost) -> None:
        self._desk.lose_power(self._plugged, lost)
        raise no_such_device(self._plugged.path) from lost


def no_such_device(path: str) -> OSError:
    return OSError(errno.ENODEV, os.strerror(errno.ENODEV), path)


def described(plugged: Plugged) -> HidDescriptor:
    profile = plugged.hid.key.profile
    return HidDescriptor(
        path=plugged.path,
        vid=VENDOR,
        pid=PRODUCT,
        report_size_in=REPORT,
        report_size_out=REPORT,
        product_name=f"{LABEL} {profile.name}".strip(),
        serial_number=profile.serial if profile.tells_serial else None,
    )
