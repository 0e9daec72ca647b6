"""A person's browser, the keys in its USB port, and an eye on what goes wrong in it."""

import os
import shutil
import time
from dataclasses import dataclass, field
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, CDPSession, Page, Playwright, Response

# Brought in where a page is examined. Chromium keeps what it makes of the script from one page
# to the next, which it cannot where each page is sent its half megabyte anew.
AXE = f"window.bringAxe = () => {{{Axe().axe_script}}}"
WIDE = {"width": 1280, "height": 720}
QUIET = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-dev-shm-usage",
    "--disable-sync",
    "--no-first-run",
    # Nothing but the portal has an address.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost",
]
PLUGGED_KEY = {
    "protocol": "ctap2",
    "ctap2Version": "ctap2_1",
    "transport": "usb",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "hasMinPinLength": True,
}


def launch(playwright: Playwright) -> Browser:
    """The browser that people have, for what is shown to them."""
    return _launched(playwright, "chromium")


def launch_quickest(playwright: Playwright) -> Browser:
    """Where Debian's package is installed, Chromium without a window, which takes a third less over
    a page (docs/adr/0058-journeys-without-a-window.md)."""
    return _launched(playwright, "chromium-headless-shell", "chromium")


def _launched(playwright: Playwright, *programs: str) -> Browser:
    chromium = next(filter(None, map(shutil.which, programs)), None)
    if chromium is None:
        raise FileNotFoundError(f"{programs[-1]} is not on PATH; make test installs it")
    as_root = ["--no-sandbox"] if os.geteuid() == 0 else []
    return playwright.chromium.launch(executable_path=chromium, args=[*QUIET, *as_root])


# Each page's own USB port. Chromium forgets the keys of a session that is given up.
_ports: WeakKeyDictionary[Page, CDPSession] = WeakKeyDictionary()


def open_page(context: BrowserContext) -> Page:
    """A new page, with a USB port in which no key is plugged yet, and axe at hand."""
    page = context.new_page()
    port = context.new_cdp_session(page)
    port.send("WebAuthn.enable", {"enableUI": False})
    port.send("Page.enable")
    port.send("Page.addScriptToEvaluateOnNewDocument", {"source": AXE})
    _ports[page] = port
    return page


def leave_tidy(page: Page) -> None:
    """For whoever sits down next: nobody is logged in, no key is in the port, nothing is waylaid.

    The window stays at the portal: elsewhere Chromium would end its process and start another.
    """
    page.context.set_offline(False)
    page.unroute_all(behavior="ignoreErrors")
    page.goto("/livez")
    page.set_viewport_size(WIDE)
    page.context.clear_cookies()
    for command in ("disable", "enable"):
        _ports[page].send(f"WebAuthn.{command}")


def scan(page: Page, digits: str) -> None:
    """A hand scanner: it types without a pause between the keys, then Enter. The browser is told
    when each was pressed, for at a busy machine they come as slowly as people type."""
    at = time.time()
    for key in [*digits, "Enter"]:
        text, code = ("\r", 13) if key == "Enter" else (key, ord(key))
        named = {"key": key, "windowsVirtualKeyCode": code, "timestamp": at}
        _ports[page].send("Input.dispatchKeyEvent", {"type": "keyDown", "text": text, **named})
        _ports[page].send("Input.dispatchKeyEvent", {"type": "keyUp", **named})


class VirtualKey:
    """A security key with a PIN, which its holder carries from one page to another.

    It answers as soon as it is asked, with the right PIN and a touch, until told otherwise. Its
    holder may change both while it is plugged in or before. With two keys in one port only one
    should be touchable: Chromium lets them race.
    """

    def __init__(self) -> None:
        self._port: CDPSession | None = None
        self._authenticator_id = ""
        self._carried: list[dict] = []
        self._touched = True
        self._pin_is_right = True

    @property
    def is_plugged_in(self) -> bool:
        return self._port is not None

    def insert(self, page: Page) -> None:
        """Plug the key in at this page. It must not be plugged in elsewhere."""
        if self._port is not None:
            raise ValueError("remove the key from the other port first")
        self._port = _ports[page]
        options = {
            **PLUGGED_KEY,
            "isUserVerified": self._pin_is_right,
            "automaticPresenceSimulation": self._touched,
        }
        added = self._port.send("WebAuthn.addVirtualAuthenticator", {"options": options})
        self._authenticator_id = added["authenticatorId"]
        for credential in self._carried:
            self._tell("addCredential", credential=credential)

    def remove(self) -> None:
        """Unplug the key; it keeps its credentials and their counts."""
        self._carried = self.credentials()
        self._tell("removeVirtualAuthenticator")
        self._port = None

    def credentials(self) -> list[dict]:
        """As Chromium tells them: credentialId, rpId, userHandle (base64), signCount and so on."""
        if self._port is None:
            return self._carried
        return self._tell("getCredentials")["credentials"]

    def turn_back_counts(self, count: int) -> None:
        """Make it count from `count`, as a copy of it would. Only while it is unplugged."""
        if self._port is not None:
            raise ValueError("remove the key first")
        self._carried = [{**credential, "signCount": count} for credential in self._carried]

    def leave_untouched(self) -> None:
        self._touched = False
        if self._port is not None:
            self._tell("setAutomaticPresenceSimulation", enabled=False)

    def touch(self) -> None:
        """Touch it whenever it blinks, from now on."""
        self._touched = True
        if self._port is not None:
            self._tell("setAutomaticPresenceSimulation", enabled=True)

    def enter_wrong_pin(self) -> None:
        self._pin_is_right = False
        if self._port is not None:
            self._tell("setUserVerified", isUserVerified=False)

    def enter_right_pin(self) -> None:
        self._pin_is_right = True
        if self._port is not None:
            self._tell("setUserVerified", isUserVerified=True)

    def _tell(self, command: str, **parameters) -> dict:
        addressed = {"authenticatorId": self._authenticator_id, **parameters}
        return self._port.send(f"WebAuthn.{command}", addressed)


@dataclass
class Watch:
    """Everything that goes wrong in the pages it watches, unless the journey declared it."""

    seen: list[str] = field(default_factory=list)
    declared: list[tuple[int, str]] = field(default_factory=list)

    def over(self, context: BrowserContext) -> None:
        for event, note in self._notes():
            context.on(event, note)

    def ends(self, context: BrowserContext) -> None:
        for event, note in self._notes():
            context.remove_listener(event, note)

    def expect(self, status: int, path: str) -> None:
        """Declare one answer of 400 or above that belongs to this journey."""
        self.declared.append((status, path))

    def problems(self) -> list[str]:
        """What was seen and not declared, and what was declared and not seen."""
        return self.seen + [f"never came: {status} {path}" for status, path in self.declared]

    def _notes(self) -> tuple:
        return (
            ("console", self._note_message),
            ("weberror", self._note_error),
            ("response", self._note_response),
        )

    def _note_error(self, error) -> None:
        self.seen.append(f"script: {error.error}")

    def _note_message(self, message) -> None:
        # The browser's own sentence about an answer that _note_response sees as well.
        about_answer = "the server responded with a status of" in message.text
        if message.type == "error" and not about_answer:
            self.seen.append(f"console: {message.text}")

    def _note_response(self, response: Response) -> None:
        answer = (response.status, urlsplit(response.url).path)
        if answer in self.declared:
            self.declared.remove(answer)
        elif response.status >= 400:
            self.seen.append(f"answer: {response.status} {response.url}")
