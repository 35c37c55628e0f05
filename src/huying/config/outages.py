"""What people are told while the database is away, restarts, is busy, or the disk is full.

These are no faults of the program: nothing of the request was kept, and the same request may be sent again (a POST
that creates carries its idempotency key, an action the version it was based on, so that nothing happens twice). One
line goes to the log instead of a traceback. SQLSTATE classes: PostgreSQL 15, Appendix A; codes of SQLite: sqlite.org/rescode.html.
"""

import errno
import logging
import sqlite3

from django.db import InterfaceError, OperationalError
from django.http import HttpResponse

from huying.base.audit.context import current
from huying.base.errors import Problem
from huying.config.problems import problem_response

log = logging.getLogger(__name__)

FULL, AWAY, BUSY = "full", "away", "busy"
WORDS = {
    FULL: "存储空间已满，这次没有保存。已填写的内容请勿关闭；请告诉系统管理员清理或扩容，之后重新提交。",
    AWAY: "数据库暂时连不上，可能正在重启。请稍后重新提交，不会重复登记；已填写的内容请勿关闭。",
    BUSY: "同时操作的人较多，这次没有保存。请稍后重新提交，不会重复登记。",
}
RETRY_AFTER = {FULL: 30, AWAY: 5, BUSY: 2}  # seconds

_FULL_STATES = ("53100",)
_BUSY_STATES = ("40", "53", "55")  # rolled back for another's sake, out of connections or memory, lock not available
_SQLITE = {
    sqlite3.SQLITE_FULL: FULL,
    sqlite3.SQLITE_IOERR: AWAY,
    sqlite3.SQLITE_CANTOPEN: AWAY,
    sqlite3.SQLITE_READONLY: AWAY,
    sqlite3.SQLITE_BUSY: BUSY,
    sqlite3.SQLITE_LOCKED: BUSY,
}


class Unavailable(Problem):
    status, code, title = 503, "unavailable", "暂时无法处理"


def kind_of(error: BaseException | None) -> str:
    """Which outage an error tells of; empty where it is a fault of the program, whose traceback is wanted."""
    if isinstance(error, OSError):
        return FULL if error.errno in (errno.ENOSPC, errno.EDQUOT) else ""
    if isinstance(error, InterfaceError):  # the connection was closed under us
        return AWAY
    if not isinstance(error, OperationalError):
        return ""
    cause = error.__cause__
    if isinstance(cause, sqlite3.Error):
        return _SQLITE.get(getattr(cause, "sqlite_errorcode", 0) & 0xFF, "")  # the low byte is the primary code
    state = getattr(cause, "sqlstate", None) or ""
    if state.startswith(_FULL_STATES):
        return FULL
    return BUSY if state.startswith(_BUSY_STATES) else AWAY


def noted(error: BaseException | None) -> str:
    """The kind of an outage, after one line to the log; empty for every other error."""
    kind = kind_of(error)
    if kind:
        log.error("outage", extra={"kind": kind, "error": str(error).partition("\n")[0][:300]})
    return kind


def outage_response(error: BaseException | None) -> HttpResponse | None:
    """The answer to a request that met an outage; none for every other error."""
    kind = noted(error)
    if not kind:
        return None
    problem = Unavailable(WORDS[kind], request_id=current().request_id, retry_after=RETRY_AFTER[kind])
    response = problem_response(problem)
    response["Retry-After"] = str(RETRY_AFTER[kind])
    response._has_been_logged = True  # type: ignore[attr-defined]  # else Django logs the traceback
    return response
