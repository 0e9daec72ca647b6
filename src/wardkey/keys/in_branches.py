"""Keys of the people at home in a branch, to be read by the keys' ids, in a plan that fits."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from ..organisations import tree
from ..organisations.models import Organisation
from ..people.models import Person
from .models import SecurityKey

FEW = 1000  # keys


def keys_in(
    within: QuerySet[Organisation], which: Q, *, walked: Q | None = None
) -> QuerySet[SecurityKey]:
    """Those that `which` fits. `walked` says the same so that no index fits it.

    Where few of the whole portal do, one who goes through all by their ids hardly ever meets one:
    of a large branch too it begins at these."""
    keys = SecurityKey.objects.filter(which)
    if tree.is_small(within):
        return keys.filter(holder__home__in=within)
    at_home = Exists(within.filter(pk=OuterRef("home")))
    of_them = Exists(Person.objects.filter(at_home, pk=OuterRef("holder")))
    few = list(keys.order_by().values_list("pk", flat=True)[: FEW + 1])
    if len(few) <= FEW:
        return SecurityKey.objects.filter(of_them, pk__in=few)
    return SecurityKey.objects.filter(of_them, which if walked is None else walked)
