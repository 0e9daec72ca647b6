"""Key models to choose from.

models_found          by words of their names and their certification, without their pictures
is_bad                a weakness was reported: it is shown, and nobody chooses it
features              what it asks its holder for
is_hardware           whether its private keys stay in hardware, as far as FIDO says so
require_choosable     of models that are put on a list
names_of              a list, told
model_with_aaguid     the one that an AAGUID stands for
model_with_id         the one with which a key was registered, if FIDO still describes it
picture_of            a model's picture, if it is one
picture_for           the same, or a drawing that stands for any
"""

import uuid
from base64 import b64decode
from collections.abc import Collection

from ..base.errors import InvalidInput
from .models import KeyModel
from .statuses import BAD

LARGEST_PICTURE = 128 * 1024
NO_PICTURE = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40"><circle cx="14" cy="20" r="6" '
    b'fill="none" stroke="#4c6272" stroke-width="3"/><path d="M20 20h13v6M27 20v5" fill="none" '
    b'stroke="#4c6272" stroke-width="3"/></svg>'
)
PICTURES = {
    "data:image/png;base64,": ("image/png", b"\x89PNG\r\n\x1a\n"),
    "data:image/jpeg;base64,": ("image/jpeg", b"\xff\xd8\xff"),
    "data:image/svg+xml;base64,": ("image/svg+xml", b"<"),
}
# FIDO Registry of Predefined Values §3.1
PIN = frozenset({"passcode_external", "passcode_internal"})
FINGERPRINT = frozenset({"fingerprint_internal"})
FACE = frozenset({"faceprint_internal", "eyeprint_internal"})
# §3.2; `remote_handle` comes beside one of these, and says only where the handle is kept.
IN_HARDWARE = frozenset({"hardware", "secure_element", "tee"})
IN_SOFTWARE = "software"


def models_found(*, words: str, certified: int) -> list[KeyModel]:
    """By name; `certified` is the lowest Certification. There are some hundreds of models."""
    models = KeyModel.objects.filter(certification__gte=certified).defer("icon", "roots")
    asked = words.casefold().split()
    return [model for model in models if all(word in model.name.casefold() for word in asked)]


def is_bad(model: KeyModel) -> bool:
    return bool(bad_statuses_of(model))


def bad_statuses_of(model: KeyModel) -> list[str]:
    return sorted({report["status"] for report in model.statuses} & BAD)


def features(model: KeyModel) -> list[str]:
    """Of pin, fingerprint and face, those that the model has."""
    known = {"pin": PIN, "fingerprint": FINGERPRINT, "face": FACE}
    return [name for name, methods in known.items() if methods & set(model.user_verification)]


def is_hardware(model: KeyModel) -> bool:
    """What is not told counts as no, and so does a statement that says both."""
    told = set(model.key_protection or ())
    return bool(told & IN_HARDWARE) and IN_SOFTWARE not in told


def require_choosable(ids: Collection[uuid.UUID]) -> None:
    """Raises InvalidInput where one is not known, or a weakness was reported for it."""
    found = KeyModel.objects.filter(pk__in=ids).only("statuses")
    good = {model.pk for model in found if not is_bad(model)}
    if good != set(ids):
        raise InvalidInput("policy_model", field="value")


def names_of(ids: Collection[uuid.UUID]) -> list[str]:
    """In their order; a model that left the metadata is named by its id."""
    known = dict(KeyModel.objects.filter(pk__in=ids).values_list("pk", "name")) if ids else {}
    return sorted(known.get(id, str(id)) for id in ids)


def model_with_aaguid(aaguid: uuid.UUID) -> KeyModel | None:
    return KeyModel.objects.filter(aaguid=aaguid).defer("roots").first()


def model_with_id(model_id: uuid.UUID) -> KeyModel | None:
    return KeyModel.objects.filter(pk=model_id).defer("roots", "icon").first()


def picture_for(model_id: uuid.UUID) -> tuple[str, bytes]:
    return picture_of(model_id) or ("image/svg+xml", NO_PICTURE)


def picture_of(model_id: uuid.UUID) -> tuple[str, bytes] | None:
    """Its type and bytes; None where the model has none, or something else stands in its place."""
    icon = KeyModel.objects.filter(pk=model_id).values_list("icon", flat=True).first() or ""
    for prefix, (kind, beginning) in PICTURES.items():
        if icon.startswith(prefix):
            return _decoded(icon.removeprefix(prefix), kind, beginning)
    return None


def _decoded(text: str, kind: str, beginning: bytes) -> tuple[str, bytes] | None:
    try:
        picture = b64decode("".join(text.split()), validate=True)
    except ValueError:
        return None
    fits = len(picture) <= LARGEST_PICTURE and picture.lstrip().startswith(beginning.lstrip())
    return (kind, picture) if fits else None
