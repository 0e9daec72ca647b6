"""Whether this system lets us speak to keys at all. Seen on Linux alone so far.

refusal_of_windows   asked first: without an administrator's rights no key is even listed
refusal_of_linux     asked where no key was found
"""

import os
import platform
import sys
from pathlib import Path

from .words import _

RAW_HID_IS_ADMINISTRATORS = 18362  # the build of Windows 10 version 1903


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
    """hidraw devices that are there and closed to us: one of them may be the key."""
    devices = sorted(Path("/dev").glob("hidraw*"))
    if not devices or any(os.access(device, os.R_OK | os.W_OK) for device in devices):
        return None
    return _(
        "Linux does not let you open USB devices of this kind (/dev/hidraw*). Install your "
        "system's udev rules for FIDO2 tokens (often the package libfido2 or libu2f-udev), "
        "then insert the token again."
    )
