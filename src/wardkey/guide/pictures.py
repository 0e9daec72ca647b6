"""The pictures that `make guide` takes while it walks, each of what one step presses or reads.

Drawings stand in where a step is done by hand, or in a window of the browser.
"""

from django.utils.translation import gettext_lazy as _

from .steps import Drawing, Picture

FRONT = Picture(
    "front", _("The first page of the portal. Login, at the top right, has a ring around it.")
)
PASSWORD = Picture(
    "password",
    _("The page Login, with user name and password filled in, and a ring around Continue."),
)
ADMIN = Picture(
    "admin", _("The page after logging in. Admin, in the bar at the top, has a ring around it.")
)
USER_MANAGEMENT = Picture(
    "user-management",
    _("The page Admin with its cards. User Management has a ring around it."),
)
FOUND = Picture(
    "found",
    _("User Management after a search: a list of people. The name wanted has a ring around it."),
)
PERSON = Picture(
    "person", _("The page of one person. Manage FIDO2 Tokens, a button, has a ring around it.")
)
NO_TOKENS = Picture(
    "no-tokens",
    _("The page Manage FIDO2 Tokens. No token is registered. Register New Token has a ring."),
)
SET_UP = Picture(
    "set-up",
    _("The page Register New Token says what comes next. OK, a button, has a ring around it."),
)
NICKNAME = Picture(
    "nickname",
    _("A nickname is filled in: “Blue key, ward 7”. Save, a button, has a ring around it."),
)
REGISTERED = Picture(
    "registered",
    _("A green message, Success, at the top right, and the token in the list of tokens."),
)
EDIT = Picture(
    "edit", _("The list of tokens. Edit, in the row of the token, has a ring around it.")
)
SAVE_CHANGES = Picture(
    "save-changes",
    _("The page Edit a token nickname, with another nickname, and a ring around Save Changes."),
)
REMOVE = Picture(
    "remove", _("The list of tokens. Remove, in the row of the token, has a ring around it.")
)
REMOVING = Picture(
    "removing",
    _("The page asks whether to remove the token, and why. Remove, a red button, has a ring."),
)
REMOVED = Picture(
    "removed", _("A green message, Success, at the top right. The token is gone from the list.")
)
CHOOSE = Picture(
    "choose",
    _("The page Choose a FIDO2 token, with one chosen, and a ring around Use this token."),
)
LOGGED_IN = Picture(
    "logged-in", _("A green message, Success, at the top right: you are logged in.")
)
ACCESS_PASS = Picture(
    "access-pass",
    _("The page You need a FIDO2 token to go on, with a ring around Use this pass."),
)
OWN_SET_UP = Picture(
    "own-set-up",
    _("The page Register New Token says what comes next for you. OK has a ring around it."),
)
MY_TOKENS = Picture(
    "my-tokens", _("The bar at the top of the page. My FIDO2 tokens has a ring around it.")
)
OWN_EDIT = Picture(
    "own-edit", _("The list of your own tokens. Edit, in the row of one, has a ring around it.")
)
LOST = Picture(
    "lost", _("The page Choose a FIDO2 token. Report a token as lost, a link, has a ring.")
)
REPORT = Picture(
    "report", _("The page asks which token is lost. Report as lost, a red button, has a ring.")
)
REPORTED = Picture(
    "reported", _("A green message, Success, at the top right: the token was reported.")
)

INSERT_DRAWN = Drawing(
    "insert",
    _("A token with a round button, and an arrow from its plug to the USB port of a laptop."),
)
NEW_PIN_DRAWN = Drawing(
    "new-pin",
    _("A window with two fields, each with six dots for a PIN, and a green button. A token."),
)
PIN_DRAWN = Drawing(
    "pin", _("A window with one field, six dots for a PIN in it, and a green button. A token.")
)
TOUCH_DRAWN = Drawing("touch", _("A finger touches the round button of a token, which blinks."))
