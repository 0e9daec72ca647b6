"""`wardkey erase-people`: whoever left, and is to be named here no more."""

import uuid
from datetime import datetime

import click

from ..in_words import with_portal

TELLS_EVERY = 1000  # people


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
    if ids and not yes:
        click.confirm("Erase them for good? Nobody brings them back.", abort=True, err=True)
    erased = 0
    for place, person_id in enumerate(ids, start=1):
        erased += erasing.erase(person_id)
        if place % TELLS_EVERY == 0:
            how_far.begin(f"{place} of {len(ids)}")
    how_far.begin(f"Erased: {erased}. Backups that were made before still name them.")


def _closed_before(moment: datetime) -> list[uuid.UUID]:
    from .. import erasing

    ids = erasing.closed_before(moment.date())
    told = f"were closed before {moment.date()} (UTC), and can be restored no more"
    click.echo(f"{len(ids)} accounts {told}.", err=True)
    return ids


def _named(usernames: tuple[str, ...]) -> list[uuid.UUID]:
    from .. import erasing

    people = {each.pk: each for each in map(erasing.one_to_erase, usernames)}
    for each in people.values():
        told = f"{each.name} ({each.username}), {each.home.name}"
        click.echo(f"{told}: closed on {each.closes_at:%Y-%m-%d}.", err=True)
    return list(people)
