"""What was taken away since a copy is taken away again; what was given since is told.

    replay        each entry of the export, in its order; in the transaction of the restoring
    TAKEN_AWAY    the events that take something away, and by what they are applied
    TO_LOOK_AT    those that gave something, or changed what cannot be known: for a person. A first
                  token did both: it was given, and took away that the password was enough
    NOTHING_LEFT  those whose object ended with the copy (cutting_off.py), or that open nothing

Someone who was stopped and resumed since stays stopped: a list that asks somebody to look once too
often is better than a way in that nobody looked at.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from ...audit import events, log
from ...audit.events import Event
from . import taken_away, taken_from_programs, told
from .told import Told

TAKEN_AWAY: dict[Event, Callable[[Told], bool]] = {
    events.KEY_REGISTERED: taken_away.password_alone,
    events.KEY_HANDED_OVER: taken_away.password_alone,
    events.KEY_SUSPENDED: taken_away.key_stopped,
    events.KEY_ORPHANED: taken_away.key_stopped,
    events.KEY_REMOVED: taken_away.key_stopped,
    events.KEY_LAPSED: taken_away.key_stopped,
    events.PERSON_SUSPENDED: taken_away.person_suspended,
    events.PERSON_CLOSED: taken_away.person_closed,
    events.PERSON_ERASED: taken_away.person_erased,
    events.LEAVER_MARKED: taken_away.leaver_marked,
    events.ROLE_ENDED: taken_away.role_ended,
    events.ROLE_PUT_TO_SLEEP: taken_away.role_put_to_sleep,
    events.ORGANISATION_SUSPENDED: taken_away.organisation_stopped,
    events.ORGANISATION_CLOSED: taken_away.organisation_stopped,
    events.PASSWORD_CHANGED: taken_away.password_changed,
    events.PASSWORD_RESET: taken_away.password_changed,
    events.APP_SET_UP: taken_away.app_changed,
    events.APP_REMOVED: taken_away.app_changed,
    events.RECOVERY_CODES_MADE: taken_away.codes_changed,
    events.RECOVERY_CODES_REMOVED: taken_away.codes_changed,
    events.RECOVERY_CODE_USED: taken_away.codes_changed,
    events.GUEST_VISIT_ENDED: taken_away.visit_ended,
    events.POLICY_EXCEPTION_ENDED: taken_away.exception_ended,
    events.POLICY_DECIDED: taken_away.policy_made_stricter,
    events.API_TOKEN_ENDED: taken_from_programs.api_token_ended,
    events.APPLICATION_ENDED: taken_from_programs.application_ended,
    events.CLIENT_ENDED: taken_from_programs.client_ended,
    events.CLIENT_SECRET_MADE: taken_from_programs.client_secret_replaced,
    events.CLIENT_ACCESS_ENDED: taken_from_programs.client_access_ended,
    events.APPLICATION_CHANGED: taken_from_programs.application_narrowed,
    events.CLIENT_CHANGED: taken_from_programs.client_narrowed,
    events.CLIENT_USE_DECIDED: taken_from_programs.use_narrowed,
    events.CLIENT_ROLES_DECIDED: taken_from_programs.roles_narrowed,
    events.UNIT_LOST: taken_away.unit_stopped,
    events.UNIT_RETIRED: taken_away.unit_stopped,
}

NOTHING_LEFT = {
    *(events.PASS_ISSUED, events.PASS_REVOKED, events.PASS_USED, events.PASS_ASKED_FOR),
    *(events.PASS_APPROVED, events.PASS_STOPPED, events.IDENTITY_CODE_SENT, events.VOUCHED_FOR),
    *(events.INVITATION_ISSUED, events.INVITATION_WITHDRAWN, events.NEWCOMERS_INVITED),
    *(events.JOINER_CODE_MADE, events.PASSWORD_RESET_ISSUED, events.SESSIONS_ENDED),
    *(events.DESK_SESSION_OPENED, events.DESK_SESSION_ENDED, events.STATION_CODE_MADE),
    *(events.SIGN_IN_LIMIT_LIFTED, events.ADDRESS_LIMIT_LIFTED, events.LANGUAGE_CHOSEN),
    *(events.COMPUTER_SHARED, events.COMPUTER_NOT_SHARED, events.SIGNING_KEY_MADE),
    *(events.KEY_RENAMED, events.KEY_PROVED_AGAIN, events.KEY_COUNT_FELL),
    events.KEY_USED_AGAIN,
    *(events.METADATA_TAKEN_IN, events.PLUGS_TOLD, events.EXPORT_CREATED, events.STOCK_EXPORTED),
    *(events.EVIDENCE_ASKED, events.EVIDENCE_MADE),
    events.EXCEPTIONS_EXPORTED,
    events.ROLE_REVIEWED,  # lost with its row: the role is due again
    events.OVERVIEW_EXPORTED,
    *(events.DEVICE_ADDED, events.DEVICE_SENT, events.DEVICE_DECLINED, events.DEVICE_REMOVED),
    events.AUDIT_PURGED,
    *(events.CHECKPOINT_KEY_MADE, events.BACKUP_MADE, events.BACKUP_RESTORED),
    *(events.RESTORE_REPLAYED, events.ORGANISATION_PUT_TO_SLEEP, events.ORGANISATION_WOKEN),
    # Each of those roles has an entry of its own.
    events.ROLES_PUT_TO_SLEEP,
}

TO_LOOK_AT = {
    *(events.KEY_REGISTERED, events.KEY_RESUMED, events.KEY_REMOVAL_UNDONE),
    *(events.KEY_HANDED_OVER, events.KEY_REMOVAL_ASKED_FOR, events.ADMINISTRATOR_CREATED),
    *(events.PERSON_ADDED, events.PERSON_CHANGED, events.PEOPLE_IMPORTED),
    *(events.INVITATION_ACCEPTED, events.PERSON_RESUMED, events.LEAVER_MARK_TAKEN_BACK),
    *(events.PERSON_RESTORED, events.PERSON_TAKEN_ON, events.GUEST_SENT, events.HOME_MOVED),
    *(events.KEY_LENT, events.KEY_ASKED_BACK, events.KEY_TRANSFER_SETTLED),
    *(events.ORGANISATION_FOUNDED, events.ORGANISATION_RENAMED, events.ORGANISATION_RESUMED),
    *(events.ORGANISATION_CONTACT_CHANGED, events.ORGANISATION_CLOSING, events.BREAK_GLASS),
    *(events.ROLE_GRANTED, events.ROLE_STARTED, events.ROLE_WOKEN, events.POLICY_WITHDRAWN),
    *(events.POLICY_EXCEPTION_ALLOWED, events.API_TOKEN_MADE, events.STOCK_RECEIVED),
    *(events.UNIT_ISSUED, events.UNIT_LINKED, events.UNIT_LOST, events.UNIT_FOUND),
    *(events.UNIT_RETURNED, events.UNIT_PUT_BACK, events.UNIT_RETIRED),
    *(events.UNIT_TRANSFERRED, events.BOX_TRANSFERRED, events.APPLICATION_REGISTERED),
    *(events.APPLICATION_CHANGED, events.CLIENT_REGISTERED, events.CLIENT_CHANGED),
    *(events.CLIENT_USE_DECIDED, events.CLIENT_ROLES_DECIDED, events.CONSENT_GIVEN),
}

BY_CODE = {event.code: apply for event, apply in TAKEN_AWAY.items()}
OPEN_NOTHING = {event.code for event in NOTHING_LEFT}
GAVE = {event.code for event in TO_LOOK_AT}


@dataclass(slots=True)
class Replayed:
    """Entries by what became of them: what they took away is gone; somebody has to look. What took
    away something that the copy has not is in neither."""

    applied: list[Told] = field(default_factory=list)
    to_look_at: list[Told] = field(default_factory=list)

    @property
    def counts(self) -> Counter[str]:
        return Counter(each.code for each in self.applied)


def replay(changes: Iterable[dict]) -> Replayed:
    replayed = Replayed()
    for each in map(told.read, changes):
        apply = BY_CODE.get(each.code)
        has_taken = apply is not None and apply(each)
        if has_taken:
            _record(each)
            replayed.applied.append(each)
        if _is_to_look_at(each, has_taken=has_taken):
            replayed.to_look_at.append(each)
    return replayed


def _is_to_look_at(each: Told, *, has_taken: bool) -> bool:
    """Also what a newer release knows, and this one does not."""
    if each.code == events.POLICY_DECIDED.code:
        return not has_taken  # it was made looser
    return each.code in GAVE or each.code not in BY_CODE.keys() | OPEN_NOTHING


def _record(each: Told) -> None:
    log.record(
        events.RESTORE_REPLAYED,
        actor=log.OPERATOR,
        holder_id=each.holder,
        organisation_id=each.organisation,
        entry=each.uid,
        what=each.code,
    )
