"""*Download with proofs*: an organisation's trail, verified without the portal by its auditor."""

import hashlib
import json
import subprocess
import sys
from datetime import timedelta

from tests.doors import expect, registered, signed_in
from tests.test_audit_export import ALL
from tests.test_sealing import seal_all
from wardkey.audit import events, log, purging
from wardkey.audit.models import AttemptEntry, ChangeEntry
from wardkey.base import clock

PROOFS = "/admin/audit/proofs/"


def downloaded(browser, **asked):
    answer = expect(200, browser.submit(PROOFS + "trail.jsonl", **asked))
    name = answer["Content-Disposition"].partition('filename="')[2].rstrip('"')
    return name, b"".join(answer.streaming_content).decode()


def kept(browser, folder, address):
    answer = expect(200, browser.get(PROOFS + address))
    content = answer.getvalue()
    (folder / address).write_bytes(content)
    return content.decode()


def verified(folder, name, *more):
    """As the page says it, in a folder that has what was downloaded."""
    command = [sys.executable, "-I", "verify_export.py", name, "--key", "wardkey-keys.txt", *more]
    done = subprocess.run(command, capture_output=True, text=True, cwd=folder, check=False)
    return done.returncode, done.stdout, done.stderr


def test_an_auditor_downloads_their_trail_with_proofs_and_verifies_it_elsewhere(cast, tmp_path):
    olu, asha = signed_in(cast.olu), signed_in(cast.asha)
    registered(asha, cast.ben, "Blue")
    registered(signed_in(cast.cara), cast.eve, "Southern")
    assert "Nothing of this organisation is sealed yet" in olu.submit(PROOFS + "trail.jsonl").text
    expect(200, olu.get("/admin/audit/"))
    seal_all()
    earlier, text = downloaded(olu)
    (tmp_path / earlier).write_text(text)
    assert "Southern" not in text
    assert not any(
        str(each.uid) in text
        for each in ChangeEntry.objects.exclude(organisation_id=cast.ben.home_id)
    )
    told = kept(olu, tmp_path, "wardkey-keys.txt")
    kept(olu, tmp_path, "verify_export.py")
    assert hashlib.sha256(told.encode()).hexdigest() in olu.get(PROOFS).text
    code, found, said = verified(tmp_path, earlier)
    assert (code, found) == (0, ""), said
    changes = ChangeEntry.objects.filter(organisation_id=cast.ben.home_id).count()
    assert f"NORTH, change: 1 to {changes} of {changes}.\n" in said
    registered(asha, cast.ben, "Later")
    seal_all()
    name, text = downloaded(olu, earlier=f"{earlier.removesuffix('.jsonl')} (1).jsonl")
    assert text.count('"consistency"') == 2
    (tmp_path / name).write_text(text)
    assert verified(tmp_path, name, "--checkpoint", earlier)[:2] == (0, "")
    lines = text.splitlines()
    entries = [at for at, line in enumerate(lines) if json.loads(line)["line"] == "entry"]
    for plant in ALL:
        (tmp_path / "planted").write_text("\n".join(plant(lines, entries[2], entries)))
        assert verified(tmp_path, "planted")[0] == 1, plant.__name__
    for unknown in ("report.jsonl", "audit-trail-NORTH-1-999999.jsonl"):
        assert (
            "knows no checkpoint"
            in expect(400, olu.submit(PROOFS + "trail.jsonl", earlier=unknown)).text
        )
    views = AttemptEntry.objects.filter(code="audit.viewed", actor_id=str(cast.olu.pk))
    assert sum(b'"seen":"export"' in bytes(each.canonical) for each in views) == 2


def test_some_days_are_proved_with_the_entry_beside_them(cast, tmp_path):
    """What was purged of them is told by a note of later days."""
    for days in (300, 299, 250, 200, 10):
        with clock.standing_at(clock.now() - timedelta(days=days)):
            told = {"old": {"nickname": f"of {days}"}, "new": {"nickname": "x"}}
            about = {"actor": log.SYSTEM, "organisation_id": cast.ben.home_id}
            log.record(events.KEY_RENAMED, **about, **told)
            log.record(events.SIGNED_OUT, **about)
    olu = signed_in(cast.olu)
    today = clock.today(cast.ben.home.time_zone)

    def ago(days):
        return today - timedelta(days=days)

    seal_all()
    assert list(purging.purge(ago(280))) == [2]
    seal_all()
    for name in ("wardkey-keys.txt", "verify_export.py"):
        kept(olu, tmp_path, name)
    ranges = ({"since": ago(11)}, {"until": ago(240)}, {"since": ago(299), "until": ago(240)})
    for asked in ranges:
        name, text = downloaded(olu, **asked)
        (tmp_path / name).write_text(text)
        code, found, said = verified(tmp_path, name)
        assert (code, found) == (0, ""), (asked, said)
    told = [number for number in (300, 299, 250, 200, 10) if f'"of {number}"' in text]
    assert told == [300, 299, 250, 200], "those beside it too"
    heading, *rest = text.splitlines()
    entries = [line for line in rest if '"key.renamed' in line]
    (tmp_path / "less").write_text(text.replace(f"{entries[1]}\n", ""))
    code, found, _said = verified(tmp_path, "less")
    assert (code, json.loads(found.partition("\n")[0])["number"]) == (
        1,
        json.loads(heading)["from"] + 2,
    )
    expect(400, olu.submit(PROOFS + "trail.jsonl", since=today, until=ago(1)))
    begun = expect(200, olu.submit(PROOFS + "trail.jsonl")).streaming_content
    assert list(purging.purge(ago(240))) == [1]
    (tmp_path / "begun").write_bytes(b"".join(begun))
    code, _found, said = verified(tmp_path, "begun")
    assert (code, "Entries were purged meanwhile" in said) == (2, True)
