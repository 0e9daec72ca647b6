"""Which plugs a model has: platform administrators say it, and everybody chooses by it."""

import html
import re
import uuid

import pytest

from tests.doors import Browser, expect, signed_in
from tests.keymodels.catalogue import CATALOGUE, NOW, model, take_in
from tests.traces import changes, nothing_changes
from wardkey.base.clock import standing_at
from wardkey.demo.key_models import PLUGS

CHOOSING, LIST = "/guide/choosing/", "/admin/policy/key-models/"


@pytest.fixture(autouse=True)
def in_june():
    with standing_at(NOW):
        yield


@pytest.fixture
def root(cast):
    take_in()
    return signed_in(cast.root)


def address_of(name):
    return f"{LIST}{model(name).aaguid}/plugs/"


def words(answer):
    return " ".join(html.unescape(re.sub("<[^>]+>", " ", answer.content.decode())).split())


def told(browser, name, *plugs):
    return browser.submit(address_of(name), **dict.fromkeys(plugs, "yes"))


def listed(**asked):
    page = expect(200, Browser().get(CHOOSING, asked)).text
    return re.findall(r"<strong><bdi>([^<]+)</bdi></strong>", page)


def test_it_is_told_and_everybody_chooses_and_compares_by_it(root):
    assert "Plug: not told" in words(Browser().get(CHOOSING))
    assert listed(plug="USB-C") == []
    expect(302, told(root, "Heron Key C", "usb_c"))
    expect(302, told(root, "Rowan Key Mini", "usb_c", "lightning"))
    expect(302, told(root, "Lantern Card", "none"))
    assert listed(plug="USB-C") == ["Heron Key C", "Rowan Key Mini"]
    assert listed(plug="Lightning") == ["Rowan Key Mini"]
    assert listed(plug="USB-A") == []
    chosen = [str(model(each).aaguid) for each in ("Rowan Key Mini", "Lantern Card", "Rowan Key")]
    page = words(Browser().get(f"{CHOOSING}compare/", {"model": chosen}))
    assert "Plug USB-C, Lightning no plug not told" in page
    # The maker's metadata comes anew, and what was told stays.
    take_in(no=2)
    assert listed(plug="Lightning") == ["Rowan Key Mini"]
    assert "USB-C, Lightning" in words(root.get(LIST))


def test_each_change_is_recorded_once_and_can_be_taken_back(root, cast):
    expect(302, told(root, "Heron Key A", "usb_a"))
    [entry] = changes("key_models.plugs_told")
    assert (entry.organisation, entry.actor["id"]) == (cast.platform.pk, str(cast.root.pk))
    trail = words(root.get("/admin/audit/"))
    assert "Plugs of “Heron Key A” told: USB-A, before unknown" in trail
    with nothing_changes():
        expect(302, told(root, "Heron Key A", "usb_a"))
    answer = expect(302, told(root, "Heron Key A"))
    assert answer["Location"] == f"{LIST}?q=Heron+Key+A"
    assert len(changes("key_models.plugs_told")) == 2
    assert listed(plug="USB-A") == []


def test_a_plug_and_none_is_neither(root):
    page = expect(200, root.get(address_of("Heron Key A"))).text
    assert " checked" not in page
    with nothing_changes():
        page = expect(400, told(root, "Heron Key A", "usb_a", "none")).text
    assert "Tick plugs, or that there is no plug: not both." in page
    assert page.count(" checked") == 2
    with nothing_changes():
        expect(400, told(root, "Heron Key A", "usb_b"))
        expect(404, root.submit(f"{LIST}{uuid.uuid4()}/plugs/", usb_a="yes"))


def test_it_takes_a_fresh_proof_and_the_platform_s_administrator(root, cast):
    priya = signed_in(cast.priya)
    assert "Say which plugs it has" not in priya.get(LIST).text
    assert "Say which plugs it has" in root.get(LIST).text
    with nothing_changes():
        expect(403, told(priya, "Heron Key A", "usb_a"))


def test_the_demo_tells_it_of_models_that_it_has():
    assert set(PLUGS) <= {each.name for each in CATALOGUE.models}
