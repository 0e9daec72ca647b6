"""One simulated key: what it keeps, what it forgets without power, and what surrounds it."""

from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from fido2.ctap import STATUS

from .clock import Clock
from .pin_protocols import PinUvAuthProtocol
from .script import Profile, Touch
from .state import Credential, KeyState, Storage

if TYPE_CHECKING:
    from .get_assertion import Assertions

Waiting = Generator[STATUS, None, None]
Work = Generator[STATUS, None, bytes]


@dataclass
class PinUvAuthToken:
    """CTAP §6.5.2.1. `since` and `used` are for the usage timer, in seconds since 1970."""

    protocol: int
    value: bytes
    permissions: int
    rp_id: str | None
    since: float
    used: bool = False
    user_verified: bool = True


@dataclass
class Memory:
    """What a key forgets without power."""

    protocols: dict[int, PinUvAuthProtocol] = field(
        default_factory=lambda: {1: PinUvAuthProtocol(1), 2: PinUvAuthProtocol(2)}
    )
    pin_uv_auth_token: PinUvAuthToken | None = None
    assertions: "Assertions | None" = None
    enumerated: list[dict[int, Any]] = field(default_factory=list)
    enumerated_by: int = 0
    large_blobs: bytearray = field(default_factory=bytearray)
    large_blobs_length: int = 0
    u2f_touch: Touch | None = None
    u2f_waits_since: float = 0
    cancelled: bool = False


class SimulatedKey:
    """`next_touch` tells how the person will answer; `save` keeps `state`, before an answer."""

    def __init__(
        self,
        *,
        state: KeyState,
        profile: Profile,
        clock: Clock,
        next_touch: Callable[[], Touch],
        save: Callable[[], None],
    ) -> None:
        self.state = state
        self.profile = profile
        self.clock = clock
        self.next_touch = next_touch
        self.save = save
        self.memory = Memory()

    @property
    def storage(self) -> Storage:
        return self.state.storage

    @property
    def has_pin_set(self) -> bool:
        return self.storage.pin_hash is not None

    @property
    def has_power_for_s(self) -> float:
        return max(0, self.clock.now() - self.state.power.since)

    def discoverable(self) -> list[Credential]:
        return [each for each in self.storage.credentials if each.discoverable]

    def next_sign_count(self) -> int:
        self.storage.sign_count += 1
        self.save()
        return self.storage.sign_count


def hash_of(rp_id: str) -> bytes:
    return sha256(rp_id.encode()).digest()
