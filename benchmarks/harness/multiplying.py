"""A demo's orders multiplied in the database to any number: `python -m benchmarks.harness.multiplying 1000000`.

Copies are rows like their originals with keys of their own, spread over three years; what is still open stays recent
and is kept at about one in a hundred, as in a centre that works. Everything that belongs to an order goes with it:
citizen, assignments, timeline, outreach, visits, notices, analyses. Events and audit rows are left out: no list reads
them. Written by INSERT … SELECT, so that a million orders take minutes.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import django

django.setup()

from django.core.management.color import no_style  # noqa: E402
from django.db import connection, models  # noqa: E402

from huying.base import vault  # noqa: E402
from huying.base.calendars import clock  # noqa: E402
from huying.base.notices.models import Notice  # noqa: E402
from huying.base.parties.models import Citizen  # noqa: E402
from huying.base.parties.selectors import TAIL  # noqa: E402
from huying.handling.dispatch.models import Analysis  # noqa: E402
from huying.handling.orders.filters import RUNNING  # noqa: E402
from huying.handling.orders.models import (  # noqa: E402
    OPEN,
    Assignment,
    Objection,
    Outreach,
    Petition,
    Step,
    UnitOrder,
    WorkOrder,
)
from huying.handling.visits.models import Visit  # noqa: E402

# parents first; the way from a row to its order
TABLES: dict[type[models.Model], str] = {
    Citizen: "",
    WorkOrder: "id",
    Assignment: "order_id",
    Outreach: "assignment_id",
    Petition: "assignment_id",
    Objection: "assignment_id",
    Step: "order_id",
    UnitOrder: "order_id",
    Visit: "order_id",
    Analysis: "order_id",
    Notice: "subject_id",
}
OPEN_SHARE = 0.01
YEARS_BACK = 3 * 365
POSTGRES = connection.vendor == "postgresql"
Q = connection.ops.quote_name


def run(sql: str, *values: object) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values or None)
        return cursor.fetchall() if cursor.description else []


def one(sql: str) -> int:
    return int(run(sql)[0][0] or 0)


def table_of(model: type[models.Model]) -> str:
    return Q(model._meta.db_table)


def prepare() -> None:
    """The base, once: which rows may be copied, how far apart copies' keys lie, the hashes of all number ends."""
    for name in ("bench_base", "bench_stride", "bench_tail", "bench_copy"):
        run(f"DROP TABLE IF EXISTS {name}")
    run("CREATE TABLE bench_base (id bigint PRIMARY KEY, still_open integer)")
    listed = ", ".join(f"'{state}'" for state in OPEN)
    run(
        f"INSERT INTO bench_base SELECT o.id, CASE WHEN o.state IN ({listed}) THEN 1 ELSE 0 END FROM orders_workorder o"
        f" LEFT JOIN orders_workorder m ON m.id = o.master_id WHERE m.id IS NULL OR m.state NOT IN ({listed})"
    )
    # a worker would have noted what ran late among the demo's open orders
    late = WorkOrder.objects.filter(state__in=RUNNING, due_at__lt=clock.now(), clock_stopped_at__isnull=True)
    late.update(overdue=True)
    run("CREATE TABLE bench_stride (name varchar(80) PRIMARY KEY, stride bigint)")
    for model in TABLES:
        stride = one(f"SELECT max(id) FROM {table_of(model)}") + 1
        run("INSERT INTO bench_stride VALUES (%s, %s)", model._meta.db_table, stride)
    run("CREATE TABLE bench_tail (n integer PRIMARY KEY, hash varchar(64))")
    with connection.cursor() as cursor:
        rows = [(n, vault.fingerprint(f"{n:04d}", TAIL)) for n in range(10_000)]
        cursor.executemany("INSERT INTO bench_tail VALUES (%s, %s)", rows)
    run("CREATE TABLE bench_copy (k integer PRIMARY KEY, days integer, minutes integer)")


def grow(target: int) -> int:
    """Add copies until there are about ``target`` orders; the number there is then."""
    if not connection.introspection.table_names().count("bench_base"):
        prepare()
    base, still_open = run("SELECT count(*), sum(still_open) FROM bench_base")[0]
    every = max(1, round(still_open / base / OPEN_SHARE))  # an open order is in one of so many copies
    each = base - still_open + still_open / every
    present = one("SELECT count(*) FROM orders_workorder")
    first = one("SELECT max(k) FROM bench_copy") + 1
    whole, part = divmod(max(0, target - present), each)
    copies = int(whole) + (1 if part else 0)
    if not copies:
        return present
    with connection.cursor() as cursor:
        rows = [(k, 1 + (k * 97) % YEARS_BACK, (k * 37) % 1440) for k in range(first, first + copies)]
        cursor.executemany("INSERT INTO bench_copy VALUES (%s, %s, %s)", rows)
    last_share = part / each if part else 1.0
    with quickly(big=copies * base > 200_000):
        for model, link in TABLES.items():
            copy(model, link, first, first + copies - 1, every, last_share, base)
    return one("SELECT count(*) FROM orders_workorder")


def copy(model: type[models.Model], link: str, first: int, last: int, every: int, last_share: float, base: int) -> None:
    """Copies ``first`` to ``last`` of the base rows of one table; of the last copy only so much as is still wanted."""
    limit = one(
        f"SELECT max(id) FROM (SELECT id FROM bench_base ORDER BY id LIMIT {max(1, round(base * last_share))}) t"
    )
    columns = list(model._meta.concrete_fields)
    chosen = ", ".join(value_of(model, field) for field in columns)
    names = ", ".join(Q(field.column) for field in columns)
    source = f"FROM {table_of(model)} t CROSS JOIN bench_copy c"
    kept = f"t.id < {stride(model)} AND c.k BETWEEN {first} AND {last}"
    if model is Citizen:
        kept += " AND t.id IN (SELECT o.citizen_id FROM orders_workorder o JOIN bench_base b ON b.id = o.id)"
    if link:
        key = "a.order_id" if link == "assignment_id" else f"t.{link}"
        source += " JOIN orders_assignment a ON a.id = t.assignment_id" if link == "assignment_id" else ""
        source += f" JOIN bench_base b ON b.id = {key}"
        kept += f" AND (b.still_open = 0 OR (b.id + c.k) % {every} = 0) AND (c.k < {last} OR b.id <= {limit})"
        if model is Notice:
            kept += " AND t.subject_type = 'orders.workorder'"
    run(f"INSERT INTO {table_of(model)} ({names}) SELECT {chosen} {source} WHERE {kept}")


def stride(model: type[models.Model]) -> int:
    return one(f"SELECT stride FROM bench_stride WHERE name = '{model._meta.db_table}'")


SPECIAL = {
    "orders_workorder.order_no": "{day} || {k4} || {own}",
    "orders_workorder.source_no": "CASE WHEN t.source_no = '' THEN '' ELSE t.source_no || '-' || c.k END",
    "orders_workorder.incident_place": "CASE WHEN t.incident_place = '' THEN '' ELSE"
    " substr(t.incident_place, 1, 180) || (1 + c.k % 199) || '号' END",
    "orders_workorder.text": "t.text || '（' || (1 + (t.id + c.k) % 999) || '号楼）'",
    "parties_citizen.phone_hash": "CASE WHEN t.phone_hash = '' THEN '' ELSE substr(t.phone_hash, 1, 56) || {k8} END",
    "parties_citizen.identity_hash": "CASE WHEN t.identity_hash = '' THEN ''"
    " ELSE substr(t.identity_hash, 1, 56) || {k8} END",
    "parties_citizen.phone_tail_hash": "CASE WHEN t.phone_tail_hash = '' THEN '' ELSE"
    " (SELECT hash FROM bench_tail WHERE n = (t.id * 7919 + c.k * 104729) % 10000) END",
    "notices_notice.key": "t.key || '-' || c.k",
    "notices_notice.subject_id": "t.subject_id + c.k * {orders}",
}


def value_of(model: type[models.Model], field: models.Field) -> str:
    """What stands in a copy's column: keys moved to the copy's own, moments moved back, what must be unique made so."""
    column = f"t.{Q(field.column)}"
    special = SPECIAL.get(f"{model._meta.db_table}.{field.column}")
    if special:
        k = "CAST(c.k AS varchar)"
        padded = "lpad({k}, {n}, '0')" if POSTGRES else "substr('0000000' || {k}, -{n})"
        at = shifted("t.filed_at", WorkOrder)
        day = f"to_char({at} AT TIME ZONE 'Asia/Shanghai', 'YYYYMMDD')" if POSTGRES else (
            f"strftime('%Y%m%d', {at}, '+8 hours')"
        )  # fmt: skip
        own = "lpad(CAST(t.id AS varchar), 5, '0')" if POSTGRES else "substr('0000' || t.id, -5)"
        return special.format(
            own=own, day=day, k4=padded.format(k=k, n=4), k8=padded.format(k=k, n=8), orders=stride(WorkOrder)
        )
    if field.primary_key:
        return f"{column} + c.k * {stride(model)}"
    if field.is_relation and field.related_model in TABLES:
        return f"{column} + c.k * {stride(field.related_model)}"
    if field.column == "public_id":
        padded = "lpad(CAST(c.k AS varchar), 5, '0')" if POSTGRES else "substr('0000' || c.k, -5)"
        return f"substr({column}, 1, 15) || {padded}"
    if isinstance(field, models.DateTimeField):
        return shifted(column, model)
    return column


def shifted(column: str, model: type[models.Model]) -> str:
    """Ended orders lie back over the years, open ones keep their days and differ by minutes."""
    days = "c.days" if TABLES[model] == "" else "(CASE WHEN b.still_open = 1 THEN 0 ELSE c.days END)"
    if POSTGRES:
        return f"({column} - make_interval(days => {days}, mins => c.minutes))"
    return f"strftime('%Y-%m-%d %H:%M:%f', {column}, '-' || {days} || ' days', '-' || c.minutes || ' minutes')"


@contextmanager
def quickly(*, big: bool) -> Iterator[None]:
    """No foreign keys checked, the disk not waited for; on PostgreSQL indexes of a large load made afterwards."""
    if not POSTGRES:
        run("PRAGMA foreign_keys=OFF")
        run("PRAGMA synchronous=OFF")
        yield
        run("PRAGMA synchronous=FULL")
        run("PRAGMA foreign_keys=ON")
        return
    run("SET session_replication_role = replica")
    run("SET synchronous_commit = off")
    run("SET maintenance_work_mem = '512MB'")
    names = ", ".join(f"'{model._meta.db_table}'" for model in TABLES)
    indexes = run(
        "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' AND indexname NOT IN"
        f" (SELECT conname FROM pg_constraint) AND tablename IN ({names})"
    )
    for name, _ in indexes if big else ():
        run(f"DROP INDEX {Q(name)}")
    yield
    for _, definition in indexes if big else ():
        run(definition)
    for sql in connection.ops.sequence_reset_sql(no_style(), list(TABLES)):
        run(sql)
    for model in TABLES:
        run(f"VACUUM (ANALYZE) {table_of(model)}")
    run("SET session_replication_role = DEFAULT")
    run("SET synchronous_commit = DEFAULT")


if __name__ == "__main__":
    print(grow(int(sys.argv[1])))
