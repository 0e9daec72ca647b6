"""Role × organisation × act × door: every cell of matrix.py, by real requests.

Each address is asked as a page and as a form; where somebody is refused, once as a script, too.
Whoever may not is refused in every way and nothing changes: 403 without the role, and 404, as for
what there is not, out of its scope. What somebody who may has done is undone again before the next
cell.
"""

from collections.abc import Iterator

import pytest

from tests.cast import hire_into
from tests.doors import registered, signed_in, undone
from tests.matrix import (
    AUDITOR,
    HELPDESK,
    LOCAL,
    MATRIX,
    ORGANISATION,
    PERSON,
    PLATFORM,
    PRIMARY,
    Line,
)
from tests.routes import ROUTES, address_of
from tests.test_appointing import give
from tests.traces import state_of_things
from wardkey.base import clock
from wardkey.people.models import RoleGrant
from wardkey.sessions.models import Session

WHO = {
    "dev": (None, []),
    "hal": (HELPDESK, ["own"]),
    "olu": (AUDITOR, ["own"]),
    "asha": (LOCAL, ["own", "below"]),
    "priya": (PRIMARY, ["own", "below"]),
    "root": (PLATFORM, ["own", "below", "beside", "above"]),
}
# On the second database too: who may do everything, and who is out of scope in two places. Without
# the role one is refused before any database is asked about what the address names.
ON_BOTH = {"root", "asha"}
EVERYBODY = [
    pytest.param(who, marks=[] if who in ON_BOTH else pytest.mark.looks_only) for who in WHO
]
PLACES = {"own": "north", "below": "ward", "beside": "south", "above": "platform"}


def test_every_address_for_administrators_has_a_line():
    assert {name for name, route in ROUTES.items() if route.startswith("admin/")} == set(MATRIX)


@pytest.fixture
def root(cast):
    return signed_in(cast.root)


@pytest.fixture
def targets(cast, root):
    """In each place somebody with a token, a role there, and another one that sleeps."""
    people = {"own": cast.ben, "below": cast.wil, "beside": cast.eve}
    people["above"] = hire_into(cast.platform, "pat")
    return {place: target(cast, root, place, person) for place, person in people.items()}


def target(cast, root, place, person):
    organisation = getattr(cast, PLACES[place])
    asleep = give(person, "local_administrator", organisation)
    RoleGrant.objects.filter(pk=asleep.pk).update(
        asleep_since=clock.now(), asleep_by=cast.root, asleep_reason="Lost"
    )
    awake = give(person, "helpdesk", organisation, with_those_below=False)
    _soft_key, key = registered(root, person, f"Token of {person.name}")
    return {
        "holder_id": person.pk,
        "key_id": key.pk,
        "code": organisation.code,
        "asleep": asleep.pk,
        "awake": awake.pk,
    }


def address(name, ids):
    ids = {**ids, "grant_id": ids["asleep" if name == "wake" else "awake"]}
    return address_of(name, **ids)


def taken_whole(answer) -> int:
    """A file is closed once it was sent."""
    if answer.streaming:
        list(answer.streaming_content)
    return answer.status_code


def ways(browser, where, line: Line) -> Iterator[int]:
    yield browser.get(where).status_code
    yield taken_whole(browser.submit(where, **(line.fields or {})))


def expected(line: Line, role, reached, place) -> int | None:
    """None for whoever may."""
    if role not in line.may:
        return 403
    if line.about in {PERSON, ORGANISATION} and place not in reached:
        return 404
    covers_nobody = role == AUDITOR and line.about == PERSON
    return 403 if covers_nobody else None


@pytest.mark.parametrize("who", EVERYBODY)
def test_az32_lc16_each_cell_answers_as_the_matrix_says(cast, root, targets, who):
    """Nor does anybody become somebody else: what is done about Ben opens no session of his."""
    role, reached = WHO[who]
    browser = root if who == "root" else signed_in(getattr(cast, who))
    before = state_of_things()
    wrong = []
    for name, line in MATRIX.items():
        as_a_script = set()
        for place in PLACES if line.about in {PERSON, ORGANISATION} else ["own"]:
            answer = expected(line, role, reached, place)
            with undone(browser):
                where = address(name, targets[place])
                codes = list(ways(browser, where, line))
                if answer not in {None, *as_a_script}:  # who may has done it with the form
                    codes.append(browser.call(where).status_code)
                    as_a_script.add(answer)
                changed = state_of_things() != before
                became = Session.objects.filter(person=cast.ben).exists()
            if became or not is_right(line, answer, codes, changed):
                wrong.append((name, place, codes, changed, became))
    assert not wrong, "\n".join(map(str, wrong))


def is_right(line: Line, answer, codes, changed) -> bool:
    if answer is not None:
        return set(codes) <= {answer, 405} and answer in codes and not changed
    if line.unknown:
        return set(codes) <= {404, 405}
    done = changed if line.fields is not None else True
    return not {401, 403, 404, 500} & set(codes) and done
