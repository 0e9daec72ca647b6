"""authenticatorMakeCredential (CTAP §6.1.2): a credential comes into being.

1. a platform that only looks for the key that is touched is done here
2. an algorithm, the options, enterprise attestation: known here, allowed, entitled?
3. was the user verified, or may it go without?
4. is a credential that is to be excluded in this key?
5. a touch; then the token serves for large blobs alone
6. the extensions, the key pair, the place in the key
7. authenticator data, and what attests it

Parameters: 1 clientDataHash, 2 rp, 3 user, 4 pubKeyCredParams, 5 excludeList, 6 extensions,
7 options, 8 pinUvAuthParam, 9 its protocol, 10 enterpriseAttestation, 11 (CTAP 2.2) formats.
"""

import os
from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

from fido2.ctap import STATUS, CtapError

from . import statements
from .authenticator_data import attested_credential_data, authenticator_data, flags_of
from .credentials import PUBLIC_KEY, credential_ids, keep, named, next_made, read_hash, read_user
from .extensions import new_extensions, require_inputs
from .key import SimulatedKey, Waiting, hash_of
from .parameters import Parameters, of_kind
from .pin_uv_auth import Permission, used_up
from .presence import touched
from .signing import ALGORITHMS, new_private_key
from .state import Credential
from .verification import chosen_by_touch, require_options, verified

ERR = CtapError.ERR
Answer = dict[int, Any]
PIN_UV_AUTH_PARAM = 8


@dataclass(frozen=True)
class Asked:
    client_data_hash: bytes
    rp_id: str
    algorithm: int
    is_discoverable: bool
    is_enterprise: bool
    is_verified: bool


def make_credential(key: SimulatedKey, parameters: Parameters) -> Generator[STATUS, None, Answer]:
    yield from chosen_by_touch(key, parameters, parameter=PIN_UV_AUTH_PARAM)
    asked = require_allowed(key, parameters)
    yield from require_none_excluded(key, parameters, asked)
    yield from touched(key)
    used_up(key)
    credential = new_credential(parameters, asked, made=next_made(key))
    outputs = new_extensions(key, credential, parameters.within(6), is_verified=asked.is_verified)
    keep(key, credential)
    data = authenticator_data(
        credential.rp_id_hash,
        flags=flags_of(is_present=True, is_verified=asked.is_verified),
        sign_count=key.next_sign_count(),
        extensions=outputs,
        attested=attested_credential_data(key.profile.aaguid, credential),
    )
    format, statement = statements.stated(
        key,
        credential,
        data + asked.client_data_hash,
        is_enterprise=asked.is_enterprise,
        wanted=parameters.list_of(11, str),
    )
    answer: Answer = {1: format, 2: data, 3: statement}
    if asked.is_enterprise:
        answer[4] = True
    if credential.large_blob_key:
        answer[5] = credential.large_blob_key
    return answer


def require_allowed(key: SimulatedKey, parameters: Parameters) -> Asked:
    client_data_hash = read_hash(parameters.required(1, bytes))
    rp_id = Parameters(parameters.required(2, dict)).required("id", str)
    read_user(Parameters(parameters.required(3, dict)))
    algorithm = first_supported(parameters.required(4, list))
    options = parameters.within(7)
    require_options(options)
    if options.optional("up", bool) is False:
        raise CtapError(ERR.INVALID_OPTION)
    is_discoverable = bool(options.optional("rk", bool))
    is_enterprise = entitled_to_enterprise(key, parameters, rp_id)
    is_verified = verified(
        key,
        parameters,
        parameter=PIN_UV_AUTH_PARAM,
        message=client_data_hash,
        permission=Permission.MAKE_CREDENTIAL,
        rp_id=rp_id,
    )
    if not is_verified:
        require_no_verification(key, is_discoverable=is_discoverable)
    require_inputs(parameters.within(6), is_discoverable=is_discoverable)
    return Asked(client_data_hash, rp_id, algorithm, is_discoverable, is_enterprise, is_verified)


def first_supported(listed: list[Any]) -> int:
    """Each member is looked at, also behind the one that is taken (CTAP §6.1.2 step 3)."""
    read = [Parameters(of_kind(dict, each)) for each in listed]
    pairs = [(each.required("type", str), each.required("alg", int)) for each in read]
    for kind, algorithm in pairs:
        if kind == PUBLIC_KEY and algorithm in ALGORITHMS:
            return algorithm
    raise CtapError(ERR.UNSUPPORTED_ALGORITHM)


def entitled_to_enterprise(key: SimulatedKey, parameters: Parameters, rp_id: str) -> bool:
    """1 asks the key's own list of relying parties, 2 trusts the platform's (CTAP §7.1.2)."""
    asked = parameters.optional(10, int)
    if asked is None:
        return False
    if not key.storage.enterprise_attestation:
        raise CtapError(ERR.INVALID_PARAMETER)
    if asked not in (1, 2):
        raise CtapError(ERR.INVALID_OPTION)
    return asked == 2 or rp_id in key.profile.enterprise_rp_ids


def require_no_verification(key: SimulatedKey, *, is_discoverable: bool) -> None:
    """makeCredUvNotRqd: one that is not discoverable may be made without a PIN that is set."""
    if key.storage.always_uv or (key.has_pin_set and is_discoverable):
        raise CtapError(ERR.PUAT_REQUIRED)


def require_none_excluded(key: SimulatedKey, parameters: Parameters, asked: Asked) -> Waiting:
    """It waits for a touch in either case, so that nobody tries lists behind the holder's back."""
    ids, rp_id_hash = credential_ids(parameters, 5), hash_of(asked.rp_id)
    if not named(key, ids, rp_id_hash=rp_id_hash, is_verified=asked.is_verified):
        return
    try:
        yield from touched(key)
    except CtapError as no_touch:
        if no_touch.code == ERR.KEEPALIVE_CANCEL:
            raise
    raise CtapError(ERR.CREDENTIAL_EXCLUDED)


def new_credential(parameters: Parameters, asked: Asked, *, made: int) -> Credential:
    return Credential(
        credential_id=os.urandom(32),
        algorithm=asked.algorithm,
        private_key=new_private_key(asked.algorithm),
        rp_id_hash=hash_of(asked.rp_id),
        rp_id=asked.rp_id,
        rp_name=parameters.within(2).optional("name", str),
        made=made,
        discoverable=asked.is_discoverable,
        random_with_uv=os.urandom(32),
        random_without_uv=os.urandom(32),
        **read_user(parameters.within(3)),
    )
