"""A program registers a security key for somebody: the answer and its nickname come together.

register_at_once    as the three requests of the pages, in two (registration.py)

An answer that was judged waits for its nickname here too: whoever sends it again, with a name that
is free, touches nothing a second time.
"""

import uuid
from typing import Any

from ..ceremonies import pending
from ..ceremonies.models import Purpose
from ..people.access import Asker
from ..people.models import Person
from .models import SecurityKey
from .nicknames import clean_nickname, require_free_nickname
from .registration import Also, finish_registration, nothing_more, receive_answer
from .serial_numbers import clean_serial_number


def register_at_once(
    *,
    asker: Asker,
    holder: Person,
    registration_id: uuid.UUID,
    answer: dict,
    nickname: str,
    serial_number: str = "",
    also: Also = nothing_more,
) -> SecurityKey:
    """Raises as `receive_answer` and `finish_registration`; InvalidInput (serial_number). What can
    be checked is checked before the ceremony is taken."""
    require_free_nickname(holder, clean_nickname(nickname))
    clean_serial_number(serial_number)
    bound_to: dict[str, Any] = {
        "registration_id": registration_id,
        "asker": asker,
        "holder": holder,
    }
    if not _waits_for_its_nickname(asker, holder, registration_id, answer):
        receive_answer(**bound_to, answer=answer)
    return finish_registration(
        **bound_to, nickname=nickname, serial_number=serial_number, also=also
    )


def _waits_for_its_nickname(
    asker: Asker, holder: Person, registration_id: uuid.UUID, answer: dict
) -> bool:
    waiting = pending.waiting(
        registration_id,
        purpose=Purpose.REGISTER,
        holder_id=holder.pk,
        actor_id=asker.person.pk,
        organisation_id=asker.organisation_id,
        session_id=asker.session_id,
    )
    return waiting is not None and waiting == answer
