"""Which organisations use a client, and with which assurance their people get in.

    decide_use            by whoever administers the organisation
    decidable             the client about which they decide
    assurance_for         what somebody of an organisation needs; None where it does not use it
    spoken_for            the organisation for which somebody gets in, with what they need
    speaks_for            whether they still may for that one
    uses_of, uses_page    what was decided about a client, as far as the asker reaches
    clients_usable_in     those that reach an organisation, also where it refused them

An organisation's decision counts with all of those above it, as far as they reach: one of them has
to let its people in, and the strictest counts. So those below can be stricter, or refuse, and never
looser (as policy is, docs/adr/0016-policy-is-folded-from-the-root.md).
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet

from ..audit import events, log
from ..base import clock
from ..base.errors import InvalidInput, NotFound
from ..organisations.models import Organisation
from ..people.access import Asker
from ..people.administrators import Act, reaches
from ..people.grants import role_grants_of
from ..people.models import Person
from ..people.queries import places_as_guest
from ..people.reach import organisation_still_entered
from . import by_programs
from .assurance import DECISIONS, REFUSED, Assurance, strictest
from .endings import end_where_refused
from .models import Client, ClientUse


@dataclass(frozen=True, slots=True)
class SpokenFor:
    organisation: Organisation
    assurance: Assurance


def decide_use(*, asker: Asker, client_id: uuid.UUID, code: str, decision: str) -> ClientUse:
    """With those below. Raises InvalidInput (organisation, decision), NotFound, ProofRequired;
    Forbidden (looser_by_program)."""
    if decision not in DECISIONS:
        raise InvalidInput("use_decision", field="decision")
    with transaction.atomic():
        client = decidable(asker, client_id)
        organisation = organisation_still_entered(asker, code, Act.MANAGE_CLIENTS)
        was = decision_of(client, organisation)
        if was is not None:
            by_programs.require_not_looser(asker, was=was.decision, becomes=decision)
        if decision == REFUSED:
            end_where_refused(client, organisation)
        return decided(client, organisation, decision, by=asker.actor, was=was)


def decision_of(client: Client, organisation: Organisation) -> ClientUse | None:
    return ClientUse.objects.filter(client=client, organisation=organisation).first()


def decidable(asker: Asker, client_id: uuid.UUID) -> Client:
    """Of the asker's own branch, or one that those above let in. Raises NotFound."""
    rows = Client.objects.select_for_update(of=("self",)).select_related("organisation")
    found = rows.filter(pk=client_id, ended_at=None).first()
    if found is None or asker.organisation is None:
        raise NotFound
    is_own = asker.organisation.is_at_or_above(found.organisation)
    if not is_own and assurance_for(found, asker.organisation, refused_too=[REFUSED]) is None:
        raise NotFound
    return found


def decided(
    client: Client,
    organisation: Organisation,
    decision: str,
    *,
    by: log.Actor,
    was: ClientUse | None = None,
) -> ClientUse:
    """In the transaction of whoever asked for it."""
    use, _made = ClientUse.objects.update_or_create(
        client=client,
        organisation=organisation,
        defaults={"decision": decision, "with_those_below": True, "decided_at": clock.now()},
    )
    log.record(
        events.CLIENT_USE_DECIDED,
        actor=by,
        organisation_id=organisation.pk,
        client=str(client.pk),
        name=client.name,
        old={"decision": was.decision if was else ""},
        new={"decision": decision},
    )
    return use


def assurance_for(
    client: Client, organisation: Organisation, *, refused_too: Iterable[str] = ()
) -> Assurance | None:
    """`refused_too` is REFUSED where a refusal of the organisation's counts as a use."""
    rows = ClientUse.objects.filter(
        client=client, organisation_id__in=organisation.ids_from_root
    ).values_list("organisation_id", "with_those_below", "decision")
    counting = [decision for id, below, decision in rows if below or id == organisation.pk]
    letting_in = [decision for decision in counting if decision != REFUSED]
    if not letting_in or (REFUSED in counting and REFUSED not in refused_too):
        return None
    return Assurance(strictest([client.assurance, *letting_in]))


def spoken_for(client: Client, person: Person, *, in_view: Organisation | None) -> SpokenFor | None:
    """That for which the person acts, their home, or where they are a guest: the first of these
    that uses the client. `person` has `home`."""
    for organisation in _places(person, in_view):
        assurance = assurance_for(client, organisation)
        if assurance is not None:
            return SpokenFor(organisation, assurance)
    return None


def _places(person: Person, in_view: Organisation | None) -> Iterable[Organisation]:
    if in_view is not None:
        yield in_view
    yield person.home
    yield from places_as_guest(person)


def speaks_for(person: Person, organisation: Organisation) -> bool:
    """Still: after a move, the end of a role or a guest's last day no more."""
    if person.home_id == organisation.pk:
        return True
    if any(reaches(role, organisation) for role in role_grants_of(person.pk)):
        return True
    return organisation in places_as_guest(person)


def uses_of(asker: Asker, client: Client) -> list[ClientUse]:
    return list(_uses_of(asker, client))


def uses_page(asker: Asker, client: Client, *, after: str, at_most: int) -> list[ClientUse]:
    """In the order of the tree; `after` is the path of an organisation, or empty."""
    return list(_uses_of(asker, client).filter(organisation__path__gt=after)[:at_most])


def _uses_of(asker: Asker, client: Client) -> QuerySet[ClientUse]:
    organisations = asker.organisations_for(Act.SEE_APPLICATIONS)
    rows = ClientUse.objects.filter(client=client, organisation__in=organisations)
    return rows.select_related("organisation").order_by("organisation__path")


def clients_usable_in(organisation: Organisation) -> list[Client]:
    """The first hundred by name, with their organisations."""
    reaching = ClientUse.objects.filter(organisation_id__in=organisation.ids_from_root)
    found = Client.objects.filter(pk__in=reaching.values("client_id"), ended_at=None)
    return list(found.select_related("organisation").order_by("name", "pk")[:100])
