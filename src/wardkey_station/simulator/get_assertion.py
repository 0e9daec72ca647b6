"""authenticatorGetAssertion and authenticatorGetNextAssertion (CTAP §6.2.2 and §6.3).

1. a platform that only looks for the key that is touched is done here
2. was the user verified, or does it go without?
3. which credentials: those of the list, or all that are discoverable
4. a touch, unless none is asked for
5. the first is asserted, and the key remembers the others for 30 seconds

Parameters: 1 rpId, 2 clientDataHash, 3 allowList, 4 extensions, 5 options, 6 pinUvAuthParam,
7 its protocol.
"""

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

from fido2.ctap import STATUS, CtapError

from .authenticator_data import authenticator_data, flags_of
from .credentials import credential_ids, described, discovered, named, read_hash, user_of
from .extensions import asserted_extensions
from .key import SimulatedKey, hash_of
from .parameters import Parameters
from .pin_uv_auth import Permission, used_up
from .presence import touched
from .signing import sign
from .state import Credential
from .verification import chosen_by_touch, require_options, verified

ERR = CtapError.ERR
Answer = dict[int, Any]
PIN_UV_AUTH_PARAM = 6
NEXT_WITHIN_S = 30


@dataclass
class Assertions:
    """What was asked, and the credentials that getNextAssertion still has."""

    client_data_hash: bytes
    rp_id_hash: bytes
    extensions: Parameters
    is_present: bool
    is_verified: bool
    remaining: list[Credential]
    since: float


def get_assertion(key: SimulatedKey, parameters: Parameters) -> Generator[STATUS, None, Answer]:
    yield from chosen_by_touch(key, parameters, parameter=PIN_UV_AUTH_PARAM)
    rp_id = parameters.required(1, str)
    client_data_hash = read_hash(parameters.required(2, bytes))
    wants_presence = required_presence(parameters)
    is_verified = verified(
        key,
        parameters,
        parameter=PIN_UV_AUTH_PARAM,
        message=client_data_hash,
        permission=Permission.GET_ASSERTION,
        rp_id=rp_id,
    )
    if key.storage.always_uv and wants_presence and not is_verified:
        raise CtapError(ERR.PUAT_REQUIRED)
    found = applicable(key, parameters, rp_id_hash=hash_of(rp_id), is_verified=is_verified)
    if wants_presence:
        yield from touched(key)
        used_up(key)
    asked = Assertions(
        client_data_hash=client_data_hash,
        rp_id_hash=hash_of(rp_id),
        extensions=parameters.within(4),
        is_present=wants_presence,
        is_verified=is_verified,
        remaining=found[1:],
        since=key.clock.now(),
    )
    answer = asserted(key, found[0], asked)
    if len(found) > 1:
        key.memory.assertions = asked
        answer[5] = len(found)
    return answer


def required_presence(parameters: Parameters) -> bool:
    options = parameters.within(5)
    require_options(options)
    if "rk" in options:
        raise CtapError(ERR.UNSUPPORTED_OPTION)
    wants_presence = options.optional("up", bool) is not False
    extensions = parameters.within(4)
    if extensions.optional("largeBlobKey", bool) is False:
        raise CtapError(ERR.INVALID_OPTION)
    if "hmac-secret" in extensions and not wants_presence:
        raise CtapError(ERR.UNSUPPORTED_OPTION)
    return wants_presence


def applicable(
    key: SimulatedKey, parameters: Parameters, *, rp_id_hash: bytes, is_verified: bool
) -> list[Credential]:
    """Of a list, the first alone that the key has; NO_CREDENTIALS where there is none."""
    ids = credential_ids(parameters, 3)
    if ids:
        found = named(key, ids, rp_id_hash=rp_id_hash, is_verified=is_verified)[:1]
    elif parameters.list_of(3, dict):
        found = []
    else:
        found = discovered(key, rp_id_hash=rp_id_hash, is_verified=is_verified)
    if not found:
        raise CtapError(ERR.NO_CREDENTIALS)
    return found


def asserted(key: SimulatedKey, credential: Credential, asked: Assertions) -> Answer:
    extensions = asserted_extensions(
        key, credential, asked.extensions, is_verified=asked.is_verified
    )
    data = authenticator_data(
        asked.rp_id_hash,
        flags=flags_of(is_present=asked.is_present, is_verified=asked.is_verified),
        sign_count=key.next_sign_count(),
        extensions=extensions,
    )
    signature = sign(credential.algorithm, credential.private_key, data + asked.client_data_hash)
    answer: Answer = {1: described(credential), 2: data, 3: signature}
    if credential.discoverable:
        # Names are for a user who was verified (CTAP §6.2.2 step 13).
        answer[4] = user_of(credential) if asked.is_verified else {"id": credential.user_id}
    if credential.large_blob_key and asked.extensions.optional("largeBlobKey", bool):
        answer[7] = credential.large_blob_key
    return answer


def get_next_assertion(key: SimulatedKey, parameters: Parameters) -> Answer:
    asked, now = key.memory.assertions, key.clock.now()
    if asked is None or not asked.remaining or now - asked.since > NEXT_WITHIN_S:
        raise CtapError(ERR.NOT_ALLOWED)
    asked.since = now
    return asserted(key, asked.remaining.pop(0), asked)
