"""Keys in use are proved again, once with each metadata BLOB (WebAuthn L3 §13.4.5).

    prove_again    the worker's: the next few keys; tells whether there are more

The attestation was kept for this. A make that was not known may be known now; one that was proved
may have lost its roots: then the key is listed to be replaced, and goes on working. What has not
changed is not written. Certificates must have been in force at the registration, not today.
"""

from dataclasses import replace

from django.db import transaction

from ..audit import events, log
from ..base import clock
from ..ceremonies.refusal import Refused
from ..ceremonies.registration import reread
from ..keymodels.attestation import Proved, prove
from ..keymodels.refresh import freshness
from .models import ProvingRound, SecurityKey, State

AT_A_TIME = 100
UNPROVED = Proved(attested=False, reason="attestation")


def prove_again(*, at_most: int = AT_A_TIME) -> bool:
    """Several workers may call it: a batch and its progress are one transaction."""
    number = freshness().number
    if number is None or ProvingRound.objects.filter(pk=number, finished_at__isnull=False).exists():
        return False
    with transaction.atomic():
        ProvingRound.objects.get_or_create(pk=number)
        proving = ProvingRound.objects.select_for_update().get(pk=number)
        keys = _next_keys(proving, at_most)
        for key in keys:
            _prove(key)
        _note(proving, keys, is_last=len(keys) < at_most)
    return proving.finished_at is None


def _next_keys(proving: ProvingRound, at_most: int) -> list[SecurityKey]:
    rest = SecurityKey.objects.filter(pk__gt=proving.proved_up_to).exclude(state=State.REMOVED)
    return list(rest.select_related("holder").order_by("pk")[:at_most])


def _note(proving: ProvingRound, keys: list[SecurityKey], *, is_last: bool) -> None:
    if keys:
        proving.proved_up_to = keys[-1].pk
    if is_last:
        proving.finished_at = clock.now()
    proving.save(update_fields=["proved_up_to", "finished_at"])


def _prove(key: SecurityKey) -> None:
    proved = _proved_now(key)
    if proved.model_id == key.model_id:
        return
    if not _is_still_there(key):
        return
    old = key.proved["model"]
    _record(key, old, proved)
    SecurityKey.objects.filter(pk=key.pk).update(
        model_id=proved.model_id,
        # A make that is no longer proved still says which token to look for.
        model=proved.name or key.model,
        proved={**key.proved, "model": proved.as_json()},
        doubted_since=None if proved.attested else clock.now(),
    )


def _is_still_there(key: SecurityKey) -> bool:
    """It was read without a lock: it may have been removed since, and its holder erased."""
    kept = SecurityKey.objects.select_for_update().exclude(state=State.REMOVED)
    return kept.filter(pk=key.pk).exists()


def _proved_now(key: SecurityKey) -> Proved:
    try:
        kept = reread(
            attestation_object=bytes(key.attestation_object),
            client_data_json=bytes(key.client_data_json),
        )
    except Refused:
        # It held when it was kept: our own rules have become stricter.
        return replace(UNPROVED, backup_eligible=key.backup_eligible)
    return prove(kept, at=key.registered_at)


def _record(key: SecurityKey, old: dict, proved: Proved) -> None:
    log.record(
        events.KEY_PROVED_AGAIN,
        actor=log.SYSTEM,
        holder_id=key.holder_id,
        organisation_id=key.holder.home_id,
        key=str(key.pk),
        nickname=key.nickname,
        old={"make": old["name"], "reason": old["reason"]},
        new={"make": proved.name, "reason": proved.reason},
    )
