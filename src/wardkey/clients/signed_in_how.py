"""How somebody proved who they are, in the words that clients know, and never more than is known.

    assurance_with  a key
    facts_of        of a session, with the newest proof that was given in it for clients
    asked_for       the assurance that the acr values of a request stand for
    acr_told        as which of them a client learns it

acr values are those of the OpenID Connect Extended Authentication Profile: `phr`, resistant to
phishing, and `phrh`, with a key of a proved model that keeps it in hardware. amr values are those
of RFC 8176; it has no word for printed codes and day passes, so that these are told as `mfa` alone.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from ..keymodels.attestation import Proved
from ..keymodels.catalogue import PIN, is_hardware, model_with_id
from ..keys.models import SecurityKey, State
from ..people.administrators import Act
from ..people.deeds import Deed
from ..sessions.levels import Level
from ..sessions.models import Session, StepUp
from .assurance import Assurance, at_least, strictest

if TYPE_CHECKING:
    from ..keymodels.models import KeyModel

PHISHING_RESISTANT, IN_HARDWARE = "phr", "phrh"
ACR = {Assurance.KEY: PHISHING_RESISTANT, Assurance.HARDWARE_KEY: IN_HARDWARE}
ASSURANCE = {acr: assurance for assurance, acr in ACR.items()}
WITH_APP = frozenset({Level.APP})


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """`at` is when the person last proved just that: auth_time. `key_id` is with which key."""

    at: datetime
    assurance: Assurance
    amr: list[str]
    key_id: uuid.UUID | None = None

    @property
    def acr(self) -> str:
        return ACR.get(self.assurance, "")


def facts_of(session: Session) -> Facts:
    """A proof given with a key that was stopped since counts for nothing, also once it is in use
    again. What was proved with a key is as old as that key's own answer: a password that was typed
    since makes it no younger."""
    proofs = _proofs_in(session)
    in_use = _keys_in_use([session.key_id, *(proof.key_id for proof in proofs)])
    answered = [(proof.key_id, proof.proven_at) for proof in proofs]
    for key_id, at in [*answered, (session.key_id, session.started_at)]:
        key = in_use.get(key_id)
        # What ends with its key need not be asked since when that one is in use.
        if key and (key_id == session.key_id or key.state_since <= at):
            return _with_key(key, at)
    at = max([session.started_at, *(at for key_id, at in answered if key_id is None)])
    if session.level == Level.PASSWORD:
        return Facts(at=at, assurance=Assurance.PASSWORD, amr=["pwd"])
    otp = ["otp"] if session.level in WITH_APP else []
    return Facts(at=at, assurance=Assurance.SECOND_FACTOR, amr=["pwd", *otp, "mfa"])


def _keys_in_use(ids: Iterable[uuid.UUID | None]) -> dict[uuid.UUID | None, SecurityKey]:
    wanted = set(filter(None, ids))
    rows = SecurityKey.objects.filter(pk__in=wanted, state=State.ACTIVE) if wanted else ()
    return {key.pk: key for key in rows}


def deed_for(session: Session) -> Deed:
    """What somebody proves for clients, whichever asks."""
    return Deed(Act.PROVE_TO_APPLICATION, str(session.person_id))


def _proofs_in(session: Session) -> list[StepUp]:
    """The newest first."""
    proofs = StepUp.objects.filter(session=session, deed=str(deed_for(session)))
    return list(proofs.order_by("-proven_at"))


def _with_key(key: SecurityKey, at: datetime) -> Facts:
    """The portal asked for user presence and user verification; how the key verified its user it
    knows only where the key's model has one way."""
    model = _hardware_of(key)
    amr = ["pwd", "hwk" if model else "pop", "user", "mfa"]
    if model and _verifies_by_pin_alone(model):
        amr.append("pin")
    return Facts(at=at, assurance=_assured_by(model), amr=amr, key_id=key.pk)


def assurance_with(key: SecurityKey) -> Assurance:
    return _assured_by(_hardware_of(key))


def _assured_by(model: "KeyModel | None") -> Assurance:
    return Assurance.HARDWARE_KEY if model else Assurance.KEY


def _hardware_of(key: SecurityKey) -> "KeyModel | None":
    """The key's model, where it is proved and the key cannot leave it. What may be backed up is on
    other devices too, whatever its model (WebAuthn L3 §6.1.3)."""
    is_attested = Proved.from_json(key.proved["model"]).attested and key.doubted_since is None
    if not is_attested or key.backup_eligible or key.model_id is None:
        return None
    model = model_with_id(key.model_id)
    return model if model and is_hardware(model) else None


def _verifies_by_pin_alone(model: "KeyModel") -> bool:
    ways = set(model.user_verification) - {"presence_internal", "none"}
    return bool(ways) and ways <= PIN


def asked_for(acr_values: Iterable[str]) -> Assurance:
    """Of several the least will do (OpenID Connect Core §3.1.2.1); what is not known asks for
    nothing."""
    known = [ASSURANCE[value] for value in acr_values if value in ASSURANCE]
    return min(known, key=list(Assurance).index, default=Assurance.PASSWORD)


def acr_told(facts: Facts, insisted: Iterable[str]) -> str:
    """What is so; or one of those that a client insists on, where that is so too."""
    met = [
        value
        for value in insisted
        if value in ASSURANCE and at_least(facts.assurance, ASSURANCE[value])
    ]
    return met[0] if met and facts.acr not in met else facts.acr


def needed(assurance: str, acr_values: Iterable[str]) -> Assurance:
    return Assurance(strictest([assurance, asked_for(acr_values)]))
