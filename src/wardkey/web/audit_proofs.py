"""The organisation's trail with its proofs, for whoever verifies it elsewhere: *Download with
proofs*, the verifier, the keys that sign, and the commands."""

from importlib.resources import files

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from ..audit import checkpoint_keys, checkpoints
from ..base.forms import form_of
from ..people.administrators import Act
from ..reports.trail.audit_export import own_export
from ..reports.trail.proved import Part
from .audit_trail import wanted_from
from .downloads import sent_as_file
from .gate import administrator_page

VERIFIER, KEYS = "verify_export.py", "wardkey-keys.txt"
FIELDS = ("since", "until", "earlier")


@administrator_page(Act.READ_TRAIL)
@require_safe
def proofs(request: HttpRequest) -> HttpResponse:
    """What can be downloaded, and what is done with it elsewhere."""
    context = {
        "organisation": request.asker.organisation,
        "standing": checkpoints.standing(),
        "fingerprint": checkpoint_keys.fingerprint(),
        "verifier": VERIFIER,
        "keys": KEYS,
    }
    return render(request, "admin/audit_proofs.jinja", context)


@administrator_page(Act.READ_TRAIL)
@require_POST
def proved_file(request: HttpRequest) -> HttpResponse:
    """A POST, since whoever takes the trail away is in it."""
    form = form_of(request, *FIELDS)
    wanted = wanted_from(form, zone=request.asker.organisation.time_zone)
    part = Part(since=wanted.since, before=wanted.before)
    export = own_export(request.asker, part, earlier=form.get("earlier", ""))
    kind = "application/jsonl; charset=utf-8"
    return sent_as_file(export.blocks, export.name, content_type=kind)


@administrator_page(Act.READ_TRAIL)
@require_safe
def verifier(_request: HttpRequest) -> HttpResponse:
    """As it stands in this release."""
    program = (files("wardkey.audit") / VERIFIER).read_bytes()
    return sent_as_file([program], VERIFIER, content_type="text/x-python; charset=utf-8")


@administrator_page(Act.READ_TRAIL)
@require_safe
def keys(_request: HttpRequest) -> HttpResponse:
    """As `wardkey audit key` prints them."""
    lines = checkpoint_keys.public_lines().encode()
    return sent_as_file([lines], KEYS, content_type="text/plain; charset=utf-8")
