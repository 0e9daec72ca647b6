"""To administrators, of people who came by a file."""

from django.utils.translation import gettext as _

from .letter import Message, letter


def people_imported(*, name: str, organisation: str, by: str, rows: str, when: str) -> Message:
    """`by` is empty where the operator did it."""
    return Message(
        _("People of {organisation} were imported").format(organisation=organisation),
        letter(
            name,
            _("{by} imported a file with {rows} rows on {when}.").format(
                by=by or _("The operator of the service"), rows=rows, when=when
            ),
            _("The audit trail has each change, and the page Import people the report."),
        ),
    )
