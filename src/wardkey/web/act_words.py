"""What acts are called: where somebody confirms that it is they, and in the audit trail."""

from django.utils.translation import gettext_lazy as _

from ..people.administrators import Act

# What somebody is about to do, to whom or to themselves.
DOINGS: dict[str, object] = {
    Act.REGISTER_KEYS.value: _("You are about to register a FIDO2 token of {name}."),
    Act.MANAGE_KEYS.value: _("You are about to change a FIDO2 token of {name}."),
    Act.OPEN_DESK_SESSION.value: _("You are about to open a desk session for {name}."),
    Act.CONNECT_STATION.value: _("You are about to connect a token station for {name}."),
    Act.SUSPEND_KEYS.value: _("You are about to suspend a FIDO2 token of {name}."),
    Act.REPORT_RESETS.value: _("You are about to say that a FIDO2 token of {name} was reset."),
    Act.RESUME_KEYS.value: _("You are about to resume a FIDO2 token of {name}."),
    Act.END_SESSIONS.value: _("You are about to end all logins of {name}."),
    Act.UNDO_REMOVAL.value: _("You are about to bring back a FIDO2 token of {name}."),
    Act.TRY_KEYS.value: _("You are about to try a FIDO2 token together with {name}."),
    Act.SET_UP_FACTORS.value: _("You are about to change how else {name} can log in."),
    Act.MARK_COMPUTERS.value: _("You are about to say for {name} whether this computer is shared."),
    Act.ISSUE_PASSES.value: _("You are about to issue an access pass for {name}."),
    Act.RESET_PASSWORDS.value: _("You are about to print a slip for a new password of {name}."),
    Act.ADD_PEOPLE.value: _("You are about to add or invite people: {name}."),
    Act.IMPORT_PEOPLE.value: _("You are about to import people of {name}."),
    Act.SUSPEND_PEOPLE.value: _("You are about to suspend or resume {name}."),
    Act.DECIDE_POLICY.value: _("You are about to change the policy for {name}."),
    Act.LET_PEOPLE_GO.value: _("You are about to let {name} go, or to take that back."),
    Act.APPOINT.value: _("You are about to give {name} a role."),
    Act.DISMISS.value: _("You are about to end a role of {name}."),
    Act.PUT_ROLES_TO_SLEEP.value: _("You are about to put the roles of {name} elsewhere to sleep."),
    Act.WAKE_ROLES.value: _("You are about to wake a role of {name}."),
    Act.MANAGE_ORGANISATIONS.value: _("You are about to change {name}, or what is below it."),
    Act.SET_CONTACT.value: _("You are about to say whom the people of {name} ask for help."),
    Act.TELL_PLUGS.value: _("You are about to say which plugs models of tokens have."),
    Act.MANAGE_APPLICATIONS.value: _("You are about to change the applications of {name}."),
    Act.REPORT_UNITS_LOST.value: _("You are about to report a FIDO2 token of {name} lost."),
}
OWN: dict[str, object] = {
    Act.REGISTER_KEYS.value: _("You are about to register a FIDO2 token of your own."),
    Act.MANAGE_KEYS.value: _("You are about to change a FIDO2 token of your own."),
    Act.RESUME_KEYS.value: _("You are about to resume a FIDO2 token of your own."),
    Act.UNDO_REMOVAL.value: _("You are about to bring back a FIDO2 token of your own."),
    Act.TRY_KEYS.value: _("You are about to try a FIDO2 token of your own."),
    Act.SET_UP_FACTORS.value: _("You are about to change how else you can log in."),
    Act.DISMISS.value: _("You are about to end a role of your own."),
    Act.MAKE_API_TOKENS.value: _("You are about to make an API token that acts as you."),
    Act.PROVE_TO_APPLICATION.value: _("“{name}” asks you to show once more that it is you."),
}
SOMETHING = _("You are about to change something about {name}.")

# The same in the audit trail, after a colon.
ACTS: dict[str, object] = {
    Act.REGISTER_KEYS.value: _("registering a FIDO2 token"),
    Act.MANAGE_KEYS.value: _("changing a FIDO2 token"),
    Act.OPEN_DESK_SESSION.value: _("opening a desk session"),
    Act.CONNECT_STATION.value: _("connecting a token station"),
    Act.SUSPEND_KEYS.value: _("suspending a FIDO2 token"),
    Act.REPORT_RESETS.value: _("saying that a FIDO2 token was reset"),
    Act.RESUME_KEYS.value: _("resuming a FIDO2 token"),
    Act.END_SESSIONS.value: _("ending all logins"),
    Act.UNDO_REMOVAL.value: _("bringing back a FIDO2 token"),
    Act.TRY_KEYS.value: _("trying a FIDO2 token"),
    Act.SET_UP_FACTORS.value: _("changing how else one logs in"),
    Act.MARK_COMPUTERS.value: _("marking a computer as shared"),
    Act.ISSUE_PASSES.value: _("issuing an access pass"),
    Act.RESET_PASSWORDS.value: _("printing a slip for a new password"),
    Act.ADD_PEOPLE.value: _("adding or inviting people"),
    Act.IMPORT_PEOPLE.value: _("importing people"),
    Act.SUSPEND_PEOPLE.value: _("suspending or resuming a person"),
    Act.LET_PEOPLE_GO.value: _("letting a person go"),
    Act.DECIDE_POLICY.value: _("changing the policy"),
    Act.APPOINT.value: _("giving a role"),
    Act.DISMISS.value: _("ending a role"),
    Act.PUT_ROLES_TO_SLEEP.value: _("putting roles elsewhere to sleep"),
    Act.WAKE_ROLES.value: _("waking a role"),
    Act.MANAGE_ORGANISATIONS.value: _("changing an organisation"),
    Act.MAKE_API_TOKENS.value: _("making an API token"),
    Act.SET_CONTACT.value: _("saying whom people ask for help"),
    Act.TELL_PLUGS.value: _("saying which plugs a model has"),
    Act.MANAGE_APPLICATIONS.value: _("changing applications"),
    Act.REPORT_UNITS_LOST.value: _("reporting a FIDO2 token from stock lost"),
    Act.PROVE_TO_APPLICATION.value: _("showing an application that it is you"),
}
