"""A simulated key lent to other programs, and Debian's fido2-tools, which drive it."""

import subprocess
import sys
from contextlib import contextmanager

from tests.station.simulated import port_with
from tests.station.terminal import Terminal, environment

SIMULATOR = [sys.executable, "-m", "wardkey_station.simulator"]
AT_ONCE = {"clock": {"waits": "real"}, "touch": {"after_s": 0}}


@contextmanager
def lent(home, script=AT_ONCE):
    """The path that they open. The key is plugged in at this moment."""
    file = home / "key.json"
    port_with(file, script)
    serving = subprocess.Popen(
        [*SIMULATOR, file], env=environment(home), stdout=subprocess.PIPE, text=True
    )
    try:
        yield serving.stdout.readline().removeprefix("SIMULATED KEY at ").strip()
    finally:
        serving.terminate()
        serving.communicate()


class Fido2Tools:
    """libfido2's programs, as somebody types them; they ask for each PIN at the terminal."""

    def __init__(self, home, key):
        self.home = home
        self.key = key

    def says(self, *words, pins=()):
        """What it showed. It has to end well."""
        status, shown = self.run(*words, pins=pins)
        assert status == 0, shown
        return shown

    def refuses(self, *words, pins=()):
        status, shown = self.run(*words, pins=pins)
        assert status == 1
        return shown

    def run(self, program, *words, pins=()):
        with Terminal(*words, home=self.home, program=[program]) as terminal:
            for pin in pins:
                terminal.reads(": ")
                terminal.types(pin)
            return terminal.ends(), terminal.text
