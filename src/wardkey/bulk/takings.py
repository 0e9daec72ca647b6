"""People from elsewhere whom the organisation takes on: few, and each by the flow for one.

take_on     with the code of whoever moves and the mark of the side that they leave, as in
            lifecycle/moving.py, which asks for both once more
"""

from ..lifecycle import moving
from ..organisations.models import Organisation
from ..people.queries import person_with_home
from .importers import Importer
from .models import PeopleImport, StagedRow


def take_on(people_import: PeopleImport, importer: Importer) -> None:
    """Raises Conflict or InvalidInput where one of them is not to be had any more."""
    rows = StagedRow.objects.filter(people_import=people_import).exclude(joiner_code_hash=None)
    for row in rows.order_by("pk"):
        person = person_with_home(row.person_id) if row.person_id else None
        if person is None or importer.person is None:
            continue
        moving.take_on_with(
            by=importer.person,
            person=person,
            to=Organisation.objects.get(pk=row.home_id or 0),
            code_hash=bytes(row.joiner_code_hash or b""),
        )
