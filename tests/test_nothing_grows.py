"""Nothing grows for ever: of each table it is written down what bounds it. Whoever adds one finds
out here."""

import pytest
from django.apps import apps

from wardkey.operating import worker

pytestmark = pytest.mark.looks_only

# By the chore of the worker that forgets what is over.
FORGOTTEN_BY = {
    "forget_logins": (
        *("sessions.Session", "sessions.StepUp", "sessions.DeskSession", "sessions.DeskPlace"),
        *("sessions.StationCode", "clients.Grant", "clients.LogoutNotice"),
    ),
    "forget_api_tokens": ("sessions.ApiToken",),
    "forget_first_answers": ("sessions.FirstAnswer",),
    "forget_challenges": ("ceremonies.PendingCeremony",),
    "forget_failures": ("signin.Limit", "signin.FailedName"),
    "forget_ways_back": (
        *("recovery.PasswordReset", "recovery.IdentityCode", "recovery.Vouching"),
        *("recovery.AccessPass", "recovery.PassRequest"),
    ),
    "forget_messages": ("notifications.OutboxMessage",),
    "forget_handover_codes": ("keys.HandoverCode",),
    "forget_joiner_codes": ("lifecycle.JoinerCode",),
    "forget_requests_of_applications": ("clients.PendingRequest",),
    "forget_requests_of_devices": ("clients.DeviceRequest",),
    "forget_proofs_of_applications": ("clients.UsedAssertion",),
    "forget_imports": ("bulk.Piece", "bulk.StagedRow", "bulk.StagedEntry"),
    "forget_batches": ("batches.Batch", "batches.BatchPlace"),
    "count_yesterday": ("reports.ToCount",),
}
BY_THE_OPERATOR = {"wardkey audit purge": ("audit.AttemptEntry",)}
# Of whom or what there are so many; what is replaced, or taken away with it, is among them.
ONE_EACH = {
    "person": (
        *("people.Person", "people.ExternalId", "people.SearchWord", "people.WordPair"),
        *("sessions.LastTime", "recovery.AuthenticatorApp", "recovery.RecoveryCode"),
    ),
    "name": ("people.WordPart", "people.UnpairedWord"),
    "organisation": (
        *("organisations.Organisation", "organisations.OrganisationContact", "audit.Numbering"),
        *("deciding.ReviewReminder", "clients.ClientUse", "clients.ClientRoles"),
    ),
    "token": ("keys.SecurityKey", "keys.RemovalRequest", "inventory.Unit", "inventory.UnitKey"),
    "box of tokens": ("inventory.Box",),
    "application": ("sessions.Application", "clients.Client"),
    "model of tokens": (
        *("keymodels.KeyModel", "keymodels.ModelUnderReview", "keymodels.PlugsTold"),
        "keymodels.CertificateKeyIdentifier",
    ),
    "portal": (
        *("audit.Tree", "reports.Counting", "reports.ChoreRun", "people.PairsUpTo"),
        "audit.CheckpointKey",
    ),
}
KEPT = {
    "audit.ChangeEntry": "what was changed is kept for ever",
    "audit.Tile": "what was purged stays proved: 40 bytes an entry",
    "audit.Checkpoint": "what was signed: one a minute at most, of each stream",
    "reports.DailyCount": "the past cannot be counted later: a day, an organisation, a figure",
    "compatibility.CheckedDevice": "what an administrator put into the table; a few wait for it",
    "lifecycle.Invitation": "who was invited, and by whom",
    "people.Membership": "where somebody was, by moves",
    "people.RoleGrant": "evidence: who held which role",
    "deciding.RoleReview": "evidence: one a role in 90 days",
    "people.PolicyException": "evidence: who was let off what",
    "people.ContactPoint": "whose address it was, by changes of it",
    "organisations.PolicyValue": "what was decided, and from when on",
    "deciding.Announcement": "one a decision",
    "clients.Consent": "who allowed an application what",
    "clients.ClientSecret": "one each time that somebody makes another",
    "clients.SigningKey": "four a year",
    "keymodels.MetadataBlob": "one a month",
    "keys.ProvingRound": "one a month",
    "inventory.Custody": "in whose hands a token was",
    "lifecycle.KeyTransfer": "what is to come back, by moves",
    "bulk.PeopleImport": "one an import; names and file are forgotten",
}


def told():
    by_chore = [name for names in FORGOTTEN_BY.values() for name in names]
    purged = [name for names in BY_THE_OPERATOR.values() for name in names]
    few = [name for names in ONE_EACH.values() for name in names]
    return [*by_chore, *purged, *few, *KEPT]


def test_of_each_table_it_is_known_what_bounds_it():
    ours = [model._meta.label for model in apps.get_models() if "wardkey" in model.__module__]
    assert sorted(told()) == sorted(ours)


def test_each_chore_that_forgets_is_one_of_the_workers():
    chores = {chore.name for chore in worker.usual_chores(stopping=lambda: False)}
    forgetting = {name for name in chores if name.startswith("forget_")}
    assert set(FORGOTTEN_BY) - {"count_yesterday"} == forgetting
    assert "count_yesterday" in chores
