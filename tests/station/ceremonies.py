"""What tests of ceremonies with the simulated key share: a client, a proof, a credential."""

import hashlib

from fido2.client import DefaultClientDataCollector, Fido2Client, UserInteraction
from fido2.ctap2.pin import ClientPin

PIN = "a1b2c3"
ORIGIN, RP_ID = "https://rp.example", "rp.example"
RP, USER = {"id": RP_ID, "name": "RP"}, {"id": b"ben", "name": "ben", "displayName": "Ben"}
HASH = hashlib.sha256(b"client data").digest()
ES256 = [{"type": "public-key", "alg": -7}]
PERMISSION = ClientPin.PERMISSION


class WithPin(UserInteraction):
    def request_pin(self, permissions, rp_id):
        return PIN


def client(ctap, **options):
    collector = DefaultClientDataCollector(ORIGIN)
    return Fido2Client(ctap.device, collector, user_interaction=WithPin(), **options)


def proof(ctap, permissions=PERMISSION.MAKE_CREDENTIAL, message=HASH, rp_id=RP_ID):
    """A pinUvAuthParam with its protocol."""
    pin = ClientPin(ctap)
    secret = pin.get_pin_token(PIN, permissions, rp_id)
    return {
        "pin_uv_param": pin.protocol.authenticate(secret, message),
        "pin_uv_protocol": pin.protocol.VERSION,
    }


def made(ctap, user=USER, rk=True, **more):
    options = {"rk": True} if rk else None
    return ctap.make_credential(HASH, RP, user, ES256, options=options, **proof(ctap), **more)


def id_of(response):
    return {"type": "public-key", "id": response.auth_data.credential_data.credential_id}
