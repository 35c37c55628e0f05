"""Limits and policies in force, kept in memory so that filing an order costs no query for them.

Read again at most every ``CHECK_EVERY_S`` seconds, and at once after a change made by this process. While a change
made here is not yet committed, the tables are read directly, so that nothing uncommitted is kept.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from django.db import connection, transaction
from django.db.models.signals import post_delete, post_save

from huying.base.calendars import arithmetic, clock
from huying.base.calendars.arithmetic import Limit
from huying.base.calendars.selectors import current_calendar
from huying.base.taxonomy.models import Category
from huying.handling.orders import rules
from huying.handling.orders.models import DeclineRule, LimitRule, Policy, WorkOrder

CHECK_EVERY_S = 5.0


@dataclass(frozen=True)
class Book:
    """The tables of limits and policies as they stood when read."""

    limits: tuple[rules.LimitRow, ...]
    policies: tuple[tuple[str, Any, date, date | None], ...]

    def by_category(self, purpose: str) -> bool:
        return any(row.category_prefix for row in self.limits if row.purpose == purpose)

    def policy(self, key: str, on: date) -> Any:
        """The value in force on ``on``: the latest one that had begun; the default where there is none."""
        known = [
            (start, value)
            for name, value, start, until in self.policies
            if name == key and start <= on and (until is None or on <= until)
        ]
        return max(known, key=lambda pair: pair[0])[1] if known else rules.POLICIES[key].default


@dataclass(frozen=True)
class _Kept:
    database: str
    read_at: float
    book: Book


_kept: _Kept | None = None
_uncommitted_until = 0.0


def book() -> Book:
    global _kept
    kept, database, asked = _kept, str(connection.settings_dict["NAME"]), time.monotonic()
    if kept is not None and kept.database == database and asked - kept.read_at < CHECK_EVERY_S:
        return kept.book
    fresh = _read()
    if asked >= _uncommitted_until:
        _kept = _Kept(database, asked, fresh)
    return fresh


def forget() -> None:
    """Read the tables again at the next question."""
    global _kept, _uncommitted_until
    _kept, _uncommitted_until = None, 0.0


def _changed(**_: Any) -> None:
    global _uncommitted_until
    forget()
    if connection.in_atomic_block:
        _uncommitted_until = time.monotonic() + CHECK_EVERY_S
        transaction.on_commit(forget)


for _model in (LimitRule, Policy):
    post_save.connect(_changed, sender=_model, dispatch_uid=f"limits.{_model.__name__}.saved")
    post_delete.connect(_changed, sender=_model, dispatch_uid=f"limits.{_model.__name__}.deleted")


def _read() -> Book:
    names = ("purpose", "amount", "measure", "request_type", "urgency", "category_prefix")
    dated = ("effective_from", "effective_until")
    return Book(
        tuple(rules.LimitRow(**row) for row in LimitRule.objects.values(*names, *dated)),
        tuple(Policy.objects.values_list("key", "value", *dated)),
    )


def policy(key: str, on: date | None = None) -> Any:
    """The centre's choice for ``key`` on a day (today if not said)."""
    return book().policy(key, on or clock.today())


def policy_for(order: WorkOrder, key: str) -> Any:
    """The choice in force on the day an order was filed: a past order is judged by the rules of its time."""
    return policy(key, clock.local(order.filed_at).date())


class Filed(Protocol):
    """What of an order decides its limits; an order that is still to be written has it too."""

    @property
    def filed_at(self) -> datetime: ...
    @property
    def request_type(self) -> str: ...
    @property
    def urgency(self) -> str: ...
    @property
    def category(self) -> Category | None: ...


def limit_for(order: Filed, purpose: str) -> Limit:
    """The limit for an order, by the table in force on the day it was filed."""
    known = book()
    code = order.category.code if known.by_category(purpose) and order.category is not None else ""
    return rules.choose_limit(
        known.limits,
        purpose,
        on=clock.local(order.filed_at).date(),
        request_type=order.request_type,
        urgency=order.urgency,
        category_code=code,
    )


def due(order: WorkOrder, purpose: str, start: datetime) -> datetime:
    """When what begins at ``start`` is due for ``purpose``."""
    return arithmetic.due(start, limit_for(order, purpose), current_calendar()).at


def margin(order: WorkOrder, key: str) -> Limit | None:
    """How much earlier than the level above: ``assist``, ``child`` or ``sub_centre``."""
    return rules.margin(policy_for(order, f"margin.{key}_days"), order.clock_kind, limit_for(order, "handle"))


def decline_rules(on: date | None = None) -> dict[str, tuple[str, str]]:
    """``{code: (name, what the citizen is told)}`` in force; Huying's list where the centre has none."""
    day = on or clock.today()
    rows = DeclineRule.objects.filter(effective_from__lte=day).exclude(effective_until__lt=day).order_by("pk")
    return {row.code: (row.name, row.tell) for row in rows} or dict(rules.DEFAULT_DECLINES)


Shift = Callable[[datetime | None], datetime | None]


def shift_by_pause(since: datetime, until: datetime, kind: str) -> Shift:
    """A function that moves a due time on by what the clock stood still between two moments."""
    calendar = current_calendar()
    return lambda due_at: rules.moved_on(due_at, since, until, kind, calendar)


def shift_by_days(days: int, kind: str) -> Shift:
    """A function that moves a due time on by an approved extension."""
    calendar = current_calendar()
    return lambda due_at: None if due_at is None else rules.extended(due_at, days, kind, calendar)
