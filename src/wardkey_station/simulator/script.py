"""What happens at the simulated desk, and when: the part of FILE that a test writes.

docs/station-simulator.md has an example of each. Times are in seconds; `null` means never.
"""

from dataclasses import dataclass, field

SIMULATED_AAGUID = b"SIMULATED KEY 01"
REAL, SKIPPED = "real", "skipped"
USB, NFC = "usb", "nfc"
PACKED, SELF, NONE = "packed", "self", "none"
LOST_POWER = {"pull_out", "power_loss"}
NEVER_ANSWERED = {"silence", "endless_keepalives"}
FRAMED_WRONGLY = {"truncated", "wrong_channel", "garbage"}
ANSWERED_WRONGLY = {"status", "hid_error", "malformed_cbor"}
FAULTS = LOST_POWER | NEVER_ANSWERED | FRAMED_WRONGLY | ANSWERED_WRONGLY


@dataclass(frozen=True)
class ClockScript:
    """`waits` is real, or skipped: then nobody sleeps, and the clock goes on at once."""

    ahead_s: float = 0
    waits: str = REAL


@dataclass(frozen=True)
class Touch:
    """How the person answers when a key waits for them. The key itself gives up after 30 s."""

    after_s: float | None = 0.2
    declined: bool = False


@dataclass(frozen=True)
class Replug:
    """How the person answers when the station asks to remove the key, and to insert it again.

    `listed_after_s` is what the computer needs to show a key that has power already. `inserts` are
    serial numbers; null stands for the key that was removed.
    """

    removed_after_s: float | None = 0.2
    inserted_after_s: float | None = 0.2
    listed_after_s: float = 0
    inserts: list[str] | None = None


@dataclass(frozen=True)
class Fault:
    """What goes wrong at an exchange: a request that has reached the key, INIT among them.

    They are counted from 1 over all keys and commands since the script was written. `does` is one
    of FAULTS, `times` for how many exchanges in a row. Where a key is pulled out, `inserts` are the
    serial numbers of those that take its place.
    """

    at_exchange: int
    does: str
    value: int = 0
    times: int = 1
    after_work: bool = False
    inserts: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Profile:
    """What a key is when it leaves the factory. Its `name` comes after the words SIMULATED KEY."""

    serial: str = "SIM00000001"
    name: str = ""
    aaguid: bytes = SIMULATED_AAGUID
    firmware: int = 0x010203
    plugged_in: bool = True
    tells_serial: bool = True
    transport: str = USB
    speaks_ctap2: bool = True
    has_pin: bool = True
    can_be_configured: bool = True
    min_pin_length: int = 4
    capacity: int = 25
    attestation: str = PACKED
    enterprise_rp_ids: list[str] = field(default_factory=list)
    transports_for_reset: list[str] = field(default_factory=list)
    long_touch_for_reset: bool = False


@dataclass(frozen=True)
class Script:
    """Touches and replugs are used up one after the other; then those without an s hold."""

    clock: ClockScript = ClockScript()
    touch: Touch = Touch()
    touches: list[Touch] = field(default_factory=list)
    replug: Replug = Replug()
    replugs: list[Replug] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    keys: list[Profile] = field(default_factory=lambda: [Profile()])
