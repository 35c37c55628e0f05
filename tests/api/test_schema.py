"""Every operation of the OpenAPI document, with what it names and with what it does not: no 5xx, no answer that the
document does not declare, and every answer as declared. Deterministic: the same examples in every run."""

import json
from itertools import cycle

import pytest
import schemathesis
from django.core.cache import cache
from django.core.wsgi import get_wsgi_application
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import CheckFunction, not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from huying.config.api import api
from tests.api.conftest import Staged

CHECKS: list[CheckFunction] = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
TURNS = ("desk", "admin", "unit", "desk", "integrator", "desk", "citizen", "admin", "expired", "unit", "desk")
schema = schemathesis.openapi.from_dict(json.loads(json.dumps(api.get_openapi_schema(), default=str)))
schema.app = get_wsgi_application()
pytestmark = pytest.mark.django_db  # what an operation's examples write is undone after it
turns = cycle(range(1_000_000))


@schema.parametrize()
@settings(
    max_examples=6,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_the_api_keeps_its_word(case: schemathesis.Case, staged: Staged) -> None:
    turn = next(turns)
    if turn % 3:  # two of three examples name something that there is
        for name in case.path_parameters or {}:
            if name in staged.known:
                case.path_parameters[name] = staged.known[name][turn % len(staged.known[name])]
    cache.clear()  # nobody is refused for asking often
    caller = staged.callers[TURNS[turn % len(TURNS)]]
    case.call_and_validate(checks=CHECKS, headers=caller.headers, cookies=caller.cookies)
