"""Order numbers from a counter row, and query codes for citizens."""

import secrets
from datetime import date

from django.db import connection

from huying.handling.orders.limits import policy
from huying.handling.orders.models import OrderCounter

CODE_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # nothing that is misheard or misread on the telephone
CODE_LENGTH = 8


def take_serials(day: date, count: int = 1) -> int:
    """Reserve ``count`` serials of a day and return the first. The row is locked until the transaction ends.

    One statement adds and reads, so that two transactions never see the same number.
    """
    last = _add(day, count)
    if last is None:
        OrderCounter.objects.bulk_create([OrderCounter(day=day)], ignore_conflicts=True)
        last = _add(day, count)
    assert last is not None
    return last - count + 1


def _add(day: date, count: int) -> int | None:
    table = connection.ops.quote_name(OrderCounter._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET last = last + %s WHERE day = %s RETURNING last", [count, day.isoformat()])
        row = cursor.fetchone()
    return row[0] if row else None


def order_no(day: date, serial: int) -> str:
    """The number in the centre's format."""
    return policy("number.format", day).format(day=day, serial=serial)


def query_code() -> str:
    """Eight signs (39 bits) by which a citizen, with the order number, asks how the order stands."""
    return "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))
