"""Every web process is another one meanwhile: what was begun at one is finished at the next."""

import json
from urllib.parse import urlencode

from tests.doors import Browser, desk_of, expect, registered_now, signed_in_now
from tests.served import asked, served
from tests.softkey import SoftKey
from wardkey.keys.models import SecurityKey


def test_ft11_a_login_and_a_registration_go_on_at_a_process_that_saw_nothing_of_them(
    cast_for_threads, tmp_path
):
    cast, asha = cast_for_threads, signed_in_now(cast_for_threads.asha)
    soft_key, blue = registered_now(asha, cast.ben, "Blue")
    ben, desk, new_key = Browser(), desk_of(cast.ben), SoftKey()
    expect(302, ben.enter_password(cast.ben))
    begun, asked_for = ben.choose(blue), asha.begin(desk)
    with served(tmp_path) as portal:
        origin = f"http://localhost:{portal.port}"

        def send(browser, address, body, kind):
            headers = {
                "Cookie": browser.cookies.output(header="", sep=";", attrs=[]).strip(),
                "X-CSRFToken": browser.csrf,
                "Origin": origin,
                "Content-Type": kind,
            }
            return asked(portal.port, "POST", address, body, **headers).status

        def call(browser, address, **fields):
            return send(browser, address, json.dumps(fields), "application/json")

        signed = soft_key.sign(begun["public_key"], origin)
        finish = {"ceremony_id": begun["ceremony_id"], "credential": signed}
        assert call(ben, "/sign-in/key/", **finish) == 200
        assert call(ben, "/sign-in/key/", **finish) != 200
        made = new_key.register(asked_for["public_key"], origin)
        answer = {"registration_id": asked_for["registration_id"], "credential": made}
        assert call(asha, f"{desk}register/answer/", **answer) == 200
        named = {"registration_id": asked_for["registration_id"], "nickname": "Green"}
        form = "application/x-www-form-urlencoded"
        assert send(asha, f"{desk}register/", urlencode(named), form) == 302
    assert SecurityKey.objects.filter(holder=cast.ben).count() == 2
