"""A form has the fields that its page has, and is sent as a form; whatever else comes is refused.
What stands beside a ceremony's answer in JSON is passed over (CE09): nothing is read from there.

Each form is walked, from the route table: a new one that reads what was posted without naming its
fields fails here. What each does with its own fields is in the tests of its page.
"""

import pytest

from tests.batches import batch_for, desk_at, served
from tests.doors import Browser, expect, registered, signed_in
from tests.oidc.rp import app
from tests.routes import PAGES, address_of
from tests.test_gate import SCRIPTS, what_is_open
from tests.traces import attempts, nothing_changes
from wardkey.audit.models import AttemptEntry
from wardkey.base import clock
from wardkey.demo.key_models import SIGNER, invent
from wardkey.inventory.models import Unit
from wardkey.keymodels.models import KeyModel
from wardkey.keymodels.refresh import refresh

FORM = "application/x-www-form-urlencoded"
# What is sent to these as JSON, by the script of the page.
ANSWERS = SCRIPTS | {"sign_in_key", "try_key", "my_try_key"}
# OpenID Connect has them pass over what they do not know.
PROTOCOL = {"oidc_authorize", "oidc_logout"}
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
    for name in sorted(PAGES - ANSWERS - PROTOCOL):
        key = bens if name in ABOUT_ANOTHER else own
        addresses[name] = address_of(name, key.holder_id, key.pk, **ids)
    return addresses | what_is_made_for_them(cast, root)


def what_is_made_for_them(cast, root):
    """Addresses that there are once somebody had a token in a batch, FIDO has told of models, and
    an application asks for a login."""
    batch = batch_for(root, cast.ben)
    served(root, batch, cast.ben)
    catalogue = invent(seed=bytes(32), at=clock.now())
    refresh(blob=catalogue.blob, root=catalogue.root, signer=SIGNER)
    client = app(cast.platform, name="Monitor", on_devices="yes")
    code = expect(200, client.post("/oidc/device", {"scope": "openid"})).json()["user_code"]
    return {
        "batch_undo": f"{desk_at(batch, cast.ben)}undo/",
        "model_plugs": address_of("model_plugs", None, KeyModel.objects.first().pk),
        "device_request": expect(302, root.submit("/device/", user_code=code))["Location"],
        "oidc_request": expect(302, client.asks(root, prompt="consent"))["Location"],
    }


def passed_over(send, addresses):
    """Where something else than the refusal is the answer, or is recorded."""
    others = {}
    for name, address in addresses.items():
        send(address)  # and proves that it is them, where that is asked
        before = len(attempts("act.refused"))
        with nothing_changes():
            answer = send(address)
        told = tuple(each.parameters["reason"] for each in attempts("act.refused")[before:])
        if (answer.status_code, told) not in {(400, ("unknown_field",)), (405, ())}:
            others[name] = answer.status_code, told
    return others


@pytest.mark.looks_only
def test_az22_a_field_that_the_form_does_not_have_is_refused_at_every_form(root, forms):
    assert passed_over(lambda address: root.submit(address, is_superuser="true"), forms) == {}


def sent_as(browser, address, kind, body):
    headers = {"x-csrftoken": browser.csrf}
    return browser.generic("POST", address, body, content_type=kind, headers=headers)


@pytest.mark.looks_only
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
