"""`wardkey create-administrator`: the first way in, made on the host."""

import pytest
from click.testing import CliRunner

from tests.commands import database_url, wardkey
from tests.doors import MINE, Browser, expect
from tests.traces import changes, nothing_changes
from wardkey import cli
from wardkey.organisations.models import Organisation
from wardkey.people.models import Person
from wardkey.people.queries import person_by_username

ADA = {
    "--username": "ada@platform.example",
    "--name": "Ada Winterbourne",
    "--email": "ada@platform.example",
    "--organisation": "PLATFORM",
    "--organisation-name": "Platform",
}
PASSWORD = "twelve letters or more"


def words_of(**changes):
    told = {**ADA, **changes}
    return ["create-administrator", *(word for pair in told.items() for word in pair)]


def create_administrator(*, passwords=(PASSWORD, PASSWORD), **changes):
    """The same command in this process, which is quicker and keeps the test's transaction."""
    typed = "\n".join([*passwords, ""])
    return CliRunner().invoke(cli.main, words_of(**changes), input=typed)


def test_the_first_administrator_is_made_and_enters_with_the_pass(transactional_db):
    typed = f"{PASSWORD}\n{PASSWORD}\n"
    made = wardkey(*words_of(), stdin=typed, DATABASE_URL=database_url())
    assert made.returncode == 0, made.stderr
    assert PASSWORD not in made.stdout + made.stderr
    access_pass = made.stdout.strip().rpartition(" ")[2]
    ada = person_by_username("ada@platform.example")
    assert (ada.home.code, ada.home.parent) == ("PLATFORM", None)
    [grant] = ada.role_grants.all()
    assert (grant.role, grant.organisation) == ("platform_administrator", ada.home)
    [entry] = changes("administrator.created")
    assert (entry.actor["kind"], entry.holder) == ("operator", str(ada.pk))
    browser = Browser()
    expect(302, browser.enter_password(ada, PASSWORD))
    expect(302, browser.enter_pass(access_pass))
    expect(200, browser.get(MINE + "register/"))


def test_what_is_not_told_is_asked_for(db):
    typed = "\n".join([*ADA.values(), PASSWORD, PASSWORD, ""])
    made = CliRunner().invoke(cli.main, ["create-administrator"], input=typed)
    assert made.exit_code == 0, made.output
    assert person_by_username("ada@platform.example").name == "Ada Winterbourne"
    assert PASSWORD not in made.output


def test_a_second_administrator_joins_the_organisation_that_is_there(db):
    create_administrator()
    assert create_administrator(**{"--username": "bea@platform.example"}).exit_code == 0
    assert Organisation.objects.count() == 1


def test_an_administrator_of_another_organisation_has_the_role_on_the_root(db):
    create_administrator()
    create_administrator(**{"--username": "bea@north.example", "--organisation": "north"})
    bea = person_by_username("bea@north.example")
    assert (bea.home.code, bea.home.parent.code) == ("NORTH", "PLATFORM")
    assert bea.role_grants.get().organisation.code == "PLATFORM"


@pytest.mark.parametrize(
    ("changes", "passwords", "sentence"),
    [
        ({}, ("too short", "too short"), "The password needs at least 12 characters"),
        ({}, ("Password2026!", "Password2026!"), "guessed first"),
        ({}, ("the Winterbourne kettle",) * 2, "a name, user name or address"),
        ({}, (PASSWORD, "another password"), "do not match"),
        ({"--organisation": "NORTH/1"}, (PASSWORD, PASSWORD), "1 to 9 letters and digits"),
        ({"--organisation": "TENLETTERS"}, (PASSWORD, PASSWORD), "1 to 9 letters and digits"),
        ({"--organisation": "ÄÖÜ"}, (PASSWORD, PASSWORD), "1 to 9 letters and digits"),
        (
            {"--organisation": "NORTH", "--organisation-name": " "},
            (PASSWORD, PASSWORD),
            "it needs a name",
        ),
        (
            {"--organisation": "NORTH", "--username": "ada@PLATFORM.example"},
            (PASSWORD, PASSWORD),
            "Somebody has that",
        ),
        ({"--username": "\u200b"}, (PASSWORD, PASSWORD), "That user name cannot be used"),
        ({"--username": "ADA@platform.example"}, (PASSWORD, PASSWORD), "Somebody has that"),
        ({"--email": "ada"}, (PASSWORD, PASSWORD), "That is no e-mail address"),
        ({"--email": "ada@"}, (PASSWORD, PASSWORD), "That is no e-mail address"),
        ({"--email": "a@b.example\nBcc: c@d.example"}, (PASSWORD, PASSWORD), "no e-mail address"),
        ({"--email": f"{'a' * 250}@b.example"}, (PASSWORD, PASSWORD), "no e-mail address"),
        ({"--password": PASSWORD}, (), "No such option"),
    ],
)
def test_an_administrator_who_is_refused_leaves_nothing_behind(db, changes, passwords, sentence):
    create_administrator()
    with nothing_changes():
        refused = create_administrator(passwords=passwords, **changes)
    assert refused.exit_code != 0
    assert sentence in refused.output
    assert Organisation.objects.count() == Person.objects.count() == 1
