"""Questions about coming, moving and leaving."""

from django.utils.translation import gettext_lazy as _

from .question import MY_TOKENS, WHOM_TO_ASK, Group, Question, See, question

INVITATION = Question(
    "invitation",
    _("Why does my invitation not work?"),
    (
        _("It works once, from your first day until 14 days after it."),
        _("A new invitation ends those before: use the newest one."),
        _("If it has ended, ask your local administrator to invite you anew."),
    ),
    see=(WHOM_TO_ASK,),
    also=_("join first day start new joiner link slip expired"),
)

LEAVING = Question(
    "leaving",
    _("I am leaving. What becomes of my tokens?"),
    (
        _("Give the tokens of your organisation back to your local administrator."),
        _(
            "When you are marked as leaver, your roles end and you are logged out. You can log in"
            " until 30 days after your last day. Then the account is closed, and your tokens are"
            " suspended."
        ),
        _("A closed account can be opened again for 30 days. After that it stays closed."),
        _("If you have registered the token with other services, remove it there first."),
    ),
    see=(question("moving", _("I am moving to another organisation. What goes with me?")),),
    also=_("leave leaver last day resign quit close account end"),
)

MOVING = Question(
    "moving",
    _("I am moving to another organisation. What goes with me?"),
    (
        _("Your account and your user name stay the same. Your roles do not go with you."),
        _(
            "Your old organisation says for each token whether it is kept, given or lent. A token"
            " that is given or lent goes on working, if the new organisation allows its model."
        ),
        _("Nobody can move you without you:"),
    ),
    (
        _("Your old organisation marks you as leaver, with your last day."),
        _("You make a joiner code under “I am moving”. It works once, for 30 days."),
        _("You give it to your new organisation. From your last day on, they take you on with it."),
    ),
    see=(See(_("I am moving"), "my_moving"), question("leaving", LEAVING.asked)),
    also=_("move transfer change job joiner code new organisation"),
)

GUEST = Question(
    "guest",
    _("I work at another organisation for a while. What changes?"),
    (
        _("Nothing changes about your login. You are a guest there until a day that was agreed."),
        _("Your own organisation goes on looking after your tokens. Turn to it if you need help."),
        _("If the other organisation lends you a token, give it back after your visit."),
    ),
    see=(MY_TOKENS, WHOM_TO_ASK),
    also=_("visit agency bank rotation locum temporary"),
)

GROUP = Group(
    "coming-and-going", _("Coming, moving and leaving"), (INVITATION, LEAVING, MOVING, GUEST)
)
