"""The portal is told that a token was reset: what was registered with it opens nothing any more.

tell_reset   says what the portal stopped; or what has to be removed there by hand
Telling      what it takes
"""

from dataclasses import dataclass

from .at_portal import Declined, listed, told_by
from .errors import Exit, Refused
from .keeping import Keeping
from .portal_client import Portal, Unreachable
from .ports import Port
from .screen import Screen
from .words import _, counted

PAUSES = (1.0, 3.0, 10.0)  # seconds between two tries


@dataclass(frozen=True)
class Erased:
    """The token, as it told itself before."""

    model: str
    aaguid: str
    serial_number: str | None


@dataclass(frozen=True)
class Telling:
    """`portal` is none where nobody named one, or --offline was given."""

    portal: Portal | None
    keeping: Keeping | None
    port: Port
    screen: Screen


def tell_reset(erased: Erased, telling: Telling) -> None:
    """Raises Refused where the portal should have heard of it, and did not."""
    api_token = telling.keeping.read() if telling.portal and telling.keeping else None
    if telling.portal is None or api_token is None or not erased.serial_number:
        return telling.screen.say(by_hand(erased))
    try:
        answer = told(erased, telling, telling.portal, api_token)
        stopped, skipped = listed(answer), counted_in(answer)
    except (Declined, Unreachable) as reason:
        said = _("{reason} The token was reset, and the portal does not know it. {by_hand}")
        said = said.format(reason=reason, by_hand=by_hand(erased))
        raise Refused(said, exit_status=Exit.PORTAL) from reason
    for key in stopped:
        said = _(
            'Stopped in the portal: "{nickname}" of {name}. Remove it there, or register the '
            "token anew."
        )
        holder = key.get("holder") or {}
        telling.screen.say(said.format(nickname=key.get("nickname"), name=holder.get("name")))
    if skipped:
        telling.screen.say(of_others(skipped))
    if not stopped and not skipped:
        telling.screen.say(_("Nothing in your reach was registered with it."))
    return None


def told(erased: Erased, telling: Telling, portal: Portal, api_token: str) -> dict:
    """CL20: told again and again, since nobody else knows it. Raises Declined, Unreachable."""
    fields = {"serial_number": erased.serial_number, "aaguid": erased.aaguid}
    headers = {"Authorization": f"Bearer {api_token}"}
    for pause in (*PAUSES, None):
        try:
            path = "/api/v1/station/resets"
            return told_by(portal.request("POST", path, fields=fields, headers=headers))
        except Unreachable:
            if pause is None:
                raise
            telling.port.pause(pause)
    raise AssertionError


def counted_in(answer: dict) -> int:
    """None where a portal of before does not say."""
    skipped = answer.get("skipped")
    return skipped if type(skipped) is int else 0


def of_others(skipped: int) -> str:
    return counted(
        "{number} registration of somebody with a higher role still stands. Ask somebody with that "
        "role to remove it in the portal.",
        "{number} registrations of people with higher roles still stand. Ask somebody with such a "
        "role to remove them in the portal.",
        skipped,
    )


def by_hand(erased: Erased) -> str:
    said = _(
        "In the portal, remove what was registered with this token: {model}, AAGUID {aaguid}, "
        "serial number {number}."
    )
    number = erased.serial_number or _("not told")
    return said.format(model=erased.model, aaguid=erased.aaguid, number=number)
