"""What a key model is called: asked by the token station, and open to everybody."""

import uuid

import pytest
from django.test import Client

from tests.doors import expect
from tests.keymodels.catalogue import CATALOGUE, NOW, model, take_in
from wardkey.base.clock import standing_at

GOOD = model("Thistle Two")


@pytest.fixture(autouse=True)
def models(db):
    with standing_at(NOW):
        take_in()
        yield


def address(aaguid, more=""):
    return f"/api/v1/key-models/{aaguid}{more}"


def test_a_model_by_its_aaguid():
    answer = expect(200, Client().get(address(GOOD.aaguid)))
    icon = address(GOOD.aaguid, "/icon")
    assert answer.json() == {"aaguid": str(GOOD.aaguid), "name": "Thistle Two", "icon": icon}
    assert answer["Cache-Control"] == "public, max-age=86400"
    assert "Set-Cookie" not in answer
    assert "Vary" not in answer or "Cookie" not in answer["Vary"]


def test_its_picture_is_only_a_picture():
    icon = Client().get(address(GOOD.aaguid)).json()["icon"]
    answer = expect(200, Client().get(icon))
    assert answer["Content-Type"].startswith("image/")
    assert "sandbox" in answer["Content-Security-Policy"]


def test_a_model_that_the_metadata_does_not_have():
    assert CATALOGUE.models
    for more in ("", "/icon"):
        answer = expect(404, Client().get(address(uuid.uuid4(), more)))
        assert answer.json()["code"] == "not_found"
        assert "AAGUID" in answer.json()["detail"]
        assert answer["Cache-Control"] == "no-store"
    expect(404, Client().get(address("not-an-aaguid")))
