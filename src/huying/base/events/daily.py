"""What is done once a day: an obligation per day and kind, so that any number of workers do it once."""

from datetime import date, datetime, time

from huying.base.calendars import clock
from huying.base.events import obligations

_times: dict[str, time] = {}


def once_a_day(kind: str, at: time) -> None:
    """Let the obligation ``kind`` fall due every day at ``at`` (Asia/Shanghai)."""
    _times[kind] = at


def plan(today: date) -> None:
    """Write today's obligations; those of the day are written once."""
    obligations.oblige_many(
        [
            obligations.Due(kind, f"{kind}:{today.isoformat()}", datetime.combine(today, at, clock.SHANGHAI), {})
            for kind, at in _times.items()
        ]
    )
