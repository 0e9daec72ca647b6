"""Version 1 of the API: its endpoints, and what they share."""

from ninja import NinjaAPI
from ninja.errors import ValidationError

from . import key_models
from .strictness import BodyReadBefore, only_known_parameters, refused

api = NinjaAPI(
    title="Wardkey",
    version="1",
    description=(
        "What an organisation's own programs ask of the portal, as its administrators do on its "
        "pages: by the same rules, and recorded in the same trail."
    ),
    docs_url=None,
    openapi_url=None,
    servers=[{"url": "/"}],
    parser=BodyReadBefore(),
)
api.exception_handler(ValidationError)(refused)
api.add_decorator(only_known_parameters)
api.add_router("/key-models", key_models.router)
