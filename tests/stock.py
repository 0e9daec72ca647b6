"""Stock through its pages: boxes received, tokens of it looked at, issued and given back."""

from django.http import HttpResponse

from tests.doors import Browser, expect
from wardkey.inventory.models import Unit

STOCK = "/admin/stock/"
BOX = {
    "organisation": "NORTH",
    "maker": "Yubico",
    "model": "YubiKey 5 NFC",
    "site": "Main site",
    "order_reference": "PO-17",
    "received_on-day": "1",
    "received_on-month": "2",
    "received_on-year": "2026",
}


def receive(browser: Browser, **more: str) -> HttpResponse:
    return browser.submit(f"{STOCK}receive/", **(BOX | {"save": "yes"} | more))


def received(browser: Browser, first: str = "", last: str = "", **more: str) -> list[Unit]:
    expect(302, receive(browser, first=first, last=last, **more))
    return list(Unit.objects.order_by("serial_key"))


def at(unit: Unit, more: str = "") -> str:
    return f"{STOCK}{unit.pk}/{more}"


def do(browser: Browser, unit: Unit, act: str) -> HttpResponse:
    return browser.submit(at(unit, "step/"), act=act)


def issue(browser: Browser, unit: Unit, username: str) -> HttpResponse:
    return browser.submit(at(unit, "issue/"), username=username)


def with_number(browser: Browser, desk: str, soft_key, nickname: str, number: str, **more):
    """A token registered on the page with the serial number that is printed on it."""
    begun = browser.touch(desk, soft_key)
    return name_with_number(browser, desk, begun, nickname, number, **more)


def name_with_number(browser: Browser, desk: str, begun: dict, nickname, number, **more):
    fields = {"registration_id": begun["registration_id"], "nickname": nickname}
    return browser.submit(f"{desk}register/", **fields, serial_number=number, **more)
