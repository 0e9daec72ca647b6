"""AP11: whatever is asked, in whatever order, nothing of the API's is a fault of ours.

schemathesis reads the description and asks what fits it and what does not, one by one and then in
rows, in which what one answer names is asked about next. Each answer has to be in the shape that
the description gives it. The same examples in every run, most of them on PostgreSQL: what is no
fault there, where a value of the wrong kind or size is refused, is hardly one on SQLite.
"""

import gc
import json
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connection, transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import FlakyStrategyDefinition
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi import checks

from tests.doors import registered, signed_in
from tests.oidc.rp import app
from tests.programs import api_token_for, application
from wardkey.wsgi import application as portal

DESCRIBED = Path(__file__).resolve().parents[2] / "docs" / "openapi.json"
QUICKLY = {
    "derandomize": True,
    "deadline": None,
    "database": None,
    "suppress_health_check": list(HealthCheck),
    "phases": [Phase.generate],
}
CHECKS = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
    checks.response_headers_conformance,
]
UNKNOWN = "11111111-2222-4333-8444-555555555555"
EXAMPLES, ROWS = {"postgresql": (8, 12), "sqlite": (2, 4)}[connection.vendor]
TAKES_NOTHING = {"GET /api/v1/station"}  # so nothing can be wrong with it
OPERATIONS = sorted(
    f"{method.upper()} {path}"
    for path, methods in json.loads(DESCRIBED.read_text())["paths"].items()
    for method in methods
)


@pytest.fixture
def bearer(cast):
    return {"Authorization": f"Bearer {api_token_for(application(cast.north, cast.priya))}"}


@pytest.fixture
def schema(bearer, real_ids):
    """As Django's own test client does, the test's connection is left open between requests."""
    both = (request_started, request_finished)
    for each in both:
        each.disconnect(close_old_connections)
    yield described()
    gc.collect()
    for each in both:
        each.connect(close_old_connections)


@pytest.fixture
def real_ids(cast):
    key = registered(signed_in(cast.asha), cast.ben)[1]
    return {
        "person_id": str(cast.ben.pk),
        "key_id": str(key.pk),
        "code": "WARD7",
        "application_id": app(cast.north).id,
    }


@cache
def described():
    """To read the description and to understand it takes longer than to ask."""
    return schemathesis.openapi.from_wsgi("/api/v1/openapi.json", portal)


@pytest.mark.parametrize("label", OPERATIONS)
def test_ap11_no_request_is_a_fault_of_ours(schema, bearer, real_ids, label):
    method, _space, path = label.partition(" ")
    operation = schema[path][method]
    otherwise = GenerationMode.POSITIVE if label in TAKES_NOTHING else GenerationMode.NEGATIVE

    @settings(max_examples=EXAMPLES, **QUICKLY)
    @given(
        fits=operation.as_strategy(generation_mode=GenerationMode.POSITIVE),
        fits_not=operation.as_strategy(generation_mode=otherwise),
    )
    def ask(fits, fits_not):
        fits.path_parameters = {name: real_ids.get(name, UNKNOWN) for name in fits.path_parameters}
        for case in (fits, fits_not):
            case.validate_response(case.call(headers=bearer), checks=CHECKS)

    ask()


@contextmanager
def some_rows_given_up(faults):
    """What may come next depends on answers, and those on ids that are random: Hypothesis gives up
    where a row does not repeat itself. It does so too where it repeats one to show its fault."""
    try:
        yield
    except FlakyStrategyDefinition:
        if faults:
            raise faults[0] from None


def test_ap11_nor_is_any_row_of_them(schema, bearer):
    class Machine(schema.as_state_machine()):
        def setup(self):
            """Each row begins with what the test began with."""
            self.row = transaction.atomic()
            self.row.__enter__()

        def teardown(self):
            transaction.set_rollback(True)
            self.row.__exit__(None, None, None)

        def get_call_kwargs(self, case):
            return {"headers": bearer}

        def validate_response(self, response, case, additional_checks=(), **more):
            seen.append(response.status_code)
            try:
                case.validate_response(response, checks=CHECKS)
            except BaseException as fault:
                faults.append(fault)
                raise

    seen: list[int] = []
    faults: list[BaseException] = []
    with some_rows_given_up(faults):
        Machine.run(settings=settings(max_examples=ROWS, stateful_step_count=8, **QUICKLY))
    assert {200, 404} <= set(seen)
