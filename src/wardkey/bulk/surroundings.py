"""What some hundred rows are judged by, found with one question of each kind.

Around.of     the people whom the rows name, what is known of them, and who was named before
"""

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from ..base import clock, codes
from ..lifecycle.models import JoinerCode
from ..organisations import tree
from ..organisations.models import Organisation
from ..people.contacts import mail_points
from ..people.erased import which_were_erased, whose_numbers_were_erased
from ..people.grants import grants_of_each, held
from ..people.models import ExternalId, Person, RoleGrant
from .cells import Entry
from .importers import Importer
from .models import Kind, PeopleImport, StagedRow


class Places:
    """Organisations by their code, looked up once: None for what is out of reach or unknown."""

    def __init__(self, importer: Importer) -> None:
        self._importer = importer
        self._found: dict[str, Organisation | None] = {"": importer.organisation}

    def __getitem__(self, code: str) -> Organisation | None:
        if code not in self._found:
            found = tree.organisation_by_code(code)
            reached = found is not None and self._importer.reaches(found)
            self._found[code] = found if reached else None
        return self._found[code]


@dataclass(kw_only=True)
class Around:
    """`numbered` are people by the external id that the organisation knows them by, `named` by
    their user name, `coming` by the hash of their joiner code. `erased` are external ids of
    leavers who were erased, `erased_names` user names of whoever was. `lines` and `taken` say
    which line of the file had the external id, and the user name, before."""

    places: Places
    numbered: dict[str, Person] = field(default_factory=dict)
    named: dict[str, Person] = field(default_factory=dict)
    erased: set[str] = field(default_factory=set)
    erased_names: set[str] = field(default_factory=set)
    coming: dict[bytes, Person] = field(default_factory=dict)
    has_number: set[uuid.UUID] = field(default_factory=set)
    mails: dict[uuid.UUID, set[str]] = field(default_factory=lambda: defaultdict(set))
    held: dict[uuid.UUID, list[RoleGrant]] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    taken: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(
        cls, entries: Sequence[Entry], *, people_import: PeopleImport, places: Places
    ) -> "Around":
        around = cls(places=places)
        around._find_people(entries, people_import)
        around._find_what_is_known(people_import)
        around._find_earlier_lines(entries, people_import)
        return around

    def _find_people(self, entries: Sequence[Entry], people_import: PeopleImport) -> None:
        numbers = ExternalId.objects.filter(
            source=people_import.source, value__in=[entry.external_id for entry in entries]
        )
        self.numbered = {each.value: each.person for each in numbers.select_related("person__home")}
        keys = [entry.username_key for entry in entries if entry.username_key]
        people = Person.objects.filter(username_key__in=keys).select_related("home")
        self.named = {person.username_key: person for person in people}
        left = [each.external_id for each in entries if each.last_day]
        unknown = [number for number in left if number not in self.numbered]
        self.erased = whose_numbers_were_erased(people_import.source, unknown)
        self.erased_names = which_were_erased(keys)
        hashes = [codes.hashed_readable(each.joiner_code) for each in entries if each.joiner_code]
        if hashes:
            usable = JoinerCode.objects.filter(
                code_hash__in=hashes, used_at=None, revoked_at=None, expires_at__gt=clock.now()
            )
            found = usable.select_related("person__home")
            self.coming = {bytes(each.code_hash): each.person for each in found}

    def _find_what_is_known(self, people_import: PeopleImport) -> None:
        groups = (self.numbered, self.named, self.coming)
        ids = {person.pk for group in groups for person in group.values()}
        if not ids:
            return
        for point in mail_points().filter(person__in=ids):
            self.mails[point.person_id].add(point.value.casefold())
        numbers = ExternalId.objects.filter(source=people_import.source, person__in=ids)
        self.has_number = set(numbers.values_list("person_id", flat=True))
        self.held = {id: held(grants) for id, grants in grants_of_each(ids).items()}

    def _find_earlier_lines(self, entries: Sequence[Entry], people_import: PeopleImport) -> None:
        rows = StagedRow.objects.filter(people_import=people_import)
        numbers = [entry.external_id for entry in entries]
        self.lines = dict(rows.filter(external_id__in=numbers).values_list("external_id", "line"))
        keys = [entry.username_key for entry in entries if entry.username_key]
        # Said to be not empty, or no database would take the index, which leaves those out.
        added = rows.filter(kind=Kind.ADD, username_key__in=keys).exclude(username_key="")
        self.taken = dict(added.values_list("username_key", "line"))
