"""Whoever is erased is named by no entry any more.

    erase    what is personal in entries about them, and the name under which they acted

What seals cover stays as it was: the salted hashes of what is gone, of which nobody finds the
values again without their salts.
"""

import uuid

from django.db.models import Q

from .log import ACTORS_NAME
from .models import TABLES, Entry

ROWS_AT_A_TIME = 500


def erase(person_id: uuid.UUID) -> int:
    """In the transaction of the erasing. Returns how many entries told anything."""
    return sum(_erase_in(table, person_id) for table in TABLES.values())


def _erase_in(table: type[Entry], person_id: uuid.UUID) -> int:
    acted = Q(actor_kind="person", actor_id=str(person_id))
    named = table._default_manager.filter(Q(holder_id=person_id) | acted)  # noqa: SLF001
    # Locked: an entry may be about one and by another who are erased at once.
    locked = named.select_for_update().order_by("pk")
    entries = list(locked.only("holder_id", "actor_kind", "actor_id", "clear"))
    told = [entry for entry in entries if entry.clear != _left(entry, person_id)]
    for entry in told:
        entry.clear = _left(entry, person_id)
    table._default_manager.bulk_update(told, ["clear"], batch_size=ROWS_AT_A_TIME)  # noqa: SLF001
    return len(told)


def _left(entry: Entry, person_id: uuid.UUID) -> dict[str, dict]:
    """Of an entry about somebody else, all but the actor's name; of one about the person, no more
    than the name of another who acted."""
    about, acted = entry.holder_id == person_id, entry.actor_id == str(person_id)
    return {
        name: value
        for name, value in entry.clear.items()
        if not (acted if name == ACTORS_NAME else about)
    }
