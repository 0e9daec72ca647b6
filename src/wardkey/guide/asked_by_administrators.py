"""What administrators ask: mostly, why the portal refuses something."""

from django.utils.translation import gettext_lazy as _

from .asked_about_batches import BATCH, WITHOUT_ADMINISTRATOR
from .question import WHOM_TO_ASK, Group, Question, See, question
from .steps import Reader

USER_MANAGEMENT = See(_("User Management"), "user_management")
ROLES = See(_("Roles"), "roles_here")

CHECKING = Question(
    "who-is-asking",
    _("How do I make sure who is asking?"),
    (
        _("Whoever asks for a token, a pass or a new password may be a stranger who pretends."),
        _(
            "See the person, with a badge or a document. Or call them back on the number that your"
            " organisation has on record, never on one that the caller gives you."
        ),
        _("Never ask for a PIN or a password, and never let somebody tell you theirs."),
    ),
    reader=Reader.ADMINISTRATOR,
    see=(USER_MANAGEMENT,),
    also=_("identity check impostor social engineering phone call verify vouch unchecked"),
)

STATION = Question(
    "token-station",
    _("How do I give a stack of tokens to many people?"),
    (
        _("With the token station, a program on the computer at your desk. It sets each PIN too."),
        _(
            "Write a list of the people, then insert one token after the other. If it stops, start"
            " it again: nobody gets two tokens, and none is lost."
        ),
        _(
            "The PINs are only on paper slips that you fold, or in a file that your passphrase"
            " opens. The portal never has them."
        ),
        _("On Windows the program needs administrator rights. Without them, use the browser."),
    ),
    (
        _("Open “Admin”, then “Token station”, and let it show you a code."),
        _("Start the program wardkey-station there, with the word login, and type the code."),
        _("Start it with the word enrol-list and the name of your list."),
    ),
    reader=Reader.ADMINISTRATOR,
    see=(See(_("Token station"), "token_station"), USER_MANAGEMENT),
    also=_("bulk enrol many tokens at once stack list csv pins slips login code desk program"),
)

WAITING = Question(
    "waiting-token",
    _("Why does a token say “Not used yet”?"),
    (
        _("Somebody registered it for its holder, and it waits until they have it in their hands."),
        _(
            "The holder logs in with it, or you click “Try it now” with the holder beside you. Then"
            " it is theirs."
        ),
        _(
            "After 30 days without that it opens nothing any more, and says “Waited too long”."
            " Remove it, and register it again."
        ),
    ),
    reader=Reader.ADMINISTRATOR,
    see=(USER_MANAGEMENT,),
    also=_("pending handover lapsed inactive waiting 30 days"),
)

NOT_THIS_PERSON = Question(
    "not-for-this-person",
    _("Why can I not do this for this person?"),
    (
        _("The person holds a role that yours does not cover."),
        _(
            "You can help people whose role is the same as yours or lower, in your organisation or"
            " below it. If you could change the token of somebody higher, you could log in as them."
        ),
        _("Ask somebody who has that role there, or a higher one."),
    ),
    reader=Reader.ADMINISTRATOR,
    see=(ROLES, question("role-elsewhere", _("What if somebody has a role elsewhere?"))),
    also=_("forbidden 403 covering higher rank permission"),
)

ROLE_ELSEWHERE = Question(
    "role-elsewhere",
    _("What if somebody has a role elsewhere?"),
    (
        _(
            "A person of your organisation may hold a role in another one. A token"
            " that you register for them would open that one too."
        ),
        _(
            "Put that role to sleep first, on the page “Roles” of the person. Then you"
            " can help them. The other organisation wakes the role when it is content."
        ),
        _("Or ask an administrator of the other organisation to help."),
    ),
    reader=Reader.ADMINISTRATOR,
    see=(USER_MANAGEMENT, question("not-for-this-person", NOT_THIS_PERSON.asked)),
    also=_("sleep asleep awake wake two organisations"),
)

NOT_FOR_ONESELF = Question(
    "not-for-yourself",
    _("Why can I not do this for myself?"),
    (
        _(
            "You cannot give yourself a role, a pass, a slip for a password or an exception."
            " So whoever gets into one account does not get further with it."
        ),
        _("Ask a colleague who has the same role, or a higher one."),
        _("It helps to have two administrators in each place, with two tokens each."),
    ),
    reader=Reader.ADMINISTRATOR,
    see=(ROLES, WHOM_TO_ASK),
    also=_("own account oneself self approve"),
)

TWO_PEOPLE = Question(
    "two-people",
    _("Why does it take a second administrator?"),
    (
        _(
            "Some things could open an account to whoever does them alone. So two people have to"
            " agree."
        ),
        _(
            "Did you print a slip for a new password? Then for a day somebody else has to issue"
            " an access pass for that person. It is the same the other way round."
        ),
        _(
            "Does the token belong to somebody with a role? Then the policy may ask for two people"
            " to remove it, or let nobody else do it. You can always suspend it. That stops it at"
            " once."
        ),
    ),
    reader=Reader.ADMINISTRATOR,
    see=(See(_("Policy"), "policy"), question("not-for-yourself", NOT_FOR_ONESELF.asked)),
    also=_("four eyes approval agree same person pass slip removal"),
)

TOKEN_IN_USE = Question(
    "pass-for-a-token-in-use",
    _("Why can I not issue an access pass for somebody who has a token?"),
    (
        _("An access pass registers a first token. This person has one that works."),
        _("If it is lost or broken, suspend or remove it first. Then issue the pass."),
        _("If its PIN is forgotten, remove it, reset it, and register it again."),
    ),
    reader=Reader.ADMINISTRATOR,
    see=(USER_MANAGEMENT, question("forgotten-pin", _("I forgot my PIN. What now?"))),
    also=_("key in use conflict"),
)

ROLE_REFUSED = Question(
    "role-refused",
    _("Why can I not give or end this role?"),
    (
        _(
            "You give roles that are lower than your own. As primary local administrator you can"
            " also give a second one like yours. A role that you give does not last longer than"
            " yours, and does not reach further down."
        ),
        _("The account has to be in use, and so has the organisation."),
        _(
            "One administrator has to stay. Before you end the last one, name another, who has the"
            " role for as long."
        ),
        _("An administrator needs two tokens in use. Then the role begins."),
    ),
    reader=Reader.ADMINISTRATOR,
    see=(ROLES, question("not-for-yourself", NOT_FOR_ONESELF.asked)),
    also=_("appoint dismiss last administrator rank scope waiting"),
)

CHANGED = Question(
    "changed-meanwhile",
    _("Why does it say that somebody changed it meanwhile?"),
    (
        _("What the page showed was no longer so when you pressed the button."),
        _("Nothing was changed by you. Load the page again, look at it, and decide anew."),
        _("The history of the person says who did what."),
    ),
    reader=Reader.ADMINISTRATOR,
    see=(USER_MANAGEMENT, See(_("Audit trail"), "audit")),
    also=_("conflict 409 stale standing settled already withdrawn"),
)

NOT_FOUND = Question(
    "not-in-your-organisation",
    _("Why is the page or the person not found?"),
    (
        _("There is no such page, or it belongs to an organisation that you do not look after."),
        _("The portal does not say which, so that nobody learns about people elsewhere."),
        _("If you act for several organisations, choose the right one at the top of the page."),
        _("Search for the person again. They may have moved, or left."),
    ),
    reader=Reader.ADMINISTRATOR,
    see=(USER_MANAGEMENT, See(_("Act for another organisation"), "in_view")),
    also=_("404 missing unknown person page"),
)

YOUR_ROLE = Question(
    "your-role",
    _("Why does my role not allow this?"),
    (
        _("Each role may do some things, and not others."),
        _("The helpdesk finds people. It stops tokens, and gives out access passes."),
        _("A local administrator can do that too. They add people and tokens, and take them away."),
        _("A primary local administrator can do all that. They also give roles, and set policy."),
        _("An auditor reads what was done, and changes nothing."),
        _("Do you act for more than one place? Your role may not be the same in each."),
    ),
    reader=Reader.ADMINISTRATOR,
    see=(WHOM_TO_ASK, See(_("Act for another organisation"), "in_view")),
    also=_("forbidden 403 rights permission helpdesk auditor"),
)

ASSESSOR = Question(
    "for-an-assessor",
    _("An assessor wants proof. What can I give them?"),
    (
        _("An evidence pack. It is one file, and shows how things stood on one day."),
        _("It says how many people had a token, and who was let off by an exception."),
        _("It also says who left, how soon they could not get in any more, and who had a role."),
        _("The list of exceptions shows who is let off now, why, and who agreed to it."),
        _("The audit trail can be downloaded with proofs. Another computer can then check it."),
    ),
    reader=Reader.ADMINISTRATOR,
    see=(
        See(_("Evidence pack"), "evidence"),
        See(_("Exceptions"), "exceptions_register"),
        See(_("Download with proofs"), "audit_proofs"),
    ),
    also=_("audit auditor inspection coverage leavers register exceptions compliance report"),
)

ORGANISATION_CLOSED = Question(
    "organisation-not-open",
    _("Why does nothing new begin in an organisation?"),
    (
        _("It is suspended, closed, or about to close."),
        _("While it is suspended, its people are kept out, and no role is given in it."),
        _("When it closes, its people move to the organisation that takes them over."),
        _("A platform administrator can say more."),
    ),
    reader=Reader.ADMINISTRATOR,
    see=(WHOM_TO_ASK,),
    also=_("suspended closing successor root"),
)

GROUP = Group(
    "administrators",
    _("For administrators and the helpdesk"),
    (
        CHECKING,
        STATION,
        BATCH,
        WITHOUT_ADMINISTRATOR,
        WAITING,
        NOT_THIS_PERSON,
        ROLE_ELSEWHERE,
        NOT_FOR_ONESELF,
        TWO_PEOPLE,
        TOKEN_IN_USE,
        ROLE_REFUSED,
        CHANGED,
        NOT_FOUND,
        YOUR_ROLE,
        ORGANISATION_CLOSED,
        ASSESSOR,
    ),
)
