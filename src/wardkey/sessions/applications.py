"""Applications: programs of an organisation's, which its primary administrators look after.

register_application, change_application, end_application
register_by_operator    on the host
applications_here       of the organisation in view
acts_now                whether somebody stands behind one
locked_application      one of them, inside the transaction that writes

An application acts as one of the people who have a role in the organisation, and never as more than
they may at that moment. Where they leave, it rests until somebody else is chosen.
"""

import uuid
from collections.abc import Collection

from django.db import transaction
from django.db.models import QuerySet

from ..audit import events, log
from ..base import clock
from ..base.errors import Conflict, InvalidInput, NotFound
from ..notifications import messages
from ..organisations.models import Organisation
from ..people.access import Asker, require_still_allowed, still_covered_among
from ..people.administrators import Act
from ..people.models import Person
from ..people.names import clean_name
from ..people.notices import tell
from ..people.queries import people_by_usernames
from ..people.reach import organisation_in_view
from ..people.role_queries import has_role_on
from . import scopes
from .api_tokens import end_all_of_application
from .models import Application

AT_MOST = 100


def register_application(
    *, asker: Asker, name: str, wanted: Collection[str], acts_as: str
) -> Application:
    """`acts_as` is a user name. Raises InvalidInput (name, scopes, acts_as), ProofRequired;
    Conflict (too_many_applications)."""
    fields = {"name": clean_name(name), "scopes": scopes.require_known(wanted)}
    with transaction.atomic():
        person = _person_to_act_as(asker, acts_as)
        if applications_here(asker).count() >= AT_MOST:
            raise Conflict("too_many_applications")
        made = _keep(organisation_in_view(asker), person, by=asker.actor, **fields)
        tell(messages.application_acts_as_you, person=person, application=made.name, by=asker.name)
    return made


def register_by_operator(
    *, organisation: Organisation, name: str, wanted: Collection[str], acts_as: Person
) -> Application:
    with transaction.atomic():
        known = scopes.require_known(wanted)
        return _keep(organisation, acts_as, by=log.OPERATOR, name=clean_name(name), scopes=known)


def _person_to_act_as(asker: Asker, username: str) -> Person:
    """Somebody with a role in the organisation, and whom the asker's role covers. Role and proof
    of the asker's are asked with it."""
    found = list(people_by_usernames([username]).values())
    act = Act.MANAGE_APPLICATIONS
    covered = still_covered_among(asker, found, act, within=act)
    here = organisation_in_view(asker)
    fitting = [each for each in found if each.pk in covered and has_role_on(here, each)]
    if not fitting:
        raise InvalidInput("acts_as", field="acts_as")
    return fitting[0]


def _keep(
    organisation: Organisation, person: Person, *, by: log.Actor, **fields: object
) -> Application:
    made = Application.objects.create(
        organisation=organisation, acts_as=person, registered_at=clock.now(), **fields
    )
    log.record(
        events.APPLICATION_REGISTERED,
        actor=by,
        holder_id=person.pk,
        organisation_id=made.organisation_id,
        application=str(made.pk),
        new={"name": made.name, "scopes": made.scopes, "acts_as": str(person.pk)},
    )
    return made


def change_application(
    *, asker: Asker, application_id: uuid.UUID, name: str, wanted: Collection[str], acts_as: str
) -> Application:
    """Its API tokens go on, with what is left of their scopes. Raises NotFound, and as
    `register_application`."""
    name, known = clean_name(name), scopes.require_known(wanted)
    with transaction.atomic():
        application = locked_application(asker, application_id)
        person = _person_to_act_as(asker, acts_as)
        was = _told(application)
        application.name, application.scopes, application.acts_as = name, known, person
        application.save(update_fields=["name", "scopes", "acts_as"])
        log.record(
            events.APPLICATION_CHANGED,
            actor=asker.actor,
            holder_id=person.pk,
            organisation_id=application.organisation_id,
            application=str(application.pk),
            old={"name": was["name"], "scopes": was["scopes"], "acts_as": was["acts_as"]},
            new={"name": name, "scopes": known, "acts_as": str(person.pk)},
        )
        if was["acts_as"] != str(person.pk):
            tell(messages.application_acts_as_you, person=person, application=name, by=asker.name)
    return application


def _told(application: Application) -> dict:
    return {
        "name": application.name,
        "scopes": application.scopes,
        "acts_as": str(application.acts_as_id),
    }


def end_application(*, asker: Asker, application_id: uuid.UUID) -> None:
    """With all its API tokens, at once. Raises NotFound."""
    with transaction.atomic():
        application = locked_application(asker, application_id)
        require_still_allowed(asker, Act.STOP_APPLICATIONS)
        application.ended_at = clock.now()
        application.save(update_fields=["ended_at"])
        end_all_of_application(application, reason="application_ended")
        log.record(
            events.APPLICATION_ENDED,
            actor=asker.actor,
            holder_id=application.acts_as_id,
            organisation_id=application.organisation_id,
            application=str(application.pk),
            name=application.name,
        )


def applications_here(asker: Asker) -> QuerySet[Application]:
    """Those that have not ended, with the people as whom they act, the oldest first."""
    here = Application.objects.filter(organisation=asker.organisation, ended_at=None)
    return here.select_related("organisation", "acts_as__home").order_by("registered_at", "pk")


def acts_now(application: Application) -> bool:
    """Whether somebody stands behind it, with a role in the organisation. `acts_as` has `home`."""
    person = application.acts_as
    return person.may_sign_in and has_role_on(application.organisation, person)


def application_here(asker: Asker, application_id: uuid.UUID) -> Application:
    """Raises NotFound."""
    found = applications_here(asker).filter(pk=application_id).first()
    if found is None:
        raise NotFound
    return found


def locked_application(asker: Asker, application_id: uuid.UUID) -> Application:
    """With its organisation. Raises NotFound."""
    rows = Application.objects.select_for_update(of=("self",)).select_related("organisation")
    found = rows.filter(pk=application_id, organisation=asker.organisation, ended_at=None).first()
    if found is None:
        raise NotFound
    return found
