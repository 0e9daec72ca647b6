"""Reading organisations, for pages.

organisations_found    by the beginning of a code or a part of a name; or those right below
"""

from django.db.models import Q, QuerySet

from ..organisations.models import Organisation

FOUND_AT_MOST = 50


def organisations_found(
    *, asked: str, within: QuerySet[Organisation], below: Organisation
) -> list[Organisation]:
    """The first fifty by name; with nothing asked, `below` itself and those right below it."""
    if asked:
        wanted = Q(code__startswith=asked.upper()) | Q(name__icontains=asked)
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
