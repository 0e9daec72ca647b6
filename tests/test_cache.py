"""A cache, where the operator named one: what is kept there, and that it has no say. Pages have
more patience with it here than in earnest.
"""

import html
import pickle
import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from time import time
from types import SimpleNamespace

import pytest
from django.core import signing
from django.db import connection
from django.test.utils import CaptureQueriesContext
from valkey import Valkey

from tests.cast import PASSWORD
from tests.commands import SECRET, database_url, environment, eventually
from tests.doors import Browser, expect, signed_in
from tests.keymodels.catalogue import take_in
from tests.served import asked, served
from tests.valkey import serving
from wardkey.base import cache
from wardkey.keymodels.models import KeyModel
from wardkey.reports.models import DailyCount
from wardkey.reports.overview.counted import NAMES
from wardkey.reports.overview.coverage import BRANCH

CHOOSING, OVERVIEW = "/guide/choosing/", "/admin/overview/"
IN_A_MINUTE = 60
MARKUP = "<script>alert(1)</script>"
ANOTHER_PROCESS = """
import django
django.setup()
from django.test import Client
from wardkey.base import cache
cache.LONGEST = 30
assert Client(headers={"host": "localhost:8000"}).get("/guide/choosing/").status_code == 200
"""


@pytest.fixture(autouse=True)
def unhurried(monkeypatch):
    monkeypatch.setattr(cache, "LONGEST", 30)
    yield
    cache.forget()


@pytest.fixture
def models(db):
    take_in()


@pytest.fixture
def there(settings, tmp_path):
    """What everybody sees who may ask it."""
    with serving(tmp_path) as settings.CACHE_URL, Valkey.from_url(settings.CACHE_URL) as raw:
        yield raw


def shown(browser=None, address=CHOOSING):
    """What does not change from one time to the next."""
    text = expect(200, (browser or Browser()).get(address)).content.decode()
    return re.sub(r'value="\w{64}"', "", text)


def names_shown():
    return [html.unescape(each) for each in re.findall(r"<strong><bdi>(.+?)</bdi>", shown())]


def key_of(raw, about):
    [key] = [each for each in raw.scan_iter() if about in each]
    return key


def statements(address=CHOOSING):
    with CaptureQueriesContext(connection) as captured:
        shown(address=address)
    return len(captured.captured_queries)


def down_lines(caplog, name="cache"):
    return [each for each in caplog.messages if each.startswith(f"dependency.down: {name}: ")]


def test_without_a_cache_everything_is_asked_of_the_database(models):
    before = names_shown()
    KeyModel.objects.filter(name=before[0]).delete()
    assert names_shown() == before[1:]


def test_what_one_asked_is_kept_for_everybody_a_minute(models, there):
    page = shown()
    assert statements() == 1, "the plugs"
    KeyModel.objects.all().delete()
    assert shown() == page
    assert 0 < there.ttl(key_of(there, b"models")) <= IN_A_MINUTE
    there.flushdb()
    assert names_shown() == []
    assert shown() != page


def test_processes_share_what_is_kept(transactional_db, there, settings):
    take_in()
    settings.SECRET_KEY = SECRET
    own = {"DATABASE_URL": database_url(), "WARDKEY_CACHE_URL": settings.CACHE_URL}
    subprocess.run([sys.executable, "-c", ANOTHER_PROCESS], env=environment(**own), check=True)
    assert there.exists(key_of(there, b"models"))
    KeyModel.objects.all().delete()
    assert len(names_shown()) > 10


@pytest.mark.looks_only
def test_the_portal_is_served_with_one(transactional_db, there, settings, tmp_path):
    take_in()
    settings.SECRET_KEY = SECRET
    with served(tmp_path, WARDKEY_CACHE_URL=settings.CACHE_URL) as portal:
        # Beside other work it may be slower than the pages' patience.
        eventually(
            lambda: asked(portal.port, "GET", CHOOSING).status == 200 and any(there.scan_iter())
        )
    KeyModel.objects.all().delete()
    assert len(names_shown()) > 10


def another_than_the_portal(there, key):
    """Each thing that somebody might put there who has no secret of the portal's."""
    honest = there.get(key)
    honest_value = honest.decode().rpartition(":")[0].rpartition(":")[0]
    signed = signing.TimestampSigner(key="of somebody else", salt=key.decode())
    yield b"[]"
    yield f'[{{"name": "{MARKUP}"}}]'.encode()
    yield pickle.dumps({"name": MARKUP})
    yield b"\xff" * 100
    yield b"x" * (2 << 20)
    yield signed.sign(honest_value).encode()
    yield honest.replace(b"Thistle", b"Thorn")
    yield cache._seal("wardkey:of another name").sign(honest_value).encode()


def test_whoever_writes_into_it_is_not_believed_and_it_is_told_once(models, there, caplog):
    page = shown()
    key = key_of(there, b"models")
    for poison in list(another_than_the_portal(there, key)):
        there.set(key, poison)
        assert shown() == page
        assert there.get(key) != poison, "it is put right"
    there.delete(key)
    there.lpush(key, "of another kind")
    assert shown() == page
    [told] = down_lines(caplog, "cache contents")
    assert "See who else writes there" in told
    assert len(down_lines(caplog)) == 1, "of what is of another kind: that is no answer"


def test_what_was_kept_longer_than_a_minute_ago_is_not_believed(models, there, monkeypatch, caplog):
    before = names_shown()
    key = key_of(there, b"models")
    there.persist(key)
    KeyModel.objects.filter(name=before[0]).delete()
    assert names_shown() == before
    at = time() + IN_A_MINUTE + 1
    monkeypatch.setattr(signing, "time", SimpleNamespace(time=lambda: at))
    assert names_shown() == before[1:]
    assert down_lines(caplog, "cache contents") == []


def test_of_another_shape_it_is_as_not_there_and_markup_is_text(models, there):
    """Though sealed, as by a portal of the same secret and other code."""
    page = shown()
    key = key_of(there, b"models")
    [row] = [each for each in there.get(key).decode().split("},{") if "Heron Key Vault" in each]
    for shape in ("", "{}", "null", "[null]", '[{"id": 1}]', "[" * 5000, f"[{row}", MARKUP):
        there.set(key, cache._seal(key.decode()).sign(shape))
        assert shown() == page, shape
    honest = there.get(key).decode().rpartition(":")[0].rpartition(":")[0]
    named = honest.replace("Heron Key Vault", MARKUP)
    there.set(key, cache._seal(key.decode()).sign(named))
    assert MARKUP in names_shown()
    assert MARKUP not in shown()


@pytest.fixture
def counted(cast):
    """The people of Northside with its ward, and of the ward."""
    yesterday = datetime.now(UTC).date() - timedelta(days=1)
    people = {cast.north: 4321, cast.ward: 1234}
    DailyCount.objects.bulk_create(
        DailyCount(organisation_id=where.pk, day=yesterday, name=BRANCH + name, count=count)
        for where, count in people.items()
        for name in NAMES
    )
    return cast


def test_the_counts_of_one_organisation_are_never_those_of_another(counted, there):
    root = signed_in(counted.root)
    north, ward = (f"{OVERVIEW}?of={each.code}" for each in (counted.north, counted.ward))
    assert "4,321" in shown(root, north)
    assert "1,234" in shown(root, ward)
    DailyCount.objects.update(count=3)
    assert "4,321" in shown(root, north)
    its_own, theirs = (
        key_of(there, f":{each.pk}:".encode()) for each in (counted.north, counted.ward)
    )
    there.set(its_own, there.get(theirs))
    page = shown(root, north)
    assert "1,234" not in page
    assert "4,321" not in page


def test_nothing_that_lets_anybody_in_is_kept(counted, there, settings):
    expect(200, signed_in(counted.root).get(OVERVIEW))
    expect(302, Browser().enter_password(counted.ben))
    shown()
    kept = {each.split(b":")[2] for each in there.scan_iter()}
    assert kept <= {b"models", b"course"}
    everything = b"".join(there.get(each) for each in there.scan_iter())
    assert PASSWORD.encode() not in everything
    assert counted.ben.username.encode() not in everything
