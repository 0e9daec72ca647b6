"""PINs that nobody chose: digits at random, and none that is guessed first.

random_pin   for a key, whose own minimum may be longer
"""

import secrets

from .pin_rules import MOST_BYTES, fault_of

DIGITS = 6


def random_pin(*, fewest: int = DIGITS, serial_number: str | None = None) -> str:
    """`fewest` is how many characters the key asks for."""
    while True:
        pin = "".join(secrets.choice("0123456789") for _ in range(max(fewest, DIGITS)))
        if not fault_of(pin, fewest=DIGITS, most=MOST_BYTES, serial_number=serial_number):
            return pin
