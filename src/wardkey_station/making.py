"""A credential is made on a key for somebody, as a browser would (WebAuthn L3 §5.1.3).

require_for_this_portal    the portal asks for itself, not for another one
require_not_registered     the key holds none of those that the portal wants left out
credential_made            RegistrationResponseJSON
"""

from collections.abc import Mapping
from typing import Any

from fido2.client import (
    ClientError,
    DefaultClientDataCollector,
    Fido2Client,
    UserInteraction,
)
from fido2.ctap import CtapError
from fido2.ctap2.pin import ClientPin
from fido2.rpid import verify_rp_id
from fido2.utils import websafe_decode
from fido2.webauthn import PublicKeyCredentialCreationOptions

from .device import Key, talking_to_keys
from .errors import Exit, Refused, Taken
from .portal_client import Portal
from .words import _

NO_HASH = b"\0" * 32


def require_for_this_portal(options: dict[str, Any], portal: Portal) -> None:
    rp_id = str(options.get("rp", {}).get("id", ""))
    if not verify_rp_id(rp_id, portal.origin):
        said = _(
            "The portal registers tokens for {rp_id}, and {address} is not an address of it. Give "
            "--portal the address at which people log in. Nothing was done."
        )
        said = said.format(rp_id=rp_id, address=portal.address)
        raise Refused(said, exit_status=Exit.PORTAL)


def require_not_registered(key: Key, options: dict[str, Any]) -> None:
    """Asked without PIN and touch (CTAP 2.1 §6.2, "up" false), before anything is changed."""
    left_out = [each["id"] for each in options.get("excludeCredentials", [])]
    ids: list[Mapping[str, Any]] = [
        {"type": "public-key", "id": websafe_decode(each)} for each in left_out
    ]
    at_once = key.info.max_creds_in_list or 1
    for start in range(0, len(ids), at_once):
        if holds_one_of(key, str(options["rp"]["id"]), ids[start : start + at_once]):
            raise Taken(
                _(
                    "This token is registered already: for this person, for yourself, or for "
                    "somebody whom you served just now. Take it out and insert the right one."
                )
            )


def holds_one_of(key: Key, rp_id: str, ids: list[Mapping[str, Any]]) -> bool:
    with talking_to_keys():
        try:
            key.ctap.get_assertion(rp_id, NO_HASH, ids, options={"up": False})
        except CtapError:
            return False  # it has none of them, or does not tell without its PIN
    return True


class Typed(UserInteraction):
    """The PIN is known. A fingerprint is nobody's yet: the token is not handed over."""

    def __init__(self, pin: str) -> None:
        self.pin = pin

    def request_pin(self, permissions: ClientPin.PERMISSION, rp_id: str | None) -> str:
        return self.pin

    def request_uv(self, permissions: ClientPin.PERMISSION, rp_id: str | None) -> bool:
        return False


def credential_made(key: Key, options: dict[str, Any], pin: str, portal: Portal) -> dict[str, Any]:
    """Raises CtapError, as the key refused it."""
    client = Fido2Client(
        key.device, DefaultClientDataCollector(portal.origin), user_interaction=Typed(pin)
    )
    try:
        wanted = PublicKeyCredentialCreationOptions.from_dict(options)
        made = dict(client.make_credential(wanted))
    except ClientError as error:
        if isinstance(error.cause, CtapError):
            raise error.cause from error
        said = _("The token cannot be used with this portal ({reason}).")
        raise Refused(said.format(reason=error.code.name), exit_status=Exit.UNSUPPORTED) from error
    made["response"] = {**made["response"], "transports": list(key.info.transports)}
    return made
