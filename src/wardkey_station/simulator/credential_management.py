"""authenticatorCredentialManagement (CTAP §6.8), and the same under its preview number.

    0x01 getCredsMetadata           0x04, 0x05 enumerateCredentials, begin and next
    0x02, 0x03 enumerateRPs,        0x06 deleteCredential
         begin and next             0x07 updateUserInformation

Parameters: 1 subcommand, 2 its parameters (1 rpIDHash, 2 credentialID, 3 user), 3 protocol,
4 pinUvAuthParam.
"""

from dataclasses import replace
from typing import Any

from fido2 import cbor
from fido2.ctap import CtapError

from .credentials import described, descriptor, read_hash, read_user, user_of
from .key import PinUvAuthToken, SimulatedKey, hash_of
from .parameters import Parameters
from .pin_uv_auth import Permission, protocol_of, require
from .signing import public_key
from .state import Credential

ERR = CtapError.ERR
Answer = dict[int, Any]
RPS_NEXT, CREDENTIALS_NEXT = 0x03, 0x05


def credential_management(key: SimulatedKey, parameters: Parameters) -> Answer:
    number = parameters.required(1, int)
    if not key.profile.has_pin:
        raise CtapError(ERR.INVALID_COMMAND)
    if number in (RPS_NEXT, CREDENTIALS_NEXT):
        return enumerated_next(key, number)
    key.memory.enumerated, key.memory.enumerated_by = [], 0
    subcommand = SUBCOMMANDS.get(number)
    if subcommand is None:
        raise CtapError(ERR.INVALID_SUBCOMMAND)
    return subcommand(key, parameters.within(2), authorised(key, parameters))


def authorised(key: SimulatedKey, parameters: Parameters) -> PinUvAuthToken:
    if 4 not in parameters:
        raise CtapError(ERR.PUAT_REQUIRED)
    about = cbor.encode(parameters.required(2, dict)) if 2 in parameters else b""
    return require(
        key,
        protocol=protocol_of(key, parameters, 3),
        message=bytes([parameters.required(1, int)]) + about,
        parameter=parameters.required(4, bytes),
        permission=Permission.CREDENTIAL_MANAGEMENT,
    )


def metadata(key: SimulatedKey, about: Parameters, granted: PinUvAuthToken) -> Answer:
    require_for_all(granted)
    existing = len(key.discoverable())
    return {1: existing, 2: key.profile.capacity - existing}


def relying_parties(key: SimulatedKey, about: Parameters, granted: PinUvAuthToken) -> Answer:
    require_for_all(granted)
    first_of_each = {each.rp_id_hash: each for each in reversed(key.discoverable())}
    answers = [{3: _rp_of(each), 4: each.rp_id_hash} for each in first_of_each.values()]
    return enumerated(key, answers, total=5, next_by=RPS_NEXT)


def _rp_of(credential: Credential) -> dict[str, str]:
    named = {"name": credential.rp_name} if credential.rp_name is not None else {}
    return {"id": credential.rp_id, **named}


def credentials(key: SimulatedKey, about: Parameters, granted: PinUvAuthToken) -> Answer:
    rp_id_hash = read_hash(about.required(1, bytes))
    require_for(granted, rp_id_hash)
    found = [each for each in key.discoverable() if each.rp_id_hash == rp_id_hash]
    answers = [_credential(each) for each in found]
    return enumerated(key, answers, total=9, next_by=CREDENTIALS_NEXT)


def _credential(credential: Credential) -> Answer:
    answer: Answer = {
        6: user_of(credential),
        7: described(credential),
        8: public_key(credential.algorithm, credential.private_key),
        0x0A: credential.protection,
        0x0C: credential.third_party_payment,
    }
    if credential.large_blob_key:
        answer[0x0B] = credential.large_blob_key
    return answer


def enumerated(key: SimulatedKey, answers: list[Answer], *, total: int, next_by: int) -> Answer:
    """The first, with their number; the others wait for the subcommand `next_by`."""
    if not answers:
        raise CtapError(ERR.NO_CREDENTIALS)
    key.memory.enumerated, key.memory.enumerated_by = answers[1:], next_by
    return {**answers[0], total: len(answers)}


def enumerated_next(key: SimulatedKey, number: int) -> Answer:
    if key.memory.enumerated_by != number or not key.memory.enumerated:
        raise CtapError(ERR.NOT_ALLOWED)
    return key.memory.enumerated.pop(0)


def delete(key: SimulatedKey, about: Parameters, granted: PinUvAuthToken) -> Answer:
    credential = _named(key, about, granted)
    key.storage.credentials.remove(credential)
    key.save()
    return {}


def update_user(key: SimulatedKey, about: Parameters, granted: PinUvAuthToken) -> Answer:
    """Names that are not given are gone (CTAP §6.8.6)."""
    credential = _named(key, about, granted)
    updated = replace(credential, **read_user(Parameters(about.required(3, dict))))
    if updated.user_id != credential.user_id:
        raise CtapError(ERR.INVALID_PARAMETER)
    place = key.storage.credentials.index(credential)
    key.storage.credentials[place] = updated
    key.save()
    return {}


def _named(key: SimulatedKey, about: Parameters, granted: PinUvAuthToken) -> Credential:
    _kind, credential_id = descriptor(Parameters(about.required(2, dict)))
    for credential in key.discoverable():
        if credential.credential_id == credential_id:
            require_for(granted, credential.rp_id_hash)
            return credential
    raise CtapError(ERR.NO_CREDENTIALS)


def require_for_all(granted: PinUvAuthToken) -> None:
    if granted.rp_id is not None:
        raise CtapError(ERR.PIN_AUTH_INVALID)


def require_for(granted: PinUvAuthToken, rp_id_hash: bytes) -> None:
    if granted.rp_id is not None and hash_of(granted.rp_id) != rp_id_hash:
        raise CtapError(ERR.PIN_AUTH_INVALID)


SUBCOMMANDS = {
    0x01: metadata,
    0x02: relying_parties,
    0x04: credentials,
    0x06: delete,
    0x07: update_user,
}
