"""A new refusal is answered by the guide or says all itself; a new table is told of under “What is
stored about you”. Whoever adds one finds out here, and writes it down."""

import pytest
from django.apps import apps
from django.test import Client

from tests.doors import expect
from wardkey.guide.questions import QUESTIONS
from wardkey.web.answers import ANSWERS
from wardkey.web.api_words import WORDS as WORDS_FOR_PROGRAMS
from wardkey.web.words import WORDS

pytestmark = [pytest.mark.looks_only, pytest.mark.django_db]

# What the words beside a field say whole: which value it takes, and what to do next.
SAY_ALL = {
    *("address", "empty", "too_long", "characters", "name", "username", "username_taken", "email"),
    *("organisation", "date", "start", "last_day", "decision", "until", "loan_until"),
    *("no_such_organisation", "described", "way", "no_mail", "nobody_named", "too_many_named"),
    *("not_here", "for_whom", "reason", "stolen_since", "not_stolen", "app_code", "hours"),
    *(
        "nothing_reviewed",
        "role",
        "no_role_there",
        "role_until",
        "sleep_reason",
        "no_username",
        "sign_in_too_long",
    ),
    *(
        "code",
        "code_taken",
        "import_file",
        "contact_phone",
        "contact_hours",
        "contact_words",
        "plugs",
        "",
    ),
    *("stock_maker", "stock_model", "stock_site", "stock_order_reference", "received_on"),
    *("range_or_list", "range_number", "range_unlike", "range_backwards", "range_too_large"),
    "stock_username",
    *("redirect_uris", "logout_redirect_uris", "logout_uri", "jwks", "assurance", "use_decision"),
    *("user_code", "application_roles", "evidence_day", "earlier_file", "backwards"),
    *("nobody_pasted", "too_many_pasted", "nobody_chosen", "too_many_chosen", "serial_in_batch"),
}
SAY_ALL_OF_OTHER_CODES = {
    *(("conflict", reason) for reason in ("at_home", "guest_already", "logged_in", "no_factor")),
    *(("conflict", f"policy_{reason}") for reason in ("same_day", "counts", "excepted")),
    *(("conflict", "nothing_sealed"), ("conflict", "trail_damaged")),
    *(("conflict", "not_joined"), ("conflict", "holder_out"), ("sign_in_refused", "pass_stopped")),
    *(("too_large", ""), ("length_required", ""), ("unsupported_content_type", "")),
    *(("conflict", "too_many_api_tokens"), ("conflict", "too_many_applications")),
    *(("forbidden", "application_itself"), ("forbidden", "import_of_another")),
    ("conflict", "import_under_way"),
    *(("conflict", "too_many_clients"), ("conflict", "client_signs")),
    ("not_found", "client_request"),
    ("not_found", "device_request"),
    ("conflict", "batch_served"),
    ("temporarily_unavailable", "standstill"),
    # Only programs meet them (web/api_words.py).
    *((code, reason) for code, reason in WORDS_FOR_PROGRAMS if code != "invalid_input"),
}


def test_each_refusal_has_its_answer_or_says_all_itself():
    assert set(ANSWERS.values()) <= set(QUESTIONS)
    assert set(ANSWERS) <= set(WORDS)
    unanswered = set(WORDS) - set(ANSWERS)
    beside_a_field = {told for told in unanswered if told[0] == "invalid_input"}
    assert {reason for code, reason in beside_a_field - set(WORDS_FOR_PROGRAMS)} == SAY_ALL
    assert unanswered - beside_a_field == SAY_ALL_OF_OTHER_CODES - beside_a_field


# Which words of “What is stored about you” tell of each table; empty: nothing about a person.
TOLD_BY = {
    "people.Person": "Your name, user name",
    "people.ExternalId": "numbers that other systems know you by",
    "people.Membership": "your organisations and roles",
    "people.RoleGrant": "your organisations and roles",
    "deciding.RoleReview": "who looked at a role of yours",
    "people.ContactPoint": "e-mail addresses",
    "people.PolicyException": "exceptions that were made for you",
    "people.SearchWord": "Your name, user name",
    "people.WordPart": "Your name, user name",
    "people.WordPair": "Your name, user name",
    "people.UnpairedWord": "Your name, user name",
    "people.PairsUpTo": "",
    "keys.SecurityKey": "its public key",
    "keys.HandoverCode": "who registered it and when",
    "keys.RemovalRequest": "what became of it",
    "inventory.Unit": "the serial number that is printed on it",
    "inventory.UnitKey": "the serial number that is printed on it",
    "inventory.Custody": "who had it before you",
    "inventory.Box": "",
    "lifecycle.KeyTransfer": "what became of it",
    "lifecycle.Invitation": "invitations",
    "lifecycle.JoinerCode": "joiner codes",
    "recovery.AccessPass": "access passes",
    "recovery.PassRequest": "approved a pass",
    "recovery.IdentityCode": "access passes",
    "recovery.Vouching": "who vouched for you",
    "recovery.AuthenticatorApp": "The seed of an authenticator app",
    "recovery.RecoveryCode": "recovery codes",
    "recovery.PasswordReset": "links for a new password",
    "sessions.Session": "the address of the network",
    "sessions.LastTime": "The day on which you were last logged in stays",
    "sessions.StepUp": "each new proof that it was you",
    "sessions.DeskSession": "When it began",
    "sessions.ApiToken": "API tokens",
    "sessions.Application": "applications that act as you",
    "sessions.StationCode": "codes that let a token station in",
    "clients.Grant": "applications to which you logged in",
    "clients.LogoutNotice": "applications to which you logged in",
    "clients.Consent": "what you allowed them to learn",
    "clients.PendingRequest": "What an application asked",
    "clients.DeviceRequest": "from a device without a browser",
    "clients.Client": "",
    "clients.ClientUse": "",
    "clients.ClientRoles": "",
    "sessions.FirstAnswer": "what a program was answered",
    "bulk.PeopleImport": "file with which people were imported",
    "bulk.Piece": "file with which people were imported",
    "bulk.StagedRow": "file with which people were imported",
    "bulk.StagedEntry": "file with which people were imported",
    "compatibility.CheckedDevice": "device that you checked",
    "batches.Batch": "lists of people who get a token one after the other",
    "batches.BatchPlace": "lists of people who get a token one after the other",
    "sessions.DeskPlace": "who registered it and when",
    "audit.ChangeEntry": "An entry for each change",
    "audit.AttemptEntry": "for each login, allowed or refused",
    "notifications.OutboxMessage": "what the message was about",
    "ceremonies.PendingCeremony": "Challenges for a token",
    "signin.Limit": "wrong tries to log in",
    "signin.FailedName": "The names that failed at an address",
    "organisations.Organisation": "",
    "organisations.PolicyValue": "",
    "organisations.OrganisationContact": "",
    "reports.DailyCount": "How many people have a token",
    "deciding.Announcement": "",
    "deciding.ReviewReminder": "",
}
ABOUT_NOBODY = {
    *("keymodels", "keys.ProvingRound", "reports.ChoreRun"),
    *("reports.Counting", "reports.ToCount"),
    *("clients.ClientSecret", "clients.SigningKey", "clients.UsedAssertion"),
    *("audit.Tree", "audit.Tile", "audit.Numbering", "audit.Checkpoint", "audit.CheckpointKey"),
}


def test_every_table_is_spoken_of():
    page = expect(200, Client().get("/guide/what-is-stored/")).content.decode()
    own = {model._meta.label for model in apps.get_models() if "wardkey" in model.__module__}
    about_people = {label for label in own if not ABOUT_NOBODY & {label, label.split(".")[0]}}
    assert about_people == set(TOLD_BY)
    assert {label for label, words in TOLD_BY.items() if words not in page} == set()
