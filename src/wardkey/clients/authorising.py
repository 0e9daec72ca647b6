"""A client's request is granted, or it is said what is missing (OpenID Connect Core §3.1.2).

    judge             what has to happen before: log in, say as whom, prove more, agree; or nothing
    granted           a code for the client, good once and for a minute
    grant_made        for a code that the client has already
    record_refused    for the audit trail
    record_refused_often
                      how many more there were than it has

What a request asks for is only ever added to what the client's registration and the organisation
ask: whoever changes a request on its way gets no easier way in.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from django.db import transaction

from ..audit import events, log
from ..base import clock, codes
from ..keys.queries import keys_in_use_of
from ..organisations.models import Organisation
from ..organisations.queries import root
from ..people.models import Person
from ..sessions import lifetime
from ..sessions.levels import Level
from ..sessions.models import Session
from . import consents, id_tokens
from .asked import Asked
from .assurance import Assurance, at_least
from .models import Client, Grant
from .refusals import ClientRefused
from .signed_in_how import Facts, acr_told, assurance_with, facts_of, needed
from .uses import SpokenFor, spoken_for

CODE_HOLDS = timedelta(minutes=1)
# What opened such a session can be shown again in it.
PROVED_AGAIN = [Level.KEY, Level.APP, Level.PASSWORD]


class Step(Enum):
    """What the person has to do before the client is answered."""

    NOTHING = "nothing"
    LOG_IN = "log_in"
    CHOOSE = "choose"
    PROVE = "prove"
    PROVE_WITH_KEY = "prove_with_key"
    AGREE = "agree"


# What a request that must ask nobody is refused with instead.
UNASKED = {
    Step.LOG_IN: "login_required",
    Step.CHOOSE: "account_selection_required",
    Step.PROVE: "login_required",
    Step.PROVE_WITH_KEY: "login_required",
    Step.AGREE: "interaction_required",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A request at the moment at which somebody signed in comes with it. `asked_at` is when it came
    first; `chose` and `agreed` whether they said so since."""

    client: Client
    asked: Asked
    asked_at: datetime
    session: Session
    in_view: Organisation | None
    chose: bool = False
    agreed: bool = False

    @property
    def person(self) -> Person:
        return self.session.person


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """`spoken_for` and `facts` are what a grant is made from once nothing is owed."""

    step: Step
    spoken_for: SpokenFor
    facts: Facts


def judge(visit: Visit) -> Judged:
    """Raises ClientRefused: access_denied where none of the person's organisations uses the client,
    unmet_authentication_requirements where they have nothing to prove with what is asked."""
    place = spoken_for(visit.client, visit.person, in_view=visit.in_view)
    if place is None:
        raise ClientRefused(
            "access_denied", "The person's organisation does not use this client.", cause="use"
        )
    facts = facts_of(visit.session)
    step = _step_owed(visit, place, facts)
    if step is not Step.NOTHING and "none" in visit.asked.prompts:
        raise ClientRefused(UNASKED[step], "The person has to be asked.", cause="prompt_none")
    return Judged(step=step, spoken_for=place, facts=facts)


def _step_owed(visit: Visit, place: SpokenFor, facts: Facts) -> Step:
    if _must_log_in(visit):
        return Step.LOG_IN
    if "select_account" in visit.asked.prompts and not visit.chose:
        return Step.CHOOSE
    wanted = needed(place.assurance, visit.asked.acr_values)
    if not at_least(facts.assurance, wanted):
        return _step_to(wanted, visit, facts)
    if _is_too_long_ago(visit, facts):
        return _step_to_prove_again(visit, facts)
    if not visit.agreed and _has_to_agree(visit):
        return Step.AGREE
    return Step.NOTHING


def _step_to_prove_again(visit: Visit, facts: Facts) -> Step:
    """The same that was proved: less would not make it fresh."""
    if facts.key_id is not None:
        return Step.PROVE_WITH_KEY
    return Step.PROVE if visit.session.level in PROVED_AGAIN else Step.LOG_IN


def _must_log_in(visit: Visit) -> bool:
    """Anew, with everything; or as somebody else than who is here."""
    is_fresh = visit.session.started_at >= visit.asked_at
    if "login" in visit.asked.prompts and not is_fresh:
        return True
    if _is_for(visit, str(visit.person.oidc_subject)):
        return False
    if is_fresh:
        raise ClientRefused("login_required", "Somebody else logged in.", cause="subject")
    return True


def _is_for(visit: Visit, subject: str) -> bool:
    asked = visit.asked
    if asked.subject and asked.subject != subject:
        return False
    if not asked.id_token_hint:
        return True
    hint = id_tokens.id_token_read(asked.id_token_hint)
    if hint is None:
        raise ClientRefused("invalid_request", "id_token_hint is not ours.", cause="id_token")
    return hint.subject == subject


def _step_to(wanted: Assurance, visit: Visit, facts: Facts) -> Step:
    """Up to what is asked for, where the person has what it takes. What was proved since the
    request came is all that they have."""
    has_tried = facts.key_id is not None and facts.at >= visit.asked_at
    if not has_tried and _may_prove(visit.person, wanted):
        return Step.PROVE_WITH_KEY
    raise ClientRefused(
        "unmet_authentication_requirements",
        "The person has no token with which to log in as is asked.",
        cause="acr",
    )


def _may_prove(person: Person, wanted: Assurance) -> bool:
    keys = keys_in_use_of(person) if at_least(wanted, Assurance.KEY) else []
    return any(at_least(assurance_with(key), wanted) for key in keys)


def _is_too_long_ago(visit: Visit, facts: Facts) -> bool:
    """A proof given since the request came is fresh enough for any max_age, also for 0."""
    if visit.asked.max_age is None or facts.at >= visit.asked_at:
        return False
    return clock.now() - facts.at > timedelta(seconds=visit.asked.max_age)


def _has_to_agree(visit: Visit) -> bool:
    if "consent" in visit.asked.prompts:
        return True
    return consents.is_asked(visit.client, visit.person, visit.asked.scopes)


def granted(visit: Visit, judged: Judged) -> str:
    """The code. Raises NotSignedIn."""
    code = codes.new_secret()
    with transaction.atomic():
        ends_at = clock.now() + CODE_HOLDS
        grant_made(visit, judged, code_hash=codes.hashed(code), code_ends_at=ends_at)
        _keep_agreed(visit)
    return code


def _keep_agreed(visit: Visit) -> None:
    """For the next time. A yes to a device is none to an address, and is asked for each time."""
    if visit.agreed and consents.is_asked(visit.client, visit.person, visit.asked.scopes):
        consents.give(client=visit.client, person=visit.person, scopes=visit.asked.scopes)


def grant_made(visit: Visit, judged: Judged, *, code_hash: bytes, code_ends_at: datetime) -> Grant:
    """In one transaction with the session's row, so that one that ends at this moment ends this
    too. Raises NotSignedIn."""
    session = lifetime.require_live(visit.session.pk)
    lifetime.owe_logout(session)
    grant = _made(visit, judged, code_hash, code_ends_at)
    log.record(
        events.CLIENT_SIGNED_IN,
        actor=log.person(visit.person),
        holder_id=visit.person.pk,
        organisation_id=grant.organisation_id,
        client=str(visit.client.pk),
        name=visit.client.name,
        assurance=grant.assurance,
        acr=grant.acr,
    )
    return grant


def _made(visit: Visit, judged: Judged, code_hash: bytes, code_ends_at: datetime) -> Grant:
    asked, facts = visit.asked, judged.facts
    return Grant.objects.create(
        client=visit.client,
        person=visit.person,
        session=visit.session,
        organisation=judged.spoken_for.organisation,
        key_id=facts.key_id,
        scopes=asked.scopes,
        claims=asked.claims,
        acr=acr_told(facts, asked.insisted),
        amr=facts.amr,
        assurance=facts.assurance,
        authenticated_at=facts.at,
        nonce=asked.nonce,
        redirect_uri=asked.redirect_uri,
        code_challenge=asked.code_challenge,
        code_hash=code_hash,
        code_ends_at=code_ends_at,
        made_at=clock.now(),
    )


def record_refused(
    refused: ClientRefused | None,
    *,
    client: Client | None,
    cause: str,
    person: Person | None = None,
) -> None:
    """For the audit trail: what a client, or somebody in its name, was refused, and why."""
    log.record(
        events.CLIENT_REFUSED,
        actor=log.person(person) if person else log.NOBODY,
        holder_id=person.pk if person else None,
        organisation_id=client.organisation_id if client else None,
        client=str(client.pk) if client else "",
        name=client.name if client else "",
        error=refused.error if refused else "",
        reason=cause,
    )


def record_refused_often(client: Client | None, *, times: int, address: str) -> None:
    """Where no application is named, for whoever reads the trail of the whole portal."""
    whose = client.organisation if client else root()
    log.record(
        events.CLIENT_REFUSED_OFTEN,
        actor=log.NOBODY,
        organisation_id=whose.pk if whose else None,
        client=str(client.pk) if client else "",
        name=client.name if client else "",
        times=times,
        address=address,
    )
