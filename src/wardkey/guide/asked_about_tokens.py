"""Questions about tokens: the PIN, a token that is gone, and having several of them."""

from django.utils.translation import gettext_lazy as _

from .question import LOST, MY_TOKENS, PIN, WHOM_TO_ASK, Group, Question, See, question

FORGOTTEN_PIN = Question(
    "forgotten-pin",
    _("I forgot my PIN. What now?"),
    (
        _(
            "Nobody can tell you the PIN. It is in the token alone, and neither your administrator"
            " nor the portal can read it. The token is reset and registered anew."
        ),
        _(
            "Do not go on guessing. After three wrong PINs the token has to be taken out and put in"
            " again. After eight in all it locks itself, and then only a reset helps."
        ),
    ),
    (
        _("Log in with another token of yours, if you have one."),
        _("Take the token to your local administrator. They remove it in the portal and reset it."),
        _("Register it again, and choose another PIN."),
    ),
    see=(
        PIN,
        See(_("Resetting a token"), "guide_procedure", ("reset",)),
        question("without-my-token", _("I left my token at home. Can I log in?")),
    ),
    also=_("wrong pin code passcode unlock"),
)

LOCKED = Question(
    "locked-token",
    _("My token says that it is locked. What now?"),
    (
        _("There were too many wrong PINs."),
        _("After three in a row: take the token out, put it in again, and enter the right PIN."),
        _(
            "After eight in all it is locked for good. It has to be reset, and that erases"
            " everything on it, for other services too. Then it is registered anew."
        ),
    ),
    see=(PIN, See(_("Resetting a token"), "guide_procedure", ("reset",))),
    also=_("blocked pin retries attempts left"),
)

CHOOSING_A_PIN = Question(
    "choosing-a-pin",
    _("Which PIN should I choose?"),
    (
        _("Four characters are the least, and six digits are better. Some tokens ask for more."),
        _(
            "Take no birthday, no year, no row like 1234, and nothing that you use elsewhere."
            " Letters are allowed too. Write it down nowhere."
        ),
        _(
            "You enter the PIN in the window of the browser or of the system. It stays in the"
            " token. The portal cannot see it, and nobody from the helpdesk will ask you for it."
        ),
        _("You can change it at any time, and nothing changes in the portal."),
    ),
    see=(See(_("Changing a PIN"), "guide_procedure", ("change-pin",)),),
    also=_("length minimum digits new change"),
)

LOST_TOKEN = Question(
    "lost-token",
    _("I lost my token. What now?"),
    (
        _(
            "Report it now, also if you hope to find it. You need only your user name and your"
            " password. Then nobody can log in with it."
        ),
        _("What was opened with it ends at once, and your local administrators are told."),
        _("Without your PIN, nobody who finds the token can use it."),
    ),
    (
        _("Select “Login”, and enter your user name and password."),
        _("Select “Report a token as lost”, and choose the token."),
        _("Log in with another token, or ask your local administrator for another one."),
    ),
    see=(LOST, WHOM_TO_ASK),
    also=_("missing cannot find disappeared gone misplaced"),
)

STOLEN = Question(
    "stolen-token",
    _("My token was stolen. What now?"),
    (
        _("Report it as lost at once, and call your local administrator or the helpdesk."),
        _("Say when you certainly still had it. If somebody may have seen your PIN, say that too."),
        _(
            "The administrator removes the token as stolen. All your logins end, and they see what"
            " was opened with the token since then. A stolen token never comes back."
        ),
        _("If somebody may know your password, change it."),
    ),
    see=(LOST, See(_("Change password"), "my_password"), WHOM_TO_ASK),
    also=_("theft thief robbed misused hacked"),
)

FOUND = Question(
    "found-token",
    _("I found my token again. Can I use it?"),
    (
        _("Yes, as soon as it is resumed. It keeps its PIN and its nickname."),
        _(
            "If you reported it yourself and have another token, log in with that one and select"
            " “Found again” beside it. Otherwise ask your local administrator to resume it."
        ),
        _(
            "If it was removed less than 24 hours ago, the removal can be undone. After that it is"
            " registered anew. A token that was stolen stays removed."
        ),
        _("If it was out of your hands, ask for a reset and a new registration."),
    ),
    see=(MY_TOKENS, WHOM_TO_ASK),
    also=_("recovered resume back again suspended"),
)

FOUND_SOMEBODY_S = Question(
    "found-somebody-s-token",
    _("I found somebody’s token. Whose is it?"),
    (
        _("Nobody can see from the outside whose it is, and without its PIN it tells no name."),
        _("Give it to a local administrator, or to the helpdesk. Do not try PINs."),
    ),
    see=(WHOM_TO_ASK,),
    also=_("owner lost property floor"),
)

SUSPENDED = Question(
    "suspended-token",
    _("Why is my token suspended?"),
    (
        _("Somebody said that it cannot be found, or stopped it to be careful."),
        _(
            "The portal also does it by itself: when you logged in without your token, and, where"
            " your organisation wants it, when the token may have been copied."
        ),
        _("If it was reset, nothing is left on it: it is removed, and registered anew."),
        _("A suspended token opens nothing. It keeps its PIN, and nothing on it is lost."),
        _(
            "An administrator resumes it when they know that you have it. What you reported"
            " yourself, you can resume with another token of yours."
        ),
    ),
    see=(MY_TOKENS, question("found-token", FOUND.asked), WHOM_TO_ASK),
    also=_("stopped disabled not at hand copied resume"),
)

SEVERAL = Question(
    "several-tokens",
    _("Can I have several tokens?"),
    (
        _("Yes, and you should. With a spare one, a lost token does not keep you out."),
        _("Your organisation decides how many, ten at most. Each has a nickname of its own."),
        _("When you log in, choose the one that you have in your hand, by its nickname."),
        _("Keep the spare one at another place. Both have their own PIN."),
    ),
    see=(
        MY_TOKENS,
        See(_("Registering a token"), "guide_procedure", ("register",)),
        question("no-room", _("Why is there no room for another token?")),
    ),
    also=_("second two spare backup more than one multiple many"),
)

NO_ROOM = Question(
    "no-room",
    _("Why is there no room for another token?"),
    (
        _("Your organisation decides how many tokens one person has. That many are registered."),
        _("Remove one that is no longer used, and then register the new one."),
        _("Suspended tokens, and those that were not used yet, count too."),
    ),
    see=(MY_TOKENS, question("several-tokens", SEVERAL.asked)),
    also=_("too many limit maximum"),
)

ALREADY = Question(
    "already-registered",
    _("Why is the token already registered?"),
    (
        _("The token in the port is known here. Most often, the wrong one is plugged in."),
        _("A token can be registered once for a person. It is in the list of tokens then."),
        _(
            "If you register for a colleague, it may be your own token that was left in the port."
            " Take it out, and put the other one in."
        ),
        _(
            "If the token was somebody else’s before, reset it first. A reset erases all that is on"
            " it."
        ),
    ),
    see=(MY_TOKENS, See(_("Resetting a token"), "guide_procedure", ("reset",))),
    also=_("duplicate twice same exists known"),
)

NOT_ALLOWED = Question(
    "model-not-allowed",
    _("Why is this model of token not allowed?"),
    (
        _("Your organisation decides which models may be registered. This one is not among them."),
        _(
            "Perhaps its make could not be proved: start again, and allow the browser to show the"
            " make and model. Perhaps a weakness was reported for the model, or its software is too"
            " old."
        ),
        _(
            "Passkeys that are copied between devices, like those of a phone, are refused unless"
            " your organisation allows them."
        ),
        _("Ask your local administrator for a token that fits."),
    ),
    see=(WHOM_TO_ASK,),
    also=_("policy certified attestation passkey phone brand yubikey unsupported"),
)

LAST = Question(
    "last-token",
    _("Why can I not remove my last token?"),
    (
        _("Without it you could not log in any more."),
        _("Register another one first, and then remove the old one."),
        _("If it is lost, do not remove it: report it as lost."),
    ),
    see=(MY_TOKENS, LOST),
    also=_("delete only one remove own"),
)

REMOVED = Question(
    "removed-by-mistake",
    _("A token was removed by mistake. Can it come back?"),
    (
        _("Yes, for 24 hours. Select “Undo” below the list of tokens."),
        _(
            "You can undo what you removed yourself. What somebody else removed, your local"
            " administrator brings back."
        ),
        _("After that, and if the token was removed as stolen, it is registered anew."),
    ),
    see=(MY_TOKENS, WHOM_TO_ASK),
    also=_("delete deleted restore undo"),
)

NICKNAME = Question(
    "nickname",
    _("What is a good nickname for a token?"),
    (
        _("One by which you know the token when you see it: its colour, its make, where it is."),
        _("You choose a token by its nickname each time you log in."),
        _(
            "It has 64 characters at most, and no two tokens of a person have the same one. Do not"
            " put the PIN into it."
        ),
    ),
    see=(See(_("Editing a token nickname"), "guide_procedure", ("edit-nickname",)),),
    also=_("name rename label taken"),
)

OTHER_SERVICES = Question(
    "other-services",
    _("Can I use my token for other services?"),
    (
        _("Yes. A token can hold logins for many services, and none of them learns of the others."),
        _(
            "If the token is your organisation’s, ask first. When it is reset, the logins of all"
            " services are gone."
        ),
    ),
    also=_("private personal website home bank google microsoft"),
)

GROUP = Group(
    "tokens",
    _("Your tokens and their PIN"),
    (
        FORGOTTEN_PIN,
        LOCKED,
        CHOOSING_A_PIN,
        LOST_TOKEN,
        STOLEN,
        FOUND,
        FOUND_SOMEBODY_S,
        SUSPENDED,
        SEVERAL,
        NO_ROOM,
        ALREADY,
        NOT_ALLOWED,
        LAST,
        REMOVED,
        NICKNAME,
        OTHER_SERVICES,
    ),
)
