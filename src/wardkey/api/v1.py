"""Version 1 of the API: its endpoints, and what they share."""

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import ValidationError

from ..base.errors import Forbidden, ProofRequired, StepUpRequired
from ..people.administrators import Act
from ..sessions.program_proof import BY_APPLICATIONS
from . import (
    application_uses,
    applications,
    audit_entries,
    key_models,
    keys,
    organisations,
    passes,
    people,
    policy,
    roles,
    serial_numbers,
    standing,
    station,
    stock,
)
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
api.add_router("/people", people.router)
api.add_router("/people", standing.router)
api.add_router("/people", keys.router)
api.add_router("/people", passes.router)
api.add_router("", roles.router)
api.add_router("/organisations", organisations.router)
api.add_router("/applications", applications.router)
api.add_router("/applications", application_uses.router)
api.add_router("", policy.router)
api.add_router("/audit-entries", audit_entries.router)
api.add_router("/key-models", key_models.router)
api.add_router("/serial-numbers", serial_numbers.router)
api.add_router("", stock.router)
api.add_router("/station", station.router)


@api.exception_handler(ProofRequired)
def proof_required(request: HttpRequest, asking: ProofRequired) -> HttpResponse:
    """Nobody confirms anything here: another API token is needed, or somebody else."""
    if request.asker.program.application_id is not None:
        raise Forbidden("application_itself")
    if Act(asking.details["act"]) in BY_APPLICATIONS:
        raise StepUpRequired("application_needed")
    raise StepUpRequired("api_token_too_old")
