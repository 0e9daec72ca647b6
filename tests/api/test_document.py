"""The examples of docs/api.md, run in their order."""

import json
import re
from pathlib import Path

from tests.doors import ORIGIN, expect
from tests.programs import program
from tests.softkey import SoftKey
from wardkey.base import clock

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "api.md"
EXAMPLE = re.compile(r"```http\n(.*?)\n```", re.DOTALL)


def test_each_example_does_what_the_document_says(cast):
    asha = program(cast.north, cast.asha, "people:write", "keys:write", "stock:write")
    priya = program(cast.north, cast.priya, "applications:write")
    known = {"PERSON": str(cast.ben.pk), "LAST-DAY": str(clock.now().date())}
    examples = EXAMPLE.findall(DOCUMENT.read_text())
    for example in examples:
        answer = done(priya if "/applications" in example else asha, example, known)
        told = answer.json() if answer.content else {}
        if "registration_id" in told:
            credential = SoftKey().register(told["public_key"], ORIGIN)
            known |= {"REGISTRATION": told["registration_id"], "CREDENTIAL": json.dumps(credential)}
        if "redirect_uris" in told:
            known |= {"APPLICATION": told["id"], "ETAG": answer["ETag"]}
        if told.get("items") and "nickname" in told["items"][0]:
            known["KEY"] = told["items"][0]["id"]
    assert len(examples) == 26


def done(program, example, known):
    for name, value in known.items():
        example = example.replace(name, value)
    first, *more, status = example.split("\n")
    method, _space, address = first.partition(" ")
    body = next((json.loads(line) for line in more if line.startswith("{")), None)
    headers = dict(line.split(": ", 1) for line in more if not line.startswith("{"))
    return expect(int(status), program.send(method.lower(), address, body, **headers))
