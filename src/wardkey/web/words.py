"""The words for each refusal, by its code and, where it matters, its reason."""

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from ..base.errors import Mistake
from . import api_words, client_words, factor_words, organisation_words, role_words
from .batch_words import REFUSALS as BATCH_REFUSALS
from .key_words import KEY_REFUSALS
from .password_words import PASSWORD_REFUSALS
from .stock_words import STOCK_REFUSALS

HEADINGS: dict[tuple[str, str], object] = {
    ("not_found", ""): _("Page not found"),
    ("not_found", "key_gone"): _("This token is no longer there"),
    ("forbidden", ""): _("You cannot do this"),
    ("forbidden", "covering"): _("You cannot do this for this person"),
    ("forbidden", "csrf"): _("Load the page again"),
    ("authentication_required", ""): _("Log in first"),
    ("step_up_required", ""): _("Finish logging in first"),
    ("sign_in_refused", ""): _("You are not logged in"),
    ("ceremony_invalid", ""): _("The answer of the token was not accepted"),
    ("key_already_registered", ""): _("This token is already registered"),
    ("model_not_allowed", ""): _("This model of token is not allowed"),
    ("too_many_keys", ""): _("There is no room for another token"),
    ("conflict", "own_last_key"): _("Your last token stays"),
    ("invalid_input", "host"): _("The portal is at another address"),
    ("too_many_attempts", ""): _("Too many attempts"),
    ("too_large", ""): _("That is too large"),
    ("temporarily_unavailable", ""): _("The service is not available at the moment"),
    **api_words.HEADINGS,
    **client_words.HEADINGS,
}

WORDS: dict[tuple[str, str], object] = {
    ("not_found", ""): _("There is no such page, or it is not in your organisation."),
    ("not_found", "key_gone"): _(
        "This token was removed meanwhile by somebody else. Nothing else has changed."
    ),
    ("forbidden", ""): _("Your role does not allow this."),
    ("forbidden", "covering"): _(
        "This person holds a role that yours does not cover. "
        "Ask somebody with that role, or a higher one, in that organisation."
    ),
    ("forbidden", "csrf"): _(
        "Nothing was changed. The page was open for too long, you logged in or out in another "
        "window meanwhile, or cookies are switched off. "
        "Go back, load the page again and repeat what you did."
    ),
    ("authentication_required", ""): _("Log in and try again."),
    ("step_up_required", ""): _("Use your FIDO2 token to finish logging in."),
    ("step_up_required", "rests"): _(
        "Your login is paused, as it was not used. Load the page again, and show that it is you."
    ),
    ("step_up_required", "proof"): _(
        "This needs a new proof that it is you. Load the page again, and use your FIDO2 token."
    ),
    ("sign_in_refused", "password_again"): _("The password is not right. Check it and try again."),
    ("sign_in_refused", ""): _(
        "The user name or password is not right, or the account is not in use. "
        "Check both and try again, or ask your local administrator."
    ),
    ("sign_in_refused", "invitation"): _(
        "This invitation does not work. It can be used once, until 14 days after the first day, "
        "and a new one ends those before. Ask your local administrator to invite you anew."
    ),
    ("too_many_attempts", ""): _(
        "Too many attempts failed for this account, or from your network. Wait {wait}, then try "
        "again. Your local administrator or the helpdesk can lift the limit of an account; that of "
        "a network ends by itself."
    ),
    ("ceremony_invalid", ""): _(
        "The answer of the token could not be accepted, or it came too late. "
        "Start again. If it happens again, give the reference to your local administrator."
    ),
    ("key_already_registered", ""): _("This token is already registered."),
    ("key_already_registered", "own_key"): _(
        "That is your own token. Take it out, insert the other one and start again."
    ),
    ("key_already_registered", "holders_key"): _(
        "This token is already registered for this person. It is in the list of tokens."
    ),
    ("key_already_registered", "duplicate_pubkey"): _(
        "This token answered with the secret of a token that is already registered. One of them is "
        "a copy, or faulty. Use another token, and tell your platform administrator."
    ),
    ("model_not_allowed", ""): _(
        "The policy of the organisation does not allow this model of token."
    ),
    ("model_not_allowed", "attestation_none"): _(
        "The organisation allows only tokens whose make and model are proved. "
        "Start again, and allow the browser to show the token’s make and model."
    ),
    ("model_not_allowed", "bad_status"): _(
        "A weakness was reported for this model of token, so it cannot be registered. "
        "Use another model."
    ),
    ("model_not_allowed", "firmware"): _(
        "The software in this token is older than any that is certified for its model, "
        "so it cannot be registered. Use a newer token."
    ),
    ("model_not_allowed", "synced_passkey"): _(
        "This is a passkey that is copied between devices. "
        "The organisation allows only security tokens that cannot be copied."
    ),
    ("too_many_keys", ""): _(
        "This person has as many tokens as the policy allows. Remove one first."
    ),
    ("nickname_taken", ""): _("This person already has a token with this nickname."),
    ("invalid_input", ""): _("Something in what was sent is not as expected."),
    ("invalid_input", "host"): _(
        "FIDO2 tokens work at one address only. This is another one, even where it leads to the "
        "same computer. Use the address below."
    ),
    ("invalid_input", "sign_in_too_long"): _(
        "The user name or password is too long to be one. Check what you entered and try again."
    ),
    ("forbidden", "import_of_another"): _(
        "Only the colleague who uploaded this file can import it. Cancel it, and upload it "
        "yourself."
    ),
    ("invalid_input", "import_file"): _("Choose a file that is not empty."),
    ("conflict", "import_under_way"): _(
        "Another import is under way here. Open it below: wait until it is done, or cancel it."
    ),
    ("conflict", "import_standing"): _(
        "This import has gone on meanwhile. Load its page again to see how it stands."
    ),
    ("invalid_input", "repeated"): _(
        "A field came twice with what was sent. Nothing was changed. "
        "Go back, load the page again, and fill it in once more."
    ),
    ("invalid_input", "address"): _("Enter an address, for example 192.0.2.17 or 2001:db8::17."),
    ("invalid_input", "empty"): _("Enter a nickname."),
    ("invalid_input", "too_long"): _("The nickname must be 64 characters or fewer."),
    ("invalid_input", "characters"): _(
        "The nickname must not contain invisible or control characters."
    ),
    ("invalid_input", "name"): _("Enter the name: 200 characters at most, none of them invisible."),
    ("invalid_input", "username"): _(
        "Enter a user name: 254 characters at most, none of them invisible."
    ),
    ("invalid_input", "username_taken"): _(
        "This user name is or was somebody’s, and is never given again. Choose another one."
    ),
    ("invalid_input", "email"): _("Enter an e-mail address, like name@organisation.example."),
    ("invalid_input", "organisation"): _(
        "There is no such code among your organisation and those below it."
    ),
    ("invalid_input", "earlier_file"): _(
        "The portal knows no checkpoint of a file with this name. Enter the name as it was when "
        "you downloaded it, or nothing. If it is right, tell the operator: the trail may have been "
        "cut off, or come from an older backup."
    ),
    ("invalid_input", "backwards"): _("Enter a last day that is not before the first."),
    ("conflict", "nothing_sealed"): _(
        "Nothing of this organisation is sealed yet. Try again in a minute; if that does not help, "
        "tell the operator that the worker may have stopped."
    ),
    ("conflict", "trail_damaged"): _(
        "The audit trail is not what was signed, so nothing was downloaded. Tell the operator at "
        "once: somebody may have changed it, or it comes from an older backup."
    ),
    ("invalid_input", "date"): _("Enter a date: day, month and year in numbers."),
    ("invalid_input", "start"): _("The first day must be within a year from today."),
    ("invalid_input", "last_day"): _("The last day must be today or within a year from today."),
    ("invalid_input", "evidence_day"): _("Enter a day that is over, for example 31 3 2026."),
    ("invalid_input", "decision"): _("Choose for each token: keep, give or lend."),
    ("invalid_input", "until"): _("Enter a last day that is not past, and within a year."),
    ("invalid_input", "loan_until"): _("A loan must last until the last day or longer."),
    ("invalid_input", "no_such_organisation"): _("There is no organisation with this code."),
    ("invalid_input", "joiner_code"): _(
        "This joiner code does not work. It works once, for 30 days, and a new one ends those "
        "before. Ask the person to make another one."
    ),
    ("invalid_input", "described"): _("Say what was handed over, in 64 characters at most."),
    ("invalid_input", "way"): _("Choose how the invitation is to reach the person."),
    ("invalid_input", "no_mail"): _(
        "There is no e-mail address to send a link to. Print a slip instead."
    ),
    ("invalid_input", "nobody_named"): _("Enter the user name of at least one person."),
    ("invalid_input", "too_many_named"): _("Enter 50 user names or fewer."),
    ("invalid_input", "not_here"): _(
        "These are not people of your organisation whose tokens you may register: {names}."
    ),
    ("invalid_input", "for_whom"): _("Choose for whom you will register tokens."),
    ("conflict", "own_last_key"): _(
        "This is your last token: without it you could not log in. "
        "Register another one first, or ask another administrator to remove it."
    ),
    ("conflict", "not_started"): _(
        "Your account does not start yet. Keep the invitation and use it on your first day."
    ),
    ("conflict", "already_joined"): _(
        "This person has joined already and has a password, so there is nobody to invite."
    ),
    ("conflict", "no_invitation"): _(
        "There is no invitation to withdraw: it was used or withdrawn meanwhile."
    ),
    ("conflict", "oneself"): _(
        "This is your own account. Ask another administrator to do it for you."
    ),
    ("conflict", "too_late"): _(
        "The account was closed more than 30 days ago and stays closed. "
        "Whoever comes back is added as a new person, with another user name."
    ),
    ("conflict", "not_leaving"): _(
        "Their organisation has not marked them as leaver. Ask the person to have that done; "
        "the code goes on working meanwhile."
    ),
    ("conflict", "before_last_day"): _(
        "Their last day at the other organisation has not come. Take them on from that day on."
    ),
    ("conflict", "at_home"): _("This is the person’s own organisation already."),
    ("conflict", "guest_already"): _("This person is a guest there already."),
    ("conflict", "settled"): _("This was settled meanwhile. Nothing is to be collected."),
    ("conflict", "standing"): _(
        "The account is not in the state that this page was for. "
        "Somebody else may have changed it; look at the person’s page again."
    ),
    ("conflict", "holder_out"): _(
        "This account is suspended or closed: no token is registered for it. "
        "On the person’s page, Joining and leaving says what is to be done first."
    ),
    ("conflict", "policy_changed"): _(
        "Somebody else changed this value meanwhile. Nothing was saved: "
        "look at the policy again, and decide anew."
    ),
    ("conflict", "policy_same_day"): _(
        "A change of this value begins on that day already. Withdraw it first, or take another day."
    ),
    ("conflict", "policy_counts"): _(
        "This change counts already, so it cannot be withdrawn. Decide otherwise instead."
    ),
    ("conflict", "policy_excepted"): _(
        "There is an exception from this value already. End it first, and make another one."
    ),
    ("forbidden", "own_exception"): _(
        "Nobody makes an exception for themselves. Ask another primary local administrator."
    ),
    ("too_large", ""): _("Nothing was changed. Send less of it at once."),
    ("unsupported_content_type", ""): _("Send JSON in UTF-8."),
    ("temporarily_unavailable", "busy"): _(
        "Many people are logging in at this moment. Nothing was changed. Try again in {wait}."
    ),
    ("temporarily_unavailable", "standstill"): _(
        "The portal waits for its database. Nothing was changed. Try again in {wait}."
    ),
    ("temporarily_unavailable", "clock"): _(
        "The clocks of the portal’s machines disagree. Nothing was changed. "
        "Try again in a few minutes, and tell whoever runs the portal if it stays so."
    ),
    ("temporarily_unavailable", ""): _("Nothing was changed. Try again in a few minutes."),
    **api_words.WORDS,
    **client_words.WORDS,
    **factor_words.WORDS,
    **role_words.WORDS,
    **organisation_words.WORDS,
    **PASSWORD_REFUSALS,
    **STOCK_REFUSALS,
    **BATCH_REFUSALS,
} | KEY_REFUSALS


def heading(mistake: Mistake) -> str:
    for_reason = HEADINGS.get((mistake.code, mistake.reason))
    heading = for_reason or HEADINGS.get((mistake.code, ""))
    return str(heading or gettext("That did not work"))


def words(mistake: Mistake) -> str:
    """What happened, and what to do next."""
    for_reason = WORDS.get((mistake.code, mistake.reason))
    return str(for_reason or WORDS.get((mistake.code, ""), "")).replace(
        "{wait}", _waiting_time(mistake.retry_after)
    )


def _waiting_time(seconds: int) -> str:
    """Rounded up, so that whoever waited as long as it said does not wait again."""
    if seconds <= 60:
        return ngettext("%(number)s second", "%(number)s seconds", seconds) % {"number": seconds}
    minutes = -(-seconds // 60)
    return ngettext("%(number)s minute", "%(number)s minutes", minutes) % {"number": minutes}


WEAKNESSES: dict[str, object] = {
    "ATTESTATION_LOST": _("its make can no longer be proved"),
    "REVOKED": _("the model was withdrawn"),
    "USER_VERIFICATION_BYPASS": _("its PIN or fingerprint can be got around"),
    "ATTESTATION_KEY_COMPROMISE": _("others can pass for this model"),
    "USER_KEY_REMOTE_COMPROMISE": _("its keys can be read from afar"),
    "USER_KEY_PHYSICAL_COMPROMISE": _("whoever holds it can read its keys"),
}


def weakness(status: str) -> str:
    """FIDO's authenticator status, or our own ATTESTATION_LOST, in words."""
    return str(WEAKNESSES.get(status, status))
