"""What lets a person in besides password and key, and how all of it ends at once.

end_all            sessions, ceremonies in flight, passes, resets of the password, invitations
end_all_of         the same of many, whose security stamps somebody else renews
forget_factors     the authenticator app and the recovery codes
end_invitations    those that were not used
end_joiner_codes   likewise; a leaver's code is what lets them move, so marking ends none
"""

import uuid
from collections.abc import Collection

from ..base import clock
from ..people.models import STAMP, Person
from ..recovery import access_pass, codes, password_reset, totp
from ..sessions import lifetime
from .models import Invitation, JoinerCode


def end_all(person: Person, *, reason: str) -> None:
    """`person` is locked. A ceremony in flight ends with the security stamp that it began under."""
    person.stamp_anew()
    person.save(update_fields=STAMP)
    lifetime.end_for_person(person.pk, reason=reason)
    access_pass.revoke(person)
    password_reset.revoke(person)
    end_invitations(person)


def end_all_of(person_ids: Collection[uuid.UUID], *, reason: str) -> None:
    lifetime.end_for_people(person_ids, reason=reason)
    access_pass.revoke_of(person_ids)
    password_reset.revoke_of(person_ids)
    unused = Invitation.objects.filter(person__in=person_ids, used_at=None, revoked_at=None)
    unused.update(revoked_at=clock.now())


def forget_factors(person: Person) -> None:
    """Of a closed account: their secrets are kept for nobody. Keys stay, suspended."""
    totp.remove(person)
    codes.remove(person)


def end_invitations(person: Person) -> int:
    unused = Invitation.objects.filter(person=person, used_at=None, revoked_at=None)
    return unused.update(revoked_at=clock.now())


def end_joiner_codes(person: Person) -> int:
    unused = JoinerCode.objects.filter(person=person, used_at=None, revoked_at=None)
    return unused.update(revoked_at=clock.now())
