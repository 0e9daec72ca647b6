"""The portal's messages, one function each: what happened, and what to do if it was not you.

They carry no secret, no link that does something, and no id of a key. The exceptions work once: the
links of an invitation and to a new password; the code that confirms a handover; the one that
somebody reads out to show who they are; and the link that stops a pass, which can do nothing else.
The outbox finds a message by its function's name, here.
"""

from .api import api_token_made, application_acts_as_you
from .confirming import confirmation_refused
from .guests import guest, guest_to_come, key_asked_back, key_lent, key_to_return
from .handover import (
    key_handed_over,
    key_handover_code,
    key_lapsed,
    key_lapsed_unused,
    key_not_fetched,
    key_will_lapse,
)
from .importing import people_imported
from .joining import account_opened, invitation
from .keys import (
    key_count_fell,
    key_registered,
    key_removal_undone,
    key_removed,
    key_renamed,
)
from .leaving import account_closed, account_restored, leaving, staying
from .letter import Message
from .losses import (
    administrators_key_removed,
    key_resumed,
    key_stolen,
    key_suspended,
    key_to_be_removed,
    key_to_see_to,
    removal_to_agree_with,
)
from .moving import joiner_code_made, moved, somebody_moved
from .organisations import (
    glass_broken,
    moved_to_successor,
    organisation_closing,
    organisation_resumed,
    organisation_suspended,
    organisation_woken,
)
from .other_factors import (
    app_removed,
    app_set_up,
    factors_taken_away,
    recovery_code_of_another_used,
    recovery_code_used,
    recovery_codes_made,
    recovery_codes_removed,
)
from .passes import (
    access_pass_issued,
    access_pass_used,
    day_pass_issued,
    identity_code,
    pass_approved,
    pass_asked_for,
    pass_of_another_stopped,
    pass_stopped,
    pass_to_approve,
)
from .passwords import (
    password_changed,
    password_link,
    password_slip_printed,
    password_was_reset,
)
from .policy import exception_allowed, exception_ended, second_factor_coming
from .roles import (
    role_given,
    role_given_to_another,
    role_of_another_put_to_sleep,
    role_of_another_woken,
    role_put_to_sleep,
    role_started,
    role_taken,
    role_taken_from_another,
    role_woken,
    roles_to_review,
)
from .sessions import logins_ended
from .suspension import account_resumed, account_suspended

__all__ = [
    "Message",
    "access_pass_issued",
    "access_pass_used",
    "account_closed",
    "account_opened",
    "account_restored",
    "account_resumed",
    "account_suspended",
    "administrators_key_removed",
    "api_token_made",
    "app_removed",
    "app_set_up",
    "application_acts_as_you",
    "confirmation_refused",
    "day_pass_issued",
    "exception_allowed",
    "exception_ended",
    "factors_taken_away",
    "glass_broken",
    "guest",
    "guest_to_come",
    "identity_code",
    "invitation",
    "joiner_code_made",
    "key_asked_back",
    "key_count_fell",
    "key_handed_over",
    "key_handover_code",
    "key_lapsed",
    "key_lapsed_unused",
    "key_lent",
    "key_not_fetched",
    "key_registered",
    "key_removal_undone",
    "key_removed",
    "key_renamed",
    "key_resumed",
    "key_stolen",
    "key_suspended",
    "key_to_be_removed",
    "key_to_return",
    "key_to_see_to",
    "key_will_lapse",
    "leaving",
    "logins_ended",
    "moved",
    "moved_to_successor",
    "organisation_closing",
    "organisation_resumed",
    "organisation_suspended",
    "organisation_woken",
    "pass_approved",
    "pass_asked_for",
    "pass_of_another_stopped",
    "pass_stopped",
    "pass_to_approve",
    "password_changed",
    "password_link",
    "password_slip_printed",
    "password_was_reset",
    "people_imported",
    "recovery_code_of_another_used",
    "recovery_code_used",
    "recovery_codes_made",
    "recovery_codes_removed",
    "removal_to_agree_with",
    "role_given",
    "role_given_to_another",
    "role_of_another_put_to_sleep",
    "role_of_another_woken",
    "role_put_to_sleep",
    "role_started",
    "role_taken",
    "role_taken_from_another",
    "role_woken",
    "roles_to_review",
    "second_factor_coming",
    "somebody_moved",
    "staying",
]
