"""`wardkey audit verify`: what was changed, removed, added or reordered is found, and named."""

import json
import os
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from click.testing import CliRunner
from django.db import OperationalError, connection, transaction
from django.db.models import F

from tests.test_sealing import happen, happened, seal_all
from wardkey import cli
from wardkey.audit import checkpoints, events, log, verifying
from wardkey.audit.events import CHANGE
from wardkey.audit.models import ChangeEntry, Checkpoint, Numbering, Tile, Tree
from wardkey.base.side_by_side import done_side_by_side
from wardkey.operating import worker

HOW_MANY = 600


def verify(*files):
    options = [word for file in files for word in ("--checkpoint", str(file))]
    done = CliRunner().invoke(cli.main, ["audit", "verify", *options])
    return done.exit_code, [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture
def checkpoint(db, tmp_path):
    """Of 600 entries, kept elsewhere; the last of them has something personal."""
    happened(HOW_MANY - 2)
    checkpoints.make(CHANGE)
    log.record(events.KEY_RENAMED, actor=log.SYSTEM, old={"nickname": "Blue"})
    seal_all()
    kept = tmp_path / "kept.checkpoint"
    kept.write_text(checkpoints.make(CHANGE).note)
    assert verify(kept) == (0, [])
    return kept


@contextmanager
def put_back():
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def at(place):
    return ChangeEntry.objects.filter(leaf_index=place)


def swap(one, other):
    a, b = at(one).get(), at(other).get()
    at(one).update(leaf_index=-1)
    ChangeEntry.objects.filter(pk=b.pk).update(leaf_index=one)
    ChangeEntry.objects.filter(pk=a.pk).update(leaf_index=other)


def insert(place):
    """Between two, as if it had always been there."""
    later = ChangeEntry.objects.filter(leaf_index__gte=place)
    later.update(leaf_index=-F("leaf_index") - 2)
    moved = ChangeEntry.objects.filter(leaf_index__lt=-1)
    moved.update(leaf_index=-F("leaf_index") - 1)
    return ChangeEntry.objects.filter(pk=happen().pk).update(leaf_index=place, number=1)


def seal_anew():
    """What somebody does who knows the portal: entries, places and tree all fit each other."""
    for table in (Tile, Tree, Numbering, Checkpoint):
        table.objects.all().delete()
    ChangeEntry.objects.update(leaf_index=None, number=None)
    seal_all()


def cut_off(entries):
    """As a copy of yesterday has it, or somebody who takes away the last ones with their tree."""
    ChangeEntry.objects.filter(leaf_index__gte=Tree.objects.get(pk=CHANGE).size - entries).delete()
    seal_anew()


def test_au05_where_nothing_is_left_each_place_is_told(checkpoint):
    ChangeEntry.objects.all().delete()
    code, found = verify(checkpoint)
    assert (code, [each["leaf_index"] for each in found]) == (1, list(range(HOW_MANY)))
    assert {each["fault"] for each in found} == {"removed"}


@pytest.mark.parametrize("place", [0, 299, HOW_MANY - 1])
def test_au05_au06_each_fault_is_found_with_or_without_the_checkpoint(checkpoint, place):
    """The last place is that of the newest entry: the one whose key was made after the others."""
    entry = at(place).get()
    named = {"stream": CHANGE, "leaf_index": place, "uid": str(entry.uid)}
    other = (place + 7) % HOW_MANY
    for kept in ([], [checkpoint]):
        with put_back():
            at(place).update(canonical=bytes(entry.canonical).replace(b"system", b"person"))
            assert verify(*kept) == (1, [{"fault": "changed", **named}])
        with put_back():
            at(place).delete()
            gone = {"fault": "removed", "stream": CHANGE, "leaf_index": place}
            assert verify(*kept) == (1, [gone])
        with put_back():
            swap(place, other)
            found = verify(*kept)[1]
            assert {(each["fault"], each["leaf_index"], each["belongs_at"]) for each in found} == {
                ("reordered", place, other),
                ("reordered", other, place),
            }
        with put_back():
            insert(place)
            code, found = verify(*kept)
            assert (code, next(each["leaf_index"] for each in found)) == (1, place)
        with put_back():
            at(place).update(code="person.closed", holder_id=None)
            [found] = verify(*kept)[1]
            assert found == {"fault": "columns", **named, "columns": found["columns"]}
            assert "code" in found["columns"]


def test_what_is_personal_may_be_erased_and_not_be_changed(checkpoint):
    [entry] = ChangeEntry.objects.filter(code="key.renamed")
    ChangeEntry.objects.filter(pk=entry.pk).update(clear={})
    assert verify(checkpoint) == (0, [])
    ChangeEntry.objects.filter(pk=entry.pk).update(
        clear={"new.nickname": entry.clear["old.nickname"]}
    )
    assert verify(checkpoint)[1][0]["columns"] == ["clear new.nickname"]
    salt = entry.clear["old.nickname"]["salt"]
    for told in ({"value": "Red", "salt": salt}, {"value": "Blue", "salt": 7}, "Red"):
        ChangeEntry.objects.filter(pk=entry.pk).update(clear={"old.nickname": told})
        [found] = verify(checkpoint)[1]
        assert found["columns"] == ["clear old.nickname"]
    ChangeEntry.objects.filter(pk=entry.pk).update(clear=["Red"])
    assert verify(checkpoint)[1][0]["columns"] == ["clear"]


def test_au05_au06_what_fits_itself_is_found_by_the_checkpoint_alone(checkpoint):
    """The entries, their places and the whole tree were made anew together."""
    with put_back():
        cut_off(3)
        assert verify() == (0, [])
        gone = {"stream": CHANGE, "from": HOW_MANY - 3, "until": HOW_MANY - 1}
        assert verify(checkpoint) == (1, [{"fault": "cut_off", **gone}])
        for _more in range(5):
            happen()
        seal_all()
        [found] = verify(checkpoint)[1]
        assert found == {"fault": "rewritten", **gone, "from": 0}
    with put_back():
        at(0).update(canonical=bytes(at(0).get().canonical).replace(b"system", b"person"))
        seal_anew()
        assert verify()[0] == 1  # what stands beside the bytes tells of it
        assert {each["fault"] for each in verify(checkpoint)[1]} == {"columns", "rewritten"}


def test_a_tree_that_was_changed_is_not_signed_and_the_checkpoints_here_say_where(checkpoint):
    last = Checkpoint.objects.order_by("-pk").first()
    kept = list(Checkpoint.objects.all())
    at(HOW_MANY - 1).delete()
    happen()
    happen()
    seal_anew()
    Checkpoint.objects.bulk_create(kept)
    found = verify(checkpoint)[1]
    first = Checkpoint.objects.order_by("pk").first().size
    assert [(each["fault"], each["from"]) for each in found] == [("rewritten", first)]
    with pytest.raises(checkpoints.Damaged):
        checkpoints.make(CHANGE)
    assert Checkpoint.objects.order_by("-pk").first() == last
    done = CliRunner().invoke(cli.main, ["audit", "export", "--all"])
    assert (done.exit_code, "run `wardkey audit verify`" in done.output) == (1, True)


def test_a_checkpoint_of_somebody_else_proves_nothing(checkpoint, tmp_path):
    note = checkpoint.read_text()
    false = tmp_path / "false.checkpoint"
    for text in (
        "",
        "nothing\n\nlike it",
        note.replace("\n600\n", "\n599\n"),
        note.replace("localhost", "evil.example"),
        note.partition("\n\n")[0] + "\n\n",
    ):
        false.write_text(text)
        assert verify(false) == (2, [])
    printed = CliRunner().invoke(cli.main, ["audit", "key"]).stdout.splitlines()
    assert [line.partition("+")[0] for line in printed] == [
        "localhost/audit/change",
        "localhost/audit/attempt",
    ]


def test_a_large_trail_is_looked_at_side_by_side_and_tells_the_same(transactional_db, monkeypatch):
    """Seven stretches of a tile each, as few as make other processes worth it."""
    happened(6 * 256 + 100)
    seal_all()
    changed = at(3).get()
    at(3).update(canonical=bytes(changed.canonical).replace(b"system", b"person"))
    swap(5, 1500)  # from one stretch to another
    at(700).delete()
    at(1600).update(code="person.closed")
    above = Tile.objects.get(level=1)
    above.hashes = bytes(above.hashes[:32]) + b"?" * 32 + bytes(above.hashes[64:])
    above.save()
    found = list(verifying.faults([], wide=1))
    assert [(each["fault"], each.get("leaf_index", each.get("from"))) for each in found] == [
        ("columns", 1600),
        ("changed", 3),
        ("reordered", 5),
        ("reordered", 1500),
        ("removed", 700),
        ("rewritten", 256),
    ]
    assert found == list(verifying.faults([]))  # by this process alone

    monkeypatch.setitem(connection.settings_dict, "NAME", "/not/there")
    with pytest.raises(OperationalError):  # of a process that is not let in
        list(verifying.faults([], wide=1))
    with pytest.raises(ChildProcessError):  # of one that is killed
        list(done_side_by_side(os._exit, [0]))


def waiting():
    return Checkpoint.objects.filter(pushed_at=None).count()


class Keeper(BaseHTTPRequestHandler):
    """Another machine, which takes each name once: not well at first, then its answer is lost."""

    def do_PUT(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.server.asked += 1
        if self.server.asked == 1:
            return self.answer(503)
        if self.path in self.server.kept:
            return self.answer(409)
        self.server.kept[self.path] = body
        return self.answer(201) if self.server.asked > 2 else None

    def do_GET(self):
        self.answer(200, self.server.kept[self.path].encode())

    def answer(self, status, body=b""):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_told):
        pass


def test_checkpoints_leave_the_machine_as_soon_as_they_can(checkpoint, tmp_path, settings):
    worker.push_checkpoints()
    at_first = Checkpoint.objects.count()
    assert (waiting(), checkpoints.standing().pushed) == (at_first, None)
    folder = tmp_path / "mounted"
    settings.CHECKPOINT_FOLDER = str(folder)
    worker.push_checkpoints()
    assert waiting() == at_first
    folder.mkdir()
    server = HTTPServer(("127.0.0.1", 0), Keeper)
    server.asked, server.kept = 0, {}
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        settings.CHECKPOINT_URL = f"http://127.0.0.1:{server.server_port}/wardkey/"
        worker.push_checkpoints()
        assert (server.asked, waiting()) == (1, at_first)
        worker.push_checkpoints()
        assert (len(server.kept), waiting()) == (1, at_first)
        worker.push_checkpoints()
        assert waiting() == 0
        server.kept.update(dict.fromkeys(server.kept, "another"))
        Checkpoint.objects.update(pushed_at=None)
        worker.push_checkpoints()
        assert waiting() == at_first
        server.kept.clear()
        worker.push_checkpoints()
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    assert waiting() == 0
    assert checkpoints.standing().pushed == Checkpoint.objects.order_by("-pk").first().made_at
    name = f"change-{HOW_MANY:012d}.checkpoint"
    note = checkpoint.read_text()
    assert (folder / name).read_text() == server.kept[f"/wardkey/{name}"] == note
    (folder / name).write_text("another")
    Checkpoint.objects.update(pushed_at=None)
    settings.CHECKPOINT_URL = ""
    worker.push_checkpoints()
    assert (folder / name).read_text() == "another"
    assert waiting() == 1
