"""Whether this system lets us speak to keys at all. Seen on Linux alone so far.

refusal_of_windows   asked first: without an administrator's rights no key is even listed
refusal_of_linux     asked where no key was found: one may be there, and closed to us
"""

import os
import platform
import sys
from pathlib import Path

from .words import _

RAW_HID_IS_ADMINISTRATORS = 18362  # the build of Windows 10 version 1903
HIDRAW, DEVICES = Path("/sys/class/hidraw"), Path("/dev")
FIDO = bytes.fromhex("06d0f1")  # how a FIDO key's report descriptor begins: usage page 0xF1D0


def refusal_of_windows() -> str | None:
    if platform.system() != "Windows":
        return None
    import ctypes

    build = sys.getwindowsversion().build  # type: ignore[attr-defined]
    if build < RAW_HID_IS_ADMINISTRATORS or ctypes.windll.shell32.IsUserAnAdmin():  # type: ignore[attr-defined]
        return None
    return _(
        "Windows lets administrators alone speak to FIDO2 tokens. "
        "Open the terminal with Run as administrator, then try again."
    )


def refusal_of_linux() -> str | None:
    if not any(is_closed_key(device) for device in HIDRAW.glob("hidraw*")):
        return None
    return _(
        "A FIDO2 token is inserted, but Linux does not let you open it. Install your system's udev "
        "rules for FIDO2 tokens (often the package libfido2 or libu2f-udev), then insert the token "
        "again."
    )


def is_closed_key(device: Path) -> bool:
    """Everybody may read what a device is; only some may open it."""
    try:
        is_key = (device / "device" / "report_descriptor").read_bytes().startswith(FIDO)
    except OSError:
        return False
    return is_key and not os.access(DEVICES / device.name, os.R_OK | os.W_OK)
