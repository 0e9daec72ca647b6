"""API tokens: what opens the API to programs, within scopes and for a time.

live_api_token        the row for a secret, if it still holds
owner_of              as whom it acts
note_used             once an hour
require_live          still there, inside the transaction that writes
api_tokens_of         one's own that hold; and those of an application
holders_of_api_tokens  people who have some
end_own, end_itself, end_of_person, end_of_application, end_all_of_application

None outlives what it stands on: its person, its application, the organisation. What it may do is
asked of roles at each request, as of a session. They are made in making_api_tokens.py.
"""

import uuid
from datetime import timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from ..audit import events, log
from ..base import clock, codes
from ..base.errors import Conflict, NotFound, NotSignedIn
from ..base.prepared import Prepared
from ..organisations.models import Organisation
from ..organisations.models import Status as OrganisationStatus
from ..people.access import Asker, require_still_administered, require_still_allowed
from ..people.administrators import Act
from ..people.models import Person
from .models import ApiToken, Application

# Found in a file or a log, it says what it is.
PREFIX = "wk_"
LONGEST_SECRET = 100
HOLDERS_AT_MOST = 100
USED_NOTED_EVERY = timedelta(hours=1)

WITH_OWNER = ("person__home", "application__organisation", "application__acts_as__home")
BY_SECRET = Prepared(ApiToken.objects.select_related("organisation", *WITH_OWNER), "secret_hash")


def live_api_token(secret: str) -> ApiToken | None:
    """With its owner and organisation; None where it is unknown. Raises NotSignedIn where it was
    one: api_token_over, api_token_owner."""
    if not secret.startswith(PREFIX) or len(secret) > LONGEST_SECRET:
        return None
    found = next(iter(BY_SECRET(codes.hashed(secret))), None)
    if found is None:
        return None
    if found.ended_at or found.expires_at <= clock.now():
        raise _refusal(found, "api_token_over")
    if not _stands(found):
        raise _refusal(found, "api_token_owner")
    return found


def owner_of(api_token: ApiToken) -> Person:
    """As whom it acts, with `home`."""
    owner = api_token.application.acts_as if api_token.application else api_token.person
    if owner is None:
        raise NotSignedIn("api_token_owner")
    return owner


def _stands(api_token: ApiToken) -> bool:
    owner, application = owner_of(api_token), api_token.application
    if not owner.may_sign_in:
        return False
    if application is None:
        return owner.security_stamp == api_token.security_stamp
    is_open = application.organisation.status == OrganisationStatus.ACTIVE
    return application.ended_at is None and is_open


def _refusal(api_token: ApiToken, reason: str) -> NotSignedIn:
    owner, application = owner_of(api_token), api_token.application
    log.record(
        events.API_TOKEN_REFUSED,
        actor=log.program(
            owner,
            application_id=api_token.application_id,
            name=application.name if application else "",
        ),
        holder_id=owner.pk,
        organisation_id=api_token.organisation_id or owner.home_id,
        beginning=api_token.beginning,
        reason=reason,
    )
    return NotSignedIn(reason)


def note_used(api_token: ApiToken) -> None:
    now = clock.now()
    if api_token.last_used_at is None or now - api_token.last_used_at > USED_NOTED_EVERY:
        ApiToken.objects.filter(pk=api_token.pk).update(last_used_at=now)


def require_live(api_token_id: uuid.UUID) -> None:
    """Locked until the transaction ends. Raises NotSignedIn where it was ended meanwhile, or its
    owner changed."""
    rows = ApiToken.objects.select_for_update(of=("self",)).select_related(*WITH_OWNER)
    found = rows.filter(pk=api_token_id, ended_at=None, expires_at__gt=clock.now()).first()
    if found is None or not _stands(found):
        raise NotSignedIn("api_token_over")


def api_tokens_of(person: Person) -> QuerySet[ApiToken]:
    return _live(ApiToken.objects.filter(person=person, security_stamp=person.security_stamp))


def holders_of_api_tokens(within: QuerySet[Organisation]) -> list[Person]:
    """People of those organisations, by name; with `home`, and the first hundred. Whoever has one
    is asked where they are at home, and not everybody there whether they have one."""
    live = _live(ApiToken.objects.filter(person__isnull=False)).order_by()
    good = live.filter(person=OuterRef("pk"), security_stamp=OuterRef("security_stamp"))
    have_one = Person.objects.filter(pk__in=live.values("person"), home__in=within)
    people = have_one.filter(Exists(good)).select_related("home")
    return list(people.order_by("name", "pk")[:HOLDERS_AT_MOST])


def api_tokens_of_application(application: Application) -> QuerySet[ApiToken]:
    return _live(ApiToken.objects.filter(application=application))


def _live(api_tokens: QuerySet[ApiToken]) -> QuerySet[ApiToken]:
    """The oldest first."""
    return api_tokens.filter(ended_at=None, expires_at__gt=clock.now()).order_by("made_at", "pk")


def end_own(*, asker: Asker, api_token_id: uuid.UUID) -> None:
    """Raises NotFound for one that is over, and for somebody else's."""
    with transaction.atomic():
        _end_one(api_tokens_of(asker.person), api_token_id, by=asker, holder_id=asker.person.pk)


def end_itself(*, asker: Asker) -> None:
    """Whoever bears one of somebody's own gives it back. Raises Conflict for an application's."""
    if asker.program and asker.program.application_id:
        raise Conflict("api_token_of_application")
    end_own(asker=asker, api_token_id=asker.session_id)


def end_of_person(*, asker: Asker, person: Person, api_token_id: uuid.UUID) -> None:
    """By whoever looks after the organisation's programs. Raises NotFound as `end_own`."""
    with transaction.atomic():
        require_still_administered(asker, person, Act.STOP_APPLICATIONS)
        _end_one(api_tokens_of(person), api_token_id, by=asker, holder_id=person.pk)


def end_of_application(*, asker: Asker, application: Application, api_token_id: uuid.UUID) -> None:
    """Raises NotFound for one that is over, and for another application's."""
    with transaction.atomic():
        require_still_allowed(asker, Act.STOP_APPLICATIONS)
        _end_one(api_tokens_of_application(application), api_token_id, by=asker, holder_id=None)


def _end_one(
    among: QuerySet[ApiToken], api_token_id: uuid.UUID, *, by: Asker, holder_id: uuid.UUID | None
) -> None:
    found = among.filter(pk=api_token_id).first()
    if found is None:
        raise NotFound
    ApiToken.objects.filter(pk=found.pk).update(ended_at=clock.now(), end_reason="by_hand")
    log.record(
        events.API_TOKEN_ENDED,
        actor=by.actor,
        holder_id=holder_id,
        organisation_id=by.organisation_id or by.person.home_id,
        api_token=str(found.pk),
        beginning=found.beginning,
        name=found.name,
    )


def end_all_of_application(application: Application, *, reason: str) -> None:
    of_it = ApiToken.objects.filter(application=application, ended_at=None)
    of_it.update(ended_at=clock.now(), end_reason=reason)
