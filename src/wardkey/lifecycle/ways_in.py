"""What lets a person in besides password and key, and how all of it ends at once.

end_all            sessions, ceremonies in flight, passes, resets of the password, invitations
forget_factors     the authenticator app and the recovery codes
end_invitations    those that were not used
end_joiner_codes   likewise; a leaver's code is what lets them move, so marking ends none
"""

import uuid

from ..base import clock
from ..people.models import Person
from ..recovery import access_pass, codes, password_reset, totp
from ..sessions import lifetime
from .models import Invitation, JoinerCode


def end_all(person: Person, *, reason: str) -> None:
    """`person` is locked. A ceremony in flight ends with the security stamp that it began under."""
    person.security_stamp = uuid.uuid4()
    person.save(update_fields=["security_stamp"])
    lifetime.end_for_person(person.pk, reason=reason)
    access_pass.revoke(person)
    password_reset.revoke(person)
    end_invitations(person)


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
