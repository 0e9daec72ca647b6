"""The words about applications to which people log in: refusals, and what the audit trail tells."""

from django.utils.translation import gettext_lazy as _

HEADINGS: dict[tuple[str, str], object] = {
    ("not_found", "client_request"): _("Start again in the application"),
    ("not_found", "device_request"): _("Start again on the device"),
}
WORDS: dict[tuple[str, str], object] = {
    ("not_found", "client_request"): _(
        "This login to an application is over: it was finished, or not within 15 minutes. "
        "Go back to the application and start again."
    ),
    ("not_found", "device_request"): _(
        "This login on a device is over: it was answered, or not within ten minutes. Start again "
        "on the device, which then shows another code."
    ),
    ("invalid_input", "user_code"): _("This code is not known, was used, or is over."),
    ("invalid_input", "redirect_uris"): _(
        "Enter at least one whole address that begins with https://, one a line, without # and "
        "without *. For a computer’s own, http://localhost/ will do."
    ),
    ("invalid_input", "logout_redirect_uris"): _(
        "Enter whole addresses that begin with https://, one a line, or none."
    ),
    ("invalid_input", "logout_uri"): _("Enter one whole address with https://, or none."),
    ("invalid_input", "jwks"): _(
        "Enter a JWK Set in JSON with public RSA or EC keys alone, or nothing. A private key that "
        "was shown to anybody should be replaced."
    ),
    ("invalid_input", "assurance"): _("Choose how people have to log in."),
    ("invalid_input", "use_decision"): _("Choose how its people get in, or that they do not."),
    ("invalid_input", "application_roles"): _(
        "Enter names with spaces between them, at most 20, each of up to 64 letters, digits and "
        "the signs . _ : / - and beginning with a letter or digit."
    ),
    ("conflict", "too_many_clients"): _(
        "There are a hundred such applications already. End one that is no longer used."
    ),
    ("conflict", "client_signs"): _(
        "This application proves itself by its signature. Take its public keys away first, if it "
        "is to have a secret."
    ),
}

# In the audit trail.
SENTENCES: dict[str, object] = {
    "client.registered": _("Application to log in to added: {name}"),
    "client.changed": _("Application to log in to changed: {name}"),
    "client.ended": _("Application to log in to ended: {name}"),
    "client.secret_made": _("Secret made for {name} ({beginning}…)"),
    "client.use_decided": _("Decided about logging in to {name}: {new_decision}"),
    "client.roles_decided": _("Decided about roles in {name}: {new_gives}"),
    "client.consent_given": _("Allowed {name} to know who they are"),
    "client.access_ended": _("Ended the access of {name}"),
    "oidc.key_rotated": _("New key for what is signed for applications: {kid}"),
    "oidc.signed_in": _("Logged in to {name}"),
    "oidc.backchannel": _("{name} was to hear that the login had ended"),
    "oidc.refused": _("Application refused: {name}"),
    "oidc.refused_often": _(
        "Applications refused {times} times within an hour from {address}, more often than is "
        "noted one by one: {name}"
    ),
    "oidc.device_asked": _("{name} asked on a device at {address} for somebody to log in"),
    "oidc.device_allowed": _("Logged in to {name} on a device at {address}"),
    "oidc.device_refused": _("Refused {name} on a device at {address}"),
}
REASONS: dict[str, object] = {
    "looser_by_program": _("no program lets people in to an application with less than before"),
    "client": _("no such application is registered"),
    "redirect_uri": _("the address to return to is not one of its own"),
    "pkce": _("its proof that the code is its own (PKCE) is missing or wrong"),
    "prompt_none": _("nobody was to be asked, and somebody had to be"),
    "acr": _("the person has no token with which to log in as it asks"),
    "use": _("the person’s organisation does not use it"),
    "subject": _("somebody else logged in than it asked for"),
    "id_token": _("the ID token that it brought is not the portal’s"),
    "ways": _("it proved itself in no way, or in two at once"),
    "basic": _("its Authorization header could not be read"),
    "secret": _("its secret is wrong or has ended"),
    "assertion": _("its signature does not hold"),
    "assertion_reused": _("its signature came a second time"),
    "code_reused": _("the code came a second time; everything given for it has ended"),
    "refresh": _("what it wanted to refresh with is not known"),
    "refresh_reused": _("a refresh came a second time; everything given with it has ended"),
    "ended": _("the login that it stands on has ended"),
    "person_refused": _("the person did not allow it"),
    "not_on_devices": _("it may not ask from devices without a browser"),
    "device_code": _("the device’s code is not known"),
    "expired_token": _("nobody answered the device in ten minutes"),
    "too_many": _("a thousand of its devices waited already"),
    "same_code": _("another device had the very code that it was to get"),
    "invalid_request": _("its request is not as the protocol has it"),
    "invalid_scope": _("it asked for something else than was granted, or than there is"),
    "unsupported_response_type": _("it asked for a flow that is not offered"),
    "unsupported_grant_type": _("it asked for a flow that is not offered"),
    "request_not_supported": _("it sent its request in a form that is not offered"),
    "request_uri_not_supported": _("it sent its request in a form that is not offered"),
    "registration_not_supported": _("it sent its request in a form that is not offered"),
}
