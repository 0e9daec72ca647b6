"""The simulated desk: FILE, its clock, the keys in the port, and the person who plugs and touches.

look              what was to happen by now has happened
expect_removal    the station has asked to remove a key; expect_insertion, to insert one;
                  expect_another, the next one of a stack
"""

import re
import threading
from collections import deque
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

from . import state
from .clock import Clock
from .ctaphid import CtapHid
from .faults import PowerLost, fault_at
from .key import SimulatedKey
from .script import Fault, Profile, Replug, Script, Touch
from .state import KeyState

Each = TypeVar("Each")


@dataclass
class Plugged:
    """A key from when it is plugged in until it loses its power; `path` names just that.

    A report goes to the reader who last wrote on its channel; on USB all would read it.
    """

    path: str
    hid: CtapHid
    listed_at: float
    has_power: bool = True
    readers: dict[int, deque[bytes]] = field(default_factory=dict)

    def answer_on(self, channel: int, reader: deque[bytes]) -> None:
        """From now on; what the key has sent by now is still for whoever read before."""
        if self.readers.get(channel) is not reader:
            self.collect()
        self.readers[channel] = reader

    def collect(self) -> None:
        for report in self.hid.reports():
            channel = int.from_bytes(report[:4], "big")
            for reader in [self.readers[channel]] if channel in self.readers else self._all():
                reader.append(report)

    def _all(self) -> list[deque[bytes]]:
        return list({id(each): each for each in self.readers.values()}.values())


@dataclass
class Plan:
    """What the person has been asked for, with the moment: remove, or insert."""

    does: str
    at: float | None
    serials: list[str]
    replug: Replug


class Desk:
    def __init__(self, file: Path) -> None:
        self.lock = threading.RLock()
        self.file = file
        self.contents = state.read(file)
        progress = self.contents.progress
        self.clock = Clock(self.contents.script.clock, skipped_s=progress.skipped_s)
        self.plugged: dict[str, Plugged] = {}
        self._plan: Plan | None = None
        self._removed: list[str] = []
        for profile in self.script.keys:
            self._find_in_place(profile)
        self.save()

    @property
    def script(self) -> Script:
        return self.contents.script

    def save(self) -> None:
        self.contents.progress.skipped_s = self.clock.skipped_s
        state.write(self.file, self.contents)

    def look(self) -> None:
        plan = self._plan
        if plan is None or plan.at is None or self.clock.now() < plan.at:
            return
        self._plan = None
        for serial in plan.serials:
            if plan.does == "remove":
                self.unplug(serial)
            elif serial not in self.plugged:
                self._plug_in(serial, listed_after_s=plan.replug.listed_after_s)

    def expect_removal(self, path: str | None) -> None:
        """Of the key with this path, or of any."""
        wanted = {path} if path else {each.path for each in self.plugged.values()}
        serials = [serial for serial, each in self.plugged.items() if each.path in wanted][:1]
        self._removed = serials or self._removed
        self._expect("remove", serials, self._replug())

    def expect_insertion(self) -> None:
        replug = self._replug()
        self.contents.progress.replugs += 1
        others = [each.serial for each in self.script.keys if each.serial not in self.plugged]
        self._expect("insert", replug.inserts or self._removed or others[:1], replug)

    def expect_another(self) -> None:
        """The next of the script's keys after the one that was removed; behind the last one, a new
        key that is added to the script."""
        replug = self._replug()
        self.contents.progress.replugs += 1
        self._expect("insert", replug.inserts or [self._next_of_the_stack()], replug)

    def _next_of_the_stack(self) -> str:
        serials = [each.serial for each in self.script.keys]
        last = serials.index(self._removed[0]) if self._removed else len(serials) - 1
        if self._removed and last + 1 < len(serials):
            return serials[last + 1]
        profile = replace(self.script.keys[-1], serial=serial_after(serials), plugged_in=False)
        self.script.keys.append(profile)
        self.contents.keys.append(state.new_key(profile))
        return profile.serial

    def _expect(self, does: str, serials: list[str], replug: Replug) -> None:
        after = replug.removed_after_s if does == "remove" else replug.inserted_after_s
        at = None if after is None else self.clock.now() + after
        self._plan = Plan(does, at, serials, replug)

    def _replug(self) -> Replug:
        return nth(self.script.replugs, self.contents.progress.replugs, self.script.replug)

    def unplug(self, serial: str) -> None:
        key = self.plugged.pop(serial, None)
        if key:
            key.has_power = False
            key.hid.key.state.power.plugged_in = False
            self._removed = [serial]
            self.save()

    def lose_power(self, plugged: Plugged, lost: PowerLost) -> None:
        serial = plugged.hid.key.state.serial
        self.unplug(serial)
        for each in [serial] if lost.is_back_at_once else lost.inserts:
            self._plug_in(each, listed_after_s=0)

    def next_touch(self) -> Touch:
        touch = nth(self.script.touches, self.contents.progress.touches, self.script.touch)
        if self.script.touches:
            self.contents.progress.touches += 1
            self.save()
        return touch

    def next_fault(self) -> Fault | None:
        if not self.script.faults:
            return None
        self.contents.progress.exchanges += 1
        self.save()
        return fault_at(self.script.faults, self.contents.progress.exchanges)

    def _find_in_place(self, profile: Profile) -> None:
        """Between two commands, everything is put back as the script has it."""
        kept = [each for each in self.contents.keys if each.serial == profile.serial]
        if not kept:
            self.contents.keys.append(state.new_key(profile))
        key_state = self._state_of(profile.serial)
        if not profile.plugged_in:
            key_state.power.plugged_in = False
        elif key_state.power.plugged_in:
            self._give_power(profile, key_state, listed_at=0)
        else:
            self._plug_in(profile.serial, listed_after_s=0)

    def _state_of(self, serial: str) -> KeyState:
        return next(each for each in self.contents.keys if each.serial == serial)

    def _plug_in(self, serial: str, *, listed_after_s: float) -> None:
        key_state = self._state_of(serial)
        power, now = key_state.power, self.clock.now()
        power.plugged_in, power.since, power.wrong_pins_in_a_row = True, now, 0
        power.plugs += 1
        profile = next(each for each in self.script.keys if each.serial == serial)
        self._give_power(profile, key_state, listed_at=now + listed_after_s)
        self.save()

    def _give_power(self, profile: Profile, key_state: KeyState, *, listed_at: float) -> None:
        key = SimulatedKey(
            state=key_state,
            profile=profile,
            clock=self.clock,
            next_touch=self.next_touch,
            save=self.save,
        )
        path = f"SIMULATED-KEY/{profile.transport}/{profile.serial}/{key_state.power.plugs}"
        hid = CtapHid(key, next_fault=self.next_fault)
        self.plugged[profile.serial] = Plugged(path, hid, listed_at)


def serial_after(serials: list[str]) -> str:
    """Numbered on: after SIM00000009 comes SIM00000010."""
    numbers = (int(re.sub(r"\D", "", each) or 0) for each in serials)
    return f"SIM{max(numbers) + 1:08}"


def nth(listed: list[Each], place: int, otherwise: Each) -> Each:
    return listed[place] if place < len(listed) else otherwise
