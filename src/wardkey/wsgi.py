import gc
import os

import django
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.template.loader import get_template
from django.urls import get_resolver
from django.utils.http import parse_header_parameters

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wardkey.settings")
django.setup(set_prefix=False)


class Request(WSGIRequest):
    """Text is UTF-8, whatever the sender calls it.

    Django would decode by the charset that is announced: "zlib" and "hex" raise before anything
    can answer, "utf-7" lets half characters in.
    """

    def _set_content_type_params(self, meta: dict) -> None:
        try:
            parsed = parse_header_parameters(meta.get("CONTENT_TYPE", ""))
        except (LookupError, ValueError):
            parsed = ("", {})
        self.content_type, self.content_params = parsed


class Handler(WSGIHandler):
    request_class = Request


application = Handler()

# What every page stands on takes more than a second to load. In a worker that has just begun each
# thread would load it for itself: beside much other work none of them got on for so long that
# whoever came was told of a standstill.
get_resolver().url_patterns  # noqa: B018  imports every page
get_template("sign_in/password.jinja").render({"path": "/"})

# What is loaded by now stays for ever: the collector need not walk it again and again, and
# workers forked from here share it.
gc.collect()
gc.freeze()
