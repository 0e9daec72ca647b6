"""The whole route table. A view lets in only who is wholly signed in, unless it says otherwise."""

from django.urls import path

from .people.administrators import Act
from .web import (
    desk_session,
    guests,
    handover,
    health,
    in_view,
    joiners,
    key_models,
    key_states,
    keys,
    leavers,
    movers,
    passes,
    people,
    policy,
    policy_exceptions,
    policy_models,
    portal,
    roles,
    sign_in,
    standing,
    step_up,
    well_known,
)
from .web.desks import administrators, own, own_first_key, own_with_key

SEE, REGISTER, MANAGE = Act.SEE_KEYS, Act.REGISTER_KEYS, Act.MANAGE_KEYS
PERSON = "admin/people/<uuid:holder_id>/"
KEYS = PERSON + "keys/"
KEY = KEYS + "<uuid:key_id>/"
MY_KEY = "me/keys/<uuid:key_id>/"
POLICY = "admin/policy/"
EXCEPTIONS = PERSON + "exceptions/"
ROLES = PERSON + "roles/"

urlpatterns = [
    path("", portal.portal, name="portal"),
    path("sign-in/", sign_in.password, name="sign_in"),
    path("sign-in/key/", sign_in.key, name="sign_in_key"),
    path("sign-in/key/challenge/", sign_in.key_challenge, name="sign_in_key_challenge"),
    path("sign-in/key/later/", sign_in.key_later, name="sign_in_key_later"),
    path("sign-in/key/lost/", sign_in.report_lost, name="sign_in_lost"),
    path("sign-in/confirm/", handover.confirm, name="sign_in_confirm"),
    path("sign-in/confirm/another/", handover.another_code, name="sign_in_another_code"),
    path("sign-in/access-pass/", sign_in.access_pass, name="sign_in_access_pass"),
    path("join/", joiners.join, name="join"),
    path("sign-in/again/", step_up.prove, name="step_up"),
    path("sign-in/again/challenge/", step_up.challenge, name="step_up_challenge"),
    path("sign-out/", sign_in.sign_out, name="sign_out"),
    path("admin/", people.administration, name="administration"),
    path("admin/audit/", people.audit, name="audit"),
    path("admin/tokens-to-replace/", key_models.tokens_to_replace, name="tokens_to_replace"),
    path(POLICY, policy.policy, name="policy"),
    path(POLICY + "key-models/", policy_models.choose, name="key_models"),
    path(POLICY + "key-models/<uuid:model_id>/icon/", policy_models.icon, name="key_model_icon"),
    path(POLICY + "<str:name>/", policy.change, name="policy_change"),
    path(POLICY + "<str:name>/save/", policy.save, name="policy_save"),
    path(POLICY + "<str:name>/withdraw/", policy.withdraw, name="policy_withdraw"),
    path(EXCEPTIONS, policy_exceptions.exceptions_of_person, name="exceptions"),
    path(EXCEPTIONS + "make/", policy_exceptions.make, name="exception_make"),
    path(EXCEPTIONS + "<int:exception_id>/end/", policy_exceptions.end, name="exception_end"),
    path("admin/desk-session/", desk_session.desk_session, name="desk_session"),
    path("admin/desk-session/open/", desk_session.open_one, name="open_desk_session"),
    path("admin/desk-session/end/", desk_session.end, name="end_desk_session"),
    path("admin/people/", people.user_management, name="user_management"),
    path("admin/people/add/", joiners.add_person, name="add_person"),
    path(PERSON, people.person, name="person"),
    path(PERSON + "standing/", standing.standing, name="standing"),
    path(PERSON + "invitation/", joiners.invite, name="invite"),
    path(PERSON + "invitation/withdraw/", standing.withdraw_invitation, name="withdraw_invitation"),
    path(PERSON + "leaver/", leavers.mark_leaver, name="mark_leaver"),
    path(PERSON + "leaver/take-back/", standing.take_back_mark, name="take_back_mark"),
    path(PERSON + "close/", standing.close, name="close_person"),
    path(PERSON + "restore/", standing.restore, name="restore_person"),
    path(PERSON + "guest/", leavers.send_as_guest, name="send_as_guest"),
    path(PERSON + "guest/<int:visit_id>/end/", leavers.end_visit, name="end_visit"),
    path("admin/people/take-on/", movers.take_on, name="take_on"),
    path("admin/guests/", guests.guests, name="guests"),
    path("admin/guests/<int:visit_id>/lend/", guests.lend_to_guest, name="lend_to_guest"),
    path("admin/tokens-to-collect/", guests.tokens_to_collect, name="tokens_to_collect"),
    path(
        "admin/tokens-to-collect/<uuid:transfer_id>/",
        guests.token_to_collect,
        name="token_to_collect",
    ),
    path("me/moving/", movers.my_moving, name="my_moving"),
    path(PERSON + "suspend/", standing.suspend, name="suspend_person"),
    path(PERSON + "resume/", standing.resume, name="resume_person"),
    path(PERSON + "lift-limit/", people.lift_limit, name="lift_limit"),
    path(PERSON + "history/", people.history, name="history"),
    path(PERSON + "access-pass/", passes.issue_pass, name="issue_pass"),
    path("admin/in-view/", in_view.in_view, name="in_view"),
    path("admin/roles/", roles.roles_here, name="roles_here"),
    path(ROLES, roles.roles_of_person, name="roles"),
    path(ROLES + "appoint/", roles.appoint, name="appoint"),
    path(ROLES + "sleep/", roles.put_to_sleep, name="put_to_sleep"),
    path(ROLES + "<int:grant_id>/dismiss/", roles.dismiss, name="dismiss"),
    path(ROLES + "<int:grant_id>/wake/", roles.wake, name="wake"),
    path(KEYS, administrators(keys.key_list, SEE), name="keys"),
    path(KEYS + "register/", administrators(keys.register, REGISTER), name="register"),
    path(
        KEYS + "register/challenge/",
        administrators(keys.register_challenge, REGISTER),
        name="register_challenge",
    ),
    path(
        KEYS + "register/answer/",
        administrators(keys.register_answer, REGISTER),
        name="register_answer",
    ),
    path(KEY + "edit/", administrators(keys.edit, MANAGE), name="edit"),
    path(KEY + "remove/", administrators(keys.remove, MANAGE), name="remove"),
    path(KEY + "suspend/", administrators(key_states.suspend, Act.SUSPEND_KEYS), name="suspend"),
    path(KEY + "resume/", administrators(key_states.resume, Act.RESUME_KEYS), name="resume"),
    path(KEY + "try/", administrators(handover.try_it, Act.TRY_KEYS), name="try_key"),
    path(
        KEY + "try/challenge/",
        administrators(handover.try_challenge, Act.TRY_KEYS),
        name="try_key_challenge",
    ),
    path(
        KEY + "undo-removal/",
        administrators(key_states.undo_removal, Act.UNDO_REMOVAL),
        name="undo_removal",
    ),
    path(KEY + "sign-ins/", administrators(key_states.sign_ins, Act.READ_HISTORY), name="sign_ins"),
    path("me/keys/", own(keys.key_list), name="my_keys"),
    path("me/keys/register/", own_first_key(keys.register, REGISTER), name="my_register"),
    path(
        "me/keys/register/challenge/",
        own_first_key(keys.register_challenge, REGISTER),
        name="my_register_challenge",
    ),
    path(
        "me/keys/register/answer/",
        own_first_key(keys.register_answer, REGISTER),
        name="my_register_answer",
    ),
    path(MY_KEY + "edit/", own_with_key(keys.edit, MANAGE), name="my_edit"),
    path(MY_KEY + "remove/", own_with_key(keys.remove, MANAGE), name="my_remove"),
    path(MY_KEY + "try/", own_with_key(handover.try_it, Act.TRY_KEYS), name="my_try_key"),
    path(
        MY_KEY + "try/challenge/",
        own_with_key(handover.try_challenge, Act.TRY_KEYS),
        name="my_try_key_challenge",
    ),
    path(MY_KEY + "lost/", own(key_states.report_lost), name="my_lost"),
    path(MY_KEY + "resume/", own_with_key(key_states.resume, Act.RESUME_KEYS), name="my_resume"),
    path(
        MY_KEY + "undo-removal/",
        own_with_key(key_states.undo_removal, Act.UNDO_REMOVAL),
        name="my_undo_removal",
    ),
    path(
        MY_KEY + "sign-ins/",
        own_with_key(key_states.sign_ins, Act.READ_HISTORY),
        name="my_sign_ins",
    ),
    path(".well-known/webauthn", well_known.related_origins, name="related_origins"),
    path("livez", health.livez, name="livez"),
    path("readyz", health.readyz, name="readyz"),
]

handler400 = "wardkey.web.mistakes.bad_request"
handler404 = "wardkey.web.mistakes.page_not_found"
handler500 = "wardkey.web.mistakes.server_error"
