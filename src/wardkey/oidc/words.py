"""The words of refusals, by their cause, and of what a client learns, by scope."""

from django.utils.translation import gettext_lazy as _

from ..clients import scopes

HEADINGS: dict[str, object] = {
    "client": _("This application is not known here"),
    "redirect_uri": _("This link leads somewhere else"),
    "use": _("Your organisation does not use {name}"),
    "acr": _("{name} asks for a FIDO2 token"),
    "": _("You cannot log in to {name} in this way"),
}
WORDS: dict[str, object] = {
    "client": _(
        "An application sent you here that is not registered, or no longer. Tell whoever looks "
        "after the application. You did nothing wrong."
    ),
    "redirect_uri": _(
        "“{name}” asked for an answer at an address that is not one of its own, so nobody was sent "
        "there. If you followed a link from a message, do not follow it again. Otherwise tell "
        "whoever looks after the application: the address has to be registered exactly as it is."
    ),
    "use": _(
        "Ask your local administrator whether you should have it. A primary local administrator "
        "can let the people of your organisation in."
    ),
    "acr": _(
        "You are logged in, but not in the way that this application asks for, and you have no "
        "FIDO2 token with which you could show it. Ask your local administrator for one, or look "
        "under My FIDO2 tokens which you have."
    ),
    "": _("Go back to the application and start again."),
}
SCOPE_WORDS: dict[str, object] = {
    scopes.PROFILE: _("your name and user name"),
    scopes.EMAIL: _("your e-mail address"),
    scopes.ORGANISATION: _("the organisation for which you act"),
    scopes.ROLES: _(
        "your roles in that organisation, and those that it gives you in the application"
    ),
    scopes.OFFLINE: _("to go on asking until your login here ends"),
}


CODE_NOT_KNOWN = _(
    "This code is not known, was used, or is older than ten minutes. Look at the device again, and "
    "start anew there if need be."
)


def heading_for(cause: str, name: str) -> str:
    return str(HEADINGS.get(cause, HEADINGS[""])).format(name=name)


def words_for(cause: str, name: str) -> str:
    return str(WORDS.get(cause, WORDS[""])).format(name=name)
