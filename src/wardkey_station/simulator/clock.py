"""The time at the simulated desk: that of the computer, as far ahead as the script says."""

import time

from .script import REAL, ClockScript

A_MOMENT_S = 0.001


class Clock:
    def __init__(self, script: ClockScript, *, skipped_s: float) -> None:
        """`skipped_s` are the waits that were skipped so far, in this command and those before."""
        self.script = script
        self.skipped_s = skipped_s

    def now(self) -> float:
        """In seconds since 1970."""
        return time.time() + self.script.ahead_s + self.skipped_s

    def wait(self, seconds: float) -> None:
        if self.script.waits == REAL:
            time.sleep(seconds)
            return
        self.skip(seconds)
        time.sleep(A_MOMENT_S)  # so that whoever waits in another thread has a turn

    def skip(self, seconds: float) -> None:
        """Whoever looks again and again sees time go by, where nobody waits for real."""
        if self.script.waits != REAL:
            self.skipped_s += seconds
