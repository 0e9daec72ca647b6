"""What a script's types alone do not say: which words, how long, how many."""

from collections.abc import Iterator

from .records import WrongRecord
from .script import FAULTS, NFC, NONE, PACKED, REAL, SELF, SKIPPED, USB, Fault, Profile, Script

LONGEST_SERIAL = 32
PIN_LENGTHS = range(4, 64)


def require_sense(script: Script) -> None:
    """WrongRecord, with the first place that has none."""
    for fault in faults_of(script):
        raise WrongRecord(f"script.{fault}")


def faults_of(script: Script) -> Iterator[str]:
    if script.clock.waits not in (REAL, SKIPPED):
        yield f"clock.waits: {REAL} or {SKIPPED} is expected here"
    serials = [profile.serial for profile in script.keys]
    if len(set(serials)) < len(serials):
        yield "keys: each needs a serial of its own"
    for profile in script.keys:
        yield from _faults_of_profile(profile)
    for fault in script.faults:
        yield from _faults_of_fault(fault)
    inserted = [each.inserts or [] for each in (*script.replugs, script.replug)]
    inserted += [each.inserts for each in script.faults]
    for listed in inserted:
        for serial in {*listed} - {*serials}:
            yield f"inserts: {serial} is the serial of none of the keys"


def _faults_of_profile(profile: Profile) -> Iterator[str]:
    serial = profile.serial
    if not (serial.isascii() and serial.isalnum() and len(serial) <= LONGEST_SERIAL):
        yield f"keys.serial: 1 to {LONGEST_SERIAL} letters and digits are expected here"
    if len(profile.aaguid) != 16:
        yield "keys.aaguid: 16 bytes are expected here"
    if profile.transport not in (USB, NFC):
        yield f"keys.transport: {USB} or {NFC} is expected here"
    if profile.attestation not in (PACKED, SELF, NONE):
        yield f"keys.attestation: {PACKED}, {SELF} or {NONE} is expected here"
    if profile.min_pin_length not in PIN_LENGTHS:
        yield "keys.min_pin_length: 4 to 63 is expected here"
    if not 0 <= profile.firmware < 1 << 24:
        yield "keys.firmware: three bytes are expected here, as one number"


def _faults_of_fault(fault: Fault) -> Iterator[str]:
    if fault.does not in FAULTS:
        yield f"faults.does: one of {', '.join(sorted(FAULTS))} is expected here"
    if fault.at_exchange < 1 or fault.times < 1:
        yield "faults: exchanges are counted from 1"
    if not 0 <= fault.value < 256:
        yield "faults.value: a byte is expected here, 0 to 255"
