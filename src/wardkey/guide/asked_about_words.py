"""What FIDO2, multi-factor authentication and the other words mean."""

from django.utils.translation import gettext_lazy as _

from .question import WHOM_TO_ASK, Group, Question, See, question

WHAT_IS_FIDO2 = Question(
    "what-is-fido2",
    _("What is a FIDO2 token?"),
    (
        _("A small key that proves that it is you. You plug it in, enter its PIN, and touch it."),
        _(
            "It keeps a secret that never leaves it. It answers only to the address at which it was"
            " registered, so a false website gets nothing from it."
        ),
        _("FIDO2 is the standard. It is also called a security key or a security token."),
    ),
    see=(
        See(_("Using a token"), "guide_procedure", ("use",)),
        question("what-is-mfa", _("What is multi-factor authentication (MFA)?")),
    ),
    also=_("security key webauthn passkey yubikey standard alliance explained"),
)

WHAT_IS_MFA = Question(
    "what-is-mfa",
    _("What is multi-factor authentication (MFA)?"),
    (
        _("Logging in with two different things: something you know, and something you have."),
        _("A password alone can be guessed or stolen. Without your token, nobody gets in with it."),
        _("A token with a PIN is the strongest way: there is no code that you could give away."),
    ),
    see=(question("what-is-fido2", WHAT_IS_FIDO2.asked),),
    also=_("2fa two factor two-step verification second factor why"),
)

LOCAL_ADMINISTRATOR = Question(
    "local-administrator",
    _("Who is my local administrator?"),
    (
        _(
            "Somebody where you work who registers tokens and looks after them. Often it is"
            " somebody in the IT department."
        ),
        _("Log in, and Help & Support shows you whom your organisation wants you to ask."),
        _("If you do not know who it is, ask the helpdesk."),
    ),
    see=(WHOM_TO_ASK,),
    also=_("contact la admin who to call it department phone"),
)

WHO_SEES = Question(
    "who-sees-what",
    _("Who sees what about me?"),
    (
        _(
            "The administrators of your organisation, and of those above it, see your name, your"
            " tokens and your history. Nobody sees your PIN or your password."
        ),
        _("The page about what is stored says it all, and for how long it is kept."),
    ),
    see=(See(_("What is stored about you"), "guide_stored"),),
    also=_("privacy gdpr personal data history log spy"),
)

GROUP = Group(
    "words",
    _("What it is, and who is who"),
    (WHAT_IS_FIDO2, WHAT_IS_MFA, LOCAL_ADMINISTRATOR, WHO_SEES),
)
