"""base64url without padding (RFC 4648 §5), as WebAuthn's JSON has it: one spelling for each value.

Python's own decoder passes over what it does not know. Here a text that is not exactly what
`encode` would have written is refused.
"""

from binascii import a2b_base64, b2a_base64

from .refusal import Refused

# A whole answer has at most 64 KiB: no field in it can be longer.
MAXIMUM_LENGTH = 64 * 1024

_TO_STANDARD = bytes.maketrans(b"-_", b"+/")
_FROM_STANDARD = bytes.maketrans(b"+/", b"-_")


def encode(data: bytes) -> str:
    return _letters(data).decode("ascii")


def _letters(data: bytes) -> bytes:
    return b2a_base64(data, newline=False).translate(_FROM_STANDARD).rstrip(b"=")


def decode(text: object, *, step: str = "parse") -> bytes:
    """Refuses whatever is not text, is longer than 64 KiB, or is not canonical."""
    if type(text) is not str:
        raise Refused(step=step, reason="malformed")
    if len(text) > MAXIMUM_LENGTH:
        raise Refused(step=step, reason="too_large")
    try:
        letters = text.encode("ascii")
        data = a2b_base64(letters.translate(_TO_STANDARD) + b"==")
    except ValueError as error:
        raise Refused(step=step, reason="malformed") from error
    # Padding, the other alphabet, line ends and stray bits in the last letter all end here.
    if _letters(data) != letters:
        raise Refused(step=step, reason="malformed")
    return data
