"""Whoever sends nonsense without end is answered as ever, and does not fill the trail."""

from datetime import timedelta

from django.test import Client as Anybody

from tests.doors import expect, signed_in
from tests.oidc.rp import AUTHORIZE, BACK, FETCH, FORM, app
from tests.traces import attempts
from wardkey.base import clock
from wardkey.signin import throttle
from wardkey.signin.models import Limit

HERE, THERE = "192.0.2.7", "2001:db8::1"


def told():
    """Of each refusal that is noted, which application; of each count, how many there were."""
    counts = [entry.parameters["times"] for entry in attempts("oidc.refused_often")]
    return [entry.parameters["name"] for entry in attempts("oidc.refused")], counts


def nonsense(times, address=HERE, **fields):
    for _ in range(times):
        answer = Anybody().get(AUTHORIZE, fields, REMOTE_ADDR=address)
        yield expect(400, answer).text


def test_the_first_are_noted_and_of_the_rest_how_many(cast):
    pages = [page.partition("<main")[2].partition("reference")[0] for page in nonsense(100)]
    assert len(set(pages)) == 1, "nobody is answered otherwise"
    assert told() == ([""] * 20, [40, 80])


def test_another_address_another_application_and_another_hour_are_noted(cast):
    rota = app(cast.north)
    list(nonsense(41))
    elsewhere = {"client_id": rota.id, "redirect_uri": "https://thief.example/"}
    list(nonsense(41, **elsewhere))
    list(nonsense(1, THERE))
    list(nonsense(1, THERE.replace("::1", "::2")))
    assert told() == ([""] * 20 + ["Rota"] * 20 + [""] * 2, [40, 40])
    list(nonsense(39, THERE.replace("::1", "::3")))
    assert told()[1] == [40, 40, 40], "of a /64, which one subscriber has"
    with clock.standing_at(clock.now() + timedelta(hours=1)):
        list(nonsense(1))
    assert len(told()[0]) == 61
    with clock.standing_at(clock.now() + timedelta(days=2)):
        throttle.forget_old()
    assert not Limit.objects.exists()


def test_what_programs_send_is_counted_too_and_the_honest_are_served(cast):
    rota, ben = app(cast.north), signed_in(cast.ben)
    for sent in ("grant_type=nonsense", ""):
        for _ in range(30):
            expect(400, Anybody().post(FETCH, sent, FORM))
    assert told() == ([""] * 20, [40])
    rota.lets_in(ben)
    for _ in range(21):  # of somebody who is known each is noted
        expect(400, ben.get(AUTHORIZE, {"client_id": rota.id, "redirect_uri": f"{BACK}x"}))
    assert told()[0][20:] == ["Rota"] * 21


def test_silence_is_answered_as_the_protocol_has_it_however_often(cast):
    rota = app(cast.north)
    answers = {rota.asks(Anybody(), prompt="none")["Location"] for _ in range(50)}
    assert len(answers) == 1
    assert "error=login_required" in answers.pop()
    assert told() == (["Rota"] * 20, [40])


def test_an_auditor_reads_that_there_was_a_flood(cast):
    list(nonsense(40))
    list(nonsense(40, client_id=app(cast.north).id))
    page = signed_in(cast.root).get("/admin/audit/", {"what": "oidc.refused_often"}).text
    assert f"refused 40 times within an hour from {HERE}" in page
    page = signed_in(cast.priya).get("/admin/audit/", {"what": "oidc.refused_often"}).text
    assert f"refused 40 times within an hour from {HERE}" in page
    assert "one by one: Rota" in page
