"""What a browser calls itself, in words by which its owner knows it: "Firefox on Windows".

What cannot be told is left out; nothing is decided by it.
"""

import re

from django.utils.translation import gettext as _

# The first that fits: most browsers name the ones before them as well.
BROWSERS = {
    "Edg(e|A|iOS)?/": "Edge",
    "OPR/|Opera": "Opera",
    "SamsungBrowser/": "Samsung Internet",
    "Firefox/|FxiOS/": "Firefox",
    "Chrom(e|ium)/|CriOS/": "Chrome",
    "Safari/": "Safari",
}
SYSTEMS = {
    "Windows": "Windows",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "CrOS": "ChromeOS",
    "Mac OS X|Macintosh": "macOS",
    "Linux|X11": "Linux",
}


def in_words(user_agent: str) -> str:
    browser, system = _first(BROWSERS, user_agent), _first(SYSTEMS, user_agent)
    if browser and system:
        return _("{browser} on {system}").format(browser=browser, system=system)
    return browser or system or _("A browser that does not say what it is")


def _first(names: dict[str, str], user_agent: str) -> str:
    fitting = (name for pattern, name in names.items() if re.search(pattern, user_agent))
    return next(fitting, "")
