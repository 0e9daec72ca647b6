"""What lets a client go on asking: found by a secret, and only while what it stands on stands.

grant_with_access     by an access secret
still_stands          its session, person, key, client and organisations
is_let_in             and its person still speaks for the organisation, which lets them in so
live_grants_of        somebody's, for their own page
"""

from django.db.models import Q

from ..base import clock, codes
from ..base.prepared import Prepared
from ..keys.models import SecurityKey, State
from ..organisations.models import Status
from ..people.models import Person
from ..sessions import lifetime
from ..sessions.models import Session
from .assurance import at_least
from .models import Grant
from .uses import assurance_for, speaks_for

WITH_WHAT_IT_STANDS_ON = ("client__organisation", "person__home", "session", "organisation")
LONGEST_SECRET = 200
# Asked in every request of a client: written down once, as a sign-in's questions are.
WITH_ALL = Grant.objects.select_related(*WITH_WHAT_IT_STANDS_ON)
BY_ACCESS = Prepared(WITH_ALL, "access_hash")
BY_CODE = Prepared(WITH_ALL, "code_hash", "client")
BY_FAMILY = Prepared(WITH_ALL, "family_hash", "client")


def grant_with_access(secret: str) -> Grant | None:
    if not secret or len(secret) > LONGEST_SECRET:
        return None
    grant = next(iter(BY_ACCESS(codes.hashed(secret))), None)
    if grant is None or grant.access_ends_at <= clock.now():
        return None
    return grant if still_stands(grant) and is_let_in(grant) else None


def still_stands(grant: Grant) -> bool:
    """`grant` was read with `WITH_WHAT_IT_STANDS_ON`. That a session rests does not end it: its
    person works elsewhere meanwhile."""
    organisations = (grant.client.organisation, grant.organisation)
    if grant.ended_at or grant.client.ended_at or grant.session.owed:
        return False
    if any(each.status != Status.ACTIVE for each in organisations):
        return False
    return session_stands(grant.session, grant.person) and _key_is_in_use(grant)


def is_let_in(grant: Grant) -> bool:
    """With `still_stands`, asked at each use; for a list it would be too many questions."""
    wanted = assurance_for(grant.client, grant.organisation)
    if wanted is None or not at_least(grant.assurance, wanted):
        return False
    return speaks_for(grant.person, grant.organisation)


def session_stands(session: Session, person: Person) -> bool:
    is_the_same = session.security_stamp == person.security_stamp
    return is_the_same and person.may_sign_in and not lifetime.ran_out(session)


def _key_is_in_use(grant: Grant) -> bool:
    """And was all the time: one that was stopped, and started again, revives nothing."""
    if grant.key_id is None:
        return True
    active = SecurityKey.objects.filter(pk=grant.key_id, state=State.ACTIVE)
    return active.filter(state_since__lte=grant.made_at).exists()


def live_grants_of(person: Person) -> list[Grant]:
    """The newest first, with their clients; the first hundred. Also what was not fetched yet:
    whoever takes back a yes to a device looks for it here while the device waits."""
    rows = Grant.objects.select_related(*WITH_WHAT_IT_STANDS_ON)
    fetched = Q(code_used_at__isnull=False) | Q(code_ends_at__gt=clock.now())
    newest = rows.filter(fetched, person=person, ended_at=None).order_by("-made_at")[:100]
    return [grant for grant in newest if still_stands(grant)]
