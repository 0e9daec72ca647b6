"""Browsers bring no session's cookie (SameSite=Lax) with a form that another site sent by POST."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect


def asked_again_by_get(request: HttpRequest) -> HttpResponse:
    """For whoever came so and is nobody: by GET the same browser brings its cookie."""
    return HttpResponseRedirect(f"{request.path}?{request.POST.urlencode()}", status=303)
