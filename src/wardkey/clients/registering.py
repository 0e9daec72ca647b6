"""Clients are registered and looked after, by platform and primary local administrators.

    register_client, change_client, end_client
    register_by_operator    on the host
    registered              the same, of fields that are clean
    clients_here            those of the organisation in view
    client_here             one of them
    client_seen_from        one of them, or that reaches the organisation
    locked_client           one of them, inside the transaction that writes

There is no registration by programs (RFC 7591): a client is let in by people.
"""

import json
import uuid

from django.db import transaction
from django.db.models import QuerySet
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from ..audit import events, log
from ..base import clock
from ..base.errors import Conflict, Forbidden, InvalidInput, NotFound
from ..organisations.models import Organisation
from ..people.access import Asker, require_still_allowed
from ..people.administrators import Act
from ..people.names import clean_name
from . import uses
from .addresses import clean_addresses, clean_logout_address
from .assurance import Assurance
from .client_proof import KINDS_OF_KEY
from .endings import end_all_of_client
from .models import Client

AT_MOST = 100


def register_client(*, asker: Asker, **fields: str) -> Client:
    """`fields` are those of `clean`. Its own organisation uses it, with those below. Raises
    InvalidInput, ProofRequired; Conflict (too_many_clients)."""
    clean_fields = clean(**fields)
    with transaction.atomic():
        require_still_allowed(asker, Act.MANAGE_APPLICATIONS)
        if clients_here(asker).count() >= AT_MOST:
            raise Conflict("too_many_clients")
        return registered(_in_view(asker), by=asker.actor, **clean_fields)


def register_by_operator(*, organisation: Organisation, **fields: str) -> Client:
    with transaction.atomic():
        return registered(organisation, by=log.OPERATOR, **clean(**fields))


def _in_view(asker: Asker) -> Organisation:
    if asker.organisation is None:
        raise Forbidden("role")
    return asker.organisation


def registered(organisation: Organisation, *, by: log.Actor, **fields: object) -> Client:
    client = Client.objects.create(organisation=organisation, registered_at=clock.now(), **fields)
    log.record(
        events.CLIENT_REGISTERED,
        actor=by,
        organisation_id=organisation.pk,
        client=str(client.pk),
        name=client.name,
        new={"told": _told(client)},
    )
    uses.decided(client, organisation, client.assurance, by=by)
    return client


def clean(
    *,
    name: str,
    redirect_uris: str,
    assurance: str,
    logout_redirect_uris: str = "",
    logout_uri: str = "",
    jwks: str = "",
) -> dict:
    """As they are kept. Raises InvalidInput with the field's name."""
    if assurance not in Assurance.values:
        raise InvalidInput("assurance", field="assurance")
    return {
        "name": clean_name(name),
        "redirect_uris": clean_addresses(redirect_uris, field="redirect_uris", at_least=1),
        "logout_redirect_uris": clean_addresses(logout_redirect_uris, field="logout_redirect_uris"),
        "logout_uri": clean_logout_address(logout_uri, field="logout_uri"),
        "jwks": _clean_keys(jwks),
        "assurance": assurance,
    }


def _clean_keys(text: str) -> dict | None:
    """A JWK Set of public keys. A private one is refused: it would no longer be one."""
    if not text.strip():
        return None
    try:
        keys = KeySet.import_key_set(json.loads(text)).keys
    except (JoseError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise InvalidInput("jwks", field="jwks") from error
    if not keys or any(key.is_private or key.key_type not in KINDS_OF_KEY for key in keys):
        raise InvalidInput("jwks", field="jwks")
    return {"keys": [key.as_dict(private=False) for key in keys]}


def _told(client: Client) -> dict:
    """What the trail says of it."""
    return {
        "name": client.name,
        "redirect_uris": client.redirect_uris,
        "logout_redirect_uris": client.logout_redirect_uris,
        "logout_uri": client.logout_uri,
        "signs_requests": client.jwks is not None,
        "assurance": client.assurance,
    }


def change_client(*, asker: Asker, client_id: uuid.UUID, **fields: str) -> Client:
    """As `register_client`. Raises NotFound for one of another organisation."""
    clean_fields = clean(**fields)
    with transaction.atomic():
        client = locked_client(asker, client_id)
        require_still_allowed(asker, Act.MANAGE_APPLICATIONS)
        was = _told(client)
        for field, value in clean_fields.items():
            setattr(client, field, value)
        client.save(update_fields=list(clean_fields))
        _let_its_own_follow(client, was["assurance"], by=asker.actor)
        log.record(
            events.CLIENT_CHANGED,
            actor=asker.actor,
            organisation_id=client.organisation_id,
            client=str(client.pk),
            name=client.name,
            old={"told": was},
            new={"told": _told(client)},
        )
    return client


def _let_its_own_follow(client: Client, was: str, *, by: log.Actor) -> None:
    """What its own organisation let in as strictly as it was asked to, it lets in so still; what
    it decided for itself stays."""
    use = uses.decision_of(client, client.organisation)
    if use is not None and use.decision == was != client.assurance:
        uses.decided(client, client.organisation, client.assurance, by=by, was=use)


def end_client(*, asker: Asker, client_id: uuid.UUID) -> None:
    """Everybody is logged out of it, as far as the portal can. Raises NotFound."""
    with transaction.atomic():
        client = locked_client(asker, client_id)
        require_still_allowed(asker, Act.STOP_APPLICATIONS)
        client.ended_at = clock.now()
        client.save(update_fields=["ended_at"])
        end_all_of_client(client, reason="client_ended")
        log.record(
            events.CLIENT_ENDED,
            actor=asker.actor,
            organisation_id=client.organisation_id,
            client=str(client.pk),
            name=client.name,
        )


def clients_here(asker: Asker) -> QuerySet[Client]:
    """Those that have not ended, the oldest first."""
    here = Client.objects.filter(organisation=asker.organisation, ended_at=None)
    return here.select_related("organisation").order_by("registered_at", "pk")


def client_here(asker: Asker, client_id: uuid.UUID) -> Client:
    """Raises NotFound."""
    found = clients_here(asker).filter(pk=client_id).first()
    if found is None:
        raise NotFound
    return found


def client_seen_from(asker: Asker, client_id: uuid.UUID) -> Client:
    """One of the organisation's own, or that reaches it. Raises NotFound."""
    found = clients_here(asker).filter(pk=client_id).first()
    if found is None and asker.organisation is not None:
        usable = uses.clients_usable_in(asker.organisation)
        found = next((client for client in usable if client.pk == client_id), None)
    if found is None:
        raise NotFound
    return found


def locked_client(asker: Asker, client_id: uuid.UUID) -> Client:
    rows = Client.objects.select_for_update(of=("self",)).select_related("organisation")
    found = rows.filter(pk=client_id, organisation=asker.organisation, ended_at=None).first()
    if found is None:
        raise NotFound
    return found
