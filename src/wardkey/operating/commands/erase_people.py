"""`wardkey erase-people`: whoever left, and is to be named here no more."""

import uuid
from datetime import datetime
from typing import TYPE_CHECKING

import click

from ..in_words import WORDS, with_portal

if TYPE_CHECKING:
    from ...people.models import Person


@click.command("erase-people")
@click.option("--username", "usernames", multiple=True, help="Whom; as often as there are some.")
@click.option(
    "--closed-before",
    type=click.DateTime(["%Y-%m-%d"]),
    help="All whose accounts were closed before that day, in UTC: 2020-05-01.",
)
@click.option("--yes", is_flag=True, help="Without asking first.")
@with_portal
def erase_people(*, usernames: tuple[str, ...], closed_before: datetime | None, yes: bool) -> None:
    """Erase who left: names, addresses, nicknames, everything that tells who they were.

    Their accounts have been closed for 30 days or more: until then they may be restored. What
    happened stays in the audit trail, of somebody without a name, and is verified as before. It
    may be stopped, and begun again, at any time.
    """
    from .. import erasing, how_far

    if bool(usernames) == bool(closed_before):
        raise click.UsageError("Give either --username or --closed-before.")
    ids = _closed_before(closed_before) if closed_before else _named(usernames)
    if not ids:
        how_far.tell("Nobody was erased.")
        return
    if not yes:
        click.confirm("Erase them for good? Nobody brings them back.", abort=True, err=True)
    more, erased = how_far.counting("Erasing them.", of=len(ids)), 0
    for person_id in ids:
        erased += erasing.erase(person_id)
        more(1)
    how_far.begin(f"Erased: {erased}. Backups that were made before still name them.")


def _closed_before(moment: datetime) -> list[uuid.UUID]:
    from .. import erasing, how_far

    ids = erasing.closed_before(moment.date())
    how_far.tell(f"Closed before {moment.date()} (UTC), and beyond being restored: {len(ids)}.")
    return ids


def _named(usernames: tuple[str, ...]) -> list[uuid.UUID]:
    from .. import how_far

    people = {each.pk: each for each in map(_one, usernames) if each is not None}
    for each in people.values():
        told = f"{each.name} ({each.username}), {each.home.name}"
        how_far.tell(f"{told}: closed on {each.closes_at:%Y-%m-%d}.")
    return list(people)


def _one(username: str) -> "Person | None":
    """None where an earlier run erased them: a list is begun again as it is."""
    from ...base.errors import InvalidInput
    from .. import erasing, how_far

    try:
        return erasing.one_to_erase(username)
    except InvalidInput as refused:
        told = f"{username}: {WORDS[str(refused)]}"
        if str(refused) != "erased":
            raise click.ClickException(told) from refused
        how_far.tell(told)
        return None
