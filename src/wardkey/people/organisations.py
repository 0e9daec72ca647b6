"""An organisation, with people in it: founded, renamed, kept out for a while.

    found      below another one
    rename     another name or code; the code is what people know it by, never a key
    suspend    its people are logged out and stay out, and roles on it give nothing
    resume     as it was; whoever was logged out logs in again

Closing one is a longer story: succession.py.
"""

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import IntegrityError, transaction
from django.db.models import Q

from ..audit import events, log
from ..base import clock
from ..base.errors import Conflict, InvalidInput
from ..notifications import messages
from ..organisations import tree
from ..organisations.models import Organisation, Status
from .access import Asker
from .administrators import Act, current
from .models import Person, RoleGrant
from .names import clean_name
from .notices import tell_administrators_of
from .reach import require_organisation_still_administered

Say = Callable[..., messages.Message]


def found(
    *,
    asker: Asker,
    parent: Organisation,
    code: str,
    name: str,
    also: Callable[[Organisation], None] = lambda _founded: None,
) -> Organisation:
    """`also` is done in the same transaction. Raises InvalidInput (name, code, code_taken),
    Conflict (organisation_not_active)."""
    name = clean_name(name)
    with _codes_named_once(), transaction.atomic():
        tree.require_open(tree.locked(parent.pk))
        require_organisation_still_administered(asker, parent, Act.MANAGE_ORGANISATIONS)
        organisation = tree.found(code=code.strip(), name=name, parent=parent)
        log.record(
            events.ORGANISATION_FOUNDED,
            actor=asker.actor,
            organisation_id=organisation.pk,
            new={"code": organisation.code, "name": name, "parent": parent.pk},
        )
        also(organisation)
    return organisation


def rename(*, asker: Asker, organisation: Organisation, code: str, name: str) -> Organisation:
    """Raises InvalidInput (name, code, code_taken), Conflict (organisation_closed)."""
    name, code = clean_name(name), tree.clean_code(code.strip())
    with _codes_named_once(), transaction.atomic():
        now = tree.locked(organisation.pk)
        require_organisation_still_administered(asker, now, Act.MANAGE_ORGANISATIONS)
        tree.require_open(now)
        was = {"code": now.code, "name": now.name}
        now.code, now.name = code, name
        now.save(update_fields=["code", "name"])
        log.record(
            events.ORGANISATION_RENAMED,
            actor=asker.actor,
            organisation_id=now.pk,
            old={"code": was["code"], "name": was["name"]},
            new={"code": code, "name": name},
        )
    return now


@contextmanager
def _codes_named_once() -> Iterator[None]:
    try:
        yield
    except IntegrityError as error:
        raise InvalidInput("code_taken", field="code") from error


def suspend(*, asker: Asker, organisation: Organisation) -> None:
    """Those below go on: they are suspended each for themselves. Raises Conflict (root,
    organisation_standing)."""
    with transaction.atomic():
        now = _locked_for(asker, organisation)
        tree.require_not_root(now)
        # First: afterwards nobody there is an administrator.
        _tell(messages.organisation_suspended, asker, now)
        _change(now, was=Status.ACTIVE, to=Status.SUSPENDED)
        ask_everybody_to_sign_in_again(now)
        log.record(events.ORGANISATION_SUSPENDED, **_by_and_about(asker, now))


def resume(*, asker: Asker, organisation: Organisation) -> None:
    """Raises Conflict (organisation_standing)."""
    with transaction.atomic():
        now = _locked_for(asker, organisation)
        _change(now, was=Status.SUSPENDED, to=Status.ACTIVE)
        log.record(events.ORGANISATION_RESUMED, **_by_and_about(asker, now))
        _tell(messages.organisation_resumed, asker, now)


def _locked_for(asker: Asker, organisation: Organisation) -> Organisation:
    now = tree.locked(organisation.pk)
    require_organisation_still_administered(asker, now, Act.MANAGE_ORGANISATIONS)
    return now


def _change(organisation: Organisation, *, was: Status, to: Status) -> None:
    if organisation.status != was:
        raise Conflict("organisation_standing")
    organisation.status, organisation.asleep_since = to, None
    organisation.save(update_fields=["status", "asleep_since"])


def ask_everybody_to_sign_in_again(organisation: Organisation) -> None:
    """Its people, and those from elsewhere who have a role on it: no session of theirs goes on."""
    there = current(RoleGrant.objects.filter(organisation=organisation)).values("person")
    everybody = Q(home=organisation) | Q(pk__in=there)
    # One value for all: it is only ever compared with the one that a session began with.
    stamp = {"security_stamp": uuid.uuid4(), "stamped_at": clock.now()}
    Person.objects.filter(everybody).update(**stamp)


def _by_and_about(asker: Asker, organisation: Organisation) -> dict:
    return {"actor": asker.actor, "organisation_id": organisation.pk}


def _tell(message: Say, asker: Asker, organisation: Organisation) -> None:
    tell_administrators_of(
        organisation,
        message,
        besides=[asker.person],
        organisation=organisation.name,
        by=asker.name,
    )
