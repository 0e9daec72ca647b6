"""What is printed on a key to tell it from others of its maker.

clean_serial_number    what somebody typed or scanned, or nothing
serial_key             what two that mean the same have in common
"""

import re

from ..base.errors import InvalidInput

AT_MOST = 40
SERIAL_NUMBER = re.compile(r"[A-Za-z0-9._/-]{1,40}")


def clean_serial_number(typed: str) -> str:
    """Leading zeros are part of it. Raises InvalidInput (serial_number)."""
    typed = typed.strip()
    if typed and not is_serial_number(typed):
        raise InvalidInput("serial_number", field="serial_number")
    return typed


def is_serial_number(text: str) -> bool:
    return bool(SERIAL_NUMBER.fullmatch(text))


def serial_key(serial_number: str) -> str:
    """Scanners and people differ in upper and lower case; makers do not."""
    return serial_number.upper()
