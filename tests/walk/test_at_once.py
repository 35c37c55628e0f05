"""Two people act at once over HTTP, and eight file at once; on PostgreSQL, which lets many write."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from huying.base.parties.models import Citizen
from huying.handling.orders.models import WorkOrder
from tests import factories
from tests.api_client import ApiClient
from tests.handling.orders import town as towns
from tests.walk.conftest import Walk

pytestmark = [pytest.mark.postgres_only, pytest.mark.django_db(transaction=True)]
FILERS, EACH = 8, 25


def at_once(number: int, work) -> list:
    """``work(n)`` in as many threads, begun together."""
    gate = Barrier(number)

    def run(n: int):
        gate.wait()
        try:
            return work(n)
        finally:
            connection.close()

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(run, range(number)))


def test_one_of_two_wins_and_the_other_is_told_the_present_state(frozen_now) -> None:
    town = towns.build()
    order = Walk(town).file()
    page = Walk(town).look(order)
    secret = factories.token(town.people["dispatcher"])
    units = [town.units.housing.public_id, town.units.police.public_id]

    def dispatch(n: int):
        body = {"version": page["version"], "values": {"unit": units[n]}}
        reply = ApiClient.with_token(secret).post(f"/orders/{order}/actions/dispatch", body)
        return reply.status_code, reply.json()

    (won, lost) = sorted(at_once(2, dispatch), key=lambda answer: answer[0])
    assert (won[0], lost[0]) == (200, 409)
    assert lost[1]["current"]["state"] == won[1]["state"] == "in_hand"
    assert "dispatch" not in [one["action"] for one in lost[1]["allowed_actions"]]
    assert len(won[1]["assignments"]) == 1


def test_two_hundred_orders_filed_at_once(frozen_now) -> None:
    """Numbers of the day are unique and without a gap; ten telephones are ten citizens."""
    town = towns.build()
    secret = factories.token(town.people["agent"])

    def file(n: int) -> list[int]:
        client = ApiClient.with_token(secret)
        answers = []
        for turn in range(EACH):
            body = {"text": f"第 {n}-{turn} 盏路灯坏了，请维修。", "phone": f"1390000{turn % 10:04d}"}
            key = f"filed-at-once-{n}-{turn}"
            answers.append(client.post("/contacts/orders", body, headers={"Idempotency-Key": key}).status_code)
        return answers

    answers = [status for each in at_once(FILERS, file) for status in each]
    assert answers == [201] * FILERS * EACH
    numbers = sorted(WorkOrder.objects.values_list("order_no", flat=True))
    assert numbers == [f"20250616{serial:06d}" for serial in range(1, FILERS * EACH + 1)]
    assert Citizen.objects.filter(orders__isnull=False).distinct().count() == 10
