"""AP11, at length: a hundred thousand requests over the whole description, and no fault of ours.

`make fuzz-api` runs it; the suite does not. Rounds follow each other until there were as many
requests, each round with people, tokens and organisations of its own, since what is asked suspends
and moves them. Others than in every other run, by the seed; the same under the same seed.
"""

import os
from collections import Counter

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis import GenerationMode

from tests.api.test_fuzzed import (
    CHECKS,
    OPERATIONS,
    TAKES_NOTHING,
    UNKNOWN,
    bearer,
    real_ids,
    schema,
    some_rows_given_up,
)
from tests.programs import api_token_for, application

__all__ = ["bearer", "real_ids", "schema"]  # fixtures

CALLS = int(os.environ.get("CALLS", "100000"))
SEED = int(os.environ.get("SEED", "1"))
# Each round asks as somebody else; the last one as nobody.
ASKERS = ("priya", "root", "asha", "hal", "root", "priya", "asha", "cara", "root", "")
FEWEST_A_ROUND = 200
ROUNDS = range(CALLS // FEWEST_A_ROUND)
LENGTH = {
    "deadline": None,
    "database": None,
    "suppress_health_check": list(HealthCheck),
    "phases": [Phase.generate],
}
answered: Counter[int] = Counter()


@pytest.fixture
def headers(cast, request):
    """Of whose turn it is in this round."""
    who = ASKERS[request.param % len(ASKERS)]
    if not who:
        return {}
    home = {"root": cast.platform, "cara": cast.south}.get(who, cast.north)
    return {"Authorization": f"Bearer {api_token_for(application(home, getattr(cast, who)))}"}


@pytest.mark.parametrize("headers", ROUNDS, indirect=True)
def test_ap11_no_request_of_many_is_a_fault_of_ours(schema, headers, real_ids, request):
    if answered.total() >= CALLS:
        return
    number = SEED * 1_000_003 + request.node.callspec.params["headers"]

    faults = []

    def answer(response, case):
        answered[response.status_code] += 1
        try:
            case.validate_response(response, checks=CHECKS)
        except BaseException as fault:
            faults.append(fault)
            raise

    for label in OPERATIONS:
        ask_one(schema, label, headers, real_ids, answer, number)
    with some_rows_given_up(faults):
        ask_in_rows(schema, headers, answer, number)
    print(  # noqa: T201
        f"\n{answered.total()} requests, by status: {dict(sorted(answered.items()))}", flush=True
    )


def ask_one(schema, label, headers, real_ids, answer, number):
    method, _space, path = label.partition(" ")
    operation = schema[path][method]
    otherwise = GenerationMode.POSITIVE if label in TAKES_NOTHING else GenerationMode.NEGATIVE

    @seed(number)
    @settings(max_examples=6, **LENGTH)
    @given(
        fits=operation.as_strategy(generation_mode=GenerationMode.POSITIVE),
        fits_not=operation.as_strategy(generation_mode=otherwise),
    )
    def ask(fits, fits_not):
        fits.path_parameters = {name: real_ids.get(name, UNKNOWN) for name in fits.path_parameters}
        for case in (fits, fits_not):
            answer(case.call(headers=headers), case)

    ask()


def ask_in_rows(schema, headers, answer, number):
    class Machine(schema.as_state_machine()):
        def get_call_kwargs(self, case):
            return {"headers": headers}

        def validate_response(self, response, case, additional_checks=(), **more):
            answer(response, case)

    machine = seed(number)(Machine)
    machine.run(settings=settings(max_examples=20, stateful_step_count=10, **LENGTH))
