"""What a browser tells of itself and of its device: names from our lists, and digits.

device_of    from its user agent and its client hints, which no person typed

Browsers freeze parts of what they tell, so that people cannot be told apart by it. What is frozen
counts as not told, and is the empty text: nothing is guessed.
"""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from .models import Form

LONGEST = 500
# The first that fits: most browsers name the ones before them as well.
AGENTS = {
    r"Edg(?:e|A|iOS)?/(\d+)": "Edge",
    r"OPR/(\d+)": "Opera",
    r"SamsungBrowser/(\d+)": "Samsung Internet",
    r"(?:Firefox|FxiOS)/(\d+)": "Firefox",
    r"(?:HeadlessChrome|Chromium)/(\d+)": "Chromium",
    r"(?:Chrome|CriOS)/(\d+)": "Chrome",
    r"Version/(\d+)[\d.]* (?:Mobile/\w+ )?Safari/": "Safari",
}
# As a browser names itself in Sec-CH-UA, beside the engine that it shares with others.
BRANDS = {
    "Microsoft Edge": "Edge",
    "Opera": "Opera",
    "Brave": "Brave",
    "Samsung Internet": "Samsung Internet",
    "Google Chrome": "Chrome",
    "Chromium": "Chromium",
}
BRAND = re.compile(r'"([^"]{1,40})";v="(\d{1,5})')
SYSTEMS = {
    "Windows": "Windows",
    "iPhone": "iOS",
    "iPad": "iPadOS",
    "Android": "Android",
    "CrOS": "ChromeOS",
    "Macintosh": "macOS",
    "Linux|X11": "Linux",
}
PLATFORMS = {
    "Windows": "Windows",
    "macOS": "macOS",
    "Android": "Android",
    "Chrome OS": "ChromeOS",
    "Chromium OS": "ChromeOS",
    "Linux": "Linux",
}
# An iPad tells that it is a Macintosh; some of its browsers give it away.
MAC_OR_IPAD, IPAD = "macOS or iPadOS", "iPadOS"
OLD_WINDOWS, WINDOWS_10, WINDOWS_11 = "10 before 2004", "10 from 2004", "11"


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """`form` is a Form. Versions are the main number, or "" where not told."""

    form: str
    system: str
    system_version: str = ""
    browser: str
    browser_version: str = ""

    def as_json(self) -> dict[str, str]:
        return asdict(self)

    @property
    def is_older_than_recommended(self) -> bool:
        """The guide recommends Windows 10 version 2004 or above."""
        return self.system == "Windows" and self.system_version == OLD_WINDOWS


def device_of(headers: Mapping[str, str]) -> Device:
    """`headers` by their names, in whichever case the mapping takes."""
    agent = headers.get("User-Agent", "")[:LONGEST]
    platform = headers.get("Sec-CH-UA-Platform", "")[:LONGEST].strip('"')
    browser, browser_version = _browser(headers.get("Sec-CH-UA", "")[:LONGEST], agent)
    system = PLATFORMS.get(platform) or _system(agent)
    told = headers.get("Sec-CH-UA-Platform-Version", "")[:LONGEST].strip('"')
    return Device(
        form=_form(system, agent, headers.get("Sec-CH-UA-Mobile", "")),
        system=system,
        system_version=_version_told(system, told) or _version_in(system, agent),
        browser=browser,
        browser_version=browser_version,
    )


def _browser(hint: str, agent: str) -> tuple[str, str]:
    brands = dict(BRAND.findall(hint))
    for brand, name in BRANDS.items():
        if brand in brands:
            return name, brands[brand]
    for pattern, name in AGENTS.items():
        if found := re.search(pattern, agent):
            return name, found[1][:5]
    return "", ""


def _system(agent: str) -> str:
    found = next((name for pattern, name in SYSTEMS.items() if re.search(pattern, agent)), "")
    if found != "macOS":
        return found
    if re.search("CriOS|FxiOS|EdgiOS", agent):
        return IPAD
    return MAC_OR_IPAD if re.search(r"Version/[\d.]+ Safari", agent) else "macOS"


def _form(system: str, agent: str, mobile: str) -> str:
    if system in {"iOS", "Android"}:
        is_phone = system == "iOS" or mobile == "?1" or "Mobile" in agent
        return Form.PHONE if is_phone else Form.TABLET
    forms = {IPAD: Form.TABLET, MAC_OR_IPAD: Form.COMPUTER_OR_TABLET}
    return forms.get(system, Form.COMPUTER)


def _version_told(system: str, hint: str) -> str:
    """From Sec-CH-UA-Platform-Version; that of Linux is a kernel's, and counts as not told."""
    found = re.match(r"(\d{1,5})(?:\.(\d{1,5}))?", hint)
    if not found or system not in {"Windows", "macOS", "Android", "ChromeOS"}:
        return ""
    if system == "Windows":
        return _windows(int(found[1]))
    return found[1]


def _windows(number: int) -> str:
    """As Microsoft tells them apart: 1 to 8 before version 2004, 10 from there, 13 is Windows 11.

    0 is a Windows before 10, which has no number of its own here.
    """
    if number == 0:
        return ""
    if number < 10:
        return OLD_WINDOWS
    return WINDOWS_10 if number < 13 else WINDOWS_11


def _version_in(system: str, agent: str) -> str:
    """Of iOS alone, where Safari has the system's own number; that beside it may be frozen."""
    found = re.search(r"Version/(\d{1,5})", agent)
    return found[1] if system in {"iOS", IPAD} and found else ""
