"""An organisation says which roles in an application its people have, by the role that they hold
here; the application is told."""

import pytest

from tests.doors import expect, signed_in
from tests.oidc.rp import app, userinfo
from tests.oidc.test_looking_after_clients import posted_form
from tests.traces import changes, nothing_changes


def told_to(rota, browser):
    given = rota.lets_in(browser, scope="openid organisation roles")
    return expect(200, userinfo(given["access_token"])).json()["application_roles"]


def page_of(rota, code):
    return f"/admin/login-applications/{rota.id}/roles/{code}/"


def test_roles_are_given_by_the_role_held_here_and_only_lessened_below(cast):
    rota, root, eve = app(cast.platform), signed_in(cast.root), signed_in(cast.eve)
    ben, asha = signed_in(cast.ben), signed_in(cast.asha)
    assert told_to(rota, ben) == []
    north = {"everybody": "reader", "local_administrator": " editor  reader a.b:c/d-e_f "}
    expect(302, posted_form(root, page_of(rota, "NORTH"), **north))
    assert told_to(rota, ben) == ["reader"]
    assert told_to(rota, asha) == ["a.b:c/d-e_f", "editor", "reader"]
    assert told_to(rota, eve) == [], "Southside said nothing"
    assert 'value="a.b:c/d-e_f editor reader"' in root.get(page_of(rota, "NORTH")).text
    # Above, nobody is given more than reading; below that, nothing adds to it.
    expect(302, posted_form(root, page_of(rota, "PLATFORM"), everybody="reader auditor"))
    assert told_to(rota, asha) == told_to(rota, ben) == ["reader"]
    assert told_to(rota, eve) == ["auditor", "reader"]
    shown = expect(200, root.get(f"/admin/login-applications/{rota.id}/")).text
    assert "Northside Hospital" in shown.partition("Roles in it")[2]
    expect(302, posted_form(root, page_of(rota, "PLATFORM")))
    assert told_to(rota, asha) == ["a.b:c/d-e_f", "editor", "reader"], "it says nothing any more"
    first, *_rest, last = changes("client.roles_decided")
    assert (first.old, last.new) == ({"gives": ""}, {"gives": ""})
    assert first.new["gives"].startswith("everybody: reader; local_administrator: a.b:c/d-e_f")


@pytest.mark.looks_only
def test_only_names_and_only_by_whoever_administers_the_organisation(cast):
    rota, root = app(cast.platform), signed_in(cast.root)
    expect(302, posted_form(root, page_of(rota, "NORTH"), everybody="x" * 64))
    for wrong in ("x" * 65, "a,b", "-a", "ä", "a\0", "<b>", "../x", " ".join(map(str, range(21)))):
        refused = expect(400, root.submit(page_of(rota, "NORTH"), auditor=wrong))
        assert "Enter names with spaces between them" in refused.text, wrong
    expect(400, root.submit(page_of(rota, "NORTH"), nurse="x"))
    asha, cara, ben = signed_in(cast.asha), signed_in(cast.cara), signed_in(cast.ben)
    with nothing_changes():
        expect(404, root.submit(page_of(rota, "NOWHERE"), everybody="admin"))
        for browser in (asha, cara, ben):
            expect(403, browser.submit(page_of(rota, "NORTH"), everybody="admin"))
    assert told_to(rota, ben) == ["x" * 64]
