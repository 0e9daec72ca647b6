"""Questions about logging in: what the portal, the browser or the token says no to."""

from django.utils.translation import gettext_lazy as _

from .question import (
    LOGIN,
    LOST,
    OTHERWISE,
    PIN,
    WHOM_TO_ASK,
    Group,
    Question,
    See,
    question,
)

NO_WINDOW = Question(
    "no-window",
    _("Why does the window of my browser not come?"),
    (
        _("The window that asks for your token comes from the browser, and not from the portal."),
        _("It comes only when you press the button on the page, and it closes after a while."),
    ),
    (
        _("Look for it behind other windows, and at the bottom of the screen."),
        _("Close other pages that wait for a token. Only one can ask at a time."),
        _("Take the token out, load the page again, put the token in, and press the button."),
        _("Check that the address of the page is the one that your organisation gave you."),
        _(
            "Use a current version of Edge, Chrome, Firefox or Safari. On Windows, use version 2004"
            " of Windows 10 or later."
        ),
        _("Check that JavaScript is switched on. Logging in with a token needs it."),
        _("If you work on a computer far away through a window, the token may not reach it."),
    ),
    see=(question("not-working", _("Why does my token not work?")), WHOM_TO_ASK),
    also=_("popup prompt nothing happens blank remote desktop citrix javascript"),
)

NOT_WORKING = Question(
    "not-working",
    _("Why does my token not work?"),
    (
        _("The browser does not tell the portal why. Most often it is one of these things."),
        _("If it still does not work, the token may be broken. Then you get another one."),
    ),
    (
        _("Was it the token that you chose on the page? Each token has its own nickname."),
        _("Did you touch it when it blinked? You have to touch it, not press it."),
        _("Was the PIN right? Every wrong one counts. Do not go on guessing."),
        _("Try another USB port, without a hub or an extension."),
        _("Try it on another computer, or in another browser."),
        _("Log in with another token of yours, if you have one."),
        _("Ask your local administrator. They see in your history why it was refused."),
    ),
    see=(question("no-window", NO_WINDOW.asked), PIN, OTHERWISE, WHOM_TO_ASK),
    also=_("broken defect damaged dead light yubikey dongle stick"),
)

ANSWER_NOT_ACCEPTED = Question(
    "answer-not-accepted",
    _("Why was the answer of my token not accepted?"),
    (
        _(
            "The portal checks every answer of a token. If one check fails, it says no, and it"
            " does not say which one. So a thief learns nothing."
        ),
        _(
            "You see a reference. With it your local administrator finds the reason, and what to do"
            " next, in your history."
        ),
        _("Each try has to be done within five minutes."),
    ),
    (
        _("Load the page again, and start from the beginning."),
        _("Choose the token that you have in your hand."),
        _("Look at the address of the page. If it is a strange one, stop and tell the helpdesk."),
        _("If it happens again, give the reference to your local administrator."),
    ),
    see=(question("not-working", NOT_WORKING.asked), WHOM_TO_ASK),
    also=_("ceremony invalid reference refused failed late timeout"),
)

WRONG_PASSWORD = Question(
    "user-name-or-password",
    _("Why are my user name and password refused?"),
    (
        _(
            "One of the two is not right, or the account is not in use. The portal does not say"
            " which, so that a stranger cannot find out who has an account."
        ),
        _(
            "An account is not in use before the first day, while it is suspended, and after it"
            " was closed."
        ),
    ),
    (
        _("Check whether the key for capital letters is on."),
        _("Enter the whole user name. Often it looks like an e-mail address."),
        _("If you forgot the password, choose a new one."),
        _("Otherwise ask your local administrator. They see whether you can log in."),
    ),
    see=(
        LOGIN,
        See(_("I forgot my password"), "password_forgotten"),
        question("forgotten-password", _("I forgot my password. What now?")),
        WHOM_TO_ASK,
    ),
    also=_("wrong credentials account locked disabled"),
)

FORGOTTEN_PASSWORD = Question(
    "forgotten-password",
    _("I forgot my password. What now?"),
    (
        _("Ask for a link by mail, or for a slip from your local administrator."),
        _(
            "The link goes to an address of yours that the portal knows. It works once, for one"
            " hour. If your mailbox opens only with this login, ask for a slip. A slip works once,"
            " for 24 hours."
        ),
        _("With a new password you still need your token to log in."),
    ),
    see=(
        See(_("I forgot my password"), "password_forgotten"),
        question("new-password-refused", _("Why is my new password refused?")),
    ),
    also=_("reset link expired"),
)

NEW_PASSWORD = Question(
    "new-password-refused",
    _("Why is my new password refused?"),
    (
        _("It is too short, too long, or others would guess it."),
        _(
            "A password has 10 to 128 characters. It may be made of words, with spaces. Capital"
            " letters and figures are not needed."
        ),
        _(
            "It must not hold your name, your user name or the name of this service. It must not"
            " be one that many people have, or one that was stolen elsewhere."
        ),
        _("Three or four words that nobody would put together make a good password."),
    ),
    see=(See(_("Change password"), "my_password"),),
    also=_("strength rules complexity length breached common"),
)

TOO_MANY = Question(
    "too-many-attempts",
    _("Why do I have to wait?"),
    (
        _(
            "After five wrong tries an account has to wait: 30 seconds at first, then twice as"
            " long each time, and 15 minutes at most. This stops people who guess."
        ),
        _("Nothing is lost. Wait as long as the page says, and then try again."),
        _(
            "Your local administrator or the helpdesk can lift the limit of an account. The limit"
            " of a network ends by itself."
        ),
    ),
    see=(WHOM_TO_ASK,),
    also=_("locked out blocked throttled limit attempts"),
)

NO_TOKEN_HERE = Question(
    "without-my-token",
    _("I left my token at home. Can I log in?"),
    (
        _(
            "Perhaps. Use another token of yours, if you have one. Some organisations also allow an"
            " authenticator app, recovery codes or a day pass."
        ),
        _(
            "If you log in without your token, it is suspended until an administrator has seen"
            " that you have it again. What you open that way carries no role."
        ),
        _("If you do not know where the token is, report it as lost."),
    ),
    see=(OTHERWISE, LOST, WHOM_TO_ASK),
    also=_("home forgot forgotten no token with me code app backup authenticator"),
)

CODE_REFUSED = Question(
    "code-refused",
    _("Why is my code or pass refused?"),
    (
        _("Most codes work once, and only for a while."),
        _(
            "A code of an authenticator app works for about half a minute: wait for the next one."
            " Check that the clock of your phone is right."
        ),
        _("Each of the ten recovery codes works once. New ones end those before."),
        _(
            "An access pass works once, most often for one hour, and only while you have no token"
            " in use. With it you register your first token."
        ),
        _("A day pass works until the hour that the administrator chose, 12 hours at most."),
        _("Your organisation decides which of these ways there are."),
    ),
    see=(OTHERWISE, See(_("Other ways to log in"), "my_factors"), WHOM_TO_ASK),
    also=_("totp recovery access pass day pass expired six digits not allowed"),
)

CODE_FROM_MAIL = Question(
    "confirm-a-new-token",
    _("Why am I asked for a code when I use a new token?"),
    (
        _(
            "Somebody else registered this token for you. The code shows that it reached you, and"
            " nobody else."
        ),
        _(
            "It has eight digits and goes to your own e-mail address. It works for ten minutes, and"
            " you have five tries. Use the newest one."
        ),
        _(
            "If you cannot read your mail before you log in, go to your local"
            " administrator with the token. They click “Try it now”, and you enter the"
            " PIN and touch the token."
        ),
    ),
    see=(question("waiting-token", _("Why does a token say “Not used yet”?")), WHOM_TO_ASK),
    also=_("handover confirmation eight digits first use"),
)

DEVICE_WITH_CODE = Question(
    "device-with-code",
    _("How do I log in on a device that shows a code?"),
    (
        _("Some devices have no browser. They show a code of eight letters, which you type here."),
        _("Never type a code that somebody sent to you. It would log them in as you."),
    ),
    (
        _("Log in to the portal on your computer or telephone."),
        _("Open the address that the device shows, and type the code. It works for ten minutes."),
        _("Read which application asks, and whose it is."),
        _("Say yes only if the device is in front of you, and you began it yourself."),
        _("To end it, log out of the portal."),
    ),
    see=(question("too-many-attempts", TOO_MANY.asked), WHOM_TO_ASK),
    also=_("monitor printer terminal television screen letters device authorization"),
)

GROUP = Group(
    "logging-in",
    _("Logging in"),
    (
        NO_WINDOW,
        NOT_WORKING,
        ANSWER_NOT_ACCEPTED,
        WRONG_PASSWORD,
        FORGOTTEN_PASSWORD,
        NEW_PASSWORD,
        TOO_MANY,
        NO_TOKEN_HERE,
        CODE_REFUSED,
        CODE_FROM_MAIL,
        DEVICE_WITH_CODE,
    ),
)
