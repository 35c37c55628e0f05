"""Counts the statements of API calls on the installation of the environment. Prints one JSON object."""

import json
import sys

import django

django.setup()

from django.test import Client  # noqa: E402

from benchmarks.harness.measure import Queries  # noqa: E402
from benchmarks.harness.texts import requests  # noqa: E402


def client(role: str) -> Client:
    from huying.base.org import actions
    from huying.base.org.models import Person
    from huying.base.org.selectors import system_person

    person = next(p for p in Person.objects.order_by("id") if p.has_role(role))
    secret = actions.issue_token(actor=system_person(), person=person, name="counting", scopes=["read", "write"])
    return Client(HTTP_AUTHORIZATION=f"Bearer {secret}", SERVER_NAME="127.0.0.1")


def counted(call) -> int:
    from django.db import connection

    queries = Queries()
    with connection.execute_wrapper(queries):
        reply = call()
    assert reply.status_code < 300, reply.content
    if "--show" in sys.argv:
        for sql in queries.statements:
            print(sql[:160], file=sys.stderr)
    return len(queries)


def file_order() -> int:
    agent = client("agent")

    def call(serial: int):
        body = {"text": requests(3)[serial], "channel": "phone", "phone": f"1377777000{serial}", "name": "示例"}
        return agent.post("/api/v1/contacts/orders", body, "application/json", HTTP_IDEMPOTENCY_KEY=f"count-{serial}")

    call(0)  # warm: the model and the rules are read once
    return counted(lambda: call(1))


def list_orders() -> int:
    agent = client("agent")
    agent.get("/api/v1/orders?limit=50")
    return counted(lambda: agent.get("/api/v1/orders?limit=50"))


if __name__ == "__main__":
    names = sys.argv[1].split(",")
    print(json.dumps({name: globals()[name]() for name in names}))
