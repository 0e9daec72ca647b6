"""The addresses of the guide: below `guide/`, the view, the name. All are open to everybody.

wardkey/urls.py mounts them. A door may not ask the gate of another one, so a page of the guide
that is not for everybody has its line there.
"""

from collections.abc import Callable

from django.http import HttpResponse

from . import front

ADDRESSES: tuple[tuple[str, Callable[..., HttpResponse], str], ...] = (("", front.guide, "guide"),)
