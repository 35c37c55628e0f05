"""When a directed rule holds: from one moment to another, and within the hours of the week that it names. Pure."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any

from huying.base.calendars import clock
from huying.handling.dispatch.models import Dated, DirectedRule

NEVER = datetime.max.replace(tzinfo=UTC)
MAX_WINDOWS = 14
_HOUR = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


def begins(rule: Dated) -> datetime:
    """The first moment: as given, else the first minute of the first day."""
    given = rule.begins_at if isinstance(rule, DirectedRule) else None
    return given or datetime.combine(rule.effective_from, time(), clock.SHANGHAI)


def ends(rule: Dated) -> datetime:
    """The moment from which it no longer holds: as given, else the end of the last day; ``NEVER`` where there is none."""
    given = rule.ends_at if isinstance(rule, DirectedRule) else None
    if given is not None or rule.effective_until is None:
        return given or NEVER
    return datetime.combine(rule.effective_until, time(), clock.SHANGHAI) + timedelta(days=1)


def holds_at(rule: DirectedRule, at: datetime) -> bool:
    """Whether the rule is in force at the moment, its hours of the week included."""
    if (rule.begins_at is not None and at < rule.begins_at) or (rule.ends_at is not None and at >= rule.ends_at):
        return False
    return in_week(rule.weekly, at)


def in_week(weekly: Sequence[dict[str, Any]] | None, at: datetime) -> bool:
    """Whether the moment lies in one of the windows; none means always. A window over midnight belongs to its first day."""
    if not weekly:
        return True
    local = clock.local(at)
    hour, today = local.strftime("%H:%M"), local.isoweekday()
    yesterday = 7 if today == 1 else today - 1
    for window in weekly:
        start, stop, days = window["start"], window["until"], window["days"]
        if start < stop:
            if today in days and start <= hour < stop:
                return True
        elif (today in days and hour >= start) or (yesterday in days and hour < stop):
            return True
    return False


def weekly_problem(weekly: Any) -> str:
    """What is wrong with the windows; empty where nothing is."""
    if not isinstance(weekly, list) or len(weekly) > MAX_WINDOWS:
        return f"时段最多 {MAX_WINDOWS} 个"
    for window in weekly:
        days = window.get("days") if isinstance(window, dict) else None
        if not isinstance(days, list) or not days or any(day not in range(1, 8) for day in days):
            return "每个时段至少选一天，1 为周一，7 为周日"
        hours = [window.get("start"), window.get("until")]
        if any(not isinstance(hour, str) or not _HOUR.fullmatch(hour) for hour in hours):
            return "起止时刻写成 20:00 的样子"
        if hours[0] == hours[1]:
            return "起止时刻相同；全天请不填时段"
    return ""


def weekly_words(weekly: Sequence[dict[str, Any]] | None) -> str:
    """每周五六 20:00–次日02:00."""
    said = []
    for window in weekly or ():
        days = "".join("一二三四五六日"[day - 1] for day in sorted(window["days"]))
        over = "次日" if window["until"] < window["start"] else ""
        said.append(f"每周{days} {window['from']}–{over}{window['until']}")
    return "；".join(said)
