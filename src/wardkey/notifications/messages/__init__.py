"""The portal's messages, one function each: what happened, and what to do if it was not you.

They carry no secret, no link that does something, and no id of a key. The outbox finds a message
by its function's name, here.
"""

from .keys import (
    key_count_fell,
    key_handed_over,
    key_registered,
    key_removed,
    key_renamed,
)
from .letter import Message
from .passes import access_pass_used

__all__ = [
    "Message",
    "access_pass_used",
    "key_count_fell",
    "key_handed_over",
    "key_registered",
    "key_removed",
    "key_renamed",
]
