"""Metadata is taken in.

refresh      a BLOB is verified, and its models take the place of those before
freshness    how old what we have is: a warning, never an outage
is_half_read whether it was taken in before the portal read what came last
"""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from ..audit import events, log
from ..base import clock
from . import mds, review
from .entries import Entry, NotAKeyModel, read_entry
from .mds import BlobRefused
from .models import CertificateKeyIdentifier, KeyModel, MetadataBlob

ROWS_AT_A_TIME = 50
MALFORMED = (ValueError, KeyError, TypeError, AttributeError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refreshed:
    """`lost` names the entries that could not be read."""

    number: int
    next_update: date
    models_read: int
    lost: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Freshness:
    """`number` is None where nothing was ever taken in; `is_stale` once the next BLOB is due."""

    number: int | None
    next_update: date | None
    fetched_at: datetime | None
    is_stale: bool


def refresh(
    *, blob: bytes, root: bytes, signer: str = mds.SIGNER, by: log.Actor = log.SYSTEM
) -> Refreshed:
    """`blob` as published, `root` the DER of FIDO's root certificate. Raises BlobRefused.

    The same BLOB may come again; an older one may not.
    """
    payload = mds.read_blob(blob, root=root, at=clock.now(), signer=signer)
    entries, lost = _read_each(payload.entries)
    if not entries:
        raise BlobRefused("no_entries")
    with transaction.atomic():
        _require_no_step_back(payload.number)
        _replace_models(entries)
        review.renew()
        _note(payload, entries, lost)
        log.record(
            events.METADATA_TAKEN_IN,
            actor=by,
            number=payload.number,
            models=len(entries),
            lost=len(lost),
        )
    return Refreshed(
        number=payload.number,
        next_update=payload.next_update,
        models_read=len(entries),
        lost=tuple(lost),
    )


def _read_each(raw_entries: list) -> tuple[list[Entry], list[str]]:
    """The readable ones, by id: where two claim an id, the first has it."""
    read: dict[object, Entry] = {}
    lost = []
    for raw in raw_entries:
        try:
            entry = read_entry(raw, today=clock.now().date())
        except NotAKeyModel:
            continue
        except MALFORMED:
            lost.append(_name_of(raw))
        else:
            read.setdefault(entry.model.pk, entry)
    return list(read.values()), lost


def _name_of(raw: object) -> str:
    named = raw.get("aaguid") or raw.get("aaid") if isinstance(raw, dict) else None
    return str(named or "nameless")[:64]


def _require_no_step_back(number: int) -> None:
    newest = MetadataBlob.objects.select_for_update().first()
    if newest and number < newest.number:
        raise BlobRefused("rollback")


def _replace_models(entries: list[Entry]) -> None:
    KeyModel.objects.all().delete()
    models = [entry.model for entry in entries]
    KeyModel.objects.bulk_create(models, batch_size=ROWS_AT_A_TIME)
    owners = {
        identifier: entry.model for entry in reversed(entries) for identifier in entry.identifiers
    }
    CertificateKeyIdentifier.objects.bulk_create(
        CertificateKeyIdentifier(identifier=identifier, model=model)
        for identifier, model in owners.items()
    )


def _note(payload: mds.Payload, entries: list[Entry], lost: list[str]) -> None:
    MetadataBlob.objects.update_or_create(
        number=payload.number,
        defaults={
            "next_update": payload.next_update,
            "fetched_at": clock.now(),
            "models_read": len(entries),
            "entries_lost": len(lost),
        },
    )


def freshness() -> Freshness:
    """Missing and overdue metadata count as stale. Nobody is kept out for it."""
    newest = MetadataBlob.objects.first()
    if newest is None:
        return Freshness(number=None, next_update=None, fetched_at=None, is_stale=True)
    return Freshness(
        number=newest.number,
        next_update=newest.next_update,
        fetched_at=newest.fetched_at,
        is_stale=newest.next_update < clock.now().date(),
    )


def is_half_read() -> bool:
    """Right after an upgrade: then no model has it, and until one has, `hwk` is told of nobody."""
    models = KeyModel.objects.all()
    return models.exists() and not models.filter(key_protection__isnull=False).exists()
