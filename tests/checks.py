"""Check this device, as the page's script goes through it."""

import json

from django.conf import settings
from django.http import HttpResponse

from tests.doors import Browser, expect
from tests.softkey import SoftKey

CHECK = "/guide/check/"
WINDOWS = {
    "user-agent": "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/142.0.0.0 Safari/537.36",
    "sec-ch-ua": '"Chromium";v="142", "Microsoft Edge";v="142", "Not_A Brand";v="99"',
    "sec-ch-ua-mobile": "?0",
    "sec-ch-ua-platform": '"Windows"',
    "sec-ch-ua-platform-version": '"15.0.0"',
}


def call(browser: Browser, below: str, **fields: object) -> HttpResponse:
    headers = {"x-csrftoken": browser.csrf, "accept": "application/json", **WINDOWS}
    return browser.post(
        f"{CHECK}{below}/", fields, content_type="application/json", headers=headers
    )


def begun(browser: Browser) -> dict:
    return expect(200, call(browser, "challenge")).json()


def registered(browser: Browser, half: dict, key: SoftKey, **faults: object) -> HttpResponse:
    answer = key.register(half["public_key"], settings.ORIGINS[0], **faults)
    return call(browser, "registration", check_id=half["check_id"], credential=answer)


def used(browser: Browser, half: dict, key: SoftKey, **faults: object) -> HttpResponse:
    answer = key.sign(half["public_key"], settings.ORIGINS[0], **faults)
    return call(browser, "sign-in", check_id=half["check_id"], credential=answer)


def second_half(browser: Browser, key: SoftKey) -> dict:
    return expect(200, registered(browser, begun(browser), key)).json()


def checked(browser: Browser, key: SoftKey | None = None) -> str:
    """The id of a check that went well."""
    key = key or SoftKey()
    half = second_half(browser, key)
    expect(200, used(browser, half, key))
    return half["check_id"]


def failed(browser: Browser, half: dict, mistake: object, which: object = "registration"):
    return call(browser, "failure", check_id=half["check_id"], half=which, mistake=mistake)


def seen(browser: Browser, check_id: str) -> str:
    return " ".join(expect(200, browser.get(f"{CHECK}{check_id}/")).content.decode().split())


def added(browser: Browser, check_id: str) -> HttpResponse:
    return browser.submit(f"{CHECK}{check_id}/add/")


def sent(browser: Browser, check_id: str) -> HttpResponse:
    return browser.submit(f"{CHECK}{check_id}/send/")


def written_down(row: object) -> str:
    """All that a row of the database holds."""
    return json.dumps(row, default=str)
