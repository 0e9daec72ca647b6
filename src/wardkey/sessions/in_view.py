"""The one organisation for which somebody with roles in several acts in this session."""

from ..base.errors import InvalidInput
from ..people.access import Asker
from .models import Session


def put_in_view(asker: Asker, code: str) -> None:
    """Raises InvalidInput (no_role_there), for one that there is not as well."""
    chosen = [each for each in asker.organisations if each.code == code]
    if not chosen:
        raise InvalidInput("no_role_there", field="organisation")
    Session.objects.filter(pk=asker.session_id, ended_at=None).update(
        organisation_in_view=chosen[0]
    )
