"""What the script has go wrong at an exchange: what `does` may say, and what comes of it.

pull_out            the key leaves the port, and others may take its place; `after_work`: when the
                    work is done, before it answers
power_loss          the same, but power is back at once
status              answered with the CTAP status `value`, and nothing is done
hid_error           answered with the CTAPHID error `value` (6 is CHANNEL_BUSY)
malformed_cbor      success, with CBOR that breaks off
truncated           the answer's first report comes, the others never
silence             no answer ever comes
endless_keepalives  it is always about to answer
wrong_channel       the answer goes to somebody else
garbage             reports that mean nothing
"""

from collections.abc import Sequence

from fido2.ctap import STATUS, CtapError

from .key import Work
from .script import LOST_POWER, Fault

BROKEN_OFF = b"\0\xa1\x01"


class PowerLost(Exception):
    """Whoever serves the key takes it away, and puts in what the fault says."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.does)
        self.is_back_at_once = fault.does == "power_loss"
        self.inserts = fault.inserts


def fault_at(faults: Sequence[Fault], exchange: int) -> Fault | None:
    for fault in faults:
        if fault.at_exchange <= exchange < fault.at_exchange + fault.times:
            return fault
    return None


def spoiled(fault: Fault, work: Work) -> Work:
    """The work as the fault lets it be: not at all, or to its end and in vain."""
    if fault.does == "endless_keepalives":
        while True:
            yield STATUS.PROCESSING
    if fault.does == "hid_error":
        raise CtapError(fault.value)
    if fault.does == "status":
        return bytes([fault.value])
    if fault.does == "malformed_cbor":
        return BROKEN_OFF
    if fault.does in LOST_POWER and not fault.after_work:
        raise PowerLost(fault)
    answer = yield from work
    if fault.does in LOST_POWER:
        raise PowerLost(fault)
    return answer
