"""Reading what is under way: invitations."""

from ..base import clock, codes
from ..people.models import Person, Status
from .models import Invitation


def open_invitation_of(code: str) -> Invitation | None:
    """The invitation with this code, with its person, if it still holds."""
    found = Invitation.objects.filter(
        code_hash=codes.hashed_readable(code),
        used_at=None,
        revoked_at=None,
        expires_at__gt=clock.now(),
        person__status=Status.ACTIVE,
        person__closes_at=None,
    )
    return found.select_related("person__home").first()


def invitation_to(person: Person) -> Invitation | None:
    """The one that is open, also where its time has run out."""
    return Invitation.objects.filter(person=person, used_at=None, revoked_at=None).first()
