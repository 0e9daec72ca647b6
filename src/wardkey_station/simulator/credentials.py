"""Credentials in the key: named in a list, found for a relying party, shown to a platform."""

from typing import Any

from fido2.ctap import CtapError

from .information import MAX_CREDENTIALS_IN_LIST
from .key import SimulatedKey
from .parameters import Parameters, of_kind
from .state import Credential

ERR = CtapError.ERR
PUBLIC_KEY = "public-key"
WITH_UV_OR_ID, WITH_UV = 2, 3  # CTAP §12.1.1, credProtect


def credential_ids(parameters: Parameters, name: int) -> list[bytes]:
    """Of a list of PublicKeyCredentialDescriptors. Other types than public-key are passed over."""
    listed = parameters.list_of(name, dict)
    if len(listed) > MAX_CREDENTIALS_IN_LIST:
        raise CtapError(ERR.LIMIT_EXCEEDED)
    read = [descriptor(Parameters(each)) for each in listed]
    return [credential_id for kind, credential_id in read if kind == PUBLIC_KEY]


def descriptor(parameters: Parameters) -> tuple[str, bytes]:
    return parameters.required("type", str), parameters.required("id", bytes)


def named(
    key: SimulatedKey, ids: list[bytes], *, rp_id_hash: bytes, is_verified: bool
) -> list[Credential]:
    """Those of the list that this key has, as far as their protection lets them be seen."""
    return [
        each
        for each in key.storage.credentials
        if each.credential_id in ids
        and each.rp_id_hash == rp_id_hash
        and (is_verified or each.protection < WITH_UV)
    ]


def discovered(key: SimulatedKey, *, rp_id_hash: bytes, is_verified: bool) -> list[Credential]:
    """The newest first."""
    found = [
        each
        for each in key.discoverable()
        if each.rp_id_hash == rp_id_hash and (is_verified or each.protection < WITH_UV_OR_ID)
    ]
    return sorted(found, key=lambda each: each.made, reverse=True)


def keep(key: SimulatedKey, credential: Credential) -> None:
    """A discoverable one replaces that of the same user. KEY_STORE_FULL where there is no room."""
    others = [each for each in key.storage.credentials if not _is_replaced(each, credential)]
    room = key.profile.capacity - sum(each.discoverable for each in others)
    if credential.discoverable and room <= 0:
        raise CtapError(ERR.KEY_STORE_FULL)
    key.storage.credentials = [*others, credential]
    key.save()


def _is_replaced(old: Credential, new: Credential) -> bool:
    same = (old.rp_id_hash, old.user_id) == (new.rp_id_hash, new.user_id)
    return old.discoverable and new.discoverable and same


def next_made(key: SimulatedKey) -> int:
    return 1 + max((each.made for each in key.storage.credentials), default=0)


def described(credential: Credential) -> dict[str, Any]:
    return {"id": credential.credential_id, "type": PUBLIC_KEY}


def user_of(credential: Credential) -> dict[str, Any]:
    names = {"name": credential.user_name, "displayName": credential.user_display_name}
    given = {name: value for name, value in names.items() if value is not None}
    return {"id": credential.user_id, **given}


def read_user(user: Parameters) -> dict[str, Any]:
    """As the fields of a Credential. INVALID_LENGTH where the id has not 1 to 64 bytes."""
    user_id = user.required("id", bytes)
    if not 1 <= len(user_id) <= 64:
        raise CtapError(ERR.INVALID_LENGTH)
    return {
        "user_id": user_id,
        "user_name": user.optional("name", str),
        "user_display_name": user.optional("displayName", str),
    }


def read_hash(value: object) -> bytes:
    """Of SHA-256."""
    hashed = of_kind(bytes, value)
    if len(hashed) != 32:
        raise CtapError(ERR.INVALID_LENGTH)
    return hashed
