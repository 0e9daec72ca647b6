"""Refusals about passwords, in words."""

from django.utils.translation import gettext_lazy as _

PASSWORD_REFUSALS: dict[tuple[str, str], object] = {
    ("invalid_input", "no_username"): _("Enter your user name."),
    ("invalid_input", "password_short"): _("The password must have 10 characters or more."),
    ("invalid_input", "password_long"): _("The password must have 128 characters or fewer."),
    ("invalid_input", "password_names"): _(
        "The password must not contain your name or user name: others would guess it first."
    ),
    ("invalid_input", "password_service"): _(
        "The password must not contain the name of this service: others would guess it first."
    ),
    ("invalid_input", "password_common"): _(
        "Many people have this password, with or without figures behind it, so it is guessed first."
        " Take three or four words that nobody would put together."
    ),
    ("invalid_input", "password_breached"): _(
        "This password was stolen from another service and is known to others. "
        "Choose another one, and change it wherever else you use it."
    ),
    ("invalid_input", "password_same"): _("This is the password that you have. Choose another."),
    ("sign_in_refused", "password_reset"): _(
        "This code does not work. A link works once, for one hour; a slip once, for 24 hours; and "
        "a new slip ends those before. Ask for another link, or for another slip."
    ),
    ("forbidden", "own_password"): _(
        "Nobody prints a slip for themselves. Ask a colleague at the helpdesk, or change your "
        "password with the one that you have."
    ),
    ("conflict", "not_joined"): _(
        "This person has not joined yet, so there is no password to replace. Invite them instead."
    ),
    ("conflict", "pass_by_same"): _(
        "You issued an access pass for this person within the last day. With a new password as "
        "well, the account would be open to whoever has both: ask a colleague to print the slip."
    ),
    ("conflict", "slip_by_same"): _(
        "You printed a slip for a new password of this person within the last day. With an access "
        "pass as well, the account would be open to whoever has both: ask a colleague to issue it."
    ),
    ("sign_in_refused", "present_password"): _(
        "Your present password is not right. Nothing was changed. Check it and try again."
    ),
    ("temporarily_unavailable", "breached_passwords"): _(
        "Whether a new password is known to others cannot be looked up at the moment. "
        "Nothing was changed, and what you have works on. Try again in {wait}."
    ),
}
