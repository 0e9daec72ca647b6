"""Forms send what their page has, and nothing besides."""

from collections.abc import Collection

from django.http import HttpRequest, QueryDict

from .errors import InvalidInput, UnknownField

FORMS = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})


def form_of(request: HttpRequest, *fields: str) -> QueryDict:
    """What was posted. Raises UnknownField where there is more than the form has, and InvalidInput
    (malformed) where it is no form."""
    is_utf8 = (request.encoding or "utf-8").lower() == "utf-8"
    if request.content_type not in FORMS or not is_utf8:
        raise InvalidInput("malformed")
    _require_known({*request.POST, *request.FILES}, {"csrfmiddlewaretoken", *fields})
    return request.POST


def _require_known(sent: Collection[str], known: Collection[str]) -> None:
    unknown = sorted(set(sent) - set(known))
    if unknown:
        raise UnknownField("unknown_field", field=unknown[0][:60])
