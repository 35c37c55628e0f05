"""When logins are refused after too many failures (等保三级: 登录失败处理).

Three bounds over the same half hour: five failures for an account from one address (django-axes); twenty for an
account from anywhere, so that guessing is not multiplied by the number of addresses; a hundred from one address for
any accounts, so that one password is not tried on everybody. All in the machine's own time, as axes counts: a lock is
no matter of the business clock.
"""

import time
from datetime import UTC, datetime

from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Max, QuerySet, Sum

from huying.base.calendars import clock
from huying.base.errors import TooMany

ACCOUNT_LIMIT = 20
ADDRESS_LIMIT = 100


def barred_until(username: str, address: str = "") -> datetime | None:
    """Until when logins of an account (from an address, or from anywhere) are refused; None where they are not."""
    attempts = AccessAttempt.objects.filter(attempt_time__gt=_now() - settings.AXES_COOLOFF_TIME)
    account = attempts.filter(username=username)
    here = account.filter(ip_address=address) if address else account
    bounds = [
        *_ends(here.values("ip_address"), settings.AXES_FAILURE_LIMIT),
        *_ends(account.values("username"), ACCOUNT_LIMIT),
    ]
    if address:
        bounds += _ends(attempts.filter(ip_address=address).values("ip_address"), ADDRESS_LIMIT)
    return max((end for end in bounds if end > _now()), default=None)


def locked(until: datetime | None) -> TooMany:
    """The refusal, with the time of day at which it ends."""
    minutes = int(settings.AXES_COOLOFF_TIME.total_seconds() // 60)
    ends = f"到 {clock.local(until):%H:%M} 解除" if until else f"{minutes} 分钟后解除"
    return TooMany(
        f"密码错误次数过多，已锁定，{ends}。如非本人操作，请告诉安全管理员。",
        code="locked",
        title="账号已锁定",
        until=until.isoformat() if until else None,
    )


def _ends(grouped: QuerySet, limit: int) -> list[datetime]:
    rows = grouped.annotate(failures=Sum("failures_since_start"), last=Max("attempt_time"))
    return [row["last"] + settings.AXES_COOLOFF_TIME for row in rows if row["failures"] >= limit]


def _now() -> datetime:
    return datetime.fromtimestamp(time.time(), UTC)
