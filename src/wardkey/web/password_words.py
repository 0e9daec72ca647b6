"""Refusals about passwords, in words."""

from django.utils.translation import gettext_lazy as _

PASSWORD_REFUSALS: dict[tuple[str, str], object] = {
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
    ("sign_in_refused", "present_password"): _(
        "Your present password is not right. Nothing was changed. Check it and try again."
    ),
    ("temporarily_unavailable", "breached_passwords"): _(
        "Whether a new password is known to others cannot be looked up at the moment. "
        "Nothing was changed, and what you have works on. Try again in {wait}."
    ),
}
