"""Two desks file for one new number at the same moment: one citizen."""

import threading

import pytest
from django.db import connection, transaction

from huying.base.calendars import clock
from huying.base.parties import actions
from huying.base.parties.models import Citizen


@pytest.mark.postgres_only
@pytest.mark.django_db(transaction=True)
def test_one_number_at_the_same_moment_is_one_citizen():
    together = threading.Barrier(4)
    found: list[int] = []

    def file() -> None:
        try:
            with transaction.atomic():
                together.wait()
                found.append(actions.find_or_create_citizen(phone="13800001234", name="示例", now=clock.now()).pk)
        finally:
            connection.close()

    desks = [threading.Thread(target=file) for _ in range(4)]
    for desk in desks:
        desk.start()
    for desk in desks:
        desk.join(timeout=30)
    assert len(found) == 4
    assert len(set(found)) == Citizen.objects.count() == 1
