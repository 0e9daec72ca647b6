"""The addresses of the desk: the desk session, and *Register a batch*."""

from django.urls import path

from ..people.administrators import Act
from . import batch_desk, batches, desk_session
from .desks import administrators

BATCH = "admin/batch/<uuid:batch_id>/"
PERSON = BATCH + "people/<uuid:holder_id>/"

ADDRESSES = [
    path("admin/desk-session/", desk_session.desk_session, name="desk_session"),
    path("admin/desk-session/open/", desk_session.open_one, name="open_desk_session"),
    path("admin/desk-session/end/", desk_session.end, name="end_desk_session"),
    path("admin/batch/", batches.batches, name="batches"),
    path("admin/batch/new/", batches.choose, name="batch_new"),
    path("admin/batch/save/", batches.save, name="batch_save"),
    path(BATCH, batches.batch, name="batch"),
    path(BATCH + "add/", batches.choose, name="batch_add"),
    path(BATCH + "add/save/", batches.save, name="batch_add_save"),
    path(BATCH + "delete/", batches.delete, name="batch_delete"),
    path(BATCH + "start/", batch_desk.start, name="batch_start"),
    path(BATCH + "next/", batch_desk.next_person, name="batch_next"),
    path(PERSON, administrators(batch_desk.serve, Act.REGISTER_KEYS), name="batch_person"),
    path(PERSON + "keep/", administrators(batch_desk.keep, Act.REGISTER_KEYS), name="batch_keep"),
    path(
        PERSON + "put-off/",
        administrators(batch_desk.put_off, Act.REGISTER_KEYS),
        name="batch_put_off",
    ),
    path(PERSON + "undo/", administrators(batch_desk.undo, Act.MANAGE_KEYS), name="batch_undo"),
]
