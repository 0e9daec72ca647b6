"""The sealer: every committed entry gets one place in its tree, and nobody waits for it."""

import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import DatabaseError, Error, connection, connections, transaction

from tests.merkle import root_of
from wardkey.audit import checkpoints, events, log, sealer, tiles, tree, verifying
from wardkey.audit.events import ATTEMPT, CHANGE
from wardkey.audit.models import TABLES, ChangeEntry, Numbering, Tile, Tree
from wardkey.base import clock


def happen(organisation=None, event=events.PASSWORD_CHANGED):
    return log.record(event, actor=log.SYSTEM, organisation_id=organisation)


def happened(how_many):
    """Many at once, as an import keeps them."""
    entries = [
        log.written(
            events.PASSWORD_CHANGED,
            actor=log.SYSTEM,
            at=clock.now(),
            request="",
            holder_id=uuid.uuid4(),
            organisation_id=number % 3 or None,
            told={"parameters": {}, "old": {}, "new": {}},
        )
        for number in range(how_many)
    ]
    ChangeEntry.objects.bulk_create(entries)


def seal_all():
    for stream in TABLES:
        while sealer.seal_some(stream):
            pass


def require_whole(stream=CHANGE):
    """Each entry that is there has a place, without gaps, and the tree is theirs. How many."""
    rows = list(TABLES[stream].objects.order_by("leaf_index"))
    assert [row.leaf_index for row in rows] == list(range(len(rows)))
    hashes = [tree.leaf_hash(b"%d\n" % row.number + bytes(row.canonical)) for row in rows]
    assert tree.root(len(rows), tiles.subtree_of(stream)) == root_of(hashes)
    for organisation in {row.organisation_id for row in rows}:
        theirs = [row.number for row in rows if row.organisation_id == organisation]
        assert theirs == list(range(1, len(theirs) + 1))
    assert not rows or Tree.objects.get(pk=stream).size == len(rows)
    return len(rows)


def test_both_streams_are_sealed_each_into_a_tree_of_its_own(db):
    assert checkpoints.standing() == checkpoints.Standing(sealed=0, oldest=None, pushed=None)
    happen(organisation=7)
    seal_all()
    with clock.standing_at(clock.now() - timedelta(seconds=4)):
        oldest = happen()
    happen(organisation=7, event=events.AUDIT_VIEWED)
    assert checkpoints.standing() == checkpoints.Standing(sealed=1, oldest=oldest.at, pushed=None)
    seal_all()
    assert (require_whole(CHANGE), require_whole(ATTEMPT)) == (2, 1)
    assert checkpoints.standing() == checkpoints.Standing(sealed=3, oldest=None, pushed=None)


def test_a_tree_grows_over_many_tiles_and_keeps_every_root_that_it_had(db):
    roots = {}
    for more in (1, 254, 1, 1, 1300, 2):
        happened(more)
        seal_all()
        size = require_whole()
        roots[size] = tree.root(size, tiles.subtree_of(CHANGE))
    for size, root in roots.items():
        assert tree.root(size, tiles.subtree_of(CHANGE)) == root
    assert set(Tile.objects.values_list("level", "number")) == {*((0, n) for n in range(7)), (1, 0)}


def test_what_is_committed_late_or_was_rolled_back_is_neither_a_gap_nor_lost(transactional_db):
    """A lower id that is committed later; ids that nobody has; and one whose writer is cut off."""
    written, commit = threading.Event(), threading.Event()

    def late():
        with transaction.atomic():
            happen()
            written.set()
            # SQLite has one writer at a time: there the others come after it.
            assert connection.vendor == "sqlite" or commit.wait(60)
        connections.close_all()

    def cut_off():
        with suppress(Error), transaction.atomic():
            happen()
            connection.connection.close()
        connections.close_all()

    writer = threading.Thread(target=late)
    writer.start()
    written.wait(60)
    with transaction.atomic():
        happen()
        transaction.set_rollback(True)
    crash = threading.Thread(target=cut_off)
    crash.start()
    crash.join()
    happen()
    seal_all()
    require_sealed_so_far()
    kept = [checkpoints.make(CHANGE).note]  # whose key is an entry too
    commit.set()
    writer.join()
    seal_all()
    kept.append(checkpoints.make(CHANGE).note)
    assert require_whole() == 3
    assert list(verifying.faults(verifying.heads_in(kept))) == []


def require_sealed_so_far():
    """On PostgreSQL the late one is not seen yet, and nothing waits for it."""
    assert require_whole() == (1 if connection.vendor == "postgresql" else 2)


def test_rc18_fifty_writers_and_four_sealers_at_once_give_no_place_twice(transactional_db):
    happened(300)
    start = threading.Barrier(54)

    def at_once(act):
        start.wait(60)
        act()
        connections.close_all()

    with ThreadPoolExecutor(54) as threads:
        acts = [seal_all] * 4 + [happen] * 50
        for acting in [threads.submit(at_once, act) for act in acts]:
            acting.result()
    seal_all()
    assert require_whole() == 350


def test_a_sealer_that_is_cut_off_at_any_statement_leaves_nothing_half_done(db):
    happened(3)
    seal_all()
    happened(260)
    for stopped_at in statements_of_a_seal():
        with pytest.raises(DatabaseError), transaction.atomic(), refusing(stopped_at):
            sealer.seal_some(CHANGE)
        assert ChangeEntry.objects.filter(leaf_index=None).count() == 260
        assert Tree.objects.get(pk=CHANGE).size == 3
    seal_all()
    assert require_whole() == 263
    assert sum(Numbering.objects.values_list("entries", flat=True)) == 263


def statements_of_a_seal():
    """Those that change something, by what they begin with."""
    return ('INSERT INTO "audit_numbering"', 'INSERT INTO "audit_tile"', "UPDATE ")


def refusing(begins):
    def refuse(execute, sql, *more):
        if sql.startswith(begins):
            raise DatabaseError("cut off")
        return execute(sql, *more)

    return connection.execute_wrapper(refuse)
