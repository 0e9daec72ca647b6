"""A simulated key under a test's control: nobody sleeps, and fido2's own classes speak to it."""

import pytest
from fido2.ctap import CtapError
from fido2.ctap2 import Ctap2
from fido2.hid import CtapHidDevice

from wardkey_station.simulator.port import SimulatedPort
from wardkey_station.simulator.records import from_json
from wardkey_station.simulator.script import Script
from wardkey_station.simulator.state import write_script


def port_with(file, script=None):
    """A port for FILE, its script written anew."""
    write_script(file, from_json(Script, {"clock": {"waits": "skipped"}, **(script or {})}))
    return SimulatedPort(file)


def connected(port):
    """To the one key that is in it."""
    (descriptor,) = port.list_descriptors()
    return CtapHidDevice(descriptor, port.open_connection(descriptor))


def ctap2(port):
    return Ctap2(connected(port))


def eventually_listed(port, count, *, within_s):
    """The keys in the port once there are as many; each look takes 0.1 s of the port's clock."""
    for _look in range(int(within_s * 10) + 1):
        if len(found := port.list_descriptors()) == count:
            return found
    raise AssertionError(f"there were never {count}")


def replugged(port):
    """The station asks for it, and whoever sits there does it."""
    port.expect_removal()
    eventually_listed(port, 0, within_s=1)
    port.expect_insertion()
    eventually_listed(port, 1, within_s=30)
    return ctap2(port)


def refused(code, call, *arguments, **named):
    """Calls, and it is refused with this CTAP status."""
    with pytest.raises(CtapError) as caught:
        call(*arguments, **named)
    assert caught.value.code == code, caught.value
