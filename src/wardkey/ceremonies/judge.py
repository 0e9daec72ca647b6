"""Recorded ceremonies judged again: why was this answer refused, and would the standard refuse it?

    judge        a verdict for each ceremony of a recording
    OUR_POLICY   as the portal judges: what it offers and what it always asks for
    STANDARD     as WebAuthn alone would: every algorithm, every format, user verification as asked

A recording is a JSON list of objects: `id`, `kind` (registration or authentication), `rp_id`,
`origin` or `allowed_origins`, `challenge_b64url`, `credential` (the answer, as an object or as the
text that came in), for a sign-in `stored_public_key_b64url` and `stored_sign_count`, and where
known `user_verification` and `registered_flags`. What it does not tell is not compared.

Neither set of rules refuses for want of trust: the roots of the key's model are needed for that,
which keymodels/ has. So dates and anchors (`at_time`, `trust_anchor`) decide nothing here.
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from . import authentication, base64url, cose, registration, strict_cbor, strict_json
from .authenticator_data import BACKUP_ELIGIBLE
from .refusal import Refused
from .statements import FORMATS, FORMATS_OF_THE_STANDARD, Formats

Verdict = dict[str, Any]


class Unreadable(ValueError):
    """The recording as a whole is not JSON, or no list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """`requires_user_verification` is asked with what the recording says was asked for."""

    algorithms: tuple[int, ...]
    formats: Formats
    requires_user_verification: Callable[[str], bool]


OUR_POLICY = Rules(
    algorithms=cose.OFFERED,
    formats=FORMATS,
    requires_user_verification=lambda _asked: True,
)
STANDARD = Rules(
    algorithms=cose.EVERY_ALGORITHM,
    formats=FORMATS_OF_THE_STANDARD,
    requires_user_verification=lambda asked: asked == "required",
)


def judge(recording: str | bytes, *, rules: Rules) -> Iterator[Verdict]:
    """`{"id", "accepted", "step", "reason"}` for each ceremony, in order; JSON values throughout.

    `step` and `reason` are None where it was accepted; `step` is "parse" where the ceremony or its
    answer could not be read. Raises `Unreadable`.
    """
    for ceremony in _read(recording):
        yield _verdict(ceremony, rules)


def _read(recording: str | bytes) -> list[Any]:
    try:
        ceremonies = json.loads(recording, object_pairs_hook=_without_repeats)
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"not a JSON recording: {error}") from error
    if not isinstance(ceremonies, list):
        raise Unreadable("not a JSON list of ceremonies")
    return ceremonies


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice in one object")
    return found


def _verdict(ceremony: Any, rules: Rules) -> Verdict:
    verdict: Verdict = {"id": _name_of(ceremony), "accepted": True, "step": None, "reason": None}
    try:
        _require_holds(ceremony, rules)
    except Refused as refusal:
        verdict |= {"accepted": False, "step": refusal.step, "reason": refusal.reason}
    return verdict


def _name_of(ceremony: Any) -> str | int | None:
    """Handed back as it came; an id of another kind might be none that JSON can be written with."""
    name = ceremony.get("id") if isinstance(ceremony, Mapping) else None
    return name if isinstance(name, str | int) else None


def _require_holds(ceremony: Any, rules: Rules) -> None:
    if not isinstance(ceremony, Mapping):
        raise _malformed()
    kind = ceremony.get("kind")
    if kind == "registration":
        _require_registration(ceremony, rules)
    elif kind == "authentication":
        _require_authentication(ceremony, rules)
    else:
        raise _malformed()


def _require_registration(ceremony: Mapping[str, Any], rules: Rules) -> None:
    expected = registration.Expected(
        **_asked(ceremony, rules), algorithms=rules.algorithms, formats=rules.formats
    )
    registration.verify(_answer(ceremony), expected)


def _require_authentication(ceremony: Mapping[str, Any], rules: Rules) -> None:
    answer = _answer(ceremony)
    stored = _stored_credential(ceremony, answer)
    _require_offered(stored.public_key, rules)
    expected = authentication.Expected(
        **_asked(ceremony, rules), user_handle=None, credential=stored
    )
    authentication.verify(answer, expected)


def _answer(ceremony: Mapping[str, Any]) -> dict[str, Any]:
    """The answer through the reader that the portal reads it with."""
    credential = ceremony.get("credential")
    if isinstance(credential, str):
        return strict_json.read_object(credential)
    try:
        return strict_json.read_object(json.dumps(credential))
    except RecursionError as error:
        raise _malformed() from error


def _asked(ceremony: Mapping[str, Any], rules: Rules) -> dict[str, Any]:
    challenge = base64url.decode(ceremony.get("challenge_b64url"))
    verification = _text(ceremony.get("user_verification") or "preferred")
    return {
        "challenge_sha256": hashlib.sha256(challenge).digest(),
        "rp_id": _text(ceremony.get("rp_id")),
        "origins": frozenset(_origins(ceremony)),
        "user_verification_required": rules.requires_user_verification(verification),
    }


def _origins(ceremony: Mapping[str, Any]) -> list[str]:
    origins = ceremony.get("allowed_origins") or [ceremony.get("origin")]
    if not isinstance(origins, list):
        raise _malformed()
    return [_text(origin) for origin in origins]


def _stored_credential(
    ceremony: Mapping[str, Any], answer: Mapping[str, Any]
) -> authentication.StoredCredential:
    """The record as told; its credential id is that of the answer, for want of another."""
    flags = ceremony.get("registered_flags")
    return authentication.StoredCredential(
        credential_id=base64url.decode(answer.get("rawId")),
        public_key=base64url.decode(ceremony.get("stored_public_key_b64url")),
        sign_count=_number(ceremony.get("stored_sign_count") or 0),
        backup_eligible=None if flags is None else bool(_number(flags) & BACKUP_ELIGIBLE),
    )


def _require_offered(public_key: bytes, rules: Rules) -> None:
    """The credential could have been registered (§7.1 step 20)."""
    key = strict_cbor.read(public_key)
    if not isinstance(key, Mapping) or key.get(cose.ALGORITHM) not in rules.algorithms:
        raise Refused(step="7.1.20", reason="algorithm")


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise _malformed()
    return value


def _number(value: Any) -> int:
    if type(value) is not int:
        raise _malformed()
    return value


def _malformed() -> Refused:
    return Refused(step="parse", reason="malformed")
