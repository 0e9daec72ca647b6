"""A primary administrator chooses the key models that may be registered."""

import base64
import uuid

import pytest

from tests.cast import decide
from tests.doors import ORIGIN, Browser, desk_of, expect, signed_in
from tests.keymodels.catalogue import CATALOGUE, NOW, key_of, model, take_in
from tests.policies import POLICY, day_fields, saved
from tests.softkey import SoftKey
from tests.traces import changes, nothing_changes
from wardkey.base.clock import standing_at
from wardkey.keymodels.models import KeyModel
from wardkey.organisations.policy import policy_of

CHOOSING = f"{POLICY}key-models/"
GOOD, OTHER, BAD = model("Thistle Two"), model("Heron Key A"), model("Osprey Prototype")

TOMORROW = {"day-day": 2, "day-month": 6, "day-year": 2026}


@pytest.fixture(autouse=True)
def in_june():
    with standing_at(NOW):
        yield


@pytest.fixture
def priya(cast):
    take_in()
    return signed_in(cast.priya)


@pytest.fixture
def in_use(cast, priya):
    """Ben has a key of the one model, Dev of the other."""
    asha = signed_in(cast.asha)
    bens, devs = key_of(GOOD), key_of(OTHER)
    return {
        "ben": (bens, asha.register(desk_of(cast.ben), bens, "Blue")),
        "dev": (devs, asha.register(desk_of(cast.dev), devs, "Red")),
    }


def posted(browser, do, *, ticked=(), shown=(), chosen=(), **more):
    """`do` is the button: one of the page's own, or `review`, which goes on to the preview."""
    fields = {
        "do": do,
        "model": [str(each) for each in ticked],
        "shown": ",".join(map(str, shown)),
        "chosen": ",".join(map(str, chosen)),
        **day_fields(),
        **more,
    }
    return browser.submit(f"{CHOOSING}review/" if do == "review" else CHOOSING, **fields)


def listed(*models):
    return "listed:" + ",".join(sorted(str(each.aaguid) for each in models))


def another(invented):
    """A key of the model that nobody has yet."""
    return SoftKey("another", aaguid=invented.aaguid.bytes, root=invented.root)


def answered(admin, holder, key):
    begun = admin.begin(desk_of(holder))
    return admin.answer(desk_of(holder), begun, key.register(begun["public_key"], ORIGIN))


def test_each_model_is_shown_with_what_is_known_of_it(priya, in_use):
    page = " ".join(priya.get(CHOOSING).content.decode().split())
    assert f"{len(CATALOGUE.models)} models" in page
    assert "Certified L2 · PIN of 4 or more" in page
    assert "<strong>1 in use here</strong>" in page
    assert "fingerprint" in page
    assert f'value="{GOOD.aaguid}"' in page
    assert "Osprey Prototype" in page
    assert f'value="{BAD.aaguid}"' not in page
    assert "the model was withdrawn" in page


def test_they_are_found_by_name_and_certification(priya):
    page = posted(priya, "search", q="thistle two").content.decode()
    assert "2 models" in page
    assert "Heron" not in page
    page = posted(priya, "search", q="thistle", certified="4").content.decode()
    assert "Thistle Bio" in page
    assert "Thistle Two" not in page
    assert "No model has such a name" in posted(priya, "search", q="nothing").content.decode()


def test_what_was_ticked_stays_ticked_on_the_way(priya):
    page = posted(priya, "search", q="heron", ticked=[GOOD.aaguid], shown=[GOOD.aaguid])
    assert f'name="chosen" value="{GOOD.aaguid}"' in page.content.decode()
    page = posted(priya, "review", chosen=[GOOD.aaguid], ticked=[OTHER.aaguid])
    assert f'value="{listed(GOOD, OTHER)}"' in page.content.decode()
    page = posted(priya, "search", chosen=[GOOD.aaguid], shown=[GOOD.aaguid]).content.decode()
    assert "0 are on the list." in page


def test_more_than_a_page_of_them_is_paged(priya):
    KeyModel.objects.bulk_create(
        KeyModel(
            id=uuid.UUID(int=number + 1),
            name=f"Zebra {number:03}",
            certification=1,
            statuses=[],
            roots=[],
            user_verification=[],
        )
        for number in range(100)
    )
    assert "page 1 of 3" in priya.get(CHOOSING).content.decode()
    last = posted(priya, "next", page="2").content.decode()
    assert "page 3 of 3" in last
    assert "Zebra 099" in last
    assert "page 1 of 3" in posted(priya, "previous", page="2").content.decode()
    assert "page 3 of 3" in posted(priya, "next", page="99").content.decode()


def test_at09_the_list_is_seen_before_it_is_saved_and_binds_new_registrations(cast, priya, in_use):
    with nothing_changes():
        page = posted(priya, "review", ticked=[GOOD.aaguid]).content.decode()
    assert "1 of 2 tokens in use could not be registered any more" in page
    assert "Dev Malik" in page
    assert "Ben Carter" not in page
    assert "New on the list: Thistle Two" in page
    expect(302, saved(priya, cast.north, "models", listed(GOOD)))
    assert "Thistle Two" in signed_in(cast.asha).get(POLICY).content.decode()
    page = posted(priya, "review", ticked=[OTHER.aaguid], **TOMORROW).content.decode()
    assert "Taken from the list: Thistle Two" in page
    assert policy_of(cast.north).listed_models == {GOOD.aaguid}
    asha = signed_in(cast.asha)
    refused = expect(403, answered(asha, cast.wil, another(OTHER)))
    assert refused.json()["code"] == "model_not_allowed"
    expect(200, answered(asha, cast.wil, another(GOOD)))
    assert changes("policy.decided")[-1].new == {"value": listed(GOOD)}


def test_at09_ce33_a_key_in_use_of_a_model_taken_from_the_list_goes_on(cast, priya, in_use):
    expect(302, saved(priya, cast.north, "models", listed(GOOD)))
    soft_key, row = in_use["dev"]
    dev = Browser()
    dev.enter_password(cast.dev)
    expect(200, dev.use(soft_key, row))


def test_at10_an_emptied_list_is_asked_about_and_lets_nobody_in(cast, priya):
    page = posted(priya, "review").content.decode()
    assert "Important: nobody could register a token" in page
    for written in ("listed:", "listed", "listed:,"):
        with nothing_changes():
            answer = expect(400, saved(priya, cast.north, "models", written))
        assert "tick that this is what you want" in answer.content.decode()
    expect(302, saved(priya, cast.north, "models", "listed:", nobody="yes"))
    expect(403, answered(signed_in(cast.asha), cast.ben, key_of(GOOD)))


@pytest.mark.parametrize("unknown", [BAD.aaguid, uuid.UUID(int=7)], ids=["weak", "unknown"])
def test_at11_a_weak_or_unknown_model_is_not_chosen(cast, priya, unknown):
    with nothing_changes():
        answer = expect(400, posted(priya, "review", ticked=[unknown]))
        assert "a weakness was reported for it" in answer.content.decode()
        expect(400, saved(priya, cast.north, "models", f"listed:{unknown}"))


def test_a_listed_model_that_went_bad_keeps_nobody_from_changing_the_list(cast, priya):
    decide(cast.north, models=listed(GOOD, BAD))
    expect(302, saved(priya, cast.north, "models", listed(OTHER, BAD), **TOMORROW))


@pytest.mark.parametrize("value", ["listed:x", "listed:1,2", "any:" + str(GOOD.aaguid)])
def test_what_is_no_list_is_refused(cast, priya, value):
    with nothing_changes():
        expect(400, saved(priya, cast.north, "models", value))


def test_more_models_than_a_list_has_are_refused(cast, priya):
    too_many = ",".join(str(uuid.UUID(int=number)) for number in range(501))
    with nothing_changes():
        expect(400, saved(priya, cast.north, "models", f"listed:{too_many}"))


def test_a_day_that_is_none_is_said_on_the_same_page(priya):
    answer = expect(400, posted(priya, "review", ticked=[GOOD.aaguid], **{"day-day": "40"}))
    page = answer.content.decode()
    assert "Choose key models" in page
    assert f'name="chosen" value="{GOOD.aaguid}"' in page


def test_listed_as_an_answer_leads_to_the_list(cast, priya):
    answer = priya.submit(f"{POLICY}models/?of=WARD7", value="listed", **day_fields())
    assert expect(302, answer)["Location"] == f"{CHOOSING}?of=WARD7"


# -- pictures


def icon(browser, model_id):
    return expect(200, browser.get(f"{CHOOSING}{model_id}/icon/"))


def test_a_picture_is_a_picture_and_nothing_else(priya):
    answer = icon(priya, GOOD.aaguid)
    assert answer["Content-Type"] == "image/svg+xml"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert b"<svg" in answer.content


@pytest.mark.parametrize(
    "data",
    [
        "",
        "data:text/html;base64," + base64.b64encode(b"<script>").decode(),
        "data:image/png;base64," + base64.b64encode(b"<html>").decode(),
        "data:image/png;base64,not base64!",
        "data:image/png;base64," + base64.b64encode(b"\x89PNG\r\n\x1a\n" + bytes(200_000)).decode(),
    ],
)
def test_what_is_none_is_replaced_by_ours(priya, data):
    KeyModel.objects.filter(pk=GOOD.aaguid).update(icon=data)
    answer = icon(priya, GOOD.aaguid)
    assert answer["Content-Type"] == "image/svg+xml"
    assert b"circle" in answer.content
    assert icon(priya, uuid.UUID(int=7)).content == answer.content


def test_a_png_is_served_as_one(priya):
    png = b"\x89PNG\r\n\x1a\n" + bytes(16)
    data = "data:image/png;base64," + base64.b64encode(png).decode()
    KeyModel.objects.filter(pk=GOOD.aaguid).update(icon=data)
    answer = icon(priya, GOOD.aaguid)
    assert (answer["Content-Type"], answer.content) == ("image/png", png)
