"""Inserting very many rows at once, without an object or a query for each: keys taken in a block, values as tuples.

For bulk actions only. Constraints hold as ever; signals and ``save()`` are not called. PostgreSQL is given the rows by
COPY, every other database by one prepared statement.
"""

import json
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import repeat
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models, transaction


def take_keys(model: type[models.Model], count: int) -> list[int]:
    """``count`` primary keys that no other writer gets, rising. Must be called inside the action's transaction."""
    assert connection.in_atomic_block, "keys are taken inside the transaction that uses them"
    if not count:
        return []
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            column = model._meta.pk.column if model._meta.pk else "id"
            numbers = "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)"
            cursor.execute(numbers, [connection.ops.quote_name(table), column, count])
            return sorted(row[0] for row in cursor.fetchall())
        quoted = connection.ops.quote_name(table)
        cursor.execute(f"SELECT max(coalesce((SELECT max(id) FROM {quoted}), 0),"
                       " coalesce((SELECT seq FROM sqlite_sequence WHERE name = %s), 0))", [table])  # fmt: skip
        last = cursor.fetchone()[0]
    return list(range(last + 1, last + 1 + count))


def insert(model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Insert tuples of values for ``columns`` (attribute names: ``order_id``); the rest get the model's defaults.

    Returns the number of rows. Values are those a field would hold; JSON as Python objects.
    """
    with transaction.atomic():
        return _copied(model, columns, rows) if connection.vendor == "postgresql" else _prepared(model, columns, rows)


def insert_objects(model: type[models.Model], objects: Sequence[models.Model]) -> int:
    """Insert unsaved objects, whose keys were taken by :func:`take_keys`, with all their columns."""
    names = [field.attname for field in model._meta.concrete_fields]
    found = insert(model, names, ([each.__dict__[name] for name in names] for each in objects))
    for each in objects:
        each._state.adding, each._state.db = False, connection.alias
    return found


def _layout(model: type[models.Model], columns: Sequence[str]) -> tuple[list[models.Field], list[Iterator[Any]]]:
    """The fields in the sequence in which they are written, and the defaults of those not named."""
    by_name = {field.attname: field for field in model._meta.concrete_fields}
    fields = [by_name[name] for name in columns]
    missing = [f for f in model._meta.concrete_fields if f.attname not in set(columns) and not f.primary_key]
    defaults = [iter(f.get_default, object()) if callable(f.default) else repeat(f.get_default()) for f in missing]
    return [*fields, *missing], defaults


def _converters(fields: list[models.Field]) -> list[tuple[int, Callable[[Any], Any]]]:
    """Which positions the database wants in another form than Python has it."""
    forms = ((number, _form(field)) for number, field in enumerate(fields))
    return [(number, form) for number, form in forms if form is not None]


def _form(field: models.Field) -> Callable[[Any], Any] | None:
    ops = connection.ops
    if isinstance(field, models.JSONField):
        return lambda value: None if value is None else json.dumps(value, ensure_ascii=False, cls=DjangoJSONEncoder)
    if isinstance(field, models.UUIDField):
        return (lambda v: str(v)) if connection.vendor == "postgresql" else (lambda v: uuid.UUID(str(v)).hex)
    if connection.vendor == "postgresql":
        return None
    if isinstance(field, models.DateTimeField):
        return _moment if connection.timezone is UTC else ops.adapt_datetimefield_value
    return ops.adapt_datefield_value if isinstance(field, models.DateField) else None


def _moment(value: datetime | None) -> str | None:
    """A moment as SQLite keeps it, in UTC without saying so: what Django's own form says, in a quarter of the time."""
    return None if value is None else str(value.astimezone(UTC))[: -len("+00:00")]


def _ready(fields: list[models.Field], defaults: list[Iterator[Any]], rows: Iterable[Sequence[Any]]) -> Iterator[list]:
    converters = _converters(fields)
    for row in rows:
        values = [*row, *(next(each) for each in defaults)]
        for number, form in converters:
            values[number] = form(values[number])
        yield values


def _names(model: type[models.Model], fields: list[models.Field]) -> tuple[str, str]:
    quote = connection.ops.quote_name
    return quote(model._meta.db_table), ", ".join(quote(field.column) for field in fields)


def _prepared(model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    fields, defaults = _layout(model, columns)
    table, names = _names(model, fields)
    ready = list(_ready(fields, defaults, rows))
    if ready:
        places = ", ".join(["%s"] * len(fields))
        with connection.cursor() as cursor:
            cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({places})", ready)
    return len(ready)


def _copied(model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    fields, defaults = _layout(model, columns)
    table, names = _names(model, fields)
    count = 0
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
        for values in _ready(fields, defaults, rows):
            copy.write_row(values)
            count += 1
    return count
