"""Hold the code to the house's budgets (CONTRIBUTING.md): sizes and names.

    sizes   functions at most 50 lines, their median in the portal at most 8; files at most 300
    names   no module called utils, helpers, common or manager; no function handle_… or process_…;
            nothing called just "token", since a reader cannot know which of six kinds it is

Prints each place that breaks one, and exits 1 where there is any.
"""

import ast
import re
import statistics
import sys
from collections.abc import Iterator
from pathlib import Path

FOLDERS = ("src", "tests", "tools", "bench")
FUNCTION_LINES, MEDIAN_LINES, FILE_LINES = 50, 8, 300
BANNED_MODULES = {"utils", "helpers", "common", "manager"}
BANNED_PREFIXES = ("handle_", "process_")
DJANGOS_OWN = {"process_view", "process_exception", "process_template_response"}
BANNED_NAMES = {"token", "tokens"}
SCRIPT_NAME = re.compile(r"\b(?:const|let|var|function)\s+(tokens?)\b")

Function = ast.FunctionDef | ast.AsyncFunctionDef


def files(root: Path, suffix: str) -> list[Path]:
    """The files of ours, migrations and copied style sheets left out."""
    found = (path for folder in FOLDERS for path in sorted((root / folder).rglob(f"*{suffix}")))
    return [path for path in found if not {"migrations", "nhsuk"} & set(path.parts)]


def length(function: Function) -> int:
    return (function.end_lineno or function.lineno) - function.lineno + 1


def functions(tree: ast.AST) -> list[Function]:
    return [node for node in ast.walk(tree) if isinstance(node, Function)]


def names_given(node: ast.AST) -> str | None:
    """The name that this node defines, if it defines one. What others named is their business."""
    match node:
        case ast.Name(id=name, ctx=ast.Store()) | ast.arg(arg=name):
            return name
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            return name
        case ast.Attribute(attr=name, ctx=ast.Store()):
            return name
    return None


def is_mute(function_name: str) -> bool:
    return function_name.startswith(BANNED_PREFIXES) and function_name not in DJANGOS_OWN


def faults_of_sizes(text: str, tree: ast.AST) -> Iterator[tuple[int, str]]:
    if (lines := text.count("\n")) > FILE_LINES:
        yield 1, f"{lines} lines in a file, at most {FILE_LINES}"
    for function in functions(tree):
        if length(function) > FUNCTION_LINES:
            yield function.lineno, f"{function.name} has {length(function)} lines"


def faults_of_names(path: Path, tree: ast.AST) -> Iterator[tuple[int, str]]:
    if BANNED_MODULES & {path.stem, path.parent.name}:
        yield 1, "says nothing about what is in it"
    for node in ast.walk(tree):
        name = names_given(node)
        if name in BANNED_NAMES:
            yield getattr(node, "lineno", 1), f"{name}: which kind?"
        if isinstance(node, Function) and is_mute(node.name):
            yield node.lineno, f"{node.name} does not say what it does"


def faults_of_module(path: Path) -> Iterator[str]:
    text = path.read_text()
    tree = ast.parse(text)
    for line, fault in (*faults_of_sizes(text, tree), *faults_of_names(path, tree)):
        yield f"{path}:{line} {fault}"


def faults_of_script(path: Path) -> Iterator[str]:
    for number, line in enumerate(path.read_text().splitlines(), 1):
        if SCRIPT_NAME.search(line):
            yield f"{path}:{number} token: which kind?"


def median_length(paths: list[Path]) -> float:
    lengths = [length(function) for path in paths for function in functions(parsed(path))]
    return statistics.median(lengths) if lengths else 0


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def faults(root: Path) -> Iterator[str]:
    modules = files(root, ".py")
    for path in modules:
        yield from faults_of_module(path)
    for path in files(root, ".js"):
        yield from faults_of_script(path)
    median = median_length([path for path in modules if "src" in path.relative_to(root).parts])
    if median > MEDIAN_LINES:
        yield f"src: a function's median is {median} lines, at most {MEDIAN_LINES}"


def main() -> None:
    found = list(faults(Path()))
    if found:
        sys.exit("\n".join(found))


if __name__ == "__main__":
    main()
