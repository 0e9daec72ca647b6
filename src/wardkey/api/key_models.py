"""What a key model is called and looks like: public, since it is about nobody."""

import uuid

from django.http import HttpRequest, HttpResponse
from ninja import Router

from ..base.errors import NotFound
from ..keymodels import catalogue
from .strictness import Shape

router = Router(tags=["Key models"])

FOR_A_DAY = "public, max-age=86400"
# Metadata comes from makers: a picture is shown as one and can do nothing else.
ONLY_A_PICTURE = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


class KeyModel(Shape):
    """`icon` is the address of its picture, or null."""

    aaguid: uuid.UUID
    name: str
    icon: str | None


@router.get("/{uuid:aaguid}", response=KeyModel)
def key_model(request: HttpRequest, response: HttpResponse, aaguid: uuid.UUID) -> dict:
    """The name of the model that an AAGUID stands for, as the FIDO metadata has it. A key proves
    its AAGUID only where its registration was attested."""
    found = catalogue.model_with_aaguid(aaguid)
    if found is None:
        raise NotFound("key_model")
    response["Cache-Control"] = FOR_A_DAY
    icon = f"{request.path}/icon" if found.icon else None
    return {"aaguid": aaguid, "name": found.name, "icon": icon}


@router.get("/{uuid:aaguid}/icon")
def key_model_icon(request: HttpRequest, aaguid: uuid.UUID) -> HttpResponse:
    """The model's picture: PNG, JPEG or SVG."""
    found = catalogue.model_with_aaguid(aaguid)
    picture = catalogue.picture_of(found.pk) if found else None
    if picture is None:
        raise NotFound("key_model")
    kind, drawn = picture
    response = HttpResponse(drawn, content_type=kind)
    response["Content-Security-Policy"] = ONLY_A_PICTURE
    response["Cache-Control"] = FOR_A_DAY
    return response
