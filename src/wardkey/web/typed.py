"""What was typed into a form waits on a page that asks for a proof first, and is sent from there.

No secret is repeated: its field is empty there, and the form's own page asks for it once more.
"""

from django.http import HttpRequest

SECRETS = frozenset({"password", "present", "code", "access_pass", "user_code"})
# Where `code` is an organisation's, by which everybody knows it.
CODES_OF_ORGANISATIONS = frozenset({"add_organisation", "edit_organisation"})


def typed_again(request: HttpRequest) -> list[tuple[str, str]]:
    secrets = _secrets(request)
    return [
        (name, "" if name in secrets else text)
        for name, texts in request.POST.lists()
        for text in texts
        if name != "csrfmiddlewaretoken"
    ]


def is_asked_anew(request: HttpRequest) -> bool:
    """Whether a secret was typed."""
    return any(request.POST.get(name) for name in _secrets(request))


def _secrets(request: HttpRequest) -> frozenset[str]:
    view = request.resolver_match
    of_organisation = view is not None and view.view_name in CODES_OF_ORGANISATIONS
    return SECRETS - {"code"} if of_organisation else SECRETS
