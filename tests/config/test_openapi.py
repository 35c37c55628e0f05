"""The OpenAPI document names every problem that any operation may answer with."""

import pytest

from huying.config.api import api
from huying.config.problems import DECLARED


@pytest.fixture(scope="module")
def document() -> dict:
    return api.get_openapi_schema()


def operations(document: dict):
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


def test_every_operation_declares_every_problem(document):
    missing = {
        f"{name} {status}"
        for name, operation in operations(document)
        for status in DECLARED
        if status not in operation["responses"]
    }
    assert missing == set()


def test_problems_are_described_once(document):
    assert set(document["components"]["responses"]) == {f"Problem{status}" for status in DECLARED}
    answer = document["components"]["responses"]["Problem409"]
    assert answer["content"]["application/problem+json"]["schema"] == {"$ref": "#/components/schemas/Problem"}
    assert "Problem" in document["components"]["schemas"]


def test_operations_are_named_apart(document):
    names = [operation["operationId"] for _, operation in operations(document)]
    assert len(names) == len(set(names))


def test_no_two_rooms_give_one_name_to_two_shapes():
    """The document keeps one shape a name: the later would silently stand for both."""
    from ninja import Schema

    shapes = {}
    pending = list(Schema.__subclasses__())
    while pending:
        found = pending.pop()
        pending += found.__subclasses__()
        if found.__module__.startswith("huying"):
            shapes.setdefault(found.__name__, set()).add(found.__module__)
    assert {name: sorted(modules) for name, modules in shapes.items() if len(modules) > 1} == {}
