"""What clients read about the portal before anything else (OpenID Connect Discovery 1.0, RFC 8414).

Both answers are the same for everybody, so scripts of any site may read them.
"""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from ..clients import client_proof, scopes, signing_keys
from ..clients.id_tokens import ALGORITHM, issuer
from ..clients.signed_in_how import IN_HARDWARE, PHISHING_RESISTANT
from .machines import needs_no_session

DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
KEPT_FOR = 300  # seconds: less than a new key is published before it signs


@needs_no_session
@require_safe
def configuration(request: HttpRequest) -> HttpResponse:
    ways = ["client_secret_basic", "client_secret_post", "private_key_jwt"]
    return _for_everybody(
        {
            "issuer": issuer(),
            "authorization_endpoint": address("oidc_authorize"),
            "token_endpoint": address("oidc_token"),
            "userinfo_endpoint": address("oidc_userinfo"),
            "revocation_endpoint": address("oidc_revoke"),
            "device_authorization_endpoint": address("oidc_device_authorization"),
            "jwks_uri": address("oidc_keys"),
            "end_session_endpoint": address("oidc_logout"),
            "backchannel_logout_supported": True,
            "backchannel_logout_session_supported": True,
            "scopes_supported": list(scopes.SCOPES),
            "response_types_supported": ["code"],
            "response_modes_supported": ["query"],
            "grant_types_supported": ["authorization_code", "refresh_token", DEVICE_GRANT],
            "acr_values_supported": [PHISHING_RESISTANT, IN_HARDWARE],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": [ALGORITHM],
            "token_endpoint_auth_methods_supported": ways,
            "token_endpoint_auth_signing_alg_values_supported": client_proof.ALGORITHMS,
            "revocation_endpoint_auth_methods_supported": ways,
            "revocation_endpoint_auth_signing_alg_values_supported": client_proof.ALGORITHMS,
            "code_challenge_methods_supported": ["S256"],
            "prompt_values_supported": ["none", "login", "consent", "select_account"],
            "claim_types_supported": ["normal"],
            "claims_supported": [*TOLD_ALWAYS, *scopes.CLAIMS],
            "claims_parameter_supported": True,
            "request_parameter_supported": False,
            "request_uri_parameter_supported": False,
            "authorization_response_iss_parameter_supported": True,
        }
    )


TOLD_ALWAYS = ("iss", "sub", "aud", "azp", "exp", "iat", "auth_time", "nonce", "acr", "amr", "sid")


def address(name: str) -> str:
    """Complete: never from the Host header."""
    return issuer() + reverse(name)


@needs_no_session
@require_safe
def keys(request: HttpRequest) -> HttpResponse:
    """The public halves alone."""
    signing_keys.signing_key()
    return _for_everybody({"keys": signing_keys.published()})


def _for_everybody(told: dict) -> HttpResponse:
    answer = JsonResponse(told)
    answer["Access-Control-Allow-Origin"] = "*"
    answer["Cache-Control"] = f"public, max-age={KEPT_FOR}"
    return answer
