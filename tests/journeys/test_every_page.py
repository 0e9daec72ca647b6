"""Every page in every state that it has: WCAG 2.2 AA, a narrow screen, and links that can be hit.

The visits are in visits/; a new page without one fails.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.routes import PAGES

from .examining import faults_of
from .people import registered_key
from .visits import IN_PLACE, VISITS
from .visits.scene import LONG_NICKNAME, Scene
from .walks import heading

pytestmark = pytest.mark.looks_only
# Answers to forms and scripts, and to machines.
NO_PAGES = {
    "batch_save",
    "batch_add_save",
    "batch_start",
    "batch_next",
    "batch_keep",
    "batch_put_off",
    "pass_code",
    "import_template",
    "import_progress",
    "import_apply",
    "import_cancel",
    "import_invite",
    *("keys_export", "audit_export", "evidence_pack", "exceptions_file"),
    *("audit_proofs_file", "audit_verifier", "audit_keys"),
    *("overview_file", "without_token_file"),
    "person_api_token_end",
    "import_report",
    "vouch_challenge",
    "exception_end",
    "key_model_icon",
    "end_desk_session",
    "go_on",
    "go_on_challenge",
    "my_login_end",
    "my_api_token_end",
    "my_application_end",
    "oidc_logout_confirmed",
    "application_api_token_end",
    "my_other_logins_end",
    "lift_limit",
    "livez",
    "my_register_answer",
    "my_register_challenge",
    "policy_save",
    "policy_withdraw",
    "readyz",
    "metrics",
    "register_answer",
    "register_challenge",
    "related_origins",
    "my_try_key_challenge",
    "sign_in_access_pass",
    "sign_in_another_code",
    "sign_in_key_challenge",
    "sign_in_key_later",
    "sign_out",
    "language",
    "step_up",
    "step_up_challenge",
    "try_key_challenge",
    "choosing_picture",
    "check_challenge",
    "check_registration",
    "check_sign_in",
    "check_failure",
    "check_add",
    "check_send",
    "check_accept",
    "check_decline",
    "check_remove",
    "stock_export",
    "unit_issue",
    "unit_step",
    "unit_hand_on",
    "box_hand_on",
}


@pytest.fixture
def scene(page, cast, watch, key):
    registered_key(admin=cast.asha, holder=cast.ben, nickname=LONG_NICKNAME)
    blue = registered_key(admin=cast.asha, holder=cast.ben, nickname="Blue key")
    return Scene(page=page, cast=cast, blue=blue, watch=watch, key=key)


def mistakes(scene: Scene) -> Iterator[str]:
    scene.watch.expect(404, "/nowhere/")
    scene.asha_at("/nowhere/")
    expect(heading(scene.page, "Page not found")).to_be_visible()
    yield "no such page"


def test_every_page_of_the_route_table_has_a_visit():
    assert {visit.__name__ for visit in VISITS} == PAGES - NO_PAGES


@pytest.mark.parametrize("visit", [*VISITS, *IN_PLACE, mistakes], ids=lambda visit: visit.__name__)
def test_every_state_of_the_page_is_open_to_everybody(scene, visit):
    for state in visit(scene):
        faults = faults_of(scene.page)
        assert not faults, state
