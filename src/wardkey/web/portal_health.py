"""Health of the portal, for platform administrators: what is watched, and what to do where it is
not as it should be. `/metrics` tells the same to programs."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from ..people.administrators import Act
from ..reports.standing import Standing, standing
from .gate import administrator_page

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


@administrator_page(Act.SEE_HEALTH)
@require_safe
def portal_health(request: HttpRequest) -> HttpResponse:
    told = standing()
    parts = [*_of_the_machine(told), *_of_the_worker(told), *_of_the_trail(told)]
    context = {"parts": parts, "ill": sum(bool(part.to_do) for part in parts), "at": told.at}
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
    yield Part(
        _("What is known about key models"),
        _("It is up to date.")
        if not told.metadata.is_stale
        else _("It is out of date, or nothing."),
        _("On the host, run wardkey mds refresh.") if told.metadata.is_stale else "",
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
    late = ", ".join(
        chore.name
        for chore in told.chores
        if chore.failures
        or told.at - (chore.succeeded_at or chore.tried_at)
        > max(CHORES_WAIT, 3 * timedelta(seconds=chore.every))
    )
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
