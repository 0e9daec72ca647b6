import pytest

from tools.house_budgets import faults

LONG_FUNCTION = "def f():\n" + "    x = 1\n" * 50
BREACHES = {
    "a function of 51 lines": ("src/a.py", LONG_FUNCTION, "f has 51 lines"),
    "a file of 301 lines": ("src/a.py", "x = 1\n" * 301, "301 lines"),
    "functions whose median is 9": ("src/a.py", "def f():\n" + "    x = 1\n" * 8, "median is 9"),
    "a module that is a drawer": ("src/utils.py", "", "says nothing"),
    "a package that is a drawer": ("src/common/a.py", "", "says nothing"),
    "a function that handles": ("src/a.py", "def handle_key(): ...", "does not say"),
    "a variable": ("src/a.py", "token = 1", "which kind"),
    "an argument": ("tests/a.py", "def f(*, token): ...", "which kind"),
    "an attribute": ("bench/a.py", "self.token = 1", "which kind"),
    "a class field": ("src/a.py", "class A:\n    tokens: int", "which kind"),
    "a variable of a script": ("src/a.js", "const token = 1;", "which kind"),
}
KEPT = {
    "a function of 50 lines": ("src/a.py", "def f(): ...\n" * 3 + LONG_FUNCTION[:-10]),
    "a file of 300 lines": ("src/a.py", "x = 1\n" * 300),
    "functions whose median is 8": ("src/a.py", "def f():\n" + "    x = 1\n" * 7),
    "a long function of a test": ("tests/a.py", "def f():\n" + "    x = 1\n" * 40),
    "a hook that Django names": ("src/a.py", "def process_view(self): ..."),
    "a name that tells the kind": ("src/a.py", "csrf_token = f(token=request.token)"),
    "a migration": ("src/migrations/0001.py", LONG_FUNCTION),
}


def write(folder, name, text):
    path = folder / name
    path.parent.mkdir(parents=True)
    path.write_text(text)


@pytest.mark.parametrize("breach", BREACHES)
def test_a_breach_is_named(tmp_path, breach):
    name, text, fault = BREACHES[breach]
    write(tmp_path, name, text)
    found = list(faults(tmp_path))
    assert any(fault in line for line in found)


@pytest.mark.parametrize("case", KEPT)
def test_what_keeps_the_budgets_passes(tmp_path, case):
    write(tmp_path, *KEPT[case])
    assert list(faults(tmp_path)) == []
