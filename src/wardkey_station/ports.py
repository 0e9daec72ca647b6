"""Where keys are found: USB and NFC readers, simulated keys, emulators of keys on this machine.

port_named_by   the port that the words of a command name
Place           one key as its port lists it, before it is opened
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Protocol

from fido2 import hid
from fido2.ctap import CtapDevice
from fido2.hid.base import CtapHidConnection, HidDescriptor

from . import network, nfc, permission
from .errors import Exit, Refused
from .patience import PatientConnection, PatientDevice, Waiting
from .simulator import holding
from .simulator.port import SimulatedPort
from .words import _


@dataclass(frozen=True)
class Place:
    """`name` stays while the key is in; `serial_number` is what USB tells, if anything."""

    name: str
    product_name: str | None
    serial_number: str | None
    transport: str
    open: Callable[[Waiting], CtapDevice]


class Port(Protocol):
    @property
    def is_simulated(self) -> bool: ...

    @property
    def has_removable_keys(self) -> bool:
        """Somebody can pull one out and insert it again."""

    def places(self) -> list[Place]:
        """The keys that are in now."""

    def expect_removal(self) -> None:
        """Somebody was asked to remove a key: a simulated person does it now."""

    def expect_insertion(self) -> None:
        """The same, to insert one."""

    def expect_another(self) -> None:
        """The same, to insert the next one of a stack."""

    def pause(self, seconds: float) -> None: ...

    def leave(self) -> None:
        """The command is over."""


class HidLike(Protocol):
    """The two functions of fido2.hid."""

    def list_descriptors(self) -> list[HidDescriptor]: ...

    def open_connection(self, descriptor: HidDescriptor) -> CtapHidConnection: ...


class Attended:
    """Whoever sits there reads the screen; time passes by itself."""

    is_simulated = False
    has_removable_keys = True

    def expect_removal(self) -> None:
        pass

    def expect_insertion(self) -> None:
        pass

    def expect_another(self) -> None:
        pass

    def pause(self, seconds: float) -> None:
        time.sleep(seconds)

    def leave(self) -> None:
        pass


@dataclass(frozen=True)
class HidPort(Attended):
    source: HidLike

    def places(self) -> list[Place]:
        return [self.place_of(descriptor) for descriptor in self.source.list_descriptors()]

    def place_of(self, descriptor: HidDescriptor) -> Place:
        return Place(
            name=str(descriptor.path),
            product_name=descriptor.product_name,
            serial_number=descriptor.serial_number or None,
            transport=self.transport_of(descriptor),
            open=lambda waiting: self.opened(descriptor, waiting),
        )

    def transport_of(self, descriptor: HidDescriptor) -> str:
        return "usb"

    def opened(self, descriptor: HidDescriptor, waiting: Waiting) -> CtapDevice:
        connection = PatientConnection(self.source.open_connection(descriptor), waiting)
        try:
            return PatientDevice(descriptor, connection)
        except BaseException:
            connection.close()
            raise


@dataclass(frozen=True)
class SimulatedDesk(HidPort):
    source: SimulatedPort
    held: IO[str] | None
    is_simulated = True

    def leave(self) -> None:
        if self.held:
            self.held.close()

    def transport_of(self, descriptor: HidDescriptor) -> str:
        return self.source.transport_of(descriptor)

    def expect_removal(self) -> None:
        self.source.expect_removal()

    def expect_insertion(self) -> None:
        self.source.expect_insertion()

    def expect_another(self) -> None:
        self.source.expect_another()

    def pause(self, seconds: float) -> None:
        self.source.wait(seconds)


class EmulatorPort(HidPort):
    """What is plugged in elsewhere, or is started: it is always there, or does not answer."""

    has_removable_keys = False


class Desk(Attended):
    """The USB ports and NFC readers of this computer."""

    def places(self) -> list[Place]:
        return HidPort(hid).places() + [
            Place(f"nfc:{name}", name, None, "nfc", opened)
            for name, opened in nfc.readers_with_keys()
        ]


def simulated_desk(file: Path) -> SimulatedDesk:
    held = holding.held(file)
    try:
        return SimulatedDesk(SimulatedPort(file), held)
    except Refused:
        if held:
            held.close()
        raise


def port_named_by(*, device: str | None, simulate: Path | None) -> Port:
    if device and simulate:
        raise Refused(_("Give --device or --simulate, not both."), exit_status=Exit.INPUT)
    if simulate:
        return simulated_desk(simulate)
    if device:
        return EmulatorPort(network.emulator_at(device))
    if said := permission.refusal_of_windows():
        raise Refused(said, exit_status=Exit.DEVICE)
    return Desk()
