"""Reading organisations, for pages.

organisations_found    by the beginning of a code or a part of a name; or those right below
root                   the one above all, once there is one
contact_for            whom the people of an organisation ask: its own, or of the nearest above it
"""

from django.db.models import Q, QuerySet

from ..base.beginnings import beginning
from ..base.text import has_forbidden_characters
from ..organisations.models import Organisation, OrganisationContact

FOUND_AT_MOST = 50


def organisations_found(
    *, asked: str, within: QuerySet[Organisation], below: Organisation
) -> list[Organisation]:
    """The first fifty by name; with nothing asked, `below` itself and those right below it."""
    if has_forbidden_characters(asked):
        return []  # nothing is called so, and PostgreSQL takes no NUL to look for
    if asked:
        wanted = beginning("code", asked.upper()) | Q(name__icontains=asked)
    else:
        wanted = Q(pk=below.pk) | Q(parent=below)
    return list(
        within.filter(wanted).select_related("parent").order_by("name", "pk")[:FOUND_AT_MOST]
    )


def organisations_page(
    *, within: QuerySet[Organisation], after: int, at_most: int
) -> list[Organisation]:
    """After that id, in the order of ids, each with the one above it."""
    return list(within.filter(pk__gt=after).select_related("parent").order_by("pk")[:at_most])


def root() -> Organisation | None:
    return Organisation.objects.filter(parent=None).order_by("pk").first()


def contact_for(organisation: Organisation) -> OrganisationContact | None:
    """With its organisation. One without anything in it is none."""
    here_and_above = OrganisationContact.objects.filter(
        organisation_id__in=organisation.ids_from_root
    )
    said = here_and_above.exclude(email="", phone="", hours="", words="")
    # A path begins with those of all above it, so the nearest comes first.
    return said.select_related("organisation").order_by("-organisation__path").first()
