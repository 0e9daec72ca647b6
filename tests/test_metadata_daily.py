"""The worker asks FIDO for the metadata once a day; what goes wrong there stops nothing."""

import io
import logging
from datetime import timedelta

import pytest

from tests.keymodels.catalogue import CATALOGUE, NOW, take_in
from wardkey.base.clock import standing_at
from wardkey.keymodels import mds
from wardkey.keymodels.models import KeyModel, MetadataBlob
from wardkey.operating import metadata

pytestmark = pytest.mark.django_db


class Internet:
    """What answers at the address of the metadata, in place of the network."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.blob: bytes | OSError = CATALOGUE.blob

    def __call__(self, request, timeout: float):
        self.asked.append(request.full_url)
        if isinstance(self.blob, OSError):
            raise self.blob
        return io.BytesIO(self.blob)


@pytest.fixture
def internet(monkeypatch, settings):
    settings.METADATA_URL = "https://metadata.example/"
    there = Internet()
    monkeypatch.setattr(mds, "urlopen", there)
    with standing_at(NOW):
        yield there


def test_at14_what_fails_is_a_warning_and_what_was_known_stays(internet, caplog):
    internet.blob = OSError("no route")
    with caplog.at_level(logging.WARNING):
        metadata.take_in_daily()
    assert "no route" in caplog.text
    assert "dependency.down: metadata" in caplog.text
    assert not MetadataBlob.objects.exists()


def test_a_blob_that_another_root_signed_is_a_warning(internet, caplog):
    with caplog.at_level(logging.WARNING):
        metadata.take_in_daily()
    assert internet.asked == ["https://metadata.example/"]
    assert "stays in force" in caplog.text
    assert not KeyModel.objects.exists()


def test_once_a_day(internet):
    MetadataBlob.objects.create(
        number=1,
        next_update=NOW.date(),
        fetched_at=NOW - timedelta(hours=23),
        models_read=1,
        entries_lost=0,
    )
    metadata.take_in_daily()
    assert internet.asked == []
    MetadataBlob.objects.update(fetched_at=NOW - timedelta(hours=25))
    metadata.take_in_daily()
    assert internet.asked == ["https://metadata.example/"]


def test_what_was_taken_in_before_an_upgrade_is_taken_in_anew_within_the_hour(internet):
    take_in()
    metadata.take_in_daily()
    assert internet.asked == []
    KeyModel.objects.update(key_protection=None)
    metadata.take_in_daily()
    assert internet.asked == ["https://metadata.example/"]


def test_never_where_no_address_is_set(internet, settings):
    settings.METADATA_URL = ""
    metadata.take_in_daily()
    assert internet.asked == []
