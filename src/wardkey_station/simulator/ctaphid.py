"""CTAPHID (CTAP §11.2): messages in 64-byte reports, on channels, one transaction at a time.

receive   a report goes in
reports   those that the key sends now; while it `is_busy`, ask again within 0.1 s

Both raise PowerLost where the script takes the power away.
"""

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from fido2.ctap import STATUS, CtapError
from fido2.hid import CAPABILITY, CTAPHID

from . import u2f
from .commands import answered
from .faults import spoiled
from .frames import BROADCAST, MAX_MESSAGE, Frame, framed, misframed
from .key import SimulatedKey, Work
from .script import FRAMED_WRONGLY, Fault

ERR = CtapError.ERR
PROTOCOL_VERSION = 2
KEEPALIVE_S, REPORTS_WITHIN_S, LONGEST_LOCK_S = 0.1, 3, 10
SERVED = {CTAPHID.PING, CTAPHID.MSG, CTAPHID.LOCK, CTAPHID.INIT, CTAPHID.WINK, CTAPHID.CBOR}


@dataclass
class Message:
    """One that is on its way to the key."""

    channel: int
    command: int
    length: int
    payload: bytes
    since: float
    next_sequence: int = 0


@dataclass
class Transaction:
    message: Message
    work: Work
    fault: Fault | None
    told: STATUS | None = None
    told_at: float = 0


class CtapHid:
    def __init__(self, key: SimulatedKey, *, next_fault: Callable[[], Fault | None]) -> None:
        self.key = key
        self._next_fault = next_fault
        self._channels: set[int] = set()
        self._incoming: Message | None = None
        self._transaction: Transaction | None = None
        self._lock = (0, 0.0)
        self._out: deque[bytes] = deque()

    @property
    def is_busy(self) -> bool:
        return self._transaction is not None

    @property
    def capabilities(self) -> CAPABILITY:
        found = CAPABILITY.WINK
        if self.key.profile.speaks_ctap2:
            found |= CAPABILITY.CBOR
        if self.key.storage.always_uv:
            found |= CAPABILITY.NMSG
        return found

    def receive(self, report: bytes) -> None:
        frame = Frame.read(report)
        try:
            if frame.is_first:
                self._begin(frame)
            else:
                self._go_on(frame)
        except CtapError as refused:
            self._send(frame.channel, CTAPHID.ERROR, bytes([refused.code]))

    def reports(self) -> Iterator[bytes]:
        self._forget_what_stays_away()
        if self._transaction:
            self._step(self._transaction)
        while self._out:
            yield self._out.popleft()

    def _begin(self, frame: Frame) -> None:
        """CTAP §11.2.5, with the errors of §11.2.9.1.6."""
        if frame.command == CTAPHID.INIT:
            self._forget(frame.channel)
        elif frame.channel not in self._channels:
            raise CtapError(ERR.INVALID_CHANNEL)
        elif frame.command == CTAPHID.CANCEL:
            return self._cancel(frame.channel)
        elif self._transaction or self._is_locked_for(frame.channel):
            raise CtapError(ERR.CHANNEL_BUSY)
        elif self._incoming:
            self._interrupted_by(frame)
        if frame.length > MAX_MESSAGE:
            raise CtapError(ERR.INVALID_LENGTH)
        if frame.command not in SERVED:
            raise CtapError(ERR.INVALID_COMMAND)
        payload, since = frame.payload[: frame.length], self.key.clock.now()
        message = Message(frame.channel, frame.command, frame.length, payload, since)
        return self._take(message)

    def _interrupted_by(self, frame: Frame) -> None:
        if self._incoming and self._incoming.channel == frame.channel:
            self._incoming = None
            raise CtapError(ERR.INVALID_SEQ)
        raise CtapError(ERR.CHANNEL_BUSY)

    def _go_on(self, frame: Frame) -> None:
        """A report that belongs to no message is ignored."""
        message = self._incoming
        if message is None or message.channel != frame.channel:
            return
        if frame.sequence != message.next_sequence:
            self._incoming = None
            raise CtapError(ERR.INVALID_SEQ)
        message.payload = (message.payload + frame.payload)[: message.length]
        message.next_sequence += 1
        message.since = self.key.clock.now()
        self._take(message)

    def _take(self, message: Message) -> None:
        if len(message.payload) < message.length:
            self._incoming = message
            return
        if self._incoming is message:
            self._incoming = None
        fault = self._next_fault()
        if message.command == CTAPHID.INIT and fault is None:
            # At once, since the transaction of another channel goes on.
            self._send(message.channel, CTAPHID.INIT, self._init(message))
            return
        work = self._work(message)
        self._transaction = Transaction(message, spoiled(fault, work) if fault else work, fault)

    def _work(self, message: Message) -> Work:
        command, payload = message.command, message.payload
        if command == CTAPHID.CBOR and self.capabilities & CAPABILITY.CBOR:
            return (yield from answered(self.key, payload))
        if command == CTAPHID.MSG and not self.capabilities & CAPABILITY.NMSG:
            return u2f.answered(self.key, payload)
        if command == CTAPHID.INIT:
            return self._init(message)
        if command == CTAPHID.LOCK:
            return self._locked(message)
        if command == CTAPHID.PING:
            return payload
        if command == CTAPHID.WINK:
            return b""
        raise CtapError(ERR.INVALID_COMMAND)

    def _init(self, message: Message) -> bytes:
        """CTAP §11.2.9.1.3: a new channel for whoever has none, the same for whoever has one."""
        if len(message.payload) != 8:
            raise CtapError(ERR.INVALID_LENGTH)
        channel = message.channel
        if channel == BROADCAST:
            channel = len(self._channels) + 1
            self._channels.add(channel)
        elif channel not in self._channels:
            raise CtapError(ERR.INVALID_CHANNEL)
        firmware = self.key.profile.firmware.to_bytes(3, "big")
        about = bytes([PROTOCOL_VERSION, *firmware, self.capabilities])
        return message.payload + channel.to_bytes(4, "big") + about

    def _locked(self, message: Message) -> bytes:
        if len(message.payload) != 1 or message.payload[0] > LONGEST_LOCK_S:
            raise CtapError(ERR.INVALID_PARAMETER)
        self._lock = (message.channel, self.key.clock.now() + message.payload[0])
        return b""

    def _is_locked_for(self, channel: int) -> bool:
        holder, until = self._lock
        return holder != channel and self.key.clock.now() < until

    def _cancel(self, channel: int) -> None:
        if self._transaction and self._transaction.message.channel == channel:
            self.key.memory.cancelled = True

    def _forget(self, channel: int) -> None:
        if self._incoming and self._incoming.channel == channel:
            self._incoming = None
        if self._transaction and self._transaction.message.channel == channel:
            self._transaction = None

    def _forget_what_stays_away(self) -> None:
        message = self._incoming
        if message and self.key.clock.now() - message.since > REPORTS_WITHIN_S:
            self._incoming = None
            self._send(message.channel, CTAPHID.ERROR, bytes([ERR.TIMEOUT]))

    def _step(self, transaction: Transaction) -> None:
        message, fault = transaction.message, transaction.fault
        try:
            self._tell(transaction, next(transaction.work))
            return
        except StopIteration as done:
            answer = done.value
        except CtapError as refused:
            self._transaction = None
            self._send(message.channel, CTAPHID.ERROR, bytes([refused.code]))
            return
        if fault and fault.does == "silence":
            return
        self._transaction = None
        if fault and fault.does in FRAMED_WRONGLY:
            self._out.extend(misframed(fault.does, message.channel, message.command, answer))
            return
        self._send(message.channel, message.command, answer)

    def _tell(self, transaction: Transaction, status: STATUS) -> None:
        """CTAP §11.2.9.1.5: at least every 100 ms, and when the status changes."""
        now = self.key.clock.now()
        if status != transaction.told or now - transaction.told_at >= KEEPALIVE_S:
            transaction.told, transaction.told_at = status, now
            self._send(transaction.message.channel, CTAPHID.KEEPALIVE, bytes([status]))

    def _send(self, channel: int, command: int, payload: bytes) -> None:
        self._out.extend(framed(channel, command, payload))
