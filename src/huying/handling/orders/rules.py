"""The rules of an order's life as pure functions and data: limits, inner due times, lights, policies, outcomes.

Nothing here reads a table or the clock. :mod:`limits` hands in what is in force.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

from huying.base.calendars import arithmetic
from huying.base.calendars.arithmetic import Limit, WorkCalendar
from huying.base.calendars.arithmetic import Unit as Measure
from huying.base.calendars.clock import local
from huying.handling.orders.states import ASSIGNMENT_TABLE, ORDER_TABLE, Clock

BEGINNING = date(2000, 1, 1)
MARGIN_SHARE = 5  # one working day's margin of five is a fifth; the natural clock keeps the same share


@dataclass(frozen=True)
class LimitRow:
    """One line of the table of limits. An empty condition holds for every order."""

    purpose: str
    amount: float
    measure: str
    request_type: str = ""
    urgency: str = ""
    category_prefix: str = ""
    effective_from: date = BEGINNING
    effective_until: date | None = None

    @property
    def limit(self) -> Limit:
        return Limit(self.amount, Measure(self.measure))

    def holds(self, on: date, request_type: str, urgency: str, category_code: str) -> bool:
        """Whether the line is in force on that day and its conditions are met."""
        return (
            self.effective_from <= on
            and (self.effective_until is None or on <= self.effective_until)
            and self.request_type in ("", request_type)
            and self.urgency in ("", urgency)
            and category_code.startswith(self.category_prefix)
        )

    @property
    def specificity(self) -> tuple:
        """Urgency counts most (a burst pipe does not wait for its category's 15 days), then category, then type."""
        return bool(self.urgency), len(self.category_prefix), bool(self.request_type), self.effective_from


DEFAULT_LIMITS: tuple[LimitRow, ...] = (
    LimitRow("handle", 5, "working_days"),
    LimitRow("handle", 2, "working_days", request_type="consult"),
    LimitRow("handle", 24, "natural_hours", urgency="urgent"),
    LimitRow("handle", 2, "natural_hours", urgency="emergency"),
    LimitRow("sign", 2, "working_hours"),
    LimitRow("sign", 0.5, "natural_hours", urgency="urgent"),
    LimitRow("sign", 0.25, "natural_hours", urgency="emergency"),
    LimitRow("contact", 24, "natural_hours"),
    LimitRow("object", 1, "working_days"),
    LimitRow("supplement", 2, "working_days"),
    LimitRow("redo", 3, "working_days"),
    LimitRow("redo", 24, "natural_hours", urgency="urgent"),
    LimitRow("redo", 2, "natural_hours", urgency="emergency"),
    LimitRow("decide", 1, "working_days"),
    LimitRow("transfer", 0.25, "natural_hours"),
)


def choose_limit(
    rows: Iterable[LimitRow], purpose: str, *, on: date, request_type: str, urgency: str, category_code: str = ""
) -> Limit:
    """The most specific line in force on ``on``; where the centre has none for the purpose, Huying's default."""
    for table in (rows, DEFAULT_LIMITS):
        fitting = [r for r in table if r.purpose == purpose and r.holds(on, request_type, urgency, category_code)]
        if fitting:
            return max(fitting, key=lambda row: row.specificity).limit
    raise LookupError(f"no limit for {purpose}")


@dataclass(frozen=True)
class PolicyKind:
    """A choice the centre can make: what it means, for people, and what holds where nothing was chosen.

    ``choices``: the codes that may be chosen (several, where the default is a list) with their words. A number lies
    between ``least`` and ``most`` and is counted in ``unit``.
    """

    label: str
    default: Any
    choices: Mapping[str, str] = field(default_factory=dict)
    least: float = 0
    most: float = 0
    unit: str = ""

    def why_not(self, value: Any) -> str:
        """Why a value can't be chosen, in words for people; empty where it can."""
        if isinstance(self.default, list):
            return "" if isinstance(value, list) and set(value) <= self.choices.keys() else "请从所列各项中选择"
        if self.choices:
            return "" if isinstance(value, str) and value in self.choices else "请从所列各项中选择"
        if isinstance(self.default, str):
            return _why_no_number(value)
        whole = isinstance(self.default, int)
        if isinstance(value, bool) or not isinstance(value, int if whole else int | float):
            return "须是整数" if whole else "须是数字"
        return "" if self.least <= value <= self.most else f"须在 {self.least:g} 到 {self.most:g} 之间"


_NUMBER = re.compile(r"([^{}]|\{day:(%[A-Za-z]|[-/])+\}|\{serial:0[1-9]d\})+")  # nothing else reaches str.format


def _why_no_number(pattern: Any) -> str:
    """A format of order numbers must tell days and the orders of a day apart, in at most 30 signs."""
    if not isinstance(pattern, str) or len(pattern) > 60 or not _NUMBER.fullmatch(pattern):
        return "写 {day:%Y%m%d} 表示日期，{serial:06d} 表示当天的序号，其余照写"
    days = (date(2025, 1, 2), date(2025, 1, 3), date(2026, 1, 2))
    made = {pattern.format(day=day, serial=serial) for day in days for serial in (1, 999_999)}
    if len(made) < 2 * len(days):
        return "须同时含年月日 {day:%Y%m%d} 和序号 {serial:06d}"
    return "" if all(len(one) <= 30 and one.isprintable() for one in made) else "编号不能超过 30 个字"


_REVIEWED = {"web": "网站", "wechat": "微信", "app": "手机应用", "email": "电子邮件", "qr": "扫码", "phone": "电话"}
_NOT_VISITED = {"consult": "咨询", "anonymous": "匿名", "confidential": "保密"}
_TIMEOUTS = {"counts_as_signed": "视为签收", "escalates": "上报值班领导"}

POLICIES: dict[str, PolicyKind] = {
    "review.channels": PolicyKind("须经审核的渠道", ["web", "wechat", "app", "email", "qr"], _REVIEWED),
    "sign.timeout": PolicyKind("超时未签收", "counts_as_signed", _TIMEOUTS),
    "visit.tries": PolicyKind("回访几次未接通即作无效回访", 3, least=1, most=10, unit="次"),
    "visit.time_bands": PolicyKind("未接通须分布在几个时段", 2, least=1, most=3, unit="个时段"),
    "visit.not_needed": PolicyKind("无需回访的工单", ["consult", "anonymous"], _NOT_VISITED),
    "extension.max_days": PolicyKind("一次延期最多几个工作日", 10, least=1, most=90, unit="个工作日"),
    "extension.max_count": PolicyKind("一件工单最多延期几次", 1, least=0, most=10, unit="次"),
    "redo.supervise_at": PolicyKind("第几次重办转督办", 3, least=1, most=10, unit="次"),
    "reassign.consult_at": PolicyKind("第几次改派转会商", 3, least=1, most=10, unit="次"),
    "margin.assist_days": PolicyKind("协办比主办提前", 1.0, least=0, most=30, unit="个工作日"),
    "margin.child_days": PolicyKind("下级比上级提前", 1.0, least=0, most=30, unit="个工作日"),
    "margin.sub_centre_days": PolicyKind("分中心比市级提前", 0.5, least=0, most=30, unit="个工作日"),
    "number.format": PolicyKind("工单编号格式", "{day:%Y%m%d}{serial:06d}"),
}

# 国办发〔2020〕53号 and the lists that centres publish: what a hotline does not accept, and the legal way.
DEFAULT_DECLINES: dict[str, tuple[str, str]] = {
    "litigation": ("须通过诉讼、仲裁、行政复议、纪检监察等途径", "请依法通过诉讼、仲裁、行政复议或纪检监察途径解决。"),
    "petition": ("已进入信访渠道", "该事项已由信访部门受理，请向信访部门查询。"),
    "secret": ("涉及国家秘密、商业秘密、个人隐私", "该事项依法不予受理。"),
    "illegal": ("违反法律法规或公序良俗", "该要求不符合法律法规或公序良俗，不予受理。"),
    "emergency": ("应由紧急热线处理", "请立即拨打 110、119、120 或 122。"),
    "elsewhere": ("不属本行政区域", "请拨打事发地区号加 12345。"),
    "other_organ": ("属党委、人大、政协、法院、检察院、军队职权", "请向有管辖权的机关反映。"),
    "repeated": ("已办结且无新的事实和理由", "该事项已有答复，如有新的事实请补充后再反映。"),
    "vague": ("内容不具体，无法办理", "请补充时间、地点、事由后再反映。"),
}

CLOSINGS = {
    "visited": "回访办结",
    "no_visit": "无需回访",
    "visit_invalid": "回访无效",
    "no_info": "无法补充",
    "unreasonable": "不合理办结",
    "shelved": "挂账办结",
    "with_master": "随主单办结",
    "withdrawn": "诉求人撤单",
    "source": "来源已办结",
}


def clock_kind(limit: Limit) -> str:
    return "working" if limit.unit.working else "natural"


@cache
def clock_of(kind: str) -> Limit:
    """A limit that only says which clock runs; for what remains, lights and resuming."""
    return Limit(1, Measure.WORKING_HOURS if kind == "working" else Measure.NATURAL_HOURS)


def state_after_submit(channel: str, review_channels: Iterable[str]) -> str:
    """What citizens write themselves is reviewed; what an agent wrote down goes on to dispatch."""
    return "to_review" if channel in set(review_channels) else "to_dispatch"


def margin(days: float, kind: str, handle: Limit) -> Limit | None:
    """How much earlier an inner level is due: working days, or on the natural clock the same share of the limit."""
    if days <= 0:
        return None
    if kind == "working":
        return Limit(days, Measure.WORKING_DAYS)
    hours = float(handle.exact_amount) * (24 if handle.unit.days else 1)
    return Limit(round(hours * days / MARGIN_SHARE, 4), Measure.NATURAL_HOURS)


def inner_due(due_at: datetime, before: Limit | None, start: datetime, calendar: WorkCalendar) -> datetime:
    """Due time of a level that must leave ``before`` to the level above; never before ``start``."""
    if due_at <= start:
        return start.astimezone(UTC)
    return arithmetic.back(due_at, before, calendar, start=start).at if before else due_at


def unit_due(promised_at: datetime | None, start: datetime, handle: Limit, calendar: WorkCalendar) -> datetime:
    """A unit's due time at dispatch: the promise; a limit of its own where the promise has already gone by."""
    if promised_at is not None and promised_at > start:
        return promised_at
    return arithmetic.due(start, handle, calendar).at


def moved_on(
    due_at: datetime | None, since: datetime, until: datetime, kind: str, calendar: WorkCalendar
) -> datetime | None:
    """A due time after its clock stood still from ``since`` to ``until``: later by exactly that time."""
    return None if due_at is None else arithmetic.resume(due_at, since, until, clock_of(kind), calendar).at


def extended(due_at: datetime, days: int, kind: str, calendar: WorkCalendar) -> datetime:
    """A due time after an approved extension: working days, or on the natural clock days of 24 hours."""
    if kind == "working":
        return arithmetic.add_working_days(due_at, days, calendar)
    return arithmetic.add_natural(due_at, Limit(days, Measure.NATURAL_DAYS).span)


def share_of_time(start: datetime, due_at: datetime, share: float, kind: str, calendar: WorkCalendar) -> datetime:
    """The moment at which a share of the time from ``start`` to ``due_at`` has gone by, on the clock of ``kind``."""
    if due_at <= start:
        return start.astimezone(UTC)
    window = calendar.time_between(start, due_at) if kind == "working" else due_at - start
    if not window:
        return arithmetic.add_natural(start, (due_at - start) * share)
    return (
        calendar.add_time(start, window * share) if kind == "working" else arithmetic.add_natural(start, window * share)
    )


@dataclass(frozen=True)
class TimeLeft:
    """What a page shows of a due time: seconds left on its own clock (negative when late) and the light."""

    seconds: int | None
    light: str | None


NO_CLOCK = TimeLeft(None, None)


def time_left(
    *, now: datetime, start: datetime | None, due_at: datetime | None, kind: str, stopped: datetime | None, calendar
) -> TimeLeft:
    if due_at is None or start is None:
        return NO_CLOCK
    limit = clock_of(kind)
    left = arithmetic.remaining(now, due_at, limit, calendar, paused_since=stopped)
    shown = arithmetic.light(now, start, due_at, limit, calendar, paused_since=stopped, left=left)
    return TimeLeft(int(left.total_seconds()), str(shown))


def order_clock_runs(state: str) -> bool:
    return ORDER_TABLE[state].clock is not Clock.NONE


def promise_runs(state: str) -> bool:
    """Whether an order in this state can become late (not while its clock stands still, nor once concluded)."""
    return ORDER_TABLE[state].clock is Clock.RUNS


def assignment_clock_runs(state: str) -> bool:
    return ASSIGNMENT_TABLE[state].clock is not Clock.NONE


def time_band(at: datetime) -> str:
    """Part of the day in which a citizen was called: morning before 12, afternoon before 18, then evening."""
    hour = local(at).hour
    return "morning" if hour < 12 else "afternoon" if hour < 18 else "evening"


def visit_outcome(*, reached: bool, solved: str, satisfied: str, missed_bands: list[str], tries: int, bands: int):
    """``(next state, closing)`` after a visit; ``missed_bands`` has one entry for each miss of this round.

    Solved and satisfied closes; anything else goes to a person's judgement. Three misses in two time bands close the
    order with an invalid visit, which no satisfaction figure counts.
    """
    if reached:
        content = solved == "solved" and satisfied in ("satisfied", "basic")
        return ("closed", "visited") if content else ("to_judge", "")
    if len(missed_bands) >= tries and len(set(missed_bands)) >= bands:
        return "closed", "visit_invalid"
    return "to_visit", ""


def visit_needed(*, request_type: str, anonymous: bool, confidential: bool, reachable: bool, not_needed) -> bool:
    """Nobody is visited who can't be reached, nor where the centre chose not to."""
    marks = {request_type} | ({"anonymous"} if anonymous else set()) | ({"confidential"} if confidential else set())
    return reachable and not marks & set(not_needed)
