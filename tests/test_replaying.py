"""Each kind of entry that took something away takes it away again, on a copy of before it."""

import json
from contextlib import contextmanager
from datetime import timedelta

from tests.cast import PASSWORD, issue_pass
from tests.departures import act, mark_leaver, send_as_guest
from tests.doors import Browser, expect, half_signed_in, registered, signed_in, undone
from tests.factors import allow, make_codes, set_up_app
from tests.newcomers import added
from tests.oidc.rp import app
from tests.policies import confirmed, saved
from tests.programs import api_token_for, application
from tests.role_pages import put_to_sleep
from tests.test_erasing import erased
from tests.traces import changes
from wardkey.audit.models import ChangeEntry
from wardkey.base import clock
from wardkey.clients.models import Client, ClientSecret, ClientUse
from wardkey.operating.restore import replaying
from wardkey.organisations.policy import policy_of
from wardkey.people.models import ContactPoint, RoleGrant
from wardkey.recovery.models import AuthenticatorApp, RecoveryCode
from wardkey.sessions.models import ApiToken


@contextmanager
def since_the_copy(browser):
    """What is done here is undone, and in the list that is handed out, as an export has it."""
    told, before = [], ChangeEntry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    with undone(browser):
        yield told
        rows = ChangeEntry.objects.filter(pk__gt=before).order_by("pk")
        told += [json.loads(bytes(each)) for each in rows.values_list("canonical", flat=True)]


def again(row):
    return type(row).objects.get(pk=row.pk)


def applied(told):
    """The codes of what took something away; a second time there is nothing left to take."""
    codes = [each.code for each in replaying.replay(told).applied]
    assert not [each.code for each in replaying.replay(told).applied if "password" not in each.code]
    return codes


def test_people_stay_out(cast):
    """Suspended, closed, leaving; a role put to sleep; an organisation suspended; a visit ended."""
    asha, root = signed_in(cast.asha), signed_in(cast.root)
    _soft_key, key = registered(asha, cast.dev)
    expect(302, send_as_guest(asha, cast.dev))
    with since_the_copy(asha) as told:
        expect(302, act(asha, cast.ben, "suspend/"))
        expect(302, act(asha, cast.dev, "close/"))
        expect(302, mark_leaver(asha, cast.olu))
        expect(302, put_to_sleep(asha, cast.nina))
    with since_the_copy(root) as told_there:
        expect(302, root.submit("/admin/organisations/SOUTH/suspend/"))
    codes = applied(told + told_there)
    assert codes == [
        "person.suspended",
        "person.closed",
        "role.ended",
        "person.leaver_marked",
        "role.put_to_sleep",
        "organisation.suspended",
    ]
    standings = [again(each).standing for each in (cast.ben, cast.dev, cast.olu)]
    assert standings == ["suspended", "closed", "leaving"]
    assert (again(key).state, again(key).state_reason) == ("suspended", "holder_left")
    assert RoleGrant.objects.get(person=cast.nina).asleep_since
    assert again(cast.south).status == "suspended"
    assert {each.holder for each in changes("restore.replayed")} >= {str(cast.ben.pk)}


def test_who_was_erased_since_is_erased_again(cast):
    asha = signed_in(cast.asha)
    registered(asha, cast.dev)
    expect(302, act(asha, cast.dev, "close/"))
    name, email = cast.dev.name, cast.dev.username
    with clock.standing_at(clock.now() + timedelta(days=31)):
        with since_the_copy(asha) as told:
            erased("--username", email)
        assert again(cast.dev).name == name
        assert applied(told) == ["key.removed", "person.erased"]
    assert again(cast.dev).is_erased
    assert not ContactPoint.objects.filter(person=cast.dev).exists()
    about = ChangeEntry.objects.filter(holder_id=cast.dev.pk)
    assert {key for entry in about for key in entry.clear} <= {"actor.name"}


def test_of_whom_the_copy_does_not_have_entries_since_then_tell_no_more(cast):
    """Added and erased since: an export of between still named them."""
    priya = signed_in(cast.priya)
    with since_the_copy(priya) as told:
        nia = added(priya, "nia@north.example", name="Nia Quixote")
        expect(302, act(priya, nia, "close/"))
        with clock.standing_at(clock.now() + timedelta(days=31)):
            named = list(ChangeEntry.objects.filter(holder_id=nia.pk))
            erased("--username", nia.username)
    ChangeEntry.objects.bulk_create(named)
    assert "person.erased" in [each.code for each in replaying.replay(told).applied]
    assert not [each for each in ChangeEntry.objects.all() if "Quixote" in str(each.clear)]


def test_what_people_proved_themselves_with_is_void(cast):
    """A password that was changed; codes and an app that were replaced. And whoever got a first
    factor since is asked for one, which their administrator sees to."""
    allow(cast.south)
    allow(cast.north)
    eve = signed_in(cast.eve)
    set_up_app(eve)
    make_codes(eve)
    with since_the_copy(eve) as told:
        expect(302, eve.submit("/me/password/", present=PASSWORD, password="amber lantern meadow"))
        make_codes(eve)
        set_up_app(eve)
    dev = half_signed_in_with_pass(cast.dev)
    with since_the_copy(dev) as told_of_dev:
        set_up_app(dev)
    assert applied(told + told_of_dev) == [
        "password.changed",
        "recovery_codes.made",
        "authenticator_app.set_up",
        "authenticator_app.set_up",
    ]
    expect(401, Browser().enter_password(cast.eve))
    assert not RecoveryCode.objects.exists()
    assert not AuthenticatorApp.objects.exists()
    assert again(cast.dev).must_prove_second_factor
    # The link to a new password goes to whoever has one to forget.
    assert again(cast.eve).has_usable_password()


def half_signed_in_with_pass(person):
    browser = Browser()
    expect(302, browser.enter_password(person))
    expect(302, browser.enter_pass(issue_pass(person)))
    return browser


def test_programs_stay_out_and_policy_stays_strict(cast):
    soft_key, row = registered(signed_in(cast.root), cast.priya)
    priya = half_signed_in(cast.priya)
    expect(200, priya.use(soft_key, row))
    hr = application(cast.north, cast.asha)
    api_token_for(hr)
    rota, desk = app(cast.north), app(cast.north, name="Desk")
    clients = "/admin/login-applications"
    with since_the_copy(priya) as told:
        for address in (f"/admin/applications/{hr.pk}/end/", f"{clients}/{desk.id}/end/"):
            expect(200, priya.get(address))
            expect(302, priya.submit(address))
        address = f"{clients}/{rota.id}/"
        expect(200, priya.get(f"{address}secret/"))
        expect(200, priya.submit(f"{address}secret/"))
        elsewhere = {"redirect_uris": "https://elsewhere.example/back", "assurance": "key"}
        expect(302, priya.submit(f"{address}edit/", name="Rota", **elsewhere))
        expect(302, priya.submit(f"{address}use/", organisation="WARD7", decision="refused"))
        confirmed(priya, cast.north)
        expect(302, saved(priya, cast.north, "keys_a_person", "2"))
        expect(302, saved(priya, cast.north, "authenticator_app", "on"))
    assert applied(told) == [
        "application.ended",
        "client.ended",
        "client.secret_made",
        "client.use_decided",
        "client.changed",
        "client.use_decided",
        "policy.decided",
    ]
    looked_at = [each.code for each in replaying.replay(told).to_look_at]
    assert sorted({*looked_at}) == ["client.changed", "client.use_decided", "policy.decided"]
    row = Client.objects.get(pk=rota.id)
    assert (row.redirect_uris, row.assurance) == ([], "key")
    uses = ClientUse.objects.filter(client=rota.id)
    decisions = dict(uses.values_list("organisation__code", "decision"))
    assert decisions == {"NORTH": "key", "WARD7": "refused"}
    assert again(hr).ended_at
    assert not ApiToken.objects.filter(ended_at=None).exists()
    assert [client.name for client in Client.objects.filter(ended_at=None)] == ["Rota"]
    assert not ClientSecret.objects.filter(client=rota.id, ends_at=None).exists()
    assert policy_of(cast.north).keys_a_person == 2
    assert policy_of(cast.north).authenticator_app == "off"
