"""Gather the portal's sentences for translators, and compile what they translated.

    python -m tools.words                  the template, and each catalogue brought up to date
    python -m tools.words --partly         compile a catalogue too in which sentences are missing

A catalogue lies in src/wardkey/locale/LANGUAGE/LC_MESSAGES. The portal offers a language once its
catalogue is compiled, and it is compiled once nothing is missing: half a page in another language
helps nobody. A sentence whose variables were misspelt, or with a lone `%`, is named and counts as
missing, since each page with it would be a fault.
"""

import re
import sys
from collections.abc import Sequence
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

PORTAL = Path(__file__).resolve().parents[1] / "src" / "wardkey"
FOLDER = PORTAL / "locale"
PREPARED = ("cy",)
METHODS = [("**.py", "python"), ("**.jinja", "jinja2")]
OPTIONS = {
    "**.jinja": {"extensions": "jinja2.ext.i18n", "newstyle_gettext": "true", "silent": "false"}
}


def gather() -> Catalog:
    """Every sentence that passes through gettext, in Python and in the templates."""
    catalog = Catalog(project="wardkey", fuzzy=False)
    found = extract_from_dir(PORTAL, method_map=METHODS, options_map=OPTIONS)
    for file, line, message, comments, _context in found:
        catalog.add(message, locations=[(file, line)], auto_comments=comments)
    return catalog


def catalogue_of(language: str, template: Catalog, folder: Path) -> Catalog:
    """As it was translated so far, with the sentences of today."""
    file = folder / language / "LC_MESSAGES" / "django.po"
    if file.exists():
        with file.open("rb") as old:
            catalog = read_po(old, locale=language)
    else:
        catalog = Catalog(locale=language, project="wardkey", fuzzy=False)
    catalog.update(template, no_fuzzy_matching=True)
    return catalog


def missing(catalog: Catalog) -> list[Message]:
    return [each for each in catalog if each.id and (each.fuzzy or not _is_whole(each))]


def broken(catalog: Catalog) -> list[Message]:
    """Translated, and not to be put together with what the original is put together with."""
    return [each for each in catalog if each.id and all(_forms(each.string)) and not _fits(each)]


def _is_whole(message: Message) -> bool:
    return all(_forms(message.string)) and _fits(message)


def _fits(message: Message) -> bool:
    originals = _forms(message.id)
    variables = dict.fromkeys(re.findall(r"%\((\w+)\)", " ".join(originals)), 1)
    are_put_together = all(_goes_with(variables, one) for one in originals)
    return not are_put_together or all(_goes_with(variables, o) for o in _forms(message.string))


def _goes_with(variables: dict[str, int], sentence: str) -> bool:
    try:
        sentence % variables
    except (KeyError, TypeError, ValueError):
        return False
    return True


def _forms(of_a_message: str | Sequence[str] | None) -> Sequence[str]:
    """Singular and plurals, where it has them; what was not translated yet may be nothing."""
    if of_a_message is None or isinstance(of_a_message, str):
        return [of_a_message or ""]
    return of_a_message


def bring_up_to_date(language: str, template: Catalog, folder: Path, *, at_most: int) -> int:
    """How many sentences are missing. With more than `at_most` nothing is compiled."""
    catalog = catalogue_of(language, template, folder)
    place = folder / language / "LC_MESSAGES"
    place.mkdir(parents=True, exist_ok=True)
    with (place / "django.po").open("wb") as file:
        write_po(file, catalog, width=100, include_lineno=False)
    for each in broken(catalog):
        print(f"{language}: no variables but those of the sentence, and %% for %: {each.string!r}")
    lacking = len(missing(catalog))
    if lacking <= at_most:
        with (place / "django.mo").open("wb") as file:
            write_mo(file, catalog)
    else:
        (place / "django.mo").unlink(missing_ok=True)
    return lacking


def main() -> None:
    template = gather()
    FOLDER.mkdir(exist_ok=True)
    with (FOLDER / "django.pot").open("wb") as file:
        write_po(file, template, width=100, include_lineno=False)
    at_most = len(template) if "--partly" in sys.argv[1:] else 0
    begun = {each.name for each in FOLDER.iterdir() if each.is_dir()}
    for language in sorted(begun.union(PREPARED)):
        lacking = bring_up_to_date(language, template, FOLDER, at_most=at_most)
        print(f"{language}: {len(template) - lacking} of {len(template)} sentences translated")


if __name__ == "__main__":
    main()
