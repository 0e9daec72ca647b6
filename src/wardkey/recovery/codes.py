"""Ten recovery codes of a person, to be printed: each works once, in place of a key.

make      ten new ones, shown once; those before end
use       once: one conditional statement
fits      whether it is one of the list, used or not: no guess
count_left, remove
"""

from datetime import datetime

from django.db.models import QuerySet

from ..base import clock
from ..base.codes import hashed_readable, new_readable_code
from ..people.models import Person
from .models import RecoveryCode

HOW_MANY = 10


def make(person: Person) -> list[str]:
    """`person` is locked."""
    remove(person)
    codes = [new_readable_code() for _ in range(HOW_MANY)]
    now = clock.now()
    RecoveryCode.objects.bulk_create(
        RecoveryCode(person=person, code_hash=hashed_readable(code), made_at=now) for code in codes
    )
    return codes


def use(person: Person, code: str) -> bool:
    """True for the one who comes first with it."""
    return bool(_those(person, code).filter(used_at=None).update(used_at=clock.now()))


def fits(person: Person, code: str) -> bool:
    return _those(person, code).exists()


def count_left(person: Person) -> int:
    return unused_codes().filter(person=person).count()


def unused_codes() -> QuerySet[RecoveryCode]:
    """Of anybody."""
    return RecoveryCode.objects.filter(used_at=None)


def remove(person: Person) -> bool:
    """Whether there were any."""
    gone, _each = RecoveryCode.objects.filter(person=person).delete()
    return bool(gone)


def remove_since(person: Person, moment: datetime) -> None:
    """Those that were made from then on."""
    RecoveryCode.objects.filter(person=person, made_at__gte=moment).delete()


def _those(person: Person, code: str) -> QuerySet[RecoveryCode]:
    return RecoveryCode.objects.filter(person=person, code_hash=hashed_readable(code))
