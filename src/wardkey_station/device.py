"""The one key on the desk: found, opened, asked what it is, and known again after a replug.

opened_key        opens a place and reads what its key says about itself
the_one_key       the key that a command works on; refuses where there is none, or a choice
talking_to_keys   turns whatever goes wrong on the wire into words and an exit status
"""

import errno
import struct
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace

from fido2.ctap import CtapDevice, CtapError
from fido2.ctap2.base import Ctap2, Info
from fido2.hid import ConnectionFailure, CtapHidDevice

from . import nfc, permission
from .ctap_words import refusal_of
from .errors import Exit, Refused
from .patience import Waiting
from .ports import Place, Port
from .words import _

# What fido2 raises on bytes that are no answer. It reads them with few checks.
JUNK = (
    ConnectionFailure,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    ArithmeticError,
    RecursionError,
    struct.error,
)

SHARED = 32  # Windows: ERROR_SHARING_VIOLATION
UNPLUGGED: tuple[type[Exception], ...] = (OSError, *nfc.FAULTS)


@contextmanager
def talking_to_keys() -> Iterator[None]:
    try:
        yield
    except CtapError as error:
        raise refusal_of(error) from error
    except UNPLUGGED as error:
        raise refusal_of_wire(error) from error
    except JUNK as error:
        said = _("The token answered something that is no FIDO2. It may be damaged.")
        raise Refused(said, exit_status=Exit.DEVICE) from error


def refusal_of_wire(error: Exception) -> Refused:
    if getattr(error, "errno", None) == errno.EBUSY or getattr(error, "winerror", None) == SHARED:
        return refusal_of(CtapError(CtapError.ERR.CHANNEL_BUSY))
    if isinstance(error, PermissionError):
        said = _("This system does not let you open the token.")
    else:
        said = _("The token was pulled out, or its connection broke. Insert it and try again.")
    return Refused(said, exit_status=Exit.DEVICE)


@dataclass(frozen=True)
class Key:
    """An open key. `ctap.info` is what it said when it was opened."""

    place: Place
    device: CtapDevice
    ctap: Ctap2
    is_simulated: bool

    @property
    def info(self) -> Info:
        return self.ctap.info

    @property
    def aaguid(self) -> str:
        return str(self.info.aaguid)

    @property
    def serial_number(self) -> str | None:
        return self.place.serial_number

    @property
    def likeness(self) -> tuple[object, ...]:
        """What stays the same through a replug. Where no serial number is told, two keys of one
        model can still differ in the rest."""
        info = self.info
        state = info.options.get("clientPin"), info.min_pin_length, info.remaining_disc_creds
        return self.aaguid, self.serial_number, self.firmware, *state

    def asked_anew(self) -> "Key":
        """fido2 keeps what a key said first; after a change it says something else."""
        with talking_to_keys():
            return replace(self, ctap=Ctap2(self.device))

    @property
    def firmware(self) -> str | None:
        """As the key names it over USB, else the bare number of CTAP 2.1 §6.4."""
        if isinstance(self.device, CtapHidDevice) and any(self.device.device_version):
            return ".".join(map(str, self.device.device_version))
        return str(self.info.firmware_version) if self.info.firmware_version else None


@contextmanager
def opened_key(port: Port, place: Place, waiting: Waiting) -> Iterator[Key]:
    with talking_to_keys():
        device = place.open(waiting)
    try:
        yield Key(place, device, ctap2_of(device), port.is_simulated)
    finally:
        with suppress(*UNPLUGGED):
            device.close()


def ctap2_of(device: CtapDevice) -> Ctap2:
    if not device.capabilities & 0x04:  # CTAPHID_INIT's CAPABILITY_CBOR
        raise Refused(
            _("This token speaks only the older U2F. It has no PIN, so Wardkey cannot use it."),
            exit_status=Exit.UNSUPPORTED,
        )
    with talking_to_keys():
        return Ctap2(device)


def places_of(port: Port) -> list[Place]:
    """At least one."""
    with talking_to_keys():
        places = port.places()
    if not places:
        said = permission.refusal_of_linux() or _("No FIDO2 token is inserted. Insert one first.")
        raise Refused(said, exit_status=Exit.DEVICE)
    return places


def require_one(places: list[Place]) -> Place:
    if len(places) > 1:
        raise Refused(
            _("{number} FIDO2 tokens are inserted. Leave in only the one that you mean.").format(
                number=len(places)
            ),
            exit_status=Exit.MORE_THAN_ONE_KEY,
        )
    return places[0]
