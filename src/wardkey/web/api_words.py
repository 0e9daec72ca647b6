"""The words for what only programs meet, who come through the API."""

from django.utils.translation import gettext_lazy as _

from ..base.errors import Mistake

HEADINGS: dict[tuple[str, str], object] = {
    ("not_found", "key_model"): _("Unknown key model"),
    ("not_found", "serial_number"): _("Nobody’s here"),
    ("precondition_failed", ""): _("It was changed meanwhile"),
    ("idempotency_key_reused", ""): _("This Idempotency-Key was used before"),
    ("authentication_required", "api_token_missing"): _("An API token is needed"),
    ("authentication_required", "api_token_unknown"): _("This is no API token"),
    ("authentication_required", "api_token_over"): _("This API token has ended"),
    ("authentication_required", "api_token_owner"): _("Nobody stands behind this API token"),
    ("step_up_required", "api_token_too_old"): _("A newer API token is needed"),
    ("step_up_required", "application_needed"): _("An application is needed"),
    ("forbidden", "api_token_scope"): _("This API token is not for that"),
    ("forbidden", "looser_by_program"): _("No program makes this less strict"),
    ("method_not_allowed", ""): _("Another method is needed"),
    ("length_required", ""): _("Say how long it is"),
    ("unknown_field", "unknown_property"): _("There is no such field"),
    ("unknown_field", "unknown_parameter"): _("There is no such parameter"),
}

WORDS: dict[tuple[str, str], object] = {
    ("not_found", "key_model"): _(
        "The metadata has no model with this AAGUID. Check it, or show the AAGUID itself."
    ),
    ("not_found", "serial_number"): _(
        "No token with this serial number is known in your organisation. Check the number, letter "
        "by letter. If it is right, hand the token to your helpdesk."
    ),
    ("method_not_allowed", ""): _(
        "This address does not know the method. The Allow header has those that it knows."
    ),
    ("unknown_field", "unknown_property"): _(
        "Nothing was changed. Leave the field away that “field” names, "
        "or look its name up in /api/v1/openapi.json."
    ),
    ("unknown_field", "unknown_parameter"): _(
        "Nothing was looked up. Leave the parameter away that “field” names, "
        "or look its name up in /api/v1/openapi.json."
    ),
    ("authentication_required", "api_token_missing"): _(
        "Send the header “Authorization: Bearer” with an API token, and send it nowhere else. "
        "Cookies open nothing here."
    ),
    ("authentication_required", "api_token_unknown"): _(
        "Nobody knows it: check that it was copied as a whole, or make another one."
    ),
    ("authentication_required", "api_token_over"): _(
        "It was ended, or its time is over. Make another one, or ask for one."
    ),
    ("authentication_required", "api_token_owner"): _(
        "The person as whom it acts is not active, or changed since, or the organisation is "
        "suspended. A person makes another one; for an application, its primary administrator "
        "chooses somebody else."
    ),
    ("step_up_required", "api_token_too_old"): _(
        "Changing keys and people takes an API token that was made within the last eight hours, or "
        "an application’s. Make another one."
    ),
    ("step_up_required", "application_needed"): _(
        "Organisations, and what people log in to, are changed by an application that acts as "
        "somebody who may, and by nobody’s own API token. Have one registered, or do it on the "
        "pages."
    ),
    ("forbidden", "api_token_scope"): _(
        "Its scopes do not reach so far. Make another one for this, or have the scopes of the "
        "application changed."
    ),
    ("forbidden", "application_itself"): _(
        "This is the person as whom the application acts. Somebody does it on the pages."
    ),
    ("forbidden", "looser_by_program"): _(
        "Nothing was changed: no program lets people in with less than before, or where they were "
        "kept out. Somebody does it on the pages."
    ),
    ("precondition_failed", ""): _(
        "Nothing was done. Read it again, and send the new ETag as If-Match if it is still wanted."
    ),
    ("idempotency_key_reused", ""): _(
        "It stood at another request. Nothing was done: send each request under a key of its own."
    ),
    ("conflict", "has_begun"): _(
        "They have begun already, so their first day stays. Leave the field away."
    ),
    ("conflict", "roles_stay"): _(
        "They hold a role, and roles do not move. Somebody ends it on the pages first."
    ),
    ("conflict", "no_pass"): _("There is no pass to end: it was used, or ended meanwhile."),
    ("conflict", "too_many_api_tokens"): _(
        "There are twenty API tokens already. End one that is no longer used."
    ),
    ("conflict", "api_token_of_application"): _(
        "This API token is an application’s. A primary administrator ends it, under Applications."
    ),
    ("conflict", "too_many_applications"): _(
        "There are a hundred applications already. End one that is no longer used."
    ),
    ("invalid_input", "station_code"): _(
        "This code lets no token station in: it was mistyped, was used, or its ten minutes or the "
        "login that made it are over. Make another one in the portal, under Admin, Token station."
    ),
    ("invalid_input", "scopes"): _("Choose what it may do."),
    ("invalid_input", "lasts"): _("Choose how long it holds: 90 days at most."),
    ("invalid_input", "acts_as"): _(
        "Enter the user name of somebody with a role in your organisation, which yours covers."
    ),
    ("conflict", "units_refused"): _(
        "Nothing was saved. The serial number that “field” names is none, stands twice in this "
        "box, or is recorded already for this maker."
    ),
    ("conflict", "in_progress"): _(
        "The same request is being done at this moment. Wait {wait}, and send it again."
    ),
    ("invalid_input", "idempotency_key"): _(
        "An Idempotency-Key has 1 to 255 visible characters of ASCII. Nothing was done."
    ),
    ("invalid_input", "cursor"): _(
        "Take the cursor from “next” of the page before, as it is, with the same parameters; or "
        "leave it away and begin anew."
    ),
    ("invalid_input", "serial_number"): _(
        "A serial number has up to 40 letters, digits and . _ / -. Nothing was done."
    ),
    ("length_required", ""): _(
        "Nothing was read and nothing was changed. Send it whole, with Content-Length, and not in "
        "chunks."
    ),
    ("invalid_input", "does_not_fit"): _(
        "Nothing was changed. What “field” names is missing, or is not of the shape that "
        "/api/v1/openapi.json describes."
    ),
}

# What is said otherwise to whoever sits at a page: title, and what to do.
TO_PROGRAMS: dict[tuple[str, str], tuple[object, object]] = {
    ("not_found", ""): (
        _("There is none"),
        _("There is none with this id or address, or it is out of the reach of this API token."),
    ),
    ("not_found", "key_gone"): (
        _("This key is no longer there"),
        _("It was removed meanwhile. Nothing was done: read the list of keys again."),
    ),
    ("forbidden", ""): (
        _("The role does not allow this"),
        _("The person as whom this API token acts has no role that allows it. Nothing was done."),
    ),
    ("conflict", "standing"): (
        _("It does not stand so"),
        _("Nothing was done: the account is in another state. Read its “standing” again."),
    ),
    ("conflict", "holder_out"): (
        _("The account is suspended or closed"),
        _("No key is registered for it, and nothing was done. Read its “standing”."),
    ),
    ("conflict", "oneself"): (
        _("This is the person of this API token"),
        _("Nobody does this to themselves. Another administrator does it, or their application."),
    ),
    ("conflict", "unit_taken"): (
        _("This unit is somebody else’s"),
        _(
            "Nothing was registered: the unit with this serial number was issued to somebody else. "
            "Send it again with another number; or with “shared” if both are to use it."
        ),
    ),
    ("conflict", "organisation_standing"): (
        _("It does not stand so"),
        _("Nothing was done: the organisation is in another state. Read it again."),
    ),
}


def to_programs(mistake: Mistake) -> tuple[str, str] | None:
    """None where both are told the same."""
    told = TO_PROGRAMS.get((mistake.code, mistake.reason)) or (
        TO_PROGRAMS.get((mistake.code, "")) if mistake.reason == "role" else None
    )
    return (str(told[0]), str(told[1])) if told else None
