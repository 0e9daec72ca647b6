"""FT17: what the portal asks elsewhere is silent, or shows a certificate that is none. People do
not wait for it, nor does what else the worker does; what is owed is done once, when it is well.
"""

import logging
import threading
import time
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connections

from tests.commands import PATIENCE, eventually
from tests.doors import expect, registered, signed_in
from tests.elsewhere import BROKEN, context, elsewhere, trusted
from tests.keymodels.catalogue import NOW, take_in
from tests.newcomers import NEW_PASSWORD
from tests.oidc.rp import app
from tests.oidc.test_logging_out import work
from tests.smtp import mail_server
from tests.test_choosing_a_password import change
from tests.test_sealing import happen
from tests.test_worker import BEN, leave_challenge
from wardkey.audit import checkpoints, pushing, sealer
from wardkey.audit.events import CHANGE
from wardkey.audit.models import ChangeEntry, Checkpoint
from wardkey.base import clock
from wardkey.ceremonies.models import PendingCeremony
from wardkey.clients import telling
from wardkey.clients.models import LogoutNotice
from wardkey.keymodels import mds
from wardkey.keymodels.models import KeyModel
from wardkey.notifications import messages, outbox
from wardkey.notifications.models import OutboxMessage
from wardkey.operating import metadata, worker
from wardkey.people import breached_passwords

SOON = 0.3  # seconds, in place of those for which the portal waits in earnest


@pytest.fixture
def there(settings, monkeypatch, tmp_path):
    """The other machines: one that speaks https, one that takes mail."""
    monkeypatch.setenv("SSL_CERT_FILE", trusted(tmp_path))
    with elsewhere() as web, mail_server() as mail:
        mail.sealed = context("well")
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", mail.port
        settings.EMAIL_USE_TLS, settings.MAIL_FOLDER = True, ""
        settings.CHECKPOINT_URL = f"{web.address}/checkpoints"
        settings.METADATA_URL = f"{web.address}/metadata"
        yield web, mail


def all_wait(monkeypatch, seconds):
    """Whatever asks elsewhere, for so long."""
    for module, name in (
        (settings, "EMAIL_TIMEOUT"),
        (breached_passwords, "TIMEOUT_SECONDS"),
        (pushing, "SECONDS"),
        (mds, "TIMEOUT_SECONDS"),
        (telling, "STEP_SECONDS"),
    ):
        monkeypatch.setattr(module, name, seconds)


def behave(there, how):
    web, mail = there
    web.behaves = how
    if how == "silent":
        mail.may_greet.clear()
        return
    web.may_speak.set()
    mail.may_greet.set()
    mail.sealed = context(how)


def owed(cast, web):
    """A message, a checkpoint, and an application that is to hear of a logout."""
    outbox.put(messages.access_pass_used, to=[BEN], name="Ben", when="today")
    while sealer.seal_some(CHANGE):
        pass
    checkpoints.make(CHANGE)
    ben = signed_in(cast.ben)
    app(cast.north, name="Rota", logout_uri=f"{web.address}/logout").lets_in(ben)
    expect(302, ben.submit("/sign-out/"))


def all_tried():
    worker.push_checkpoints()
    metadata.take_in_daily()
    outbox.deliver_due()
    work()


def test_ft17_silence_and_false_certificates_are_told_once_and_what_is_owed_is_done_once(
    cast, there, settings, monkeypatch, caplog
):
    assert breached_passwords.TIMEOUT_SECONDS < 2
    all_wait(monkeypatch, SOON)
    caplog.set_level(logging.INFO)
    web, mail = there
    with clock.standing_at(NOW):
        take_in()
    models = KeyModel.objects.count()
    asha = signed_in(cast.asha)
    owed(cast, web)
    settings.BREACHED_PASSWORDS_URL = f"{web.address}/range"
    for minutes, how in enumerate(BROKEN):
        behave(there, how)
        began = time.monotonic()
        expect(503, change(asha, NEW_PASSWORD))
        assert time.monotonic() - began < 10
        registered(asha, cast.ben, how)  # by what was known
        with clock.standing_at(clock.now() + timedelta(minutes=10 * minutes)):
            all_tried()
    assert (web.heard, mail.arrived, KeyModel.objects.count()) == ([], {}, models)
    [told] = [each for each in caplog.messages if each.startswith("dependency.down: mail")]
    assert "WARDKEY_SMTP_HOST" in told
    down = [each for each in caplog.messages if each.startswith("dependency.down")]
    assert len(down) == 5, "mail, metadata, passwords, checkpoints and an application, each once"

    behave(there, "well")
    all_wait(monkeypatch, PATIENCE)
    with clock.standing_at(clock.now() + timedelta(hours=2)):
        all_tried()
        all_tried()
    assert not OutboxMessage.objects.filter(sent_at=None).exists()
    expect(302, change(asha, NEW_PASSWORD))
    done = sorted(path.split("/")[1] for _method, path in web.heard)
    assert done == ["checkpoints", "logout", "metadata", "metadata", "range"]
    assert list(mail.accepted.values()) == [1] * (1 + len(BROKEN)), "and what tells of each token"
    assert not LogoutNotice.objects.filter(told_at=None).exists()
    assert not Checkpoint.objects.filter(pushed_at=None).exists()
    up = {each for each in caplog.messages if each.startswith("dependency.up")}
    assert len(up) == 4, "each but the metadata"


def test_ft17_who_is_slow_keeps_nothing_else_of_the_worker_waiting(
    transactional_db, there, monkeypatch
):
    """The worker waits for them longer than the test for anything."""
    web, mail = there
    all_wait(monkeypatch, PATIENCE + 30)
    behave(there, "silent")
    happen()
    sealer.seal_some(CHANGE)
    checkpoints.make(CHANGE)
    outbox.put(messages.access_pass_used, to=[BEN] * 3, name="Ben", when="today")
    with clock.standing_at(clock.now() - timedelta(days=2)):
        leave_challenge()
    with at_work():
        eventually(lambda: web.asked >= 2 and mail.greeted)
        happen()
        eventually(lambda: not ChangeEntry.objects.filter(leaf_index=None).exists())
        eventually(lambda: not PendingCeremony.objects.exists())
        assert (web.heard, mail.arrived) == ([], {})
        behave(there, "well")
        eventually(lambda: not OutboxMessage.objects.filter(sent_at=None).exists())
        eventually(Checkpoint.objects.exclude(pushed_at=None).exists)
    assert sorted(mail.accepted.values()) == [1, 1, 1]
    sent = [path for _method, path in web.heard if "checkpoints" in path]
    assert len(sent) == len(set(sent)) > 0


@contextmanager
def at_work():
    """The worker in a thread."""
    stop = threading.Event()

    def go() -> None:
        worker.run(stopping=stop.is_set)
        connections.close_all()

    thread = threading.Thread(target=go)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
