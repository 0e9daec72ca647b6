"""What ends a login to one application, though the session here goes on, is told to it as well."""

from datetime import timedelta

import pytest

from tests.doors import desk_of, expect, half_signed_in, signed_in
from tests.keymodels.catalogue import CATALOGUE, key_of, take_in
from tests.oidc.rp import app, came_back, told, userinfo
from tests.oidc.test_logging_out import listening, work
from tests.oidc.test_looking_after_clients import posted_form
from tests.oidc.test_proving_more import waits, with_key
from wardkey.base import clock
from wardkey.clients.models import Grant

SCOPE = "openid offline_access"


def test_oi26_a_token_shown_in_a_session_that_another_opened_is_told_of_when_it_stops(cast):
    take_in()
    root = signed_in(cast.root)
    better = key_of(next(each for each in CATALOGUE.models if each.aaguid))
    row = root.register(desk_of(cast.dev), better, "Better")
    expect(200, half_signed_in(cast.dev).use(better, row))
    dev = with_key(root, cast.dev)
    with listening() as (address, heard, _answers):
        rota = app(cast.north, logout_uri=address)
        page = waits(dev, rota.asks(dev, acr_values="phrh"))
        dev.own_key = better, row
        given = expect(200, rota.exchange(came_back(dev.get(page))["code"])).json()
        expect(200, userinfo(given["access_token"]))
        work()
        assert heard == []
        expect(302, root.submit(f"{desk_of(cast.dev)}{row.pk}/suspend/", reason="precaution"))
        expect(302, root.submit(f"{desk_of(cast.dev)}{row.pk}/resume/"))
        expect(401, userinfo(given["access_token"]))
        again = came_back(rota.asks(dev, acr_values="phrh", prompt="none"))
        assert "error" in again, "what was proved with it revives as little"
        work()
        work()
        [text] = heard
        assert rota.read(text, "logout+jwt")["sid"] == str(Grant.objects.get().session_id)
        expect(302, dev.submit("/sign-out/"))
        work()
        assert len(heard) == 1, "it has been told"


@pytest.mark.looks_only
def test_oi26_whatever_ends_what_an_application_was_given_is_told_to_it(cast):
    priya, ben = signed_in(cast.priya), signed_in(cast.ben)
    with listening() as (address, heard, _answers):
        rota = app(cast.north, logout_uri=address)
        applications = f"/admin/login-applications/{rota.id}/"

        def reuse(given):
            expect(200, rota.refresh(given["refresh_token"]))
            with clock.standing_at(clock.now() + timedelta(seconds=10)):
                assert told(rota.refresh(given["refresh_token"])) == "invalid_grant"
                work()

        def decide(decision):
            fields = {"organisation": "NORTH", "decision": decision}
            expect(302, posted_form(priya, f"{applications}use/", **fields))

        def refuse(_given):
            decide("refused")
            decide("password")

        for end in (
            lambda _given: expect(302, ben.submit(f"/me/applications/{rota.id}/end/")),
            reuse,
            refuse,
            lambda _given: expect(302, posted_form(priya, f"{applications}end/")),
        ):
            sid = (given := rota.lets_in(ben, scope=SCOPE))["id"]["sid"]
            work()
            assert heard == []
            end(given)
            work()
            [text] = heard
            assert rota.read(text, "logout+jwt")["sid"] == sid
            heard.clear()
        expect(302, ben.submit("/sign-out/"))
        work()
        assert heard == []
