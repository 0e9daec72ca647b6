"""Where clients fetch, renew and give back what they were granted, and ask about who is there."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_http_methods

from ..clients import exchanging, grants
from ..clients.authorising import record_refused
from ..clients.claims import claims_for_userinfo
from ..clients.client_proof import client_claimed, client_proved
from ..clients.id_tokens import issuer
from ..clients.refusals import ClientRefused
from ..signin import browser, throttle
from .discovery import DEVICE_GRANT, address
from .machines import error, fields_of, for_programs

if TYPE_CHECKING:
    from ..clients.models import Client

GRANTING: dict[str, Callable[..., dict[str, Any]]] = {
    "authorization_code": exchanging.exchange_code,
    "refresh_token": exchanging.refresh,
    DEVICE_GRANT: exchanging.exchange_device_code,
}
# No refusal that anybody has to read of: a machine that waits asks every few seconds.
NOT_YET = frozenset({"authorization_pending", "slow_down"})


@for_programs
def fetch(request: HttpRequest) -> HttpResponse:
    fields = fields_of(request)
    granting = GRANTING.get(fields.get("grant_type", ""))
    if granting is None:
        raise ClientRefused(
            "unsupported_grant_type" if fields.get("grant_type") else "invalid_request"
        )
    client = client_of(request, fields, "oidc_token")
    try:
        return JsonResponse(granting(client=client, fields=fields))
    except ClientRefused as refused:
        if refused.error not in NOT_YET:
            record_refused(refused, client=client, cause=refused.cause)
        return error(refused)


@for_programs
def revoke(request: HttpRequest) -> HttpResponse:
    fields = fields_of(request)
    client = client_of(request, fields, "oidc_revoke")
    exchanging.revoke(client=client, secret=fields.get("token", ""))
    return HttpResponse()


def client_of(request: HttpRequest, fields: dict[str, str], endpoint: str) -> "Client":
    authorization = request.headers.get("Authorization", "")
    try:
        return client_proved(
            authorization=authorization,
            fields=fields,
            issuer=issuer(),
            endpoint=address(endpoint),
        )
    except ClientRefused as refused:
        refused.client = client_claimed(authorization=authorization, fields=fields)
        _count_failure(request, refused.client)
        raise


def _count_failure(request: HttpRequest, client: "Client | None") -> None:
    """Raises Throttled."""
    client_id = str(client.pk) if client else ""
    attempt = throttle.begin_client(client_id, source=browser.source_of(request))
    throttle.failed(attempt, None)


@for_programs
@require_http_methods(["GET", "POST"])
def userinfo(request: HttpRequest) -> HttpResponse:
    """The secret comes in the header alone: an address is logged (RFC 6750 §5.3)."""
    kind, _space, secret = request.headers.get("Authorization", "").partition(" ")
    grant = grants.grant_with_access(secret) if kind.lower() == "bearer" else None
    if grant is None:
        return _no_access("invalid_token" if secret else "")
    return JsonResponse(claims_for_userinfo(grant))


def _no_access(why: str) -> HttpResponse:
    """RFC 6750 §3: who brought nothing is told of nothing."""
    answer = JsonResponse({"error": why} if why else {}, status=401)
    answer["WWW-Authenticate"] = f'Bearer error="{why}"' if why else "Bearer"
    return answer
