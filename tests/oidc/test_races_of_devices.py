"""Two people type the code of one machine, and both say yes at once."""

import pytest

from tests.doors import expect, signed_in
from tests.oidc.rp import app
from tests.oidc.test_devices import asked, polled, reads, typed
from tests.test_races import at_once
from tests.traces import attempts
from wardkey.clients.models import DeviceRequest, Grant


@pytest.fixture
def cast(cast_for_threads):
    return cast_for_threads


def test_of_two_who_say_yes_at_once_one_logs_in(cast):
    monitor = app(cast.north, on_devices="yes")
    begun = asked(monitor)
    ben, dev = signed_in(cast.ben), signed_in(cast.dev)
    pages = {who: typed(who, begun) for who in (ben, dev)}
    answers = at_once(
        *(lambda who=who: who.submit(pages[who], decision="allow") for who in (ben, dev))
    )
    assert answers == [200, 404]
    grant = Grant.objects.get()
    assert DeviceRequest.objects.get().grant == grant
    assert len(attempts("oidc.device_allowed")) == 1
    assert reads(monitor, polled(monitor, begun))["sub"] == str(grant.person.oidc_subject)


def test_of_two_polls_at_once_one_is_too_early(cast):
    monitor = app(cast.north, on_devices="yes")
    begun = asked(monitor)
    ben = signed_in(cast.ben)
    expect(200, ben.submit(typed(ben, begun), decision="allow"))
    answers = at_once(*(lambda: polled(monitor, begun) for _ in range(2)))
    assert answers == [200, 400]
    assert Grant.objects.get().ended_at is None
