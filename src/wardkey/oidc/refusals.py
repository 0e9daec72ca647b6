"""A refusal in the audit trail: each, where it is known who was refused.

Of what anybody can send, in the name of any application or of none, the first within an hour from
one address; of the rest how many they are, each time that there are twice as many. Otherwise
whoever sends nonsense fills the disk. Nobody is answered otherwise for it: who sits behind the same
address may be honest.
"""

from typing import TYPE_CHECKING

from django.http import HttpRequest

from ..clients import authorising
from ..clients.refusals import ClientRefused
from ..signin import browser, floods

if TYPE_CHECKING:
    from ..clients.models import Client

EACH_OF_THE_FIRST = 20


def record(
    request: HttpRequest, refused: ClientRefused | None, *, client: "Client | None", cause: str
) -> None:
    person = request.sign_in.person if request.sign_in else None
    if person is None and not _is_one_of_the_first(request, client):
        return
    authorising.record_refused(refused, client=client, cause=cause, person=person)


def _is_one_of_the_first(request: HttpRequest, client: "Client | None") -> bool:
    source = browser.source_of(request)
    times = floods.times_within_the_hour(f"refused {client.pk if client else ''}", source=source)
    if times > EACH_OF_THE_FIRST and _has_doubled(times):
        authorising.record_refused_often(client, times=times, address=source.address)
    return times <= EACH_OF_THE_FIRST


def _has_doubled(times: int) -> bool:
    doublings, rest = divmod(times, EACH_OF_THE_FIRST)
    return not rest and doublings.bit_count() == 1
