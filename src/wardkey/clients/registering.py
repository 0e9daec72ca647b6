"""Clients are registered and looked after, by platform and primary local administrators.

    register_client, change_client, end_client
    register_by_operator    on the host
    registered              the same, of fields that are clean
    clients_here            those of the organisation in view
    clients_page            the same, a page at a time
    client_here             one of them
    client_seen_from        one of them, or that reaches the organisation
    locked_client, locked   one of them, inside the transaction that writes

No client registers itself (RFC 7591). An organisation's programs do through the API, and people
vouch for what they name (by_programs.py).
"""

import json
import uuid
from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from ..audit import events, log
from ..base import clock
from ..base.errors import Conflict, InvalidInput, NotFound
from ..organisations.models import Organisation
from ..people.access import Asker, require_still_allowed
from ..people.administrators import Act
from ..people.names import clean_name
from ..people.reach import organisation_in_view
from . import by_programs, uses
from .addresses import clean_addresses, clean_logout_address
from .assurance import Assurance
from .client_proof import KINDS_OF_KEY
from .endings import end_all_of_client
from .models import Client

AT_MOST = 100
YES = "yes"


def register_client(
    *, asker: Asker, also: Callable[[Client], None] = lambda _made: None, **fields: str
) -> Client:
    """`fields` are those of `clean`, and `also` is done in the same transaction. Its own
    organisation uses it, with those below. Raises InvalidInput, ProofRequired; Conflict
    (too_many_clients)."""
    client = Client(organisation=organisation_in_view(asker), **clean(**fields))
    by_programs.noted(asker, client, {})
    with transaction.atomic():
        require_still_allowed(asker, Act.MANAGE_CLIENTS)
        if clients_here(asker).count() >= AT_MOST:
            raise Conflict("too_many_clients")
        also(_kept(client, by=asker.actor))
    return client


def register_by_operator(*, organisation: Organisation, **fields: str) -> Client:
    with transaction.atomic():
        return registered(organisation, by=log.OPERATOR, **clean(**fields))


def registered(organisation: Organisation, *, by: log.Actor, **fields: object) -> Client:
    return _kept(Client(organisation=organisation, **fields), by=by)


def _kept(client: Client, *, by: log.Actor) -> Client:
    client.registered_at = clock.now()
    client.save(force_insert=True)
    log.record(
        events.CLIENT_REGISTERED,
        actor=by,
        organisation_id=client.organisation_id,
        client=str(client.pk),
        name=client.name,
        new={"told": _told(client)},
    )
    uses.decided(client, client.organisation, client.assurance, by=by)
    return client


def clean(
    *,
    name: str,
    redirect_uris: str,
    assurance: str,
    logout_redirect_uris: str = "",
    logout_uri: str = "",
    jwks: str = "",
    on_devices: str = "",
) -> dict:
    """As they are kept. One on devices alone needs no address to which people return. Raises
    InvalidInput with the field's name."""
    if assurance not in Assurance.values:
        raise InvalidInput("assurance", field="assurance")
    return {
        "name": clean_name(name),
        "redirect_uris": clean_addresses(
            redirect_uris, field="redirect_uris", at_least=0 if on_devices == YES else 1
        ),
        "logout_redirect_uris": clean_addresses(logout_redirect_uris, field="logout_redirect_uris"),
        "logout_uri": clean_logout_address(logout_uri, field="logout_uri"),
        "jwks": _clean_keys(jwks),
        "assurance": assurance,
        "on_devices": on_devices == YES,
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
        "vouched_for": client.unvouched_since is None,
        "on_devices": client.on_devices,
    }


def change_client(*, asker: Asker, client_id: uuid.UUID, **fields: str) -> Client:
    """As `register_client`. Raises NotFound for one of another organisation; Forbidden
    (looser_by_program)."""
    clean_fields = clean(**fields)
    with transaction.atomic():
        client = locked_client(asker, client_id)
        require_still_allowed(asker, Act.MANAGE_CLIENTS)
        was = _told(client)
        by_programs.require_not_looser(
            asker, was=client.assurance, becomes=clean_fields["assurance"]
        )
        for field, value in clean_fields.items():
            setattr(client, field, value)
        by_programs.noted(asker, client, was)
        client.save(update_fields=[*clean_fields, "unvouched_since"])
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


def clients_page(
    asker: Asker, after: tuple[datetime, uuid.UUID] | None, *, at_most: int
) -> list[Client]:
    """`after` is when one was registered, with its id."""
    here = clients_here(asker)
    if after is not None:
        at, client_id = after
        here = here.filter(Q(registered_at__gt=at) | Q(registered_at=at, pk__gt=client_id))
    return list(here[:at_most])


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
    """One of the organisation's own. Raises NotFound."""
    found = locked(client_id)
    if found.organisation_id != asker.organisation_id:
        raise NotFound
    return found


def locked(client_id: uuid.UUID) -> Client:
    """Whoever's it is. Raises NotFound."""
    rows = Client.objects.select_for_update(of=("self",)).select_related("organisation")
    found = rows.filter(pk=client_id, ended_at=None).first()
    if found is None:
        raise NotFound
    return found
