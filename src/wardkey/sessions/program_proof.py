"""What an API token proves of a deed: that a program which was let in for it may still do it.

ProgramProof    `covers` and `use_up`, as of a session (step_up.py)

Deeds about keys and people need one that is younger than eight hours, since it began with a
step-up; or an application's, which a primary administrator registered. Organisations, and what
people log in to, are changed by applications alone: on the pages each such deed takes a proof of
its own. Whatever else asks for a
proof, and above all what gives roles, passes and API tokens or changes policy, no API token proves.
"""

import uuid
from dataclasses import dataclass
from datetime import timedelta

from ..base import clock
from ..people.administrators import Act, Freshness
from ..people.deeds import Deed
from .api_tokens import owner_of, require_live
from .models import ApiToken

PROVES_FOR = timedelta(hours=8)
ABOUT_KEYS = {
    *(Act.REGISTER_KEYS, Act.MANAGE_KEYS, Act.SUSPEND_KEYS, Act.RESUME_KEYS),
    *(Act.REPORT_RESETS, Act.REPORT_UNITS_LOST),
}
ABOUT_PEOPLE = {Act.ADD_PEOPLE, Act.SUSPEND_PEOPLE, Act.LET_PEOPLE_GO, Act.END_SESSIONS}
# One by one on the pages.
BY_APPLICATIONS = frozenset({Act.MANAGE_ORGANISATIONS, Act.MANAGE_CLIENTS})


@dataclass(frozen=True, slots=True)
class ProgramProof:
    api_token: ApiToken

    def covers(self, deed: Deed, *, without: uuid.UUID | None = None) -> bool:
        if deed.asks_for is Freshness.NONE:
            return True
        if deed.act in BY_APPLICATIONS:
            return self.api_token.application_id is not None
        if deed.asks_for is not Freshness.RECENTLY or deed.act not in ABOUT_KEYS | ABOUT_PEOPLE:
            return False
        if self.api_token.application_id is not None:
            # Nobody's own keys are a program's: with one of them it would come in as they do.
            return deed.about != str(owner_of(self.api_token).pk)
        if without is not None and self.api_token.key_id in {None, without}:
            return False
        return clock.now() - self.api_token.made_at < PROVES_FOR

    def use_up(self, deed: Deed) -> bool:
        """Raises NotSignedIn where it was ended since the request came in."""
        require_live(self.api_token.pk)
        return self.covers(deed)
