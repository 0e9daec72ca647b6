"""The demo's database, filled once.

fill_once        everybody and their month; nothing where they are there already
learn_models     the invented key models, signed anew and verified as the real ones are
"""

import secrets

from django.db import transaction
from django.db.models import F

from ..base import clock
from ..keymodels.models import KeyModel, PlugsTold
from ..keymodels.refresh import refresh
from ..keys.models import ProvingRound
from ..notifications.models import OutboxMessage
from ..organisations import tree
from . import cast, comings, key_models, stockroom
from .month import Month


@transaction.atomic
def fill_once() -> None:
    """After `learn_models`. One transaction, so that a demo stopped halfway begins again."""
    if tree.organisation_by_code(cast.PLATFORM):
        return
    month = Month(until=clock.now().date())
    month.settle()
    month.walk()
    _leave_makes_alone()
    _tell_plugs()
    comings.come_and_go(month)
    stockroom.keep_stock(month)
    # What was told in the past has long arrived.
    OutboxMessage.objects.filter(sent_at=None).update(sent_at=F("created_at"))


def _leave_makes_alone() -> None:
    """Nothing here signed an attestation, so there is none to prove the makes again by. The demo's
    metadata has the same number at each start."""
    ProvingRound.objects.create(pk=key_models.NUMBER, finished_at=clock.now())


def _tell_plugs() -> None:
    models = KeyModel.objects.filter(name__in=key_models.PLUGS)
    PlugsTold.objects.bulk_create(
        PlugsTold(pk=model.pk, plugs=key_models.PLUGS[model.name]) for model in models
    )


def learn_models() -> None:
    catalogue = key_models.invent(seed=secrets.token_bytes(32), at=clock.now())
    refresh(blob=catalogue.blob, root=catalogue.root, signer=key_models.SIGNER)
