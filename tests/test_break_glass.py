"""`wardkey break-glass`: the way in when no administrator gets in."""

from datetime import timedelta

import pytest
from click.testing import CliRunner

from tests.doors import MINE, Browser, desk_of, expect, signed_in
from tests.softkey import SoftKey
from tests.test_appointing import told_of
from tests.traces import changes, nothing_changes
from wardkey import cli
from wardkey.base import clock
from wardkey.people.grants import role_grants_of
from wardkey.people.models import Person
from wardkey.people.queries import person_by_username

PASSWORD = "twelve letters or more"
NEW = ["--name", "Ida New", "--email", "ida@platform.example"]


def break_glass(username, *more, typed=(), reason="Both tokens of Root are lost"):
    words = ["break-glass", "--username", username, "--reason", reason, *more]
    return CliRunner().invoke(cli.main, words, input="\n".join([*typed, ""]))


def pass_in(output):
    return output.strip().rpartition(" ")[2]


def test_somebody_known_is_a_platform_administrator_for_two_hours(cast):
    done = break_glass("Eve@South.example", "--hours", "2")
    assert done.exit_code == 0, done.output
    [grant] = role_grants_of(cast.eve.pk)
    assert (grant.role, grant.organisation) == ("platform_administrator", cast.platform)
    assert timedelta(hours=1) < grant.ends_at - clock.now() <= timedelta(hours=2)
    eve = Browser()
    expect(302, eve.enter_password(cast.eve))
    expect(302, eve.enter_pass(pass_in(done.output)))
    eve.register(MINE, SoftKey(), "New")
    expect(200, eve.get(desk_of(cast.root)))
    with clock.standing_at(grant.ends_at):
        assert not role_grants_of(cast.eve.pk)


def test_everybody_of_the_kind_is_told_and_it_is_recorded(cast):
    break_glass("eve@south.example")
    assert told_of("glass_broken") == ["eve@south.example", "root@platform.example"]
    entry = changes("break_glass.used")[-1]
    assert (entry.actor["kind"], entry.holder) == ("operator", str(cast.eve.pk))
    assert entry.parameters["hours"] == 1
    assert entry.parameters["reason_given"].startswith("sha256:")


def test_somebody_new_enters_with_the_pass(cast):
    done = break_glass("ida@platform.example", *NEW, typed=(PASSWORD, PASSWORD))
    assert done.exit_code == 0, done.output
    assert PASSWORD not in done.output
    ida = person_by_username("ida@platform.example")
    assert (ida.home, len(role_grants_of(ida.pk))) == (cast.platform, 1)


def test_whoever_has_a_key_in_use_enters_with_that(cast):
    signed_in(cast.eve)
    done = break_glass("eve@south.example")
    assert "There is no access pass" in done.output
    assert role_grants_of(cast.eve.pk)


@pytest.mark.parametrize(
    ("username", "more", "reason", "sentence"),
    [
        ("eve@south.example", ["--hours", "0"], "Lost", "1 to 24 hours"),
        ("eve@south.example", ["--hours", "25"], "Lost", "1 to 24 hours"),
        ("eve@south.example", [], " ", "Say why"),
        ("eve@south.example", [], "x" * 201, "Say why"),
        ("dev@north.example", [], "Lost", "not in use"),
        ("ida@platform.example", ["--name", "Ida", "--email", "ida"], "Lost", "no e-mail address"),
    ],
)
def test_who_is_refused_leaves_nothing_behind(cast, username, more, reason, sentence):
    Person.objects.filter(pk=cast.dev.pk).update(status="suspended")
    with nothing_changes():
        refused = break_glass(username, *more, reason=reason, typed=(PASSWORD, PASSWORD))
    assert refused.exit_code != 0
    assert sentence in refused.output


def test_without_an_organisation_there_is_nothing_to_break(db):
    refused = break_glass("ida@platform.example", *NEW, typed=(PASSWORD, PASSWORD))
    assert "create-administrator" in refused.output
