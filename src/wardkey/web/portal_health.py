"""Health of the portal, for platform administrators: what is watched, and what to do where it is
not as it should be. `/metrics` tells the same to programs."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from ..audit import checkpoint_keys
from ..base import cache
from ..people.administrators import Act
from ..reports import chores
from ..reports.standing import Standing, standing
from .gate import administrator_page
from .templating import date

if TYPE_CHECKING:
    from ..reports.models import ChoreRun

CLOCKS_APART = timedelta(seconds=30)
MESSAGES_WAIT = timedelta(minutes=15)
SEALS_WAIT = timedelta(minutes=1)
CHECKPOINTS_WAIT = timedelta(hours=1)
CHORES_WAIT = timedelta(minutes=5)
ROOM_LEFT = 1 << 30  # bytes


@dataclass(frozen=True, slots=True)
class Part:
    """`told` is how it is; `to_do` is empty where all is well."""

    name: str
    told: str
    to_do: str = ""


@dataclass(frozen=True, slots=True)
class Turn:
    """Of a chore, by the name that the log has for it; `following` is None where it is late."""

    name: str
    every: str
    done_at: datetime | None
    following: datetime | None


@administrator_page(Act.SEE_HEALTH)
@require_safe
def portal_health(request: HttpRequest) -> HttpResponse:
    told = standing()
    parts = [
        *_of_the_machine(told),
        *_of_the_worker(told),
        *_of_the_trail(told),
        *_of_what_runs_out(told),
    ]
    context = {
        "parts": parts,
        "ill": sum(bool(part.to_do) for part in parts),
        "at": told.at,
        "turns": [_turn_of(chore, told) for chore in told.chores],
    }
    return render(request, "admin/portal_health.jinja", context)


def _of_the_machine(told: Standing) -> Iterator[Part]:
    missing = told.migrations
    yield Part(
        _("Database"),
        ngettext("It lacks %(num)d migration.", "It lacks %(num)d migrations.", missing)
        % {"num": missing}
        if missing
        else _("It answers, and fits this release."),
        _("On the host, run wardkey migrate.") if missing else "",
    )
    seconds = round(told.clock_apart.total_seconds())
    yield Part(
        _("Clock"),
        _("%(seconds)d seconds from the database’s.") % {"seconds": seconds},
        _("Mend the time service here and at the database; at a minute apart nobody logs in.")
        if told.clock_apart > CLOCKS_APART
        else "",
    )
    if connection.vendor == "sqlite":
        yield from _of_the_disk()
    if settings.CACHE_URL:
        yield _of_the_cache()


def _of_the_cache() -> Part:
    name = _("Cache")
    if cache.answers():
        return Part(name, _("It gives back what it is given."))
    return Part(
        name,
        _("It does not answer, or not as it should. Pages come from the database meanwhile."),
        _("See to the cache, or empty WARDKEY_CACHE_URL on each host."),
    )


def _of_the_disk() -> Iterator[Part]:
    name = str(settings.DATABASES["default"]["NAME"])
    free = shutil.disk_usage(name).free if name.startswith("/") else ROOM_LEFT
    yield Part(
        _("Disk of the database"),
        _("%(number)d MB are free.") % {"number": free >> 20},
        _("Make room, or move the database to a larger disk.") if free < ROOM_LEFT else "",
    )


def _of_the_worker(told: Standing) -> Iterator[Part]:
    late = ", ".join(chore.name for chore in told.chores if _is_late(chore, told))
    if not told.chores:
        yield Part(
            _("Worker"),
            _("It has never told of itself."),
            _("On the host, start wardkey worker: without it nobody is told of anything."),
        )
    else:
        yield Part(
            _("Worker"),
            _("Late, or failing: %(chores)s.") % {"chores": late}
            if late
            else _("It does all of it."),
            _("Look into the worker’s log on the host, and start it again.") if late else "",
        )
    waits = bool(told.oldest_message and told.at - told.oldest_message > MESSAGES_WAIT)
    yield Part(
        _("Messages"),
        ngettext("%(num)d waits to be sent.", "%(num)d wait to be sent.", told.messages)
        % {"num": told.messages},
        _("Ask whoever runs the mail server; the worker’s log says what it answers.")
        if waits
        else "",
    )


def _is_late(chore: "ChoreRun", told: Standing) -> bool:
    waited = told.at - (chore.succeeded_at or chore.tried_at)
    too_long = max(CHORES_WAIT, 3 * timedelta(seconds=chore.every))
    return bool(chore.failures) or waited > too_long


def _turn_of(chore: "ChoreRun", told: Standing) -> Turn:
    """What comes round each second was written down some seconds ago: its turn is now."""
    following = None if _is_late(chore, told) else max(chores.next_run(chore), told.at)
    return Turn(chore.name, _every(round(chore.every)), chore.succeeded_at, following)


def _every(seconds: int) -> str:
    if not seconds % 86_400:
        days = seconds // 86_400
        return ngettext("Every day", "Every %(num)d days", days) % {"num": days}
    if not seconds % 3600:
        hours = seconds // 3600
        return ngettext("Every hour", "Every %(num)d hours", hours) % {"num": hours}
    if not seconds % 60:
        minutes = seconds // 60
        return ngettext("Every minute", "Every %(num)d minutes", minutes) % {"num": minutes}
    return ngettext("Every second", "Every %(num)d seconds", seconds) % {"num": seconds}


def _of_the_trail(told: Standing) -> Iterator[Part]:
    lags = bool(told.oldest_unsealed and told.at - told.oldest_unsealed > SEALS_WAIT)
    yield Part(
        _("Audit trail"),
        ngettext(
            "%(num)d entry waits to be sealed.", "%(num)d entries wait to be sealed.", told.unsealed
        )
        % {"num": told.unsealed},
        _("See that the worker runs: until it is sealed, an entry can be changed unseen.")
        if lags
        else "",
    )
    pushed = told.sealing.pushed
    elsewhere = bool(settings.CHECKPOINT_FOLDER or settings.CHECKPOINT_URL)
    away = pushed is not None and told.at - pushed <= CHECKPOINTS_WAIT
    yield Part(
        _("Checkpoints"),
        _("The newest has left this machine.") if away else _("None has left this machine lately."),
        ""
        if away
        else _("Look into the worker’s log: the folder or address does not take them.")
        if elsewhere
        else _("Set WARDKEY_CHECKPOINT_FOLDER or WARDKEY_CHECKPOINT_URL on the host."),
    )


def _of_what_runs_out(told: Standing) -> Iterator[Part]:
    due = told.metadata.next_update
    yield Part(
        _("What is known about key models"),
        _("There is nothing yet.")
        if due is None
        else _("FIDO publishes it anew by %(day)s.") % {"day": date(due)},
        _("On the host, run wardkey mds refresh.") if told.metadata.is_stale else "",
    )
    yield _of_the_key_for_applications(told)
    made_at = checkpoint_keys.made_at()
    yield Part(
        _("Key that signs checkpoints"),
        _("Made on %(day)s. It does not run out.") % {"day": date(made_at.date())}
        if made_at
        else _("There is none yet; the worker makes it."),
    )


def _of_the_key_for_applications(told: Standing) -> Part:
    name, signing = _("Key that signs for applications"), told.signing
    if signing is None:
        return Part(name, _("There is none yet; the first application that asks has one made."))
    days = {"since": date(signing.signs_from.date()), "until": date(signing.until.date())}
    return Part(
        name,
        _("The newest signs from %(since)s until %(until)s; the worker makes the next one.") % days,
        _("Look into the worker’s log for rotate_signing_keys, and start it again.")
        if signing.until < told.at
        else "",
    )
