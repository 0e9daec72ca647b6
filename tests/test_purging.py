"""`wardkey audit purge`: old logins and refusals go, and the trail still proves itself."""

import base64
import json
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner

from tests.test_audit_export import audit, judged
from tests.test_sealing import seal_all
from tests.test_verifying import put_back, verify
from tests.traces import changes
from wardkey import cli
from wardkey.audit import checkpoints, events, log, purging, sealer, tree, verify_export
from wardkey.audit.events import ATTEMPT, CHANGE
from wardkey.audit.models import AttemptEntry, ChangeEntry
from wardkey.base import clock

OF_NORTH, OF_OTHERS = purging.AT_A_TIME + 200, 40
RULE = (clock.now().astimezone(UTC) - timedelta(days=200)).date()
OLD = datetime(RULE.year, RULE.month, RULE.day, tzinfo=UTC) - timedelta(hours=1)


def tried(at, organisation):
    return log.written(
        events.SIGNED_IN,
        actor=log.Actor("person", str(uuid.UUID(int=7))),
        at=at,
        request="",
        holder_id=None,
        organisation_id=organisation,
        told={"parameters": {"nickname": "Blue"}, "old": {}, "new": {}},
    )


def purge(*words):
    done = CliRunner().invoke(cli.main, ["audit", "purge", "--before", str(RULE), *words])
    return done.exit_code, done.output


@pytest.fixture
def kept(cast, tmp_path):
    """Checkpoints of a trail with old attempts of three, one of them behind a newer one; the day
    after the rule's is young enough to stay."""
    north, south = cast.ben.home_id, cast.eve.home_id
    new = OLD + timedelta(hours=1)
    AttemptEntry.objects.all().delete()
    AttemptEntry.objects.bulk_create(
        [
            *(tried(OLD, whose) for whose in [south, None] * OF_OTHERS),
            *(tried(OLD, north) for _each in range(OF_NORTH)),
            *(tried(at, whose) for at in (new, OLD, new, new) for whose in (north, south)),
        ],
        batch_size=500,
    )
    seal_all()
    files = []
    for stream in (CHANGE, ATTEMPT):
        files.append(tmp_path / f"{stream}.checkpoint")
        files[-1].write_text(checkpoints.make(stream).note)
    seal_all()  # the key's own entry
    return files


def of(organisation):
    return AttemptEntry.objects.filter(organisation_id=organisation).order_by("number")


def faults_of(*files):
    return [{**fault, "uid": ""} for fault in verify(*files)[1]]


def test_au13_a_purge_leaves_what_proves_it_and_nothing_else_may_be_missing(cast, kept, tmp_path):
    whole = AttemptEntry.objects.count()
    refused = CliRunner().invoke(cli.main, ["audit", "purge", "--before", "2999-01-01"])
    assert (refused.exit_code, "180 days" in refused.output) == (1, True)
    assert purge() == (1, purge()[1])  # nobody says yes
    assert (AttemptEntry.objects.count(), changes("audit.purged")) == (whole, [])

    # Killed after the first batch, and begun again.
    assert next(purging.purge(RULE)) in (1, OF_OTHERS)
    assert verify(*kept) == (2, [])  # what says so has no seal yet
    seal_all()
    assert verify(*kept) == (0, [])
    assert purge("--yes")[0] == 0
    told = changes("audit.purged")
    assert AttemptEntry.objects.count() == 6 == whole - sum(e.parameters["entries"] for e in told)
    assert not AttemptEntry.objects.filter(at__lt=OLD + timedelta(minutes=1)).exists()
    assert {(e.organisation, e.actor["kind"], e.parameters["before"]) for e in told} == {
        (whose, "operator", str(RULE)) for whose in (cast.ben.home_id, cast.eve.home_id, None)
    }
    assert verify(*kept) == (0, [])
    assert "0 logins and refusals" in purge("--yes")[1]
    require_cheats_found(cast, kept)
    require_an_honest_export(kept, tmp_path)


def test_what_one_that_was_killed_at_its_end_left_is_done_by_the_next(cast, kept):
    """Where no worker seals meanwhile."""
    left = purging.how_many(RULE)
    for done in purging.purge(RULE):
        left -= done
        if not left:
            break
    assert verify(*kept) == (2, [])  # what says so has no seal yet
    assert purge()[0] == 0
    assert verify(*kept) == (0, [])


def require_cheats_found(cast, kept):
    north = cast.ben.home_id
    gone = {"fault": "removed", "stream": ATTEMPT, "uid": ""}
    [*_others, last] = ChangeEntry.objects.filter(code="audit.purged", organisation_id=north)
    with put_back():
        youngest = of(north).last()
        between = of(north).first()
        AttemptEntry.objects.filter(pk__in=[youngest.pk, between.pk]).delete()
        assert faults_of(*kept) == [
            {**gone, "organisation": north, "from": each.number, "until": each.number}
            for each in (between, youngest)
        ]
    with put_back():
        # The range of a purge made larger, by somebody who has no key.
        of(north).last().delete()
        longer = bytes(last.canonical).replace(b"numbers ", b"numbers 1-99999 ")
        ChangeEntry.objects.filter(pk=last.pk).update(canonical=longer)
        found = faults_of(*kept)
        assert {(each["fault"], each["stream"]) for each in found} == {
            ("changed", CHANGE),
            ("removed", ATTEMPT),
        }
    with put_back():
        ChangeEntry.objects.filter(pk=last.pk).delete()
        first, *others = faults_of(*kept)
        assert first == {**gone, "stream": CHANGE, "leaf_index": last.leaf_index}
        assert {each["organisation"] for each in others} == {north}
    with put_back():
        other = ChangeEntry.objects.exclude(code="audit.purged").exclude(leaf_index=None).first()
        other.delete()
        assert faults_of() == [{**gone, "stream": CHANGE, "leaf_index": other.leaf_index}]
    with put_back():
        # Written into the database, where the sealer takes it for an entry like others.
        youngest = of(north).last()
        note = json.loads(bytes(last.canonical))["parameters"]["note"]
        log.record(
            events.AUDIT_PURGED,
            actor=log.OPERATOR,
            organisation_id=north,
            entries=1,
            before=str(RULE),
            note=note.replace("numbers ", f"numbers {youngest.number}-{youngest.number} "),
        )
        seal_all()
        assert [each["fault"] for each in faults_of(*kept)] == ["unsigned"]
        youngest.delete()
        assert [each["fault"] for each in faults_of(*kept)] == ["unsigned", "removed"]


def require_an_honest_export(kept, tmp_path):
    export = tmp_path / "north.jsonl"
    since = [word for each in kept for word in ("--since", str(each))]
    export.write_text(audit("export", "--organisation", "NORTH", *since))
    (tmp_path / "keys").write_text(audit("key"))
    assert judged(export, *kept)[:2] == (0, [])
    keys = (tmp_path / "keys").read_text().split()
    lines = export.read_text().splitlines()
    purges = [line for line in lines if '\\"code\\":\\"audit.purged\\"' in line]
    attempts = [line for line in lines if '\\"code\\":\\"sign_in.succeeded\\"' in line]
    assert (len(purges), len(attempts)) == (2, 3)
    for left_out in (*purges, *attempts):
        rest = [line for line in lines if line != left_out]
        assert list(verify_export.faults(rest, keys, [], [])), left_out
    forged = json.loads(purges[0])
    forged["entry"] = forged["entry"].replace("numbers ", "numbers 1-9 ")
    told = tree.leaf_hash(sealer.leaf(forged["number"], forged["entry"].encode()))
    forged["hash"] = base64.b64encode(told).decode()
    with pytest.raises(ValueError, match="no signature"):
        list(verify_export.faults([lines[0], json.dumps(forged)], keys, [], []))
    whole = CliRunner().invoke(cli.main, ["audit", "export", "--all"])
    assert (whole.exit_code, "--stream change" in whole.output) == (1, True)


def test_au13_what_is_not_as_it_was_sealed_is_not_purged(cast, kept):
    """A time that somebody made older, or an entry that they changed, would be gone with it."""
    north = cast.ben.home_id
    [new, *_more] = of(north).filter(at__gt=OLD + timedelta(minutes=1))
    for wrong in ({"at": OLD}, {"at": OLD, "canonical": bytes(new.canonical) + b" "}):
        with put_back():
            AttemptEntry.objects.filter(pk=new.pk).update(**wrong)
            code, output = purge("--yes")
            assert (code, f"place {new.leaf_index} is not what was sealed" in output) == (1, True)
            assert AttemptEntry.objects.filter(pk=new.pk).exists()
