"""What browsers ask about the portal as a relying party."""

from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from .gate import needs_no_session


@needs_no_session
@require_safe
def related_origins(request: HttpRequest) -> JsonResponse:
    """The origins that may use credentials of this relying party id (WebAuthn L3 §5.11)."""
    return JsonResponse({"origins": settings.ORIGINS})
