"""The rules of an order's life as pure functions and data: limits, inner due times, lights, policies, outcomes.

Nothing here reads a table or the clock. :mod:`limits` hands in what is in force.
"""

from collections.abc import Iterable
from dataclasses import dataclass
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
    """A choice the centre can make: what it means, for people, and what holds where nothing was chosen."""

    label: str
    default: Any


POLICIES: dict[str, PolicyKind] = {
    "review.channels": PolicyKind("须经审核的渠道", ["web", "wechat", "app", "email", "qr"]),
    "sign.timeout": PolicyKind("超时未签收：视为签收 counts_as_signed，或上报 escalates", "counts_as_signed"),
    "visit.tries": PolicyKind("回访几次未接通即作无效回访", 3),
    "visit.time_bands": PolicyKind("未接通须分布在几个时段", 2),
    "visit.not_needed": PolicyKind(
        "无需回访：咨询 consult、匿名 anonymous、保密 confidential", ["consult", "anonymous"]
    ),
    "extension.max_days": PolicyKind("一次延期最多几个工作日", 10),
    "extension.max_count": PolicyKind("一件工单最多延期几次", 1),
    "redo.supervise_at": PolicyKind("第几次重办转督办", 3),
    "reassign.consult_at": PolicyKind("第几次改派转会商", 3),
    "margin.assist_days": PolicyKind("协办比主办提前几个工作日", 1),
    "margin.child_days": PolicyKind("下级比上级提前几个工作日", 1),
    "margin.sub_centre_days": PolicyKind("分中心比市级提前几个工作日", 0.5),
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
