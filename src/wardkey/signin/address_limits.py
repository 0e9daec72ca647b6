"""An address where too many names failed has to wait (throttle.py): seen and lifted by hand.

blocked_until    of an address; None where nobody has to wait there
lift_address     its failures are forgotten

Addresses are kept as keyed hashes, so none are listed: whoever asks names one. An administrator
helps where they sit; any other address is for platform administrators, who see the whole.
"""

from datetime import datetime

from django.db import transaction

from ..audit import events, log
from ..base import clock
from ..base.errors import InvalidInput
from ..people.access import Asker, require_still_allowed
from ..people.administrators import Act
from .models import FailedName, Kind, Limit
from .source import is_address, network_of


def blocked_until(address: str) -> datetime | None:
    """Raises InvalidInput (address)."""
    limits = Limit.objects.filter(
        subject=_network(address), kind=Kind.ADDRESS, blocked_until__gt=clock.now()
    )
    return limits.values_list("blocked_until", flat=True).first()


def lift_address(*, asker: Asker, address: str, own: str) -> bool:
    """`own` is where the asker's request comes from. False: nobody had to wait there. Raises
    InvalidInput (address), Forbidden."""
    network = _network(address)
    act = Act.LIFT_LIMITS if network == network_of(own) else Act.LIFT_LIMITS_OF_ADDRESSES
    with transaction.atomic():
        require_still_allowed(asker, act)
        if blocked_until(address) is None:
            return False
        Limit.objects.filter(subject=network, kind=Kind.ADDRESS).delete()
        FailedName.objects.filter(address=network).delete()
        log.record(
            events.ADDRESS_LIMIT_LIFTED,
            actor=asker.actor,
            organisation_id=asker.organisation_id,
            address=address,
        )
    return True


def _network(address: str) -> bytes:
    if not is_address(address):
        raise InvalidInput("address", field="where")
    return network_of(address)
