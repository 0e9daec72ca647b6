"""The addresses of the overview, of the register of exceptions, of who needs no token, and of the
trail with its proofs."""

from django.urls import path

from . import audit_proofs, exceptions, overview

REGISTER_OF_EXCEPTIONS = "admin/exceptions/"
OVERVIEW = "admin/overview/"
WITHOUT_TOKEN = "admin/without-token/"
PROOFS = "admin/audit/proofs/"

ADDRESSES = [
    path(REGISTER_OF_EXCEPTIONS, exceptions.register, name="exceptions_register"),
    path(REGISTER_OF_EXCEPTIONS + "file.csv", exceptions.register_file, name="exceptions_file"),
    path(OVERVIEW, overview.overview, name="overview"),
    path(OVERVIEW + "list/", overview.lists, name="overview_list"),
    path(OVERVIEW + "file.csv", overview.list_file, name="overview_file"),
    path(WITHOUT_TOKEN, exceptions.without, name="without_token"),
    path(WITHOUT_TOKEN + "file.csv", exceptions.without_file, name="without_token_file"),
    path(PROOFS, audit_proofs.proofs, name="audit_proofs"),
    path(PROOFS + "trail.jsonl", audit_proofs.proved_file, name="audit_proofs_file"),
    path(PROOFS + "verify_export.py", audit_proofs.verifier, name="audit_verifier"),
    path(PROOFS + "wardkey-keys.txt", audit_proofs.keys, name="audit_keys"),
]
