"""The list of an organisation's tokens as a file: what is written down, and nothing secret."""

import csv
from base64 import urlsafe_b64encode
from pathlib import Path

from tests.doors import expect, registered, signed_in
from tests.traces import changes
from wardkey.keys.exporting import COLUMNS
from wardkey.people.models import Person

PAGE = "/admin/people/tokens.csv"
DOCUMENT = Path(__file__).resolve().parents[1] / "docs" / "a-keys-life.md"


def test_bk14_bk13_it_has_the_documented_columns_and_no_formula(cast):
    asha, root = signed_in(cast.asha), signed_in(cast.root)
    key = registered(asha, cast.ben, "=HYPERLINK(1)")[1]
    registered(asha, cast.wil, "＝1+1")
    registered(root, cast.eve, "Far away")
    Person.objects.filter(pk=cast.ben.pk).update(name="@Ben")
    answer = expect(200, asha.submit(PAGE))
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    raw = b"".join(answer.streaming_content)
    told = list(csv.DictReader(raw.decode("utf-8-sig").splitlines()))
    assert list(told[0]) == list(COLUMNS)
    assert [(row["username"], row["organisation"], row["nickname"]) for row in told] == [
        ("ben@north.example", "NORTH", "'=HYPERLINK(1)"),
        ("wil@ward7.example", "WARD7", "'＝1+1"),
    ]
    assert told[0]["name"] == "'@Ben"
    for secret in (bytes(key.credential_id), bytes(key.public_key)):
        for form in (secret, secret.hex().encode(), urlsafe_b64encode(secret).rstrip(b"=")):
            assert form not in raw
    [entry] = changes("export.created")
    assert (entry.parameters["of"], entry.parameters["number"]) == ("keys", 2)
    document = DOCUMENT.read_text()
    assert all(f"`{name}`" in document for name in COLUMNS)
