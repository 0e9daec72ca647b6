"""Attestation statements: what a key says about itself, and whether that is true.

WebAuthn L3 §8, one module a format. Whether anybody trusts the certificates is not asked here:
that is `trust.py`, with the roots of the key's model.

    verify_statement    the statement holds for this authenticator data, or the answer is refused
"""

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType
from typing import Any

from ..authenticator_data import AuthenticatorData
from ..refusal import Refused
from . import android_key, apple, compound, fido_u2f, none, packed, safetynet, tpm
from .attested import Attested, Subject

Verifier = Callable[[Any, Subject], Attested]
Formats = Mapping[str, Verifier]

FORMATS: Formats = MappingProxyType(
    {
        "none": none.verify,
        "packed": packed.verify,
        "fido-u2f": fido_u2f.verify,
        "tpm": tpm.verify,
        "apple": apple.verify,
        "android-key": android_key.verify,
    }
)
# Google has withdrawn SafetyNet: it proves nothing today, but recordings of it can be judged.
FORMATS_OF_THE_STANDARD: Formats = MappingProxyType(
    {**FORMATS, "android-safetynet": safetynet.verify}
)


def verify_statement(
    *,
    format: str,
    statement: Any,
    data: AuthenticatorData,
    client_data_hash: bytes,
    formats: Formats = FORMATS,
) -> Attested:
    """The attestation type and the certificates, leaf first, not yet trusted.

    `statement` is `attStmt` as read from CBOR; compound ones are made of `formats`.
    Raises `Refused` with step 7.1.21 for a format that is not known, 7.1.22 for a statement that
    does not hold.
    """
    subject = Subject(data, client_data_hash)
    try:
        if format == "compound":
            return compound.verify(statement, partial(_verify_one, formats, subject))
        return _verify_one(formats, subject, format, statement)
    except Refused:
        raise
    except Exception as error:
        # An attestation check that breaks means no, whatever a certificate did to break it.
        raise Refused(step="7.1.22", reason="attestation") from error


def _verify_one(formats: Formats, subject: Subject, name: str, statement: Any) -> Attested:
    # §7.1 step 21: known by its exact name
    verify = formats.get(name)
    if verify is None:
        raise Refused(step="7.1.21", reason="attestation_format")
    return verify(statement, subject)


__all__ = [
    "FORMATS",
    "FORMATS_OF_THE_STANDARD",
    "Attested",
    "Formats",
    "Subject",
    "Verifier",
    "verify_statement",
]
