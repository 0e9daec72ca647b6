"""What an import of people says: of a file, of a row, of what came of it. The same
on a page, in a report and on a terminal."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from .models import PeopleImport, StagedRow

KINDS: dict[str, object] = {
    "add": _("Add"),
    "update": _("Update"),
    "move": _("Move"),
    "leaver": _("Mark as leaver"),
    "unchanged": _("Unchanged"),
    "refused": _("Refused"),
}

STATES: dict[str, object] = {
    "arriving": _("The file is being received"),
    "waiting": _("The file waits for its turn"),
    "staging": _("The file is being read"),
    "ready": _("Nothing has changed yet"),
    "applying": _("The import is being applied"),
    "applied": _("The import was applied"),
    "refused": _("The file was refused, and nothing has changed"),
    "stopped": _("The import was stopped, and nothing has changed"),
    "cancelled": _("The import was cancelled, and nothing has changed"),
}

# Of the whole file, or of what became of it.
FAULTS: dict[str, object] = {
    "rows": _("At least one row cannot be imported. Mend those below, and import the file anew."),
    "empty": _("The file has no rows. It needs a header and a row for each person."),
    "encoding": _("The file is not in UTF-8. Save it as “CSV UTF-8” and import it anew."),
    "spreadsheet": _("This is a spreadsheet. Save it as “CSV UTF-8” and import that."),
    "header": _("The first line is not a list of columns. Begin with the template."),
    "unknown_columns": _("There are no such columns: {names}. Remove them, or mend their names."),
    "repeated_columns": _("These columns are there twice: {names}. Leave one of each."),
    "missing_columns": _("These columns are missing: {names}. Add them."),
    "quotes": _("From line {line} on, a quotation mark does not end, or stands inside a cell."),
    "long_line": _("Line {line} is longer than any row can be. Look for a missing line end."),
    "nul": _("Line {line} has a character that no text has (NUL). Save the file anew."),
    "too_many_rows": _("The file has more than 200,000 rows. Cut it into several files."),
    "too_large": _("The file is larger than 32 MiB. Cut it into several files."),
    "role": _("Whoever asked for the import may not import people any more."),
    "changed": _("Somebody was changed meanwhile. Import the file anew, and look at it again."),
}

# Of one row: what is wrong, and what to do about it.
ROW_FAULTS: dict[str, object] = {
    "cells": _("The row has more or fewer cells than the header. Quote cells with a delimiter."),
    "formula": _("A spreadsheet would calculate this. Let it begin with a letter or digit."),
    "no_external_id": _("Enter the number by which your own system knows the person."),
    "external_id": _("Enter a number of 200 characters at most, without invisible ones."),
    "twice": _("It stands in an earlier line already, given in brackets. Leave one of them."),
    "needed": _("Somebody new needs this. Enter it."),
    "username": _("This user name cannot be had. Enter another one; none is given twice."),
    "username_stays": _("A user name stays. Leave the cell empty, or check the external id."),
    "name": _("Enter a name of 200 characters at most, with visible letters."),
    "email": _("Enter an address like name@organisation.example, or leave the cell empty."),
    "organisation": _("There is no such code among your organisation and those below it."),
    "organisation_closed": _("That organisation is closed, or closes. Enter another one."),
    "day": _("Enter a date as year-month-day, for example 2026-03-31."),
    "starts_on": _("Enter a day that is at most a year ahead."),
    "last_day": _("Enter today or a later day, within a year."),
    "unknown": _("None of your people has this external id. To add them, remove the last day."),
    "closed": _("The account is closed. Give whoever comes back another external id."),
    "covering": _("They hold a role that yours does not cover. Ask a higher administrator."),
    "oneself": _("Nobody moves themselves, or marks themselves as leaver. Ask a colleague."),
    "suspended": _("The account is suspended. Resume it first."),
    "has_roles": _("They hold a role, and roles do not move. End it first."),
    "move_and_leave": _("A row moves somebody or marks them as leaver. Do one of them."),
    "joiner_code": _("This code takes nobody on. Ask for a new one, and for their last day."),
    "code_of_operator": _("Only an administrator takes somebody on from elsewhere."),
}


def fault_of(people_import: PeopleImport) -> str:
    """Empty where nothing is wrong."""
    fault = people_import.fault
    words = str(FAULTS.get(fault.get("code", ""), ""))
    names = ", ".join(f"“{name}”" for name in fault.get("names", []))
    return words.format(line=fault.get("line", 0), names=names)


def what_to_do(row: StagedRow) -> str:
    return str(ROW_FAULTS[row.fault]) if row.fault in ROW_FAULTS else ""


def counted(people_import: PeopleImport) -> list[tuple[str, object, int]]:
    """Kind, its name, how many rows; in one order."""
    counts = people_import.counts
    return [(kind, name, counts[kind]) for kind, name in KINDS.items() if counts.get(kind)]


def row_in_words(row: StagedRow) -> str:
    """On one line, for a terminal."""
    about = f"{row.column}: {row.value}" if row.value else row.column
    told = [gettext("Line {line}").format(line=row.line), about, what_to_do(row)]
    return " · ".join(part for part in told if part)
