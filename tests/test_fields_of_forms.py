"""A form has the fields that its page has, and is sent as a form; whatever else comes is refused.

Each form is walked, from the route table: a new one that reads what was posted without naming its
fields fails here. What each does with its own fields is in the tests of its page.
"""

import pytest

from tests.doors import Browser, expect, registered, signed_in
from tests.routes import PAGES, address_of
from tests.test_gate import SCRIPTS, what_is_open
from tests.traces import attempts, nothing_changes
from wardkey.audit.models import AttemptEntry
from wardkey.inventory.models import Unit

FORM = "application/x-www-form-urlencoded"
# What is sent to these as JSON, by the script of the page.
ANSWERS = SCRIPTS | {"sign_in_key", "try_key", "my_try_key"}
# OpenID Connect has them pass over what they do not know.
PROTOCOL = {"oidc_authorize", "oidc_logout"}
# Of the door of OpenID Connect, whose pages read their forms by themselves.
ITS_PAGES = {"device", "device_request", "oidc_request", "oidc_logout_confirmed"}
# They are about what is not there yet: a token handed out in a batch, a model of the catalogue.
ABSENT = {"batch_undo", "model_plugs"}
# Nobody does these about themselves.
ABOUT_ANOTHER = {"issue_pass", "pass_code", "vouch", "password_slip", "wake"}
OTHER_TYPES = (
    ("application/json", "{}"),
    ("text/plain", "username=ben"),
    ("", "username=ben"),
    (f"{FORM}; charset=utf-16", "username=ben"),
    ("multipart/form-data; boundary=x; charset=utf-16", "--x--\r\n"),
)


@pytest.fixture
def root(cast):
    return signed_in(cast.root)


@pytest.fixture
def forms(cast, root):
    """Name and address of each, for somebody who may; pages without one among them answer 405."""
    ids = what_is_open(cast, root)
    ids["box_id"] = Unit.objects.get().box_id
    own, bens = cast.root.keys.get(), registered(root, cast.ben)[1]
    addresses = {}
    for name in sorted(PAGES - ANSWERS - PROTOCOL - ITS_PAGES - ABSENT):
        key = bens if name in ABOUT_ANOTHER else own
        addresses[name] = address_of(name, key.holder_id, key.pk, **ids)
    return addresses


def test_az22_a_field_that_the_form_does_not_have_is_refused_at_every_form(root, forms):
    passed_over = {}
    for name, address in forms.items():
        root.submit(address, is_superuser="true")  # and proves that it is them, where that is asked
        before = len(attempts("act.refused"))
        with nothing_changes():
            answer = root.submit(address, is_superuser="true")
        told = tuple(each.parameters["reason"] for each in attempts("act.refused")[before:])
        if (answer.status_code, told) not in {(400, ("unknown_field",)), (405, ())}:
            passed_over[name] = answer.status_code, told
    assert passed_over == {}


def sent_as(browser, address, kind, body):
    headers = {"x-csrftoken": browser.csrf}
    return browser.generic("POST", address, body, content_type=kind, headers=headers)


def test_ml22_what_is_sent_as_something_else_is_no_form(root, forms):
    taken = {}
    for name, address in forms.items():
        root.submit(address, is_superuser="true")
        with nothing_changes():
            for kind, body in OTHER_TYPES:
                answer = sent_as(root, address, kind, body)
                if answer.status_code not in {400, 405, 415}:
                    taken[name, kind] = answer.status_code
    assert taken == {}


@pytest.mark.parametrize(("kind", "body"), OTHER_TYPES)
def test_ml22_a_login_that_is_no_form_is_no_attempt(cast, kind, body):
    ben = Browser()
    expect(400, sent_as(ben, "/sign-in/", kind, body))
    expect(400, ben.enter_password(cast.ben, is_superuser="true"))
    assert not AttemptEntry.objects.exists()
    expect(302, ben.enter_password(cast.ben))
