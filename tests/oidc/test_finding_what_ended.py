"""The worker finds what ended at the cost of what changed, however many are logged in."""

import uuid
from copy import copy
from datetime import timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.departures import mark_leaver
from tests.doors import desk_of, expect, registered, signed_in
from tests.oidc.rp import app, told
from tests.oidc.test_logging_out import listening, work
from tests.role_pages import appoint, confirm
from wardkey.base import clock
from wardkey.clients import ended
from wardkey.clients.models import Grant
from wardkey.people.models import Person
from wardkey.sessions.models import Session


def test_oi26_what_shuts_people_out_without_ending_their_sessions_is_told(cast):
    """A role, a last day that is over, an organisation that is suspended."""
    root, priya, ben = signed_in(cast.root), signed_in(cast.priya), signed_in(cast.ben)
    with listening() as (address, heard, _answers):
        rota = app(cast.north, logout_uri=address)

        def is_told(browser, stop):
            given = rota.lets_in(browser, scope="openid offline_access")
            work()
            assert heard == []
            stop()
            assert told(rota.refresh(given["refresh_token"])) == "invalid_grant"
            work()
            assert rota.read(heard.pop(), "logout+jwt")["sid"] == given["id"]["sid"]
            work()
            assert heard == [], "once"

        confirm(priya, cast.ben, "appoint/")
        is_told(ben, lambda: expect(302, appoint(priya, cast.ben, "helpdesk", cast.north)))
        expect(302, mark_leaver(priya, cast.hal, last_day=clock.today("Europe/London")))
        closes_at = Person.objects.get(pk=cast.hal.pk).closes_at
        with clock.standing_at(closes_at - timedelta(minutes=5)):
            rota.lets_in(signed_in(cast.hal))
        for seconds, times in ((-1, 0), (1, 1)):
            with clock.standing_at(closes_at + timedelta(seconds=seconds)):
                work()
            assert len(heard) == times
        heard.clear()
        confirm(priya, cast.dev, "appoint/")
        rota.lets_in(signed_in(cast.dev))
        expect(302, appoint(priya, cast.dev, "helpdesk", cast.north))
        with clock.standing_at(clock.now() + timedelta(minutes=11)):
            work()
            assert heard == []
            assert ended.note_overlooked() == 1, "no worker ran when it happened"
            work()
            assert len(heard) == 1
        heard.clear()
        root.get(suspended := f"/admin/organisations/{cast.north.code}/suspend/")
        dev = signed_in(cast.dev)
        is_told(dev, lambda: expect(302, root.submit(suspended)))


def log_many_in_like(session: Session, grant: Grant) -> None:
    """Four thousand, each with a grant and a key of its own, and what a database tells itself about
    so many."""
    people, sessions, grants = [], [], []
    for number in range(4000):
        code = b"%d" % number
        person = copied(session.person, username_key=f"many {number}", user_handle=code)
        person.oidc_subject = uuid.uuid4()
        login = copied(session, person_id=person.pk, secret_hash=code)
        kept = {"person_id": person.pk, "session_id": login.pk, "key_id": uuid.uuid4()}
        people.append(person)
        sessions.append(login)
        grants.append(copied(grant, access_hash=None, code_hash=code, **kept))
    for rows in (people, sessions, grants):
        type(rows[0]).objects.bulk_create(rows, batch_size=500)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def copied(row, **fields: object):
    made = copy(row)
    made.pk = uuid.uuid4()
    for name, value in fields.items():
        setattr(made, name, value)
    return made


def plans(questions: list[str]) -> str:
    how = "EXPLAIN QUERY PLAN " if connection.vendor == "sqlite" else "EXPLAIN "
    with connection.cursor() as cursor:
        found = [cursor.execute(how + each) and cursor.fetchall() for each in questions]
        return "\n".join(str(row[-1]) for rows in found for row in rows)


def test_looking_costs_as_much_among_many_who_are_logged_in(cast):
    root = signed_in(cast.root)
    _soft_key, row = registered(root, cast.dev, "Stopped")
    expect(302, root.submit(f"{desk_of(cast.dev)}{row.pk}/suspend/", reason="precaution"))
    app(cast.north).lets_in(signed_in(cast.ben))

    def looked() -> list[str]:
        with CaptureQueriesContext(connection) as captured:
            assert ended.note_ended() == 0
        return [each["sql"] for each in captured.captured_queries]

    alone = looked()
    log_many_in_like(Session.objects.get(owes_logout=True), Grant.objects.get())
    asked = looked()
    assert len(asked) == len(alone) == 5
    plan = plans(asked)
    assert "live_grants_of_key" in plan, plan
    for index in ("sessions_that_may_end", "people_stamped_anew", "people_to_close"):
        assert index in plan, plan
    for table in ("sessions_session", "people_person", "clients_grant"):
        for whole in (f"SCAN {table}", f"Seq Scan on {table}"):
            assert whole not in plan, plan
    Grant.objects.filter(session__person=cast.ben).update(key_id=row.pk)
    with clock.standing_at(clock.now() + timedelta(minutes=11)):
        assert (ended.note_ended(), ended.note_overlooked(), ended.note_overlooked()) == (0, 1, 0)
