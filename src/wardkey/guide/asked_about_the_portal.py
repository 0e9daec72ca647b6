"""Questions about the portal itself: asked again, load again, another address, out of order."""

from django.utils.translation import gettext_lazy as _

from .question import LOGIN, WHOM_TO_ASK, Group, Question, See

ASKED_AGAIN = Question(
    "asked-again",
    _("Why do I have to use my token again?"),
    (
        _(
            "You are logged in already, and the portal makes sure that it is still you. Somebody"
            " else could sit at your computer."
        ),
        _(
            "This happens before things that matter, like registering or removing a token, if your"
            " last proof is more than five minutes old. Some things ask each time."
        ),
        _(
            "It also happens when a login was not used for a while. After one hour it is paused,"
            " and for people with a role after 15 minutes. Your token opens it again, and nothing"
            " is lost. After 12 hours you log in anew."
        ),
    ),
    see=(See(_("Where you are logged in"), "my_logins"),),
    also=_("paused idle session expired timeout step up confirm logged out"),
)

SHARED = Question(
    "shared-computer",
    _("I work at a shared computer. What do I have to do?"),
    (
        _("Tick “This is a shared computer” when you log in, and log out when you are done."),
        _(
            "Then nothing is remembered there, and after 10 minutes without use you are logged out."
            " An administrator can mark the computer, and then this holds for everybody."
        ),
        _("Take your token with you, always. Do not leave it in the port."),
    ),
    see=(LOGIN, See(_("Where you are logged in"), "my_logins")),
    also=_("ward desk hot desk kiosk public log out logout"),
)

WRONG_ADDRESS = Question(
    "wrong-address",
    _("Why is the portal at another address?"),
    (
        _("A token works at one address only. This is what protects you from false websites."),
        _(
            "If you came by an old link, or by another name of the same computer, use the address"
            " that the page shows you. Then save that one."
        ),
        _("If the address looks strange to you, do not log in there. Tell the helpdesk."),
    ),
    see=(WHOM_TO_ASK,),
    also=_("phishing fake website security error bookmark url"),
)

PAGE_TOO_OLD = Question(
    "load-again",
    _("Why do I have to load the page again?"),
    (
        _("The page was open for too long, or you logged in or out in another window meanwhile."),
        _("Nothing was changed. Go back, load the page again, and repeat what you did."),
        _("If it happens each time, check that cookies are switched on for this address."),
    ),
    also=_("csrf cookies form expired stale"),
)

OUT_OF_ORDER = Question(
    "not-available",
    _("Why is the service not available?"),
    (
        _("Something that the portal needs does not answer, or too many people log in at once."),
        _("Nothing was changed. Try again in a few minutes."),
        _("If it lasts, tell the helpdesk. The reference on the page helps them."),
    ),
    see=(WHOM_TO_ASK,),
    also=_("down outage busy error 500 503 slow"),
)

GROUP = Group(
    "portal",
    _("Being logged in"),
    (ASKED_AGAIN, SHARED, WRONG_ADDRESS, PAGE_TOO_OLD, OUT_OF_ORDER),
)
