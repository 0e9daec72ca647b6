"""The station is let in at the portal, and given back.

log_in     a one-time code from the portal's page for an API token of eight hours
log_out    it ends at the portal, and is forgotten here
counter_at the portal's API with what is kept; asks for another code where it has ended
"""

from dataclasses import dataclass

from .at_portal import Counter, Declined, LoggedOut, require_same_language, told_by
from .errors import Exit, Refused
from .keeping import Keeping
from .portal_client import Portal, Unreachable
from .screen import Screen
from .words import _

PAGE = "/admin/token-station/"


def log_in(*, portal: Portal, keeping: Keeping, screen: Screen, piped: str | None) -> None:
    """`piped` is the code where it came on standard input."""
    keeping.require_usable()
    require_same_language(portal)
    code = piped if piped is not None else asked(portal, screen)
    told = exchanged(portal, code)
    keeping.keep(told["api_token"])
    said = _("Logged in as {name} ({username}), for {organisation}, until {until} UTC.")
    person = told["person"]
    screen.say(
        said.format(
            name=person["name"],
            username=person["username"],
            organisation=told["organisation"],
            until=str(told["expires_at"])[:16].replace("T", " "),
        )
    )


def asked(portal: Portal, screen: Screen) -> str:
    if not screen.is_attended:
        raise refusal(_("Nobody can type a code here. Give it with --stdin."), Exit.INPUT)
    screen.say(_("Open {page} and let it show you a code.").format(page=portal.address + PAGE))
    return screen.ask(_("Code:"))


def exchanged(portal: Portal, code: str) -> dict:
    """Raises Refused with the portal's own words."""
    if not code.strip():
        raise refusal(_("The code is empty. Nothing was sent."), Exit.INPUT)
    try:
        answer = portal.request("POST", "/api/v1/station/api-tokens", fields={"code": code.strip()})
        told = told_by(answer)
        person = told["person"]
        _needed = told["api_token"], told["expires_at"], told["organisation"], person["name"]
        return told
    except (Declined, Unreachable, KeyError, TypeError) as error:
        raise refusal(str(error), Exit.PORTAL) from error


def log_out(*, portal: Portal, keeping: Keeping, screen: Screen) -> None:
    """Forgotten here also where the portal does not hear of it; but not an application's."""
    api_token = keeping.read()
    if api_token is None:
        return screen.say(_("Nobody was logged in here."))
    headers = {"Authorization": f"Bearer {api_token}"}
    try:
        told_by(portal.request("DELETE", "/api/v1/station/api-token", headers=headers))
    except LoggedOut:
        pass
    except Declined as declined:
        raise refusal(str(declined)) from declined
    except Unreachable as error:
        said = _("{reason} The login was forgotten here; at the portal it ends by itself.")
        screen.warn(said.format(reason=error))
    keeping.forget()
    return screen.say(_("Logged out."))


def counter_at(*, portal: Portal | None, keeping: Keeping | None, screen: Screen) -> Counter:
    if portal is None or keeping is None:
        raise refusal(
            _("Name the portal with --portal, or in WARDKEY_PORTAL. Nothing was done."), Exit.INPUT
        )
    try:
        require_same_language(portal)
    except Unreachable as error:
        raise refusal(_("{reason} Nothing was done.").format(reason=error)) from error
    again = Again(portal, keeping, screen)
    return Counter(portal, keeping.read() or again(), again)


@dataclass(frozen=True)
class Again:
    """CL37: eight hours are over in the middle of the work, or somebody ended the login."""

    portal: Portal
    keeping: Keeping
    screen: Screen

    def __call__(self) -> str:
        if not self.screen.is_attended:
            raise refusal(
                _(
                    "Nobody is logged in at the portal, or the login is over. Run "
                    "`wardkey-station login`, then the same command again."
                )
            )
        self.screen.warn(_("Nobody is logged in at the portal, or the login is over."))
        log_in(portal=self.portal, keeping=self.keeping, screen=self.screen, piped=None)
        return self.keeping.read() or ""


def refusal(said: str, exit_status: Exit = Exit.PORTAL) -> Refused:
    return Refused(said, exit_status=exit_status)
