"""Keys on NFC readers, where the extra `wardkey[nfc]` is installed.

Not seen with a reader yet: what is here follows fido2.pcsc alone.

    readers_with_keys   the readers on which a FIDO2 key lies, each with what opens it
    FAULTS              what the readers' library raises when a key is taken away
"""

import importlib
import importlib.util
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

from fido2.ctap import CtapDevice, CtapError

from .patience import Waiting

IS_INSTALLED = importlib.util.find_spec("smartcard") is not None


def faults_of_readers() -> tuple[type[Exception], ...]:
    if not IS_INSTALLED:
        return ()
    return (importlib.import_module("smartcard.Exceptions").SmartcardException,)


FAULTS = faults_of_readers()


def readers_with_keys() -> Iterator[tuple[str, Callable[[Waiting], CtapDevice]]]:
    if not IS_INSTALLED:
        return
    pcsc = importlib.import_module("fido2.pcsc")
    with suppress(*FAULTS):  # no reader, or the system's service for them does not run
        for reader in importlib.import_module("smartcard.System").readers():
            with suppress(ValueError, CtapError, *FAULTS):  # nothing on it, or no FIDO2 key
                pcsc.CtapPcscDevice(reader.createConnection(), reader.name).close()
                yield reader.name, opener(pcsc.CtapPcscDevice, reader)


def opener(device: Callable[..., CtapDevice], reader: Any) -> Callable[[Waiting], CtapDevice]:
    return lambda waiting: device(reader.createConnection(), reader.name)
