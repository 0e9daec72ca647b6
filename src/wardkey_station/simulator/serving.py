"""A simulated key is lent to programs that speak CTAPHID by themselves, such as fido2-tools."""

import contextlib
import threading
from collections.abc import Callable

from .port import SimulatedPort
from .terminal import DeviceFile


def serve(port: SimulatedPort, file: DeviceFile) -> None:
    """Until the key is pulled out. ValueError where there is not exactly one in the port."""
    (descriptor,) = port.list_descriptors()
    connection = port.open_connection(descriptor)
    carrying = (file.read_report, connection.write_packet)
    threading.Thread(target=carry, args=carrying, daemon=True).start()
    carry(connection.read_packet, file.write_report)


def carry(take: Callable[[], bytes], give: Callable[[bytes], None]) -> None:
    """Until the key is away."""
    with contextlib.suppress(OSError):
        while True:
            give(take())
