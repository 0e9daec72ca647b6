"""Every word of the mail passes through gettext, in the made-up language of the pages."""

from datetime import UTC, datetime

import pytest

from tests.test_every_word_is_translatable import made_up_language, translated, untranslated
from wardkey.notifications import messages

pytestmark = pytest.mark.looks_only

__all__ = ["made_up_language", "translated"]  # fixtures


def is_letter(each):
    return getattr(each, "__annotations__", {}).get("return") is messages.Message


MESSAGES = [
    each for name, each in vars(messages).items() if is_letter(each) and not name.startswith("_")
]


@pytest.mark.parametrize("message", MESSAGES)
def test_every_word_of_a_letter_is_translatable(translated, message):
    values = {"name": "Ben Carter", "nickname": "Blue", "was": "Spare", "by": "Asha Rao"}
    values |= {"organisation": "Northside Hospital", "username": "ben@north.example"}
    values |= {
        "invitation_id": "1",
        "described": "Spare",
        "role": "Local administrator",
        "hours": "2",
    }
    values |= {"successor": "Southside Clinic", "left": "9", "pass_id": "1", "reset_id": "1"}
    values |= {"owner": "Southside Clinic", "last_day": "", "closes": "", "until": "", "since": ""}
    values |= {"holder": "Dev Malik", "reason": "lost", "days": "5", "code_id": "1"}
    values["when"] = f"{datetime(2026, 11, 3, tzinfo=UTC):%-d %B %Y}"
    values |= {"day": values["when"], "api_token": "Nightly", "application": "HR", "rows": "12"}
    values["number"] = "12"
    wanted = message.__annotations__.keys() & values.keys()
    letter = message(**{name: values[name] for name in wanted})
    assert "⟦" in letter.body
    assert untranslated(letter.subject + "\n" + letter.body) == []
