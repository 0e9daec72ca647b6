"""Who may do what through the API, by method and route, as ../matrix.py has it for the pages.

test_matrix.py asks every cell, and fails for a route that has no line here. `page` is the page that
decides the same; `sent` is what it takes to be done. Whoever may then changes something, unless it
takes a key.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from tests.matrix import (
    ADMINISTRATORS,
    APPOINTING,
    DESK,
    IN_VIEW,
    ORGANISATION,
    PERSON,
    PLATFORM,
    READERS,
)

PERSON_AT = "/api/v1/people/{person_id}"
KEYS = PERSON_AT + "/keys"
KEY = KEYS + "/{key_id}"
ORGANISATION_AT = "/api/v1/organisations/{code}"
UNIT = "/api/v1/units/{unit_id}"
APPLICATIONS = "/api/v1/applications"
APPLICATION = APPLICATIONS + "/{application_id}"


@dataclass(frozen=True)
class Cell:
    may: set[str | None]
    page: str
    about: str = PERSON
    sent: dict | None = None
    does_it: bool = True
    unknown: bool = False  # nobody has what the address names: whoever may gets 404


NEWCOMER = {"username": "kim@matrix.example", "name": "Kim Osei", "email": "kim@matrix.example"}
LAST_DAY = {"last_day": str(datetime.now(UTC).date())}
ROTA = {"name": "Rota", "redirect_uris": ["https://rota.example/"], "assurance": "key"}
NO_ANSWER = {"registration_id": "66666666-2222-4333-8444-555555555555", "credential": {}}

PUBLIC = {
    ("get", "/api/v1/key-models/{aaguid}"),
    ("get", "/api/v1/key-models/{aaguid}/icon"),
    ("get", "/api/v1/station"),
    ("post", "/api/v1/station/api-tokens"),
}
API_MATRIX = {
    ("get", "/api/v1/people"): Cell(DESK, "user_management", IN_VIEW),
    ("get", PERSON_AT): Cell(DESK, "person"),
    ("post", "/api/v1/people"): Cell(ADMINISTRATORS, "add_person", IN_VIEW, sent=NEWCOMER),
    ("patch", PERSON_AT): Cell(ADMINISTRATORS, "invite", sent={"name": "Another Name"}),
    # Each of them holds a role there, and roles do not move.
    ("post", PERSON_AT + "/move"): Cell(
        ADMINISTRATORS, "mark_leaver", sent={"organisation": "NORTH"}, does_it=False
    ),
    ("post", "/api/v1/people/take-on"): Cell(
        ADMINISTRATORS, "take_on", IN_VIEW, sent={"code": "nobody's"}, does_it=False
    ),
    ("get", PERSON_AT + "/standing"): Cell(DESK, "standing"),
    ("post", PERSON_AT + "/suspend"): Cell(ADMINISTRATORS, "suspend_person", sent={}),
    ("post", PERSON_AT + "/resume"): Cell(ADMINISTRATORS, "resume_person"),
    ("post", PERSON_AT + "/leaver"): Cell(ADMINISTRATORS, "mark_leaver", sent=LAST_DAY),
    ("delete", PERSON_AT + "/leaver"): Cell(ADMINISTRATORS, "take_back_mark"),
    ("get", KEYS): Cell(DESK, "keys"),
    ("post", KEYS): Cell(
        ADMINISTRATORS, "register", sent={**NO_ANSWER, "nickname": "Blue"}, does_it=False
    ),
    ("post", KEYS + "/registrations"): Cell(ADMINISTRATORS, "register_challenge"),
    ("get", KEY): Cell(DESK, "keys"),
    ("patch", KEY): Cell(ADMINISTRATORS, "edit", sent={"nickname": "Another name"}),
    ("delete", KEY): Cell(ADMINISTRATORS, "remove", sent={}),
    ("post", KEY + "/suspend"): Cell(DESK, "suspend", sent={"reason": "lost"}),
    ("post", KEY + "/resume"): Cell(ADMINISTRATORS, "resume"),
    ("delete", "/api/v1/station/api-token"): Cell(ADMINISTRATORS, "token_station", IN_VIEW),
    ("post", "/api/v1/station/resets"): Cell(
        ADMINISTRATORS,
        "token_station",
        IN_VIEW,
        sent={"serial_number": "0", "aaguid": "53494d55-4c41-5445-4420-4b4559203031"},
        does_it=False,
    ),
    ("get", PERSON_AT + "/passes"): Cell(DESK, "issue_pass"),
    ("delete", PERSON_AT + "/passes"): Cell(DESK, "end_logins"),
    ("get", PERSON_AT + "/roles"): Cell(ADMINISTRATORS, "roles"),
    ("get", "/api/v1/roles"): Cell(ADMINISTRATORS, "roles_here", IN_VIEW),
    ("get", "/api/v1/organisations"): Cell(APPOINTING, "organisations", IN_VIEW),
    ("get", ORGANISATION_AT): Cell(APPOINTING, "organisation", ORGANISATION),
    ("post", ORGANISATION_AT + "/organisations"): Cell(
        {PLATFORM}, "add_organisation", ORGANISATION, sent={"code": "NEW1", "name": "New"}
    ),
    ("patch", ORGANISATION_AT): Cell(
        {PLATFORM}, "edit_organisation", ORGANISATION, sent={"code": "NEW1", "name": "New"}
    ),
    ("post", ORGANISATION_AT + "/suspend"): Cell({PLATFORM}, "suspend_organisation", ORGANISATION),
    ("post", ORGANISATION_AT + "/resume"): Cell({PLATFORM}, "resume_organisation", ORGANISATION),
    ("get", "/api/v1/serial-numbers/{serial_number}"): Cell(
        DESK, "user_management", IN_VIEW, unknown=True
    ),
    ("get", "/api/v1/units"): Cell(DESK, "stock", IN_VIEW),
    ("post", "/api/v1/boxes"): Cell(
        ADMINISTRATORS,
        "stock_receive",
        IN_VIEW,
        sent={"maker": "Maker", "model": "One", "first": "0099", "last": "0101"},
    ),
    ("get", UNIT): Cell(DESK, "unit", IN_VIEW, unknown=True),
    ("post", UNIT + "/issue"): Cell(
        ADMINISTRATORS, "unit_issue", IN_VIEW, sent={"username": "ben"}, unknown=True
    ),
    ("post", UNIT + "/hand-on"): Cell(
        ADMINISTRATORS, "unit_hand_on", IN_VIEW, sent={"organisation": "NORTH"}, unknown=True
    ),
    ("post", UNIT + "/steps"): Cell(
        ADMINISTRATORS, "unit_step", IN_VIEW, sent={"step": "lost"}, unknown=True
    ),
    ("get", APPLICATIONS): Cell(APPOINTING, "applications", IN_VIEW),
    ("post", APPLICATIONS): Cell(APPOINTING, "client_add", IN_VIEW, sent=ROTA),
    ("get", APPLICATION): Cell(APPOINTING, "client", IN_VIEW, unknown=True),
    ("patch", APPLICATION): Cell(APPOINTING, "client_edit", IN_VIEW, sent={}, unknown=True),
    ("delete", APPLICATION): Cell(APPOINTING, "client_end", IN_VIEW, unknown=True),
    ("post", APPLICATION + "/secrets"): Cell(APPOINTING, "client_secret", IN_VIEW, unknown=True),
    ("get", APPLICATION + "/uses"): Cell(APPOINTING, "client", IN_VIEW, unknown=True),
    ("put", APPLICATION + "/uses/{code}"): Cell(
        APPOINTING, "client_use", IN_VIEW, sent={"decision": "key"}, unknown=True
    ),
    ("get", "/api/v1/policy"): Cell(READERS, "policy", IN_VIEW),
    ("get", "/api/v1/overview"): Cell(READERS, "audit", IN_VIEW),
    ("get", "/api/v1/audit-entries"): Cell(READERS, "audit", IN_VIEW),
    ("get", "/api/v1/audit-entries/proofs"): Cell(READERS, "audit", IN_VIEW),
}
