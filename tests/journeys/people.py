"""What journeys start from without walking all the way: keys registered before, people signed in.

registered_key    an administrator registered it; its holder carries it in a hand
signed_in_with    the holder, signed in with that key
sit_down          somebody who is signed in sits down at a page of the real browser
"""

import base64
from dataclasses import dataclass
from functools import partial

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.conf import settings
from playwright.sync_api import Page

from tests.done_before import done_before
from tests.doors import Browser, Sitting, desk_of, expect, half_signed_in, row_of, signed_in
from tests.softkey import SoftKey, encode
from wardkey.keys.models import SecurityKey
from wardkey.people.models import Person

from .browser import VirtualKey


@dataclass
class RegisteredKey:
    """The row, and the key that it is about."""

    row: SecurityKey
    soft_key: SoftKey

    @property
    def credential_id(self) -> str:
        return encode(bytes(self.row.credential_id))

    def in_hand(self) -> VirtualKey:
        """The same key, to be plugged in at a page of the real browser."""
        key = VirtualKey()
        key._carried = [_as_chromium_tells(each) for each in self.soft_key.credentials.values()]
        return key


def registered_key(*, admin: Person, holder: Person, nickname: str) -> RegisteredKey:
    return done_before(
        ("registered key", admin.pk, holder.pk, nickname),
        partial(registered_now, admin, holder, nickname),
        keep=lambda key: (key.row.pk, key.soft_key.twin()),
        give=lambda kept: RegisteredKey(row_of(kept[0]), kept[1].twin()),
    )


def registered_now(admin: Person, holder: Person, nickname: str) -> RegisteredKey:
    browser, desk, soft_key = signed_in(admin), desk_of(holder), SoftKey()
    begun = browser.begin(desk)
    answer = soft_key.register(begun["public_key"], settings.ORIGINS[0])
    expect(200, browser.answer(desk, begun, answer))
    expect(302, browser.name(desk, begun, nickname))
    return RegisteredKey(holder.keys.get(nickname=nickname), soft_key)


def signed_in_with(key: RegisteredKey) -> Browser:
    return done_before(
        ("signed in with", key.row.pk, key.soft_key.sign_count),
        partial(signed_in_with_now, key),
        keep=lambda browser: (Sitting.of(browser), key.soft_key.sign_count),
        give=lambda kept: counted_on(kept[0].elsewhere(), key, kept[1]),
    )


def counted_on(browser: Browser, key: RegisteredKey, sign_count: int) -> Browser:
    key.soft_key.sign_count = sign_count
    return browser


def signed_in_with_now(key: RegisteredKey) -> Browser:
    browser = half_signed_in(key.row.holder)
    begun = browser.choose(key.row)
    answer = key.soft_key.sign(begun["public_key"], settings.ORIGINS[0])
    expect(200, browser.finish(begun, answer))
    return browser


def sit_down(page: Page, browser: Browser) -> None:
    # Chromium takes a __Host- cookie by hand for https only, and sends it to http://localhost too.
    address = settings.ORIGINS[0].replace("http:", "https:")
    session = {"name": "__Host-session", "value": browser.secret, "url": address}
    page.context.add_cookies([{**session, "secure": True, "httpOnly": True, "sameSite": "Lax"}])


def _as_chromium_tells(credential) -> dict:
    private_key = credential.private_key.private_bytes(
        Encoding.DER, PrivateFormat.PKCS8, NoEncryption()
    )
    return {
        "credentialId": _base64(credential.credential_id),
        "rpId": credential.rp_id,
        "userHandle": _base64(credential.user_handle),
        "privateKey": _base64(private_key),
        "isResidentCredential": True,
        "signCount": 1,
    }


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()
