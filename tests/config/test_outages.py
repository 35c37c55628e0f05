"""While the database is away or the disk is full, people are told so and when to try again; no traceback anywhere."""

import errno
import logging
import sqlite3

import pytest
from django.db import InterfaceError, OperationalError, ProgrammingError, connection
from django.test import Client

from huying.config import readiness
from huying.handling.orders import selectors
from tests import factories
from tests.api_client import ApiClient

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


def of_sqlite(code: int, words: str) -> OperationalError:
    cause = sqlite3.OperationalError(words)
    cause.sqlite_errorcode = code
    return caused(cause)


def of_postgres(state: str | None) -> OperationalError:
    cause = Exception("server closed the connection unexpectedly\nDETAIL: a row")
    cause.sqlstate = state  # type: ignore[attr-defined]
    return caused(cause)


def caused(cause: Exception) -> OperationalError:
    error = OperationalError(str(cause))
    error.__cause__ = cause
    return error


OUTAGES = [
    (of_sqlite(sqlite3.SQLITE_FULL, "database or disk is full"), "存储空间已满"),
    (of_sqlite(sqlite3.SQLITE_IOERR | (3 << 8), "disk I/O error"), "数据库暂时连不上"),
    (of_sqlite(sqlite3.SQLITE_BUSY, "database is locked"), "同时操作的人较多"),
    (of_postgres("53100"), "存储空间已满"),
    (of_postgres("57P01"), "数据库暂时连不上"),
    (of_postgres(None), "数据库暂时连不上"),
    (of_postgres("40P01"), "同时操作的人较多"),
    (InterfaceError("the connection is closed"), "数据库暂时连不上"),
    (OSError(errno.ENOSPC, "No space left on device"), "存储空间已满"),
]


@pytest.mark.parametrize(("error", "words"), OUTAGES, ids=[str(error)[:30] for error, _ in OUTAGES])
@pytest.mark.parametrize("path", ["/orders", "/readyz"])
def test_an_outage_is_told_with_a_time_to_try_again(error, words, path, monkeypatch, caplog) -> None:
    def fails(*_args, **_options):
        raise error

    agent = ApiClient.with_token(factories.token(factories.person("agent")))
    monkeypatch.setattr(selectors, "order_page", fails)
    monkeypatch.setattr(readiness, "waiting", fails)
    with caplog.at_level(logging.WARNING):
        reply = agent.get(path) if path == "/orders" else Client(raise_request_exception=False).get(path)

    assert reply.status_code == 503
    assert int(reply["Retry-After"]) > 0
    assert reply["Content-Type"] == "application/problem+json"
    assert reply.json()["detail"].startswith(words)
    assert [record.message for record in caplog.records] == ["outage"]
    assert "DETAIL" not in caplog.text
    assert "Traceback" not in caplog.text


@pytest.mark.parametrize(
    "error", [of_sqlite(sqlite3.SQLITE_ERROR, "no such column: x"), ProgrammingError("syntax"), OSError(2, "no file")]
)
def test_a_fault_of_the_program_stays_one(error, monkeypatch, caplog) -> None:
    def fails(*_args, **_options):
        raise error

    agent = ApiClient.with_token(factories.token(factories.person("agent")))
    monkeypatch.setattr(selectors, "order_page", fails)
    with caplog.at_level(logging.ERROR):
        reply = agent.get("/orders")

    assert reply.status_code == 500
    assert reply.json()["request_id"]
    assert "Traceback" in caplog.text


def test_whether_it_is_ready_costs_two_statements(django_assert_max_num_queries) -> None:
    readiness.waiting()
    with django_assert_max_num_queries(2):
        reply = Client(raise_request_exception=False).get("/readyz")
    assert reply.json() == {"status": "ok", "pending": 0}


def test_a_table_that_is_missing_makes_it_not_ready() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'orders' AND name = '0002_initial'")
    reply = Client(raise_request_exception=False).get("/readyz")
    assert (reply.status_code, reply.json()["pending"]) == (503, 1)
