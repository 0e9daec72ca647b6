"""What is printed on a key to tell it from others of its maker.

as_typed     what somebody typed or scanned, checked
key_of       what two that mean the same have in common
"""

import re

from ..base.errors import InvalidInput

SERIAL_NUMBER = re.compile(r"[A-Za-z0-9._/-]{1,40}")


def as_typed(text: str) -> str:
    """Leading zeros are part of it. Raises InvalidInput (serial_number)."""
    typed = text.strip()
    if not SERIAL_NUMBER.fullmatch(typed):
        raise InvalidInput("serial_number", field="serial_number")
    return typed


def is_one(text: str) -> bool:
    return bool(SERIAL_NUMBER.fullmatch(text.strip()))


def key_of(serial_number: str) -> str:
    """Scanners and people differ in upper and lower case; makers do not."""
    return serial_number.upper()
