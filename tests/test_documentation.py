"""The documents say what the code does: settings, events, words, files, commands and links."""

import ast
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from wardkey.audit import events
from wardkey.cli import main as wardkey
from wardkey.keys.models import State
from wardkey.organisations.policy_values import VALUES
from wardkey.people.models import Role
from wardkey.sessions.levels import Level, Owed

ROOT = Path(__file__).resolve().parents[1]
SOURCE, STATION = ROOT / "src" / "wardkey", ROOT / "src" / "wardkey_station"
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])

FENCED = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
SPAN = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\]\(([^)\s]+)\)")
COMMAND = re.compile(r"\bwardkey ([a-z][a-z-]*)(?: ([a-z][a-z-]*))?")
SETTING = re.compile(r"\b(?:WARDKEY_[A-Z_]+|DATABASE_URL)\b")
READERS = {"_text": "", "_words": "", "_number": "0", "_switch": "off"}
WHO_AND_WHERE = {"actor", "holder_id", "organisation_id"}


def text_of(name: str) -> str:
    return (ROOT / name).read_text()


def name_of(document: Path) -> str:
    return str(document.relative_to(ROOT))


def spans(text: str) -> set[str]:
    """What stands in backticks, outside blocks of code."""
    return set(SPAN.findall(FENCED.sub("", text)))


def code_in(text: str) -> str:
    """All that is set as code, in blocks or in backticks."""
    return "\n".join([*FENCED.findall(text), *spans(text)])


def rows(text: str) -> Iterator[list[str]]:
    """The cells of each table row whose first cell is a name in backticks."""
    for line in text.splitlines():
        if line.startswith("| `"):
            yield [cell.strip() for cell in line.strip("|").split("|")]


def trees() -> Iterator[ast.Module]:
    for path in sorted(SOURCE.rglob("*.py")):
        yield ast.parse(path.read_text())


def calls(tree: ast.AST) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


# -- settings


def settings_read() -> dict[str, str | None]:
    """Each variable that settings/ reads, with its default; None where it is computed."""
    found = {}
    for call in calls(ast.parse((SOURCE / "settings" / "__init__.py").read_text())):
        reader = getattr(call.func, "id", "")
        if reader in READERS and isinstance(call.args[0], ast.Constant):
            found[call.args[0].value] = default_of(call, READERS[reader])
    return found


def default_of(call: ast.Call, otherwise: str) -> str | None:
    if len(call.args) == 1:
        return otherwise
    default = call.args[1]
    return str(default.value) if isinstance(default, ast.Constant) else None


def default_told(cell: str) -> str | None:
    """A default as the page writes it: `value`, empty, off, or a sentence."""
    if cell in {"empty", "off"}:
        return "" if cell == "empty" else cell
    return cell.strip("`") if re.fullmatch(r"`[^`]+`", cell) else None


def test_the_settings_page_has_each_setting_with_its_default_and_no_other():
    told = {row[0].strip("`"): default_told(row[1]) for row in rows(text_of("docs/settings.md"))}

    assert told == settings_read()
    assert len(told) > 20


def test_no_module_reads_a_setting_that_the_page_does_not_have():
    page = text_of("docs/settings.md")
    read = {name for path in SOURCE.rglob("*.py") for name in SETTING.findall(path.read_text())}

    assert {name for name in read if f"`{name}`" not in page} == set()


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_no_document_names_a_setting_that_is_not_there(document):
    named = set(SETTING.findall(document.read_text()))

    assert named <= {*settings_read(), "WARDKEY_PORTAL"}  # the token station's one


# -- audit events


def values_recorded() -> dict[str, set[str]]:
    """The values that each event is recorded with, from every call of log.record or a draft."""
    found: dict[str, set[str]] = defaultdict(set)
    for tree in trees():
        for call in calls(tree):
            if ast.unparse(call.func) in {"log.record", "draft"}:
                code = getattr(events, call.args[0].attr).code
                found[code] |= set(values_of(call))
    return found


def values_of(call: ast.Call) -> Iterator[str]:
    for keyword in call.keywords:
        if keyword.arg in {"old", "new"}:
            values = next(each for each in ast.walk(keyword.value) if isinstance(each, ast.Dict))
            yield from (f"{keyword.arg}.{key.value}" for key in values.keys)
        elif keyword.arg and keyword.arg not in WHO_AND_WHERE:
            yield keyword.arg


def test_the_events_page_has_each_event_with_its_stream_and_what_is_personal():
    page = text_of("docs/audit-events.md")
    before, _, attempts = page.partition("\n## Attempts\n")
    parts = {"change": before, "attempt": attempts}
    told = {
        row[0].strip("`"): (stream, set(SPAN.findall(row[3])))
        for stream, part in parts.items()
        for row in rows(part)
    }

    assert told == {
        code: (event.stream, set(event.personal)) for code, event in events.EVENTS.items()
    }


def test_the_events_page_has_the_values_that_are_recorded():
    page = text_of("docs/audit-events.md")
    told = {row[0].strip("`"): set(SPAN.findall(row[2])) for row in rows(page)}

    assert told == values_recorded()


# -- policy


def test_the_policy_page_has_each_value_with_its_choices_default_and_floor():
    told = {
        row[0].strip("`"): [SPAN.findall(cell) for cell in row[1:4]]
        for row in rows(text_of("docs/policy.md"))
    }

    assert told == {
        value.name: [
            list(value.choices),
            [value.default],
            [value.floor] + [value.floor_of_demo] * bool(value.floor_of_demo),
        ]
        for value in VALUES.values()
    }


# -- words


def test_what_the_glossary_names_stands_in_the_code():
    source = "\n".join(path.read_text() for path in sorted(SOURCE.rglob("*.py")))
    named = {name for name in spans(text_of("docs/glossary.md")) if "…" not in name}
    paths = {name for name in named if name.endswith(".py")}

    assert [name for name in sorted(paths) if not (SOURCE / name).is_file()] == []
    assert [name for name in sorted(named - paths) if not re.search(rf"\b{name}\b", source)] == []


@pytest.mark.parametrize(
    "choices", [State, Role, Level, Owed], ids=lambda choices: choices.__name__
)
def test_the_glossary_explains_each_state_role_and_level(choices):
    assert {value for value in choices.values if value} <= spans(text_of("docs/glossary.md"))


# -- architecture


def names_defined_in(path: Path) -> set[str]:
    kinds = (ast.FunctionDef, ast.ClassDef)
    return {node.name for node in ast.parse(path.read_text()).body if isinstance(node, kinds)}


def is_there(reference: str) -> bool:
    """`keys/queries.py`, `ceremonies/`, or `keys/queries.py:keys_of`."""
    name, _, definition = reference.partition(":")
    path = next((at / name for at in (SOURCE, STATION, ROOT) if (at / name).exists()), None)
    return path is not None and (not definition or definition in names_defined_in(path))


def test_each_file_and_function_that_the_architecture_names_is_there():
    named = {
        name
        for name in spans(text_of("ARCHITECTURE.md"))
        if re.fullmatch(r"(?!/)[\w./-]+(\.(py|js|toml)(:\w+)?|/)", name)
    }
    in_their_folder = {"register.js", "sign-in.js", "code-of-link.js", "page.js", "models.py"}

    assert [name for name in sorted(named - in_their_folder) if not is_there(name)] == []
    assert len(named) > 80


def test_the_architecture_has_the_layers_that_the_imports_are_held_to():
    contracts = tomllib.loads(text_of("pyproject.toml"))["tool"]["importlinter"]["contracts"]
    held = [names_in_layer(layer) for layer in contracts[0]["layers"]]
    block = next(
        block for block in FENCED.findall(text_of("ARCHITECTURE.md")) if "\nbase\n" in block
    )
    told = [names_in_layer(line) for line in block.splitlines()[1:-1]]

    assert told == [standing for layer in held if (standing := those_standing(layer))]


def names_in_layer(layer: str) -> set[str]:
    return {name.strip(" ()") for name in layer.split("|")}


def those_standing(names: set[str]) -> set[str]:
    return {
        name for name in names if list(SOURCE.glob(f"{name}/__init__.py")) or is_there(f"{name}.py")
    }


def test_the_architecture_names_each_room_and_door():
    text = text_of("ARCHITECTURE.md")
    rooms = {path.parent.name for path in SOURCE.glob("*/__init__.py")}

    assert {room for room in rooms if f"`{room}/" not in text} == set()


# -- commands and links


def test_each_make_target_that_a_document_names_is_there():
    targets = set(re.findall(r"^([a-z-]+):", text_of("Makefile"), re.MULTILINE))
    named = {
        name
        for document in DOCUMENTS
        for name in re.findall(r"\bmake ([a-z][a-z-]*)", code_in(document.read_text()))
    }

    assert named <= targets
    assert {"demo", "test"} <= named


def test_documents_name_the_commands_that_there_are_and_no_other():
    named = {
        f"{first} {second}" if isinstance(wardkey.commands.get(first), click.Group) else first
        for document in DOCUMENTS
        for first, second in COMMAND.findall(code_in(document.read_text()))
    }

    assert named == set(commands(wardkey))


def commands(group: click.Group) -> Iterator[str]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from (f"{name} {inner}" for inner in commands(command))
        else:
            yield name


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_links_between_documents_lead_somewhere(document):
    targets = {target.partition("#")[0] for target in LINK.findall(document.read_text())}
    files = {target for target in targets if target and "://" not in target}

    assert [name for name in sorted(files) if not (document.parent / name).exists()] == []


def test_each_decision_is_listed_once_under_its_number():
    folder = ROOT / "docs" / "adr"
    records = sorted(path.name for path in folder.glob("[0-9]*.md"))
    listed = re.findall(r"\[(\d{4})\]\(([^)]+)\)", (folder / "README.md").read_text())

    assert [name for _, name in listed] == records
    assert all(name.startswith(number) for number, name in listed)
