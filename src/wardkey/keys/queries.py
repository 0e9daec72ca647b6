"""Reading keys, always of one holder."""

import hashlib
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Upper

from ..base import clock
from ..base.errors import NotFound
from ..base.prepared import Prepared
from ..organisations.models import Organisation
from ..people.models import Person
from .models import UNDONE_WITHIN, USABLE, SecurityKey, State, usable

NEIGHBOURS = 20
NEVER = datetime.min.replace(tzinfo=UTC)
# What its challenge needs to know of a key; a row has kilobytes more.
ASKED_BY = ("credential_id", "transports", "relying_party_id", "sign_count", "state", "state_since")
# And what people tell their keys apart by.
CHOSEN_BY = ("nickname", "last_used_at", "registered_at", "holder", *ASKED_BY)
# What programs read of one.
READ_AS = (
    *("nickname", "model", "aaguid", "state", "serial_number"),
    *("registered_at", "registered_by", "last_used_at", "holder"),
)

TO_ASK_OF = Prepared(SecurityKey.objects.only("holder", *ASKED_BY), "id", "holder")
TO_LIST = Prepared(
    SecurityKey.objects.exclude(state=State.REMOVED).select_related("registered_by"), "holder"
)
TO_READ = Prepared(SecurityKey.objects.exclude(state=State.REMOVED).only(*READ_AS), "holder")
LOCKED = Prepared(
    SecurityKey.objects.select_for_update(of=("self",)).select_related("holder"), "id", "holder"
)
TO_CHOOSE_FROM = Prepared(SecurityKey.objects.filter(state__in=USABLE).only(*CHOSEN_BY), "holder")


@dataclass(frozen=True, slots=True)
class Held:
    """How many keys somebody has: all but the removed ones, and those of them that wait."""

    kept: int = 0
    waiting: int = 0


@dataclass(frozen=True, slots=True)
class Listed:
    """A holder's keys as their list shows them: `gone` are removed and may still come back."""

    kept: list[SecurityKey]
    gone: list[SecurityKey]

    @property
    def usable(self) -> list[SecurityKey]:
        return [key for key in self.kept if key.is_usable]


def keys_of(holder: Person) -> list[SecurityKey]:
    """All but the removed ones, the oldest first, with who registered each."""
    return sorted(TO_LIST(holder.pk), key=lambda key: (key.registered_at, key.pk))


def keys_read_of(holder: Person) -> list[SecurityKey]:
    """As `keys_of`, with no more of each than programs read."""
    return sorted(TO_READ(holder.pk), key=lambda key: (key.registered_at, key.pk))


def listed_keys_of(holder: Person) -> Listed:
    """As `keys_of`, and those whose removal may be undone, with the same one query."""
    lately = Q(state_since__gt=clock.now() - UNDONE_WITHIN)
    rows = SecurityKey.objects.filter(~Q(state=State.REMOVED) | lately, holder=holder)
    keys = list(rows.select_related("registered_by").order_by("registered_at", "pk"))
    return Listed(
        kept=[key for key in keys if key.state != State.REMOVED],
        gone=[key for key in keys if key.may_come_back],
    )


def count_keys_of(holder: Person) -> int:
    return _kept(holder).count()


def held_by_each(holders: Iterable[Person]) -> dict[uuid.UUID, Held]:
    """With one query for all of them."""
    held = {holder.pk: Held() for holder in holders}
    kept = SecurityKey.objects.filter(holder__in=held).exclude(state=State.REMOVED)
    waiting = Count("pk", filter=Q(state=State.WAITING) & usable())
    rows = kept.values_list("holder").annotate(number=Count("pk"), waits=waiting)
    return held | {holder_id: Held(count, waits) for holder_id, count, waits in rows}


def hold_keys_of(holder: Person) -> None:
    """Until the transaction ends, whoever else adds or removes a key of the same holder waits.
    A key's own row is locked before, never after."""
    Person.objects.select_for_update(no_key=True).only("pk").get(pk=holder.pk)


def key_of(holder: Person, key_id: uuid.UUID) -> SecurityKey:
    """Raises NotFound; its reason is `key_gone` where the holder had it and it was removed."""
    return _still_kept(SecurityKey.objects.filter(pk=key_id, holder=holder))


def key_to_ask_of(holder: Person, key_id: uuid.UUID) -> SecurityKey:
    """As `key_of`, with no more than its challenge needs."""
    return _still_kept(TO_ASK_OF(key_id, holder.pk))


def locked_key_of(holder: Person, key_id: uuid.UUID) -> SecurityKey:
    """As `key_of`, with its holder as they are now; nobody else changes it until the
    transaction ends."""
    return _still_kept(LOCKED(key_id, holder.pk))


def key_in_any_state(holder: Person, key_id: uuid.UUID) -> SecurityKey:
    """As `key_of`, also where it was removed."""
    return _one(SecurityKey.objects.filter(pk=key_id, holder=holder))


def locked_key_in_any_state(holder: Person, key_id: uuid.UUID) -> SecurityKey:
    """As `locked_key_of`, also where it was removed."""
    return _one(LOCKED(key_id, holder.pk))


def _one(keys: Iterable[SecurityKey]) -> SecurityKey:
    key = next(iter(keys), None)
    if key is None:
        raise NotFound
    return key


def _still_kept(keys: Iterable[SecurityKey]) -> SecurityKey:
    key = _one(keys)
    if key.state == State.REMOVED:
        raise NotFound("key_gone")
    return key


def usable_keys_of(holder: Person) -> list[SecurityKey]:
    """What the holder may sign in with, the one used last first.

    Asked in every sign-in. They are few: choosing and sorting them here takes less than the ORM
    takes to write that into the question.
    """
    rows = TO_CHOOSE_FROM(holder.pk)
    usable_ones = sorted((key for key in rows if key.is_usable), key=lambda key: key.registered_at)
    return sorted(usable_ones, key=lambda key: key.last_used_at or NEVER, reverse=True)


def has_key_in_use(holder: Person) -> bool:
    """One that has proved to be in its holder's hands."""
    return SecurityKey.objects.filter(holder=holder, state=State.ACTIVE).exists()


def locked_keys_in_use_of(holder: Person) -> list[SecurityKey]:
    """As `locked_key_of`, all that have proved to be in their holder's hands."""
    rows = SecurityKey.objects.select_for_update(of=("self",)).select_related("holder")
    return list(rows.filter(holder=holder, state=State.ACTIVE).order_by("pk"))


def locked_own_keys_since(holder: Person, moment: datetime) -> list[SecurityKey]:
    """As `locked_key_of`: those in use that the holder registered from then on."""
    rows = SecurityKey.objects.select_for_update(of=("self",)).select_related("holder")
    own = rows.filter(holder=holder, registered_by=holder, registered_at__gte=moment)
    return list(own.filter(state=State.ACTIVE).order_by("pk"))


def keys_in_use_of(holder: Person) -> list[SecurityKey]:
    """The one used last first."""
    return [key for key in usable_keys_of(holder) if key.state == State.ACTIVE]


def has_another_in_use(holder: Person, key: SecurityKey) -> bool:
    """Neither one that is suspended nor one that still waits lets its holder in for certain."""
    in_use = SecurityKey.objects.filter(holder=holder, state=State.ACTIVE)
    return in_use.exclude(pk=key.pk).exists()


def count_keys_in_use(holder: Person) -> int:
    return SecurityKey.objects.filter(holder=holder, state=State.ACTIVE).count()


def keys_registered_since(holder: Person, moment: datetime) -> list[SecurityKey]:
    """With who registered each; also those that were removed again."""
    since = SecurityKey.objects.filter(holder=holder, registered_at__gte=moment)
    return list(since.select_related("registered_by").order_by("registered_at", "pk"))


def key_with_credential_id(credential_id: bytes) -> SecurityKey | None:
    """Of anybody, in any state: a credential id is unique for ever (WebAuthn L3 §7.1 step 26)."""
    return SecurityKey.objects.filter(
        credential_id_sha256=hashlib.sha256(credential_id).digest()
    ).first()


def keys_with_serial_number(
    serial_number: str, aaguid: uuid.UUID, within: QuerySet[Organisation]
) -> list[SecurityKey]:
    """Of whomever in those organisations, but for the removed ones; in either case of letters."""
    kept = SecurityKey.objects.exclude(state=State.REMOVED).select_related("holder__home")
    same = kept.alias(typed=Upper("serial_number")).filter(typed=serial_number.upper())
    return list(same.filter(aaguid=aaguid, holder__home__in=within).order_by("registered_at", "pk"))


def public_key_is_known(public_key: bytes) -> bool:
    """As that of a key of anybody, in any state. `public_key` is COSE."""
    return SecurityKey.objects.filter(
        public_key_sha256=hashlib.sha256(public_key).digest()
    ).exists()


def people_bound_to_another(relying_party_id: str) -> int:
    """How many could not sign in if the portal's relying party id were this one."""
    others = SecurityKey.objects.filter(usable()).exclude(relying_party_id=relying_party_id)
    return others.values("holder").distinct().count()


def credentials_to_exclude(*, holder: Person, registrar: Person) -> list[tuple[bytes, list[str]]]:
    """The holder's keys; and the registrar's own and the last 20 that the registrar registered,
    so that a key left in the port is noticed. A removed one may be registered anew."""
    kept = SecurityKey.objects.exclude(state=State.REMOVED)
    theirs = kept.filter(holder__in=[holder, registrar])
    lately = kept.filter(registered_by=registrar).order_by("-registered_at")
    rows = [*theirs, *lately[:NEIGHBOURS]]
    return list({bytes(key.credential_id): key.transports for key in rows}.items())


def _kept(holder: Person) -> QuerySet[SecurityKey]:
    return SecurityKey.objects.filter(holder=holder).exclude(state=State.REMOVED)
