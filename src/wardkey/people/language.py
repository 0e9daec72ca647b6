"""In which language somebody reads: their mail is written in it.

choose    everybody for themselves
"""

from django.db import transaction

from ..audit import events, log
from .access import Asker
from .models import Person


def choose(*, asker: Asker, language: str) -> None:
    with transaction.atomic():
        person = Person.objects.select_for_update().get(pk=asker.person.pk)
        was, person.language = person.language, language
        if was == language:
            return
        person.save(update_fields=["language"])
        log.record(
            events.LANGUAGE_CHOSEN,
            actor=asker.actor,
            holder_id=person.pk,
            organisation_id=person.home_id,
            old={"language": was},
            new={"language": language},
        )
