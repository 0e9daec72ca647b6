"""`wardkey audit export`, judged by verify_export.py alone: one file, and nothing of the portal."""

import json
import random
import shutil
import subprocess
import sys
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from click.testing import CliRunner
from django.db import connections, transaction

from tests.test_moved_while_judged import until_somebody_waits
from tests.test_sealing import seal_all
from wardkey import cli
from wardkey.audit import checkpoints, events, log, verify_export
from wardkey.audit.events import ATTEMPT, CHANGE
from wardkey.audit.models import ChangeEntry, Tree
from wardkey.base import clock
from wardkey.organisations.tree import found
from wardkey.reports.trail import audit_export

OTHERS = 300
OURS, PLANTED = 1_500, 8  # a tree of more than one tile has more than 256 entries


def audit(*words):
    done = CliRunner().invoke(cli.main, ["audit", *words])
    assert done.exit_code == 0, done.output
    return done.stdout


def happened(number, organisation):
    """One of many, written as log.py writes them."""
    return log.written(
        events.KEY_RENAMED,
        actor=log.Actor("person", str(uuid.UUID(int=number)), name="Åsa Ek"),
        at=clock.now(),
        request="",
        holder_id=uuid.UUID(int=number),
        organisation_id=organisation,
        told={"parameters": {"key": number}, "old": {"nickname": "Grün"}, "new": {}},
    )


def exported(cast, tmp_path, ours):
    """So many entries of Northside's among others', and a checkpoint of before the last."""
    north, south = cast.ben.home_id, cast.eve.home_id
    chance = random.Random(13)
    whose = [north] * ours + [south, None] * (OTHERS // 2)
    chance.shuffle(whose)
    entries = [happened(number, organisation) for number, organisation in enumerate(whose)]
    ChangeEntry.objects.bulk_create(entries[:ours], batch_size=500)
    seal_all()
    since = tmp_path / "half.checkpoint"
    since.write_text(checkpoints.make(CHANGE).note)
    ChangeEntry.objects.bulk_create(entries[ours:], batch_size=500)
    export = tmp_path / "north.jsonl"
    export.write_text(audit("export", "--organisation", "NORTH", "--since", str(since)))
    (tmp_path / "keys").write_text(audit("key"))
    return export


def judged(export, *kept):
    """In a Python that has nothing installed, from a folder in which there is nothing else."""
    alone = export.parent / "alone" / "judge.py"
    alone.parent.mkdir(exist_ok=True)
    shutil.copy(verify_export.__file__, alone)
    words = [word for each in kept for word in ("--checkpoint", str(each))]
    keys = str(export.parent / "keys")
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(alone), str(export), "--key", keys, *words],
        capture_output=True,
        text=True,
        cwd=alone.parent,
        check=False,
    )
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()], done.stderr


@pytest.mark.looks_only
def test_an_auditor_judges_their_own_export_and_every_fault_in_it_is_found(cast, tmp_path):
    """In-process after the first time, since it is asked so often."""
    export = exported(cast, tmp_path, OURS)
    half = tmp_path / "half.checkpoint"
    code, found, said = judged(export, half)
    assert (code, found) == (0, [])
    assert said.endswith("Nothing is wrong, and none of these is missing.\n")
    text = export.read_text()
    lines = text.splitlines()
    entries = [at for at, line in enumerate(lines) if json.loads(line)["line"] == "entry"]
    others = ChangeEntry.objects.exclude(organisation_id=cast.ben.home_id)
    assert not any(str(each.uid) in text for each in others)
    keys = (tmp_path / "keys").read_text().split()
    chance = random.Random(10_000)
    of_changes = entries[:OURS]
    places = [of_changes[0], of_changes[-1], *chance.sample(of_changes, PLANTED)]
    for number, at in enumerate(places):
        for plant in ALL if number < 2 else [chance.choice(ALL)]:
            found = list(verify_export.faults(plant(lines, at, entries), keys, [], []))
            assert found, (plant.__name__, at)
            told = json.loads(lines[at])
            named = {value for each in found for value in each.values() if isinstance(value, int)}
            assert {told["place"], told["number"], told["place"] + 1} & named, (plant, found)


def changed(lines, at, _entries):
    told = json.loads(lines[at])
    told["entry"] = told["entry"].replace('"at":"20', '"at":"19')
    return [*lines[:at], json.dumps(told), *lines[at + 1 :]]


def removed(lines, at, _entries):
    return [*lines[:at], *lines[at + 1 :]]


def added(lines, at, _entries):
    return [*lines[:at], lines[at], *lines[at:]]


def reordered(lines, at, entries):
    other = next(each for each in entries if each != at)
    moved = [*lines]
    moved[at], moved[other] = lines[other], lines[at]
    return moved


ALL = (changed, removed, added, reordered)


def test_what_was_changed_before_it_was_exported_is_found_too(cast, tmp_path):
    """By whoever has the database: entries are taken away, a name beside one is another."""
    export = exported(cast, tmp_path, 300)
    require_no_proof_of_others(export)
    ours = ChangeEntry.objects.filter(organisation_id=cast.ben.home_id).order_by("number")
    how_many = ours.count()
    ChangeEntry.objects.filter(pk__in=[ours.first().pk, ours.last().pk]).delete()
    named = ours[how_many - 50]
    clear = {**named.clear, "old.nickname": {**named.clear["old.nickname"], "value": "Blau"}}
    ChangeEntry.objects.filter(pk=named.pk).update(clear=clear)
    export.write_text(audit("export", "--organisation", "NORTH"))
    code, found, _told = judged(export)
    assert code == 1
    assert [(each["fault"], each.get("number"), each.get("from")) for each in found] == [
        ("not the next number: removed or reordered", 2, 1),
        ("changed: old.nickname", named.number, None),
        ("the last entries are missing", None, how_many),
    ]
    half = tmp_path / "half.checkpoint"
    assert "--since" in judged(export, half)[1][-1]["fault"]


def require_no_proof_of_others(export):
    """What cannot be read, and what is signed with a key that the reader does not have."""
    whole, keys = export.read_text(), export.parent / "keys"
    for text in ("{}", "nothing", whole.replace("localhost/audit", "evil/audit")):
        export.write_text(text)
        assert judged(export)[0] == 2
    export.write_text("")
    assert {each["fault"] for each in judged(export)[1]} == {"the stream is missing"}
    export.write_text(whole)
    right = keys.read_text()
    keys.write_text("localhost/audit/change+00000000+AQ" + "A" * 42)
    assert judged(export)[0] == 2
    keys.write_text(right)
    done = CliRunner().invoke(cli.main, ["audit", "export", "--organisation", "NOBODY"])
    assert "no organisation with this code" in done.output


def test_an_export_waits_for_a_sealer_that_is_at_work(transactional_db, cast):
    """Whose transaction has the place of the organisation's first attempt, which is the export."""

    def export():
        try:
            return [json.loads(line) for line in audit_export.export("WEST")]
        finally:
            connections.close_all()

    first = found(code="WEST", name="Westside", parent=cast.north)
    log.record(events.ORGANISATION_FOUNDED, actor=log.OPERATOR, organisation_id=first.pk)
    seal_all()
    Tree.objects.get_or_create(pk=ATTEMPT)
    with ThreadPoolExecutor(1) as thread:
        with transaction.atomic():
            Tree.objects.select_for_update().get(pk=ATTEMPT)
            exporting = thread.submit(export)
            until_somebody_waits()
        lines = exporting.result()
    assert [line["entries"] for line in lines if line["line"] == "stream"] == [1, 1]


@pytest.mark.looks_only
@pytest.mark.parametrize(
    ("public", "message", "signature"),
    [
        (
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
            "",
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
        ),
        (
            "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
            "af82",
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
        ),
    ],
)
def test_its_ed25519_is_that_of_rfc_8032(public, message, signature):
    """§7.1, tests 1 and 3."""
    key, told, signed = map(bytes.fromhex, (public, message, signature))
    assert verify_export.is_signed(told, signed, key)
    assert not verify_export.is_signed(told + b"x", signed, key)
    assert not verify_export.is_signed(told, signed[:-1] + bytes([signed[-1] ^ 1]), key)
    assert not verify_export.is_signed(
        told, signed[:32] + verify_export.ORDER.to_bytes(32, "little"), key
    )


@pytest.mark.django_db
def test_a_checkpoint_that_is_no_text_is_told_so(tmp_path):
    false = tmp_path / "false.checkpoint"
    false.write_bytes(b"\xff\xfe")
    for words in (["export", "--all", "--since"], ["verify", "--checkpoint"]):
        done = CliRunner().invoke(cli.main, ["audit", *words, str(false)])
        assert (done.exit_code, done.stdout) == (2, "")
        assert f"{false} is no text, and so no checkpoint" in done.stderr
