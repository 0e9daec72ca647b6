"""What every test stands on: test values for the settings, a real database, no network.

The settings are read once, from the environment. pytest-django would read them before this file
could set test values there, so pyproject.toml does not name them, and Django is set up here.
"""

import gc
import os
import sys
import tempfile
from datetime import timedelta
from functools import cache
from pathlib import Path

import django
import hypothesis
import pytest
from jinja2 import FileSystemBytecodeCache

# What collecting the tests leaves in memory stays there; looking through it for garbage again and
# again would cost a tenth of a run.
gc.disable()

# What is compiled is kept, whatever this shell says: processes of tests would compile it anew.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

SCRATCH = tempfile.TemporaryDirectory(prefix="wardkey-tests-")
MATERIAL = Path(__file__).resolve().parents[2] / "shared"
HERE = Path(__file__).resolve().parent
WALKS = HERE / "journeys"  # all that asks for a browser
ALONE = Path(__file__).with_name("on_sqlite_alone.txt")
DATABASE_FIXTURES = {"db", "transactional_db", "live_server"}
LOOPBACK = {"localhost", "127.0.0.1", "::1", "", None}

(Path(SCRATCH.name) / "assets").mkdir()
TEST_VALUES = {
    "DJANGO_SETTINGS_MODULE": "wardkey.settings",
    "DATABASE_URL": f"sqlite:///{SCRATCH.name}/wardkey.sqlite3",
    "WARDKEY_SECRET_KEY": "only-for-tests-and-of-a-length-that-the-checks-accept",
    "WARDKEY_STATIC_FOLDER": f"{SCRATCH.name}/assets",
    "WARDKEY_MAIL_FOLDER": f"{SCRATCH.name}/mail",
    **({"WARDKEY_TEST_MATERIAL": str(MATERIAL)} if MATERIAL.is_dir() else {}),
}
for name, value in TEST_VALUES.items():
    os.environ.setdefault(name, value)
django.setup()

from django.db import connection, transaction  # noqa: E402  these read settings
from django.template import engines  # noqa: E402
from django.test import TransactionTestCase  # noqa: E402

from wardkey.base import clocks, dependencies  # noqa: E402
from wardkey.people import branches  # noqa: E402
from wardkey.people.passwords import Argon2id  # noqa: E402

# What a hash costs is asked where it matters, with `hashes_in_earnest`; elsewhere they are cheap.
Argon2id.memory_cost, Argon2id.time_cost = 8, 1

# Once in a run, so that a test which counts queries counts the same ones each time.
clocks.LOOK_AGAIN[True] = 86_400


def delete_what_was_committed(_test_case):
    """Django would truncate every table, which takes PostgreSQL longer than most tests."""
    tables = connection.introspection.django_table_names(include_views=False)
    filled = (f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM {table})" for table in tables)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(filled))
        for (table,) in cursor.fetchall():
            cursor.execute(f"DELETE FROM {table}")


TransactionTestCase._fixture_teardown = delete_what_was_committed

pytest_plugins = ["tests.cast"]

# The same examples in every run; `make fuzz` looks for others, from a seed that it prints. No clock
# judges them: not how long one takes, nor how long it takes to think of one.
UNTIMED = {"deadline": None, "suppress_health_check": [hypothesis.HealthCheck.too_slow]}
hypothesis.settings.register_profile(
    "tests", derandomize=True, database=None, print_blob=False, **UNTIMED
)
hypothesis.settings.register_profile(
    "fuzz", max_examples=20_000, database=None, print_blob=True, **UNTIMED
)
hypothesis.settings.load_profile("tests")


def refuse_network(event, arguments):
    """An audit hook: whatever leaves this machine fails, in the test that tried it."""
    if event == "socket.connect" and isinstance(arguments[1], tuple):
        host = arguments[1][0]
    elif event == "socket.getaddrinfo":
        host = arguments[0]
    else:
        return
    if host not in LOOPBACK:
        raise PermissionError(f"a test tried to reach {host}")


sys.addaudithook(refuse_network)


@pytest.fixture(autouse=True)
def nothing_is_known_from_before():
    """What is told or asked once in a process is so in each test."""
    dependencies.forget()
    branches.forget()


def depends_on_the_database(item):
    """How a page looks does not, nor what is refused before a database is asked."""
    if item.get_closest_marker("looks_only"):
        return False
    return item.get_closest_marker("django_db") or DATABASE_FIXTURES & set(item.fixturenames)


def walks_in_a_browser(item):
    return "browser" in item.fixturenames


PASSES = {
    "--database-only": depends_on_the_database,
    "--browser-only": walks_in_a_browser,
    "--without-browser": lambda item: not walks_in_a_browser(item),
}


HALVES = ["one", "other"]
# Seconds of a processor on SQLite, of those where their length tells too little. A second is about
# as much as `BYTES_A_SECOND` of any other; whole numbers, so that each pass comes to the same sums.
DEAR = {
    "test_the_matrix.py": 75,
    "test_demo_command.py": 26,
    "test_enrol.py": 21,
    "test_gate.py": 18,
    "test_matrix.py": 17,
    "test_running_document.py": 17,
    "test_fuzzed.py": 14,
    "test_live_list.py": 14,
    "test_foreign_ids.py": 13,
    "test_release.py": 13,
    "test_guessing_from_an_address.py": 12,
    "test_recovery_codes.py": 12,
    "test_in_welsh.py": 11,
    "test_every_word_is_translatable.py": 11,
    "test_killed_at_every_statement.py": 10,
    "test_enrol_list.py": 10,
    "test_key_states.py": 9,
    "test_hostile_bytes.py": 6,
}
BYTES_A_SECOND = 3200


def cost_of(path):
    """In bytes."""
    if WALKS in path.parents:
        return 0
    return DEAR[path.name] * BYTES_A_SECOND if path.name in DEAR else path.stat().st_size


@cache
def halves():
    """From the dearest on, each file to the half that has less to do yet."""
    halves, to_do = {half: set() for half in HALVES}, dict.fromkeys(HALVES, 0)
    costs = {path: cost_of(path) for path in HERE.rglob("test_*.py")}
    for path in sorted(costs, key=lambda path: (-costs[path], path)):
        less = min(HALVES, key=to_do.get)
        halves[less].add(path)
        to_do[less] += costs[path]
    return halves


def is_in_half(path, half):
    # Whoever names a file that is called otherwise gets it once, too.
    return path in halves()[half] or (half == HALVES[0] and path not in halves()[HALVES[1]])


def is_chosen(item):
    """Of the whole suite PostgreSQL sees each statement, and what commits (docs/adr/0036)."""
    return item.nodeid.split("[")[0] not in on_sqlite_alone()


@cache
def on_sqlite_alone():
    return frozenset(ALONE.read_text().splitlines())


def pytest_addoption(parser):
    for option in PASSES:
        parser.addoption(option, action="store_true", help="one pass of `make test`")
    parser.addoption("--half", choices=HALVES, help="of that pass, by files")


def pytest_configure(config):
    """What templates are compiled to is kept, by their text, for other passes and runs."""
    kept = FileSystemBytecodeCache(str(config.cache.mkdir("templates")))
    engines["jinja2"].env.bytecode_cache = kept


def pytest_ignore_collect(collection_path, config):
    """What another pass runs is not even imported, which would cost each pass ten seconds."""
    if collection_path.suffix != ".py":
        return None
    if config.getoption("--browser-only"):
        return WALKS not in collection_path.parents or None
    half = config.getoption("--half")
    return (bool(half) and not is_in_half(collection_path, half)) or None


def pytest_collection_modifyitems(config, items):
    # Once Playwright's loop runs in this thread, what is beside it has a connection of its own, and
    # a child would go on with one that its parent left open: nothing comes after the walks.
    items.sort(key=walks_in_a_browser)
    for option, belongs in PASSES.items():
        if config.getoption(option):
            keep(belongs, config, items)
    if half := config.getoption("--half"):  # also of the files that were named
        keep(lambda item: is_in_half(item.path, half), config, items)
    # Whoever names files or words gets all that they named on both.
    everything = config.args_source is config.ArgsSource.TESTPATHS and not config.option.keyword
    if config.getoption("--database-only") and everything:
        keep(is_chosen, config, items)


def keep(belongs, config, items):
    config.hook.pytest_deselected(items=[item for item in items if not belongs(item)])
    items[:] = filter(belongs, items)


def pytest_collection_finish():
    gc.freeze()
    # Most of what tests make goes by itself: a look after each 700 objects costs a twelfth.
    gc.set_threshold(50_000, 20)
    gc.enable()


@pytest.fixture(scope="session")
def django_db_modify_db_settings():
    # A file, not memory: the live server's threads need connections of their own.
    from django.db import connections

    database = connections["default"].settings_dict
    if database["ENGINE"].endswith("sqlite3"):
        database["TEST"]["NAME"] = f"{SCRATCH.name}/test.sqlite3"


@pytest.fixture(scope="session")
def django_db_keepdb(request, django_db_modify_db_settings):
    """Whether it is there already; that nothing is left to migrate, Django sees for itself."""
    from tests import migrated

    if connection.vendor != "sqlite":
        return False
    there = Path(connection.settings_dict["TEST"]["NAME"])
    migrated.copy_to(there, kept_in=request.config.cache.mkdir("migrated"))
    return True


@pytest.fixture
def hashes_in_earnest(monkeypatch):
    """At the cost that they have outside of tests. Ask for it first."""
    from wardkey.people.passwords import PRESENT

    monkeypatch.setattr(Argon2id, "memory_cost", PRESENT.memory)
    monkeypatch.setattr(Argon2id, "time_cost", PRESENT.passes)


@pytest.fixture
def later():
    """Six minutes later: whoever is logged in by then did not do so just now. Ask for it last."""
    from wardkey.base import clock

    with clock.standing_at(clock.now() + timedelta(minutes=6)):
        yield
