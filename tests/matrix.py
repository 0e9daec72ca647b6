"""Who may do what, at each address for administrators. test_the_matrix.py asks every cell of it.

A new address under `admin/` fails there until it has a line here. Write down who may, by role, as
the design says it; not as administrators.py does, which is what this is held against.

    about       whom or what the address names: a person, an organisation, or nothing but the
                organisation in view
    fields      what the form needs to be done; where it is given, somebody who may do it changes
                something, and everybody else nothing
    unknown     the address has an id that is nobody's here: whoever may gets 404 for it
"""

from dataclasses import dataclass

HELPDESK, AUDITOR = "helpdesk", "auditor"
LOCAL, PRIMARY, PLATFORM = "local", "primary", "platform"

ADMINISTRATORS = {LOCAL, PRIMARY, PLATFORM}
DESK = ADMINISTRATORS | {HELPDESK}
READERS = ADMINISTRATORS | {AUDITOR}
EVERYBODY = DESK | {AUDITOR}
APPOINTING = {PRIMARY, PLATFORM}
ANYBODY = EVERYBODY | {None}  # what is only about one's own session

PERSON, ORGANISATION, IN_VIEW = "person", "organisation", "in view"


@dataclass(frozen=True)
class Line:
    may: set[str | None]
    about: str = IN_VIEW
    fields: dict[str, str] | None = None
    unknown: bool = False


MATRIX = {
    "administration": Line(EVERYBODY),
    "in_view": Line(EVERYBODY),
    "shared_computer": Line(ADMINISTRATORS, IN_VIEW, {"shared": "yes"}),
    "audit": Line(READERS),
    "audit_export": Line(READERS),
    "audit_proofs": Line(READERS),
    "audit_proofs_file": Line(READERS),
    "audit_verifier": Line(READERS),
    "audit_keys": Line(READERS),
    "evidence": Line(READERS),
    "evidence_pack": Line(
        READERS, IN_VIEW, {"day-day": "31", "day-month": "1", "day-year": "2026"}
    ),
    "user_management": Line(DESK),
    "person": Line(DESK, PERSON),
    "lift_limit": Line(DESK, PERSON),
    "address_limit": Line(DESK),
    "portal_health": Line({PLATFORM}),
    "end_logins": Line(DESK, PERSON, {}),
    "take_factors": Line(ADMINISTRATORS, PERSON),
    "issue_pass": Line(DESK, PERSON),
    "password_slip": Line(DESK, PERSON),
    "pass_code": Line(DESK, PERSON),
    "vouch": Line(DESK, PERSON),
    "vouch_challenge": Line(DESK, PERSON),
    "history": Line(ADMINISTRATORS, PERSON),
    # keys
    "tokens_to_replace": Line(ADMINISTRATORS),
    "keys": Line(DESK, PERSON),
    "keys_export": Line(ADMINISTRATORS, IN_VIEW, {}),
    "register": Line(ADMINISTRATORS, PERSON),
    "register_challenge": Line(ADMINISTRATORS, PERSON),
    "register_answer": Line(ADMINISTRATORS, PERSON),
    "edit": Line(ADMINISTRATORS, PERSON, {"nickname": "Another name"}),
    "remove": Line(ADMINISTRATORS, PERSON, {"reason": "broken"}),
    "suspend": Line(DESK, PERSON, {"reason": "lost"}),
    "resume": Line(ADMINISTRATORS, PERSON),
    "undo_removal": Line(ADMINISTRATORS, PERSON),
    "sign_ins": Line(ADMINISTRATORS, PERSON),
    "try_key": Line(ADMINISTRATORS, PERSON),
    "try_key_challenge": Line(ADMINISTRATORS, PERSON),
    "desk_session": Line(ADMINISTRATORS),
    "open_desk_session": Line(ADMINISTRATORS),
    "end_desk_session": Line(ANYBODY),
    "token_station": Line(ADMINISTRATORS),
    "batches": Line(ADMINISTRATORS),
    "batch_new": Line(ADMINISTRATORS),
    "batch_save": Line(ADMINISTRATORS),
    "batch": Line(ADMINISTRATORS, unknown=True),
    "batch_add": Line(ADMINISTRATORS, unknown=True),
    "batch_add_save": Line(ADMINISTRATORS, unknown=True),
    "batch_delete": Line(ADMINISTRATORS, unknown=True),
    "batch_start": Line(ADMINISTRATORS, unknown=True),
    "batch_next": Line(ADMINISTRATORS, unknown=True),
    "batch_person": Line(ADMINISTRATORS, PERSON, unknown=True),
    "batch_keep": Line(ADMINISTRATORS, PERSON, unknown=True),
    "batch_put_off": Line(ADMINISTRATORS, PERSON, unknown=True),
    "batch_undo": Line(ADMINISTRATORS, PERSON, unknown=True),
    # people
    "add_person": Line(ADMINISTRATORS),
    "standing": Line(DESK, PERSON),
    "invite": Line(ADMINISTRATORS, PERSON),
    "withdraw_invitation": Line(ADMINISTRATORS, PERSON),
    "suspend_person": Line(ADMINISTRATORS, PERSON, {}),
    "resume_person": Line(ADMINISTRATORS, PERSON),
    "mark_leaver": Line(ADMINISTRATORS, PERSON),
    "take_back_mark": Line(ADMINISTRATORS, PERSON),
    "close_person": Line(ADMINISTRATORS, PERSON),
    "restore_person": Line(ADMINISTRATORS, PERSON),
    "take_on": Line(ADMINISTRATORS),
    "send_as_guest": Line(ADMINISTRATORS, PERSON),
    "end_visit": Line(ADMINISTRATORS, PERSON, unknown=True),
    "guests": Line(DESK),
    "lend_to_guest": Line(ADMINISTRATORS, unknown=True),
    "import_people": Line(ADMINISTRATORS),
    "import_template": Line(ADMINISTRATORS),
    "import_seen": Line(ADMINISTRATORS, unknown=True),
    "import_progress": Line(ADMINISTRATORS, unknown=True),
    "import_apply": Line(ADMINISTRATORS, unknown=True),
    "import_cancel": Line(ADMINISTRATORS, unknown=True),
    "import_invite": Line(ADMINISTRATORS, unknown=True),
    "import_report": Line(ADMINISTRATORS, unknown=True),
    "tokens_to_collect": Line(DESK),
    "token_to_collect": Line(ADMINISTRATORS, unknown=True),
    # policy
    "policy": Line(READERS),
    "key_models": Line(READERS),
    "key_models_review": Line(APPOINTING),
    "model_plugs": Line({PLATFORM}, unknown=True),
    "key_model_icon": Line(READERS),
    "policy_change": Line(APPOINTING),
    "policy_save": Line(APPOINTING),
    "policy_withdraw": Line(APPOINTING),
    "overview": Line(EVERYBODY),
    "overview_list": Line(EVERYBODY),
    "overview_file": Line(EVERYBODY, IN_VIEW, {}),
    "exceptions_register": Line(READERS),
    "exceptions_file": Line(READERS, IN_VIEW, {}),
    "without_token": Line(READERS),
    "without_token_file": Line(READERS, IN_VIEW, {}),
    "exceptions": Line(READERS, PERSON),
    "exception_make": Line(APPOINTING, PERSON),
    "exception_end": Line(APPOINTING, PERSON, unknown=True),
    # roles
    "roles_here": Line(ADMINISTRATORS),
    "role_review": Line(APPOINTING),
    "roles": Line(ADMINISTRATORS, PERSON),
    "appoint": Line(APPOINTING, PERSON),
    "dismiss": Line(APPOINTING, PERSON, {}),
    "put_to_sleep": Line(ADMINISTRATORS, PERSON),
    "wake": Line(ADMINISTRATORS, PERSON, {}),
    # programs
    "person_api_tokens": Line(APPOINTING, PERSON),
    "person_api_token_end": Line(APPOINTING, PERSON, unknown=True),
    "applications": Line(APPOINTING),
    "application_add": Line(APPOINTING),
    "application": Line(APPOINTING, unknown=True),
    "application_edit": Line(APPOINTING, unknown=True),
    "application_end": Line(APPOINTING, unknown=True),
    "application_api_token_make": Line(APPOINTING, unknown=True),
    "application_api_token_end": Line(APPOINTING, unknown=True),
    # stock
    "stock": Line(DESK),
    "stock_counts": Line(DESK),
    "stock_receive": Line(
        ADMINISTRATORS,
        IN_VIEW,
        {
            "organisation": "NORTH",
            "maker": "Maker",
            "model": "One",
            "first": "0099",
            "last": "0101",
            "save": "yes",
            "received_on-day": "1",
            "received_on-month": "2",
            "received_on-year": "2026",
        },
    ),
    "stock_export": Line(ADMINISTRATORS, IN_VIEW, {}),
    "box_hand_on": Line(ADMINISTRATORS, IN_VIEW, {"organisation": "NORTH"}, unknown=True),
    "unit": Line(DESK, unknown=True),
    "unit_issue": Line(ADMINISTRATORS, unknown=True),
    "unit_step": Line(ADMINISTRATORS, unknown=True),
    "unit_hand_on": Line(ADMINISTRATORS, unknown=True),
    "unit_lost": Line(ADMINISTRATORS, unknown=True),
    "client_add": Line(APPOINTING),
    "client": Line(APPOINTING, unknown=True),
    "client_edit": Line(APPOINTING, unknown=True),
    "client_secret": Line(APPOINTING, unknown=True),
    "client_use": Line(APPOINTING, unknown=True),
    "client_roles": Line(APPOINTING, ORGANISATION, unknown=True),
    "client_end": Line(APPOINTING, unknown=True),
    # organisations
    "organisation_contact": Line(APPOINTING, IN_VIEW, {"email": "desk@north.example"}),
    "organisations": Line(APPOINTING),
    "organisation": Line(APPOINTING, ORGANISATION),
    "add_organisation": Line({PLATFORM}, ORGANISATION, {"code": "NEW1", "name": "New"}),
    "edit_organisation": Line({PLATFORM}, ORGANISATION, {"code": "NEW1", "name": "New"}),
    "suspend_organisation": Line({PLATFORM}, ORGANISATION),
    "resume_organisation": Line({PLATFORM}, ORGANISATION),
    "close_organisation": Line({PLATFORM}, ORGANISATION),
}
