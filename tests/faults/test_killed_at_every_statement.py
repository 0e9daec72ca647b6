"""A process is killed in the middle of what it does: the change and its entry, or neither.

A child of this process does it through a door, and is killed as the power would (SIGKILL): before
each statement that writes, before each commit and after it. Between two of these nothing changes,
so to be killed there is to be killed at the next one.
"""

import mmap
import os
import re
import signal
import sys
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import count

import pytest
from django.db import connection, connections
from django.db.models import QuerySet

from tests.cast import PASSWORD, issue_pass, password_hash
from tests.doors import ORIGIN, desk_of, expect, half_signed_in_now, registered_now, signed_in_now
from tests.imports import NIA, import_people
from tests.newcomers import NEW_PASSWORD, added, form_for, join, slip_for
from tests.role_pages import appoint, dismiss
from tests.softkey import SoftKey
from tests.traces import state_of_things
from wardkey.audit.models import AttemptEntry, ChangeEntry
from wardkey.bulk.models import PeopleImport
from wardkey.keys.models import SecurityKey
from wardkey.lifecycle.models import Invitation
from wardkey.people.models import Person, RoleGrant
from wardkey.recovery.models import AccessPass
from wardkey.sessions.models import ApiToken, Session

WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE)")
KEYS, USED_PASSES = SecurityKey.objects, AccessPass.objects.exclude(used_at=None)
KILLED, DONE, REFUSED, FAILED = -signal.SIGKILL, 0, 1, 2


@dataclass
class Deed:
    """`prepare` goes as far as the last request and returns it; each row that is `done` has one
    `event`."""

    event: str
    prepare: Callable[..., Callable]
    done: QuerySet

    def entries(self) -> int:
        streams = [ChangeEntry, AttemptEntry]
        return sum(stream.objects.filter(code=self.event).count() for stream in streams)


def registering(cast, tmp_path):
    asha, desk = signed_in_now(cast.asha), desk_of(cast.ben)
    begun = asha.touch(desk, SoftKey())
    return lambda: asha.name(desk, begun, f"Key {KEYS.count()}")


def at_a_key(act, **fields):
    def prepare(cast, tmp_path):
        asha = signed_in_now(cast.asha)
        n = KEYS.count()
        _soft_key, row = registered_now(asha, cast.ben, f"Key {n}")
        filled = {name: value.format(n) for name, value in fields.items()}
        return lambda: asha.submit(f"{desk_of(cast.ben)}{row.pk}/{act}/", **filled)

    return prepare


def logging_in(cast, tmp_path):
    KEYS.update(state="removed")  # there is no room for one a point
    nickname = f"Key {KEYS.count()}"
    soft_key, row = registered_now(signed_in_now(cast.asha), cast.ben, nickname)
    ben = half_signed_in_now(cast.ben)
    begun = ben.choose(row)
    answer = soft_key.sign(begun["public_key"], ORIGIN)
    return lambda: ben.finish(begun, answer)


def using_a_pass(cast, tmp_path):
    code, eve = issue_pass(cast.eve), half_signed_in_now(cast.eve)
    return lambda: eve.enter_pass(code)


def own_key_shown(cast):
    """Asha with a key of her own, for what nobody does with a password alone."""
    nickname = f"Key {KEYS.count()}"
    soft_key, row = registered_now(signed_in_now(cast.priya), cast.asha, nickname)
    asha = half_signed_in_now(cast.asha)
    expect(200, asha.use(soft_key, row))
    return asha


def making_an_api_token(cast, tmp_path):
    browser, address = own_key_shown(cast), "/me/api-tokens/make/"
    expect(200, browser.get(address))
    fields = {"name": "Nightly", "scopes": ["people:read"], "lasts": "90d"}
    return lambda: browser.submit(address, **fields)


def giving_a_role(cast, tmp_path):
    priya = signed_in_now(cast.priya)
    for grant in RoleGrant.objects.filter(person=cast.ben):
        dismiss(priya, grant)
    return lambda: appoint(priya, cast.ben, "helpdesk", cast.north)


def adding_a_person(cast, tmp_path):
    asha, username = signed_in_now(cast.asha), f"nia{Person.objects.count()}@north.example"
    return lambda: asha.submit("/admin/people/add/", **form_for(username))


def joining(cast, tmp_path):
    asha = signed_in_now(cast.asha)
    code = slip_for(asha, added(asha, f"nia{Person.objects.count()}@north.example"))
    return lambda: join(code)


def changing_the_password(cast, tmp_path):
    Person.objects.update(password=password_hash())
    ben = signed_in_now(cast.ben)
    return lambda: ben.submit("/me/password/", present=PASSWORD, password=NEW_PASSWORD)


def importing(cast, tmp_path):
    n = Person.objects.count()
    row = NIA | {"external_id": f"E{n}", "username": f"nia{n}@north.example"}
    return lambda: import_people(tmp_path, row)


OTHER_PASSWORDS = Person.objects.exclude(password=password_hash())
DEEDS = [
    Deed("key.registered", registering, KEYS),
    Deed(
        "key.renamed", at_a_key("edit", nickname="New {}"), KEYS.filter(nickname__startswith="New")
    ),
    Deed("key.suspended", at_a_key("suspend"), KEYS.filter(state="suspended")),
    Deed("key.removed", at_a_key("remove"), KEYS.filter(state="removed")),
    Deed("sign_in.succeeded", logging_in, Session.objects.filter(level="key")),
    Deed("access_pass.used", using_a_pass, USED_PASSES),
    Deed("api_token.made", making_an_api_token, ApiToken.objects),
    Deed("role.granted", giving_a_role, RoleGrant.objects),
    Deed("person.added", adding_a_person, Person.objects),
    Deed("invitation.accepted", joining, Invitation.objects.exclude(used_at=None)),
    Deed("password.changed", changing_the_password, OTHER_PASSWORDS),
    Deed("people.imported", importing, PeopleImport.objects.filter(state="applied")),
]


class Struck:
    """Kills this process at the `point`-th write or commit. `committed` is the parent's too."""

    def __init__(self, point: int, committed: mmap.mmap) -> None:
        self.left, self.commit, self.committed = point, connection._commit, committed

    def strike(self):
        self.left -= 1
        if not self.left:
            os.kill(os.getpid(), signal.SIGKILL)

    def at_statement(self, go_on, sql, *more):
        if WRITES.match(sql):
            self.strike()
            if not connection.in_atomic_block:
                self.committed[0] = True
        return go_on(sql, *more)

    def at_commit(self):
        self.strike()
        self.committed[0] = True
        self.commit()
        self.strike()


def ended(act: Callable, *, point: int, committed: mmap.mmap) -> int:
    """A child with a connection of its own does it; its exit status."""
    connections.close_all()
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    try:
        struck = Struck(point, committed)
        connection._commit = struck.at_commit
        with connection.execute_wrapper(struck.at_statement):
            answer = act()
        os._exit(DONE if getattr(answer, "status_code", 200) < 400 else REFUSED)
    except BaseException:  # noqa: BLE001  the parent's tests are not to go on in the child
        traceback.print_exc()
        sys.stderr.flush()
        os._exit(FAILED)


@pytest.mark.parametrize("deed", DEEDS, ids=lambda deed: deed.event)
def test_ft04_ft05_the_change_and_its_entry_or_neither(deed, cast_for_threads, tmp_path):
    """In a thread of its own: its children have no connection that the tests' thread left open."""
    with ThreadPoolExecutor(1) as thread:
        assert thread.submit(how_often_killed, deed, cast_for_threads, tmp_path).result() > 2


def how_often_killed(deed, cast, tmp_path):
    """Until it comes to its end. What was killed before it committed anything has left all as it
    was prepared, and the same is tried once more."""
    committed = mmap.mmap(-1, 1)  # as 1, by the child
    committed[0] = True
    for point in count(1):
        if committed[0]:
            act = deed.prepare(cast, tmp_path)
            before, done, entries = state_of_things(), deed.done.count(), deed.entries()
        committed[0] = False
        how = ended(act, point=point, committed=committed)
        new = deed.entries() - entries
        assert (deed.done.count() - done, how) in {(new, KILLED), (1, DONE)}
        if not new:
            assert state_of_things() == before
        if how == DONE:
            connections.close_all()
            return point - 1
    raise AssertionError("it never came to its end")
