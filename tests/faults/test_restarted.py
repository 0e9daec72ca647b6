"""Every web process is another one meanwhile: what was begun at one is finished at the next."""

from tests.doors import Browser, desk_of, expect, registered_now, signed_in_now
from tests.served import called, served, submitted
from tests.softkey import SoftKey
from wardkey.keys.models import SecurityKey


def test_ft11_a_login_and_a_registration_go_on_at_a_process_that_saw_nothing_of_them(
    cast_for_threads, tmp_path
):
    cast, asha = cast_for_threads, signed_in_now(cast_for_threads.asha)
    soft_key, blue = registered_now(asha, cast.ben, "Blue")
    ben, desk = Browser(), desk_of(cast.ben)
    expect(302, ben.enter_password(cast.ben))
    begun, asked_for = ben.choose(blue), asha.begin(desk)
    with served(tmp_path) as portal:
        origin, port = f"http://localhost:{portal.port}", portal.port
        signed = soft_key.sign(begun["public_key"], origin)
        finish = {"ceremony_id": begun["ceremony_id"], "credential": signed}
        assert called(port, ben, "/sign-in/key/", **finish) == 200
        assert called(port, ben, "/sign-in/key/", **finish) != 200
        made = SoftKey().register(asked_for["public_key"], origin)
        own = {"registration_id": asked_for["registration_id"]}
        assert called(port, asha, f"{desk}register/answer/", **own, credential=made) == 200
        assert submitted(port, asha, f"{desk}register/", **own, nickname="Green") == 302
    assert SecurityKey.objects.filter(holder=cast.ben).count() == 2
