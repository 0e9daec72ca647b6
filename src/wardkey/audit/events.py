"""Every event name, what it carries, and which of it is personal.

A code and its version never change their meaning; a new shape is a new version.
"""

from dataclasses import dataclass

CHANGE = "change"
ATTEMPT = "attempt"


@dataclass(frozen=True, slots=True)
class Event:
    """`stream` is CHANGE (kept for years) or ATTEMPT (sign-ins and refusals)."""

    code: str
    stream: str = CHANGE
    personal: frozenset[str] = frozenset()
    version: int = 1


_NICKNAME = frozenset({"nickname"})

KEY_REGISTERED = Event("key.registered", personal=_NICKNAME)
KEY_RENAMED = Event("key.renamed", personal=_NICKNAME)
KEY_SUSPENDED = Event("key.suspended", personal=_NICKNAME)
KEY_RESUMED = Event("key.resumed", personal=_NICKNAME)
KEY_REMOVED = Event("key.removed", personal=_NICKNAME, version=3)
KEY_REMOVAL_ASKED_FOR = Event("key.removal_asked_for", personal=_NICKNAME)
KEY_REMOVAL_UNDONE = Event("key.removal_undone", personal=_NICKNAME)
KEY_COUNT_FELL = Event("key.sign_count_fell", personal=_NICKNAME)
KEY_PROVED_AGAIN = Event("key.proved_again", personal=_NICKNAME)
KEY_HANDED_OVER = Event("key.handed_over", personal=_NICKNAME, version=2)
KEY_LAPSED = Event("key.lapsed", personal=_NICKNAME)
PASS_ISSUED = Event("access_pass.issued", version=3)
PASS_REVOKED = Event("access_pass.revoked")
PASS_USED = Event("access_pass.used")
PASS_ASKED_FOR = Event("access_pass.asked_for")
PASS_APPROVED = Event("access_pass.approved")
PASS_STOPPED = Event("access_pass.stopped")
IDENTITY_CODE_SENT = Event("identity_code.sent")
VOUCHED_FOR = Event("identity.vouched_for")
VOUCHING_REFUSED = Event("identity.vouching_refused", stream=ATTEMPT)
IDENTITY_CODE_REFUSED = Event("identity_code.refused", stream=ATTEMPT)
APP_SET_UP = Event("authenticator_app.set_up")
APP_REMOVED = Event("authenticator_app.removed")
RECOVERY_CODES_MADE = Event("recovery_codes.made")
RECOVERY_CODES_REMOVED = Event("recovery_codes.removed")
RECOVERY_CODE_USED = Event("recovery_code.used")
METADATA_TAKEN_IN = Event("key_models.taken_in")
ADMINISTRATOR_CREATED = Event("administrator.created")
PERSON_ADDED = Event("person.added", personal=frozenset({"name", "username"}))
INVITATION_ISSUED = Event("invitation.issued")
INVITATION_WITHDRAWN = Event("invitation.withdrawn")
INVITATION_ACCEPTED = Event("invitation.accepted")
PERSON_SUSPENDED = Event("person.suspended")
PERSON_RESUMED = Event("person.resumed")
LEAVER_MARKED = Event("person.leaver_marked")
LEAVER_MARK_TAKEN_BACK = Event("person.leaver_mark_taken_back")
PERSON_CLOSED = Event("person.closed")
PERSON_RESTORED = Event("person.restored")
JOINER_CODE_MADE = Event("joiner_code.made")
PERSON_TAKEN_ON = Event("person.taken_on")
GUEST_SENT = Event("guest.sent")
GUEST_VISIT_ENDED = Event("guest.visit_ended")
KEY_LENT = Event("key_transfer.lent", personal=frozenset({"described"}))
KEY_ASKED_BACK = Event("key_transfer.asked_back", personal=frozenset({"described"}))
KEY_TRANSFER_SETTLED = Event("key_transfer.settled", personal=frozenset({"described"}))
PASSWORD_CHANGED = Event("password.changed")
PASSWORD_RESET_ISSUED = Event("password.reset_issued")
PASSWORD_RESET = Event("password.reset")
HOME_MOVED = Event("person.home_moved")
DESK_SESSION_OPENED = Event("desk_session.opened")
DESK_SESSION_ENDED = Event("desk_session.ended")
ORGANISATION_FOUNDED = Event("organisation.founded")
ORGANISATION_RENAMED = Event("organisation.renamed")
ORGANISATION_SUSPENDED = Event("organisation.suspended")
ORGANISATION_RESUMED = Event("organisation.resumed")
ORGANISATION_CLOSING = Event("organisation.closing")
ORGANISATION_CLOSED = Event("organisation.closed")
BREAK_GLASS = Event("break_glass.used", personal=frozenset({"reason_given"}))
ROLE_GRANTED = Event("role.granted", version=2)
ROLE_STARTED = Event("role.started")
ROLE_ENDED = Event("role.ended")
DEVICE_ADDED = Event("compatibility.device_added")
DEVICE_REMOVED = Event("compatibility.device_removed")
POLICY_DECIDED = Event("policy.decided")
POLICY_WITHDRAWN = Event("policy.withdrawn")
POLICY_EXCEPTION_ALLOWED = Event("policy.exception_allowed", personal=frozenset({"reason_given"}))
POLICY_EXCEPTION_ENDED = Event("policy.exception_ended")
COMPUTER_SHARED = Event("computer.marked_shared")
COMPUTER_NOT_SHARED = Event("computer.unmarked_shared")
SESSIONS_ENDED = Event("sessions.ended")
SIGN_IN_LIMIT_LIFTED = Event("sign_in.limit_lifted")
ADDRESS_LIMIT_LIFTED = Event("sign_in.address_limit_lifted", personal=frozenset({"address"}))
ROLE_PUT_TO_SLEEP = Event("role.put_to_sleep")
ROLE_WOKEN = Event("role.woken")
ROLES_PUT_TO_SLEEP = Event("roles.put_to_sleep", personal=frozenset({"reason_given"}))

SIGNED_IN = Event("sign_in.succeeded", stream=ATTEMPT, personal=_NICKNAME)
PASSWORD_ACCEPTED = Event("sign_in.password_accepted", stream=ATTEMPT)
SIGN_IN_REFUSED = Event("sign_in.refused", stream=ATTEMPT)
SIGNED_OUT = Event("sign_in.signed_out", stream=ATTEMPT)
SIGN_IN_LIMITED = Event("sign_in.limited", stream=ATTEMPT, personal=frozenset({"address"}))
WAITING_KEY_PUT_OFF = Event("sign_in.waiting_key_put_off", stream=ATTEMPT)
STEP_UP_REQUIRED = Event("step_up.required", stream=ATTEMPT)
STEPPED_UP = Event("step_up.succeeded", stream=ATTEMPT, personal=_NICKNAME)
PASSWORD_RESET_ASKED = Event(
    "password.reset_asked", stream=ATTEMPT, personal=frozenset({"address"})
)
PASSWORD_CHANGE_REFUSED = Event("password.change_refused", stream=ATTEMPT)
STEP_UP_REFUSED = Event("step_up.refused", stream=ATTEMPT)
SESSION_RESUMED = Event("session.resumed", stream=ATTEMPT, personal=_NICKNAME)
SESSION_RAN_OUT = Event("session.ran_out", stream=ATTEMPT)
HANDOVER_ASKED = Event("sign_in.handover_asked", stream=ATTEMPT, personal=_NICKNAME)
KEY_TRY_REFUSED = Event("key.try_refused", stream=ATTEMPT)
DEVICE_CHECK_REFUSED = Event("device_check.refused", stream=ATTEMPT)
TAKING_ON_REFUSED = Event("person.taking_on_refused", stream=ATTEMPT)
REGISTRATION_REFUSED = Event("registration.refused", stream=ATTEMPT)
ACT_REFUSED = Event("act.refused", stream=ATTEMPT, version=2)

EVENTS = {event.code: event for event in list(globals().values()) if isinstance(event, Event)}
