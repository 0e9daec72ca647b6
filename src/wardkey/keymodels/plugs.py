"""Which plugs a key model has: a platform administrator says so, since FIDO's metadata does not.

plugs_told     of every model of which somebody said it
tell           of one model; with nothing in it, it is not told any more

What is told outlasts the model's row, which comes and goes with each BLOB.
"""

import uuid
from collections.abc import Collection

from django.db import transaction

from ..audit import events, log
from ..base.errors import InvalidInput, NotFound
from ..people.access import Asker, require_still_allowed
from ..people.administrators import Act
from .models import KeyModel, PlugsTold

# Their names are the same in every language.
PLUGS = ("USB-A", "USB-C", "Lightning")
NONE = "none"  # it is held to a reader, or built in
UNKNOWN = "unknown"  # in the trail alone


def plugs_told() -> dict[uuid.UUID, list[str]]:
    """In the order of PLUGS, or NONE alone."""
    return dict(PlugsTold.objects.values_list("pk", "plugs"))


def model_to_tell(model_id: uuid.UUID) -> KeyModel:
    model = KeyModel.objects.filter(pk=model_id).defer("icon", "roots").first()
    if model is None:
        raise NotFound
    return model


def tell(*, asker: Asker, model_id: uuid.UUID, plugs: Collection[str]) -> KeyModel:
    """Raises NotFound, InvalidInput (plugs)."""
    model = model_to_tell(model_id)
    told = [each for each in (*PLUGS, NONE) if each in plugs]
    if NONE in told and len(told) > 1:
        raise InvalidInput("plugs", field="usb_a")
    with transaction.atomic():
        require_still_allowed(asker, Act.TELL_PLUGS)
        was = _kept(model_id)
        if told != was:
            _keep(model_id, told)
            log.record(
                events.PLUGS_TOLD,
                actor=asker.actor,
                organisation_id=asker.organisation_id,
                model=model.name,
                old={"plugs": _in_words(was)},
                new={"plugs": _in_words(told)},
            )
    return model


def _kept(model_id: uuid.UUID) -> list[str]:
    row = PlugsTold.objects.select_for_update().filter(pk=model_id).first()
    return row.plugs if row else []


def _keep(model_id: uuid.UUID, told: list[str]) -> None:
    if told:
        PlugsTold.objects.update_or_create(pk=model_id, defaults={"plugs": told})
    else:
        PlugsTold.objects.filter(pk=model_id).delete()


def _in_words(plugs: list[str]) -> str:
    return ", ".join(plugs) or UNKNOWN
