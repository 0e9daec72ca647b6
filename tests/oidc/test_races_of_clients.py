"""Two programs at once, at one application to which people log in."""

import pytest

from tests.doors import expect, half_signed_in, registered, signed_in
from tests.oidc.rp import BACK, app
from tests.oidc.test_looking_after_clients import FIELDS, posted_form
from tests.programs import V1, program
from tests.test_races import at_once
from tests.traces import changes
from wardkey.clients.models import Client, ClientSecret

THIEF_S = "https://thief.example/"


@pytest.fixture
def cast(cast_for_threads):
    return cast_for_threads


def test_of_two_that_saw_the_same_one_makes_a_secret_and_what_is_named_is_never_vouched_for(cast):
    rota = app(cast.north)
    one = f"{V1}/applications/{rota.id}"
    deploys, other = (program(cast.north, cast.priya, "applications:write") for _ in range(2))
    seen = {"if-match": expect(200, deploys.get(one))["ETag"]}
    codes = at_once(
        lambda: deploys.send("post", f"{one}/secrets", **seen),
        lambda: other.send("post", f"{one}/secrets", **seen),
    )
    assert codes == [201, 412]
    assert ClientSecret.objects.filter(client=rota.row, ends_at=None).count() == 1
    assert len(changes("client.secret_made")) == 2, "the first, and one more"
    soft_key, row = registered(signed_in(cast.root), cast.priya, "Token of Priya")
    priya = half_signed_in(cast.priya)
    expect(200, priya.use(soft_key, row))
    edit = f"/admin/login-applications/{rota.id}/edit/"
    at_once(
        lambda: posted_form(priya, edit, **FIELDS),
        lambda: deploys.send("patch", one, {"redirect_uris": [BACK, THIEF_S]}),
    )
    now = Client.objects.get()
    assert (THIEF_S in now.redirect_uris) == (now.unvouched_since is not None)
