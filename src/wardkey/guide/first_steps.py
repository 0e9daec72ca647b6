"""The steps that procedures share; most begin with them."""

from django.utils.translation import gettext_lazy as _

from . import pictures
from .steps import Fill, Follow, Press, Read, Sample, Search, Step

MINIMUM = _("On Windows, version 2004 of Windows 10 or above is recommended.")
OPEN = Step(
    _("Go to the portal and select {} at the top right of the page."),
    (Press(_("Login")),),
    pictures.FRONT,
)
ENTER_PASSWORD = Step(
    _("Log in: enter your {} and your {}, then select {}."),
    (
        Fill(_("User name"), Sample.USERNAME),
        Fill(_("Password"), Sample.PASSWORD),
        Press(_("Continue")),
    ),
    pictures.PASSWORD,
    _("If you have a token of your own, the portal asks you for it now."),
)
ENTER_OWN_PASSWORD = Step(ENTER_PASSWORD.words, ENTER_PASSWORD.acts, pictures.PASSWORD)
LOG_IN = Step(
    _("Log in to the portal: select {}, enter your {} and your {}, then select {}."),
    OPEN.acts + ENTER_PASSWORD.acts,
    pictures.PASSWORD,
    _("If you have a token of your own, the portal asks you for it now."),
)
OPEN_ADMIN = Step(_("Go to {}, at the top of the page."), (Press(_("Admin")),), pictures.ADMIN)
OPEN_USER_MANAGEMENT = Step(
    _("Select {}."), (Press(_("User Management")),), pictures.USER_MANAGEMENT
)
OPEN_BOTH = Step(
    _("Go to {}, at the top of the page, and select {}."),
    OPEN_ADMIN.acts + OPEN_USER_MANAGEMENT.acts,
    pictures.USER_MANAGEMENT,
)
FIND = Step(
    _("Search for the person, by name or by user name. Select them in the list."),
    (Search(Sample.HOLDER), Follow(Sample.HOLDER)),
    pictures.FOUND,
)
MANAGE = Step(
    _("Select {}. You see all tokens that are registered for this person."),
    (Press(_("Manage FIDO2 Tokens")),),
    pictures.PERSON,
)
NO_RELOAD = _("There is no need to load the page again.")
SAVE_NICKNAME = Step(
    _("Enter a new {}, then select {}. A green message begins with {}."),
    (
        Fill(_("Nickname"), Sample.OTHER_NICKNAME),
        Press(_("Save Changes")),
        Read(_("Success")),
    ),
    pictures.SAVE_CHANGES,
    NO_RELOAD,
)
