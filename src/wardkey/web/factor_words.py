"""The words for refusals about passes and other factors; words.py has the others."""

from django.utils.translation import gettext_lazy as _

WORDS: dict[tuple[str, str], object] = {
    ("sign_in_refused", "app_again"): _(
        "This is not the code that your app shows now, or it was used before. "
        "Wait for the next one."
    ),
    ("sign_in_refused", "other_factor"): _(
        "That did not work. The code is wrong or was used before, or this way is not open to you. "
        "Check it and try again, or ask your local administrator."
    ),
    ("sign_in_refused", "other_factor_ended"): _(
        "That did not work too often. Log in with your password again, and wait as long as you are "
        "asked to. Your local administrator or the helpdesk can help."
    ),
    ("conflict", "logged_in"): _("You are logged in already. Nothing was changed."),
    ("conflict", "no_factor"): _(
        "There is none, or setting it up took more than 15 minutes. Start again."
    ),
    ("conflict", "last_factor"): _(
        "Without it you could not log in any more. Register a FIDO2 token first, "
        "or set up another way."
    ),
    ("forbidden", "factor_not_allowed"): _(
        "Your organisation does not allow it. Nothing was changed."
    ),
    ("forbidden", "role_needs_pass"): _(
        "You hold a role, and a token of yours would open it. Log in with a token you have, or ask "
        "another administrator for an access pass."
    ),
    ("invalid_input", "app_code"): _(
        "This is not the code that the app shows now. Enter the newest one. "
        "If it goes on, check that your phone’s clock is right."
    ),
    ("invalid_input", "hours"): _("Enter a number of hours from 1 to 12."),
    ("invalid_input", "unchecked"): _("Say how you made sure who it is."),
    ("invalid_input", "identity_code"): _(
        "This is not the code that was sent, or it came too late. Ask again what they read, "
        "or send another one."
    ),
    ("invalid_input", "not_vouched"): _(
        "Nobody vouched with their token in the last five minutes. Let the colleague do that first."
    ),
    ("invalid_input", "colleague"): _(
        "This is nobody who can vouch here. It takes another person of the same organisation, "
        "who has a token in use."
    ),
    ("forbidden", "first_key"): _(
        "You have a token in use by now, and an access pass is for who has none. "
        "Log in again, with that token."
    ),
    ("forbidden", "approving_oneself"): _(
        "You asked for this pass yourself. Another administrator has to approve it."
    ),
    ("conflict", "pass_request"): _(
        "No pass waits for that: it was approved or shown already, the hour is over, somebody else "
        "asked for it, or another one was asked for meanwhile. Look at the person’s page again."
    ),
    ("sign_in_refused", "pass_stopped"): _(
        "This link does not work. It can be used once, for seven days. "
        "If you need help, tell your local administrator or the helpdesk at once."
    ),
    ("sign_in_refused", "access_pass"): _(
        "This access pass does not work. It can be used once, and only for a while. "
        "Ask your local administrator for another one."
    ),
}
