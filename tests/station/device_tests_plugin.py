"""fido2's own device tests, sent to a simulated key: a plugin for pytest, from outside.

The tests stay as they are. What they ask of USB is asked of a simulated port, for the FILE that
WARDKEY_SIMULATED_KEY names; what they ask of the person who sits there, the port's person does; and
where they wait for that, they wait a hundredth.
"""

import os
import threading
from pathlib import Path

import fido2.hid
import pytest

from wardkey_station.simulator.port import SimulatedPort
from wardkey_station.simulator.script import ClockScript, Profile, Script
from wardkey_station.simulator.state import write_script

FILE = Path(os.environ["WARDKEY_SIMULATED_KEY"])
ENTERPRISE_RP_ID = "enterprise.example"

profile = Profile(enterprise_rp_ids=[ENTERPRISE_RP_ID])
write_script(FILE, Script(clock=ClockScript(waits="skipped"), keys=[profile]))
port = SimulatedPort(FILE)


def open_device(path):
    (descriptor,) = (each for each in port.list_descriptors() if each.path == path)
    return fido2.hid.CtapHidDevice(descriptor, port.open_connection(descriptor))


fido2.hid.list_descriptors = port.list_descriptors
fido2.hid.open_connection = port.open_connection
fido2.hid.open_device = open_device


class ShortWaits(threading.Event):
    def wait(self, timeout=None):
        return super().wait(None if timeout is None else timeout / 100)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems():
    from tests.device import Printer, conftest

    conftest.Event = ShortWaits
    Printer.remove = lambda _printer, nfc=False: port.expect_removal()
    Printer.insert = lambda _printer, nfc=False: port.expect_insertion()
    Printer.print = lambda _printer, *messages: None
