"""Dates, times, amounts of money and firms in a citizen's words, with what they mean.

A date is said relative to the call ("昨晚", "上周三", "三天前", "去年8月"): with the day of the call it becomes an ISO 8601
date, month or year; without it only what names its year gets a value. A day and month without a year is the nearest
one that is not far ahead (`AHEAD` days). "上周三" counts weeks from Monday. Amounts are in yuan. Times are of 24 hours.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from huying.engines.text.addresses import name_start
from huying.engines.text.normalise import normalise
from huying.engines.text.numbers import NUMERAL, number_of

LONGEST = 4000
AHEAD = 90  # days that a date without a year may lie after the call: a plan or a deadline
KINDS = {"date": "日期", "time": "时间", "amount": "金额", "firm": "单位"}
_WEEK = "一二三四五六日"
_DAYS = {"大前": -3, "前": -2, "昨": -1, "今": 0, "当": 0, "明": 1, "后": 2}
_WEEKS = {"上上": -2, "上": -1, "这": 0, "本": 0, "下": 1}
_YEARS = {"前": -2, "去": -1, "今": 0, "明": 1}

_FULL = re.compile(r"(?<!\d)((?:19|20)\d\d)[年\-/.](\d{1,2})(?:[月\-/.](\d{1,2})(?:[日号](?!线|楼|院|栋))?|月)(?!\d)")
_MONTH_DAY = re.compile(
    r"(?:(?P<year>[去今前明]年)|(?<![\d年.]))(?P<month>\d{1,2})月(?:(?P<day>\d{1,2})[日号](?!线|楼|院|栋)|份)?(?!\d)"
)
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)年(?!\d|[前内多来以])|(?<!大)([去今前明])年(?!\d{1,2}月|轻|级|底前)")
_DAY = re.compile(r"(大前|前|昨|今|明|后)(?:天|日(?!报|常|子)|晚(?!报)|夜|早(?!报)|晨)")
_WEEKDAY = re.compile(r"(上上|上|这|本|下)(?:个)?(?:周|星期|礼拜)([一二三四五六日天末])?(?!边|围|年|岁|转)")
_AGO = re.compile(rf"(?<![0-9])(半|{NUMERAL})(个)?(天|日|周|星期|礼拜|月|年)(?:之|以)?前")
_OF_MONTH = re.compile(r"(上|这|本|下)(?:个)?月(?:(\d{1,2})[日号])?")
_TIME = re.compile(
    r"(?P<part>凌晨|清晨|早上|早晨|上午|中午|下午|傍晚|晚上|夜里|夜间|半夜|深夜|[昨今明当]晚|晚|早)?"
    r"(?P<hour>\d{1,2}|[一二两三四五六七八九十]{1,3})(?:[:：](?P<exact>[0-5]\d)(?![\d:])|"
    r"[点时](?!间|[了候建])(?:钟)?(?P<half>半|一刻|三刻)?(?:(?P<minute>\d{1,2}|[一二三四五六七八九十]{1,3})分?)?)"
)
_AMOUNT = re.compile(
    rf"(?<![\d.])(?P<number>\d[\d,]{{0,14}}(?:\.\d{{1,4}})?|{NUMERAL})(?P<more>[多余几])?(?P<unit>[百千万亿]{{1,2}})?(?P<tail>[多余])?"
    rf"(?:(?:元|块)(?:钱|人民币)?(?!钱包|地|[石砖土板牌])|人民币|(?<=[万亿])(?=[，。、的]))"
)
_FIRM = re.compile(
    r"[一-鿿A-Za-z0-9·（(]{2,18}?(?P<kind>股份有限公司|有限责任公司|有限公司|分公司|公司|集团|物业(?!费|管理费|服务费|[^，。]{0,2}(?:不|说|没))|超市|酒店|宾馆|饭店|餐厅|药店|驾校|"
    r"培训(?:机构|学校|中心|班)|健身(?:房|中心)|美容院|诊所|网吧|旅行社|专卖店|4[Ss]店|售楼(?:部|处)|(?:购物|服务|体育|健身|早教|教育)中心|银行|厂)(?![区房家长方商里的]?员)"
)
_BEFORE_FIRM = re.compile(
    r".*(?:给|被|了|由|向|在|与|跟|到|对|把|让|将|从|是|找|去|等|其|的|我们?|投诉|举报|反映|称|[元块号]|前往|因)"
)
_NO_FIRM = re.compile(
    r"^(?:该|本|某|其|此|这家|那家|一家|几家|物业(?:管理)?|开发(?:商)?|房地产|自来水|供电|燃气|供水|保险|快递|装修|公交|出租车|外卖|搬家|网约车|建筑|施工|"
    r"附近(?:的)?|楼下(?:的)?|小区(?:的)?|大型|小|新|老|多家|各|全|母|子|分|总)+(?:有限公司|公司|物业|超市|酒店|宾馆|饭店|餐厅|药店|驾校|银行|集团|厂|诊所|网吧)$"
)


@dataclass(frozen=True, slots=True)
class Entity:
    """`value`: ISO date (or month, year), "HH:MM", yuan as a plain number, or the firm's name; "" where unknown."""

    kind: str
    text: str
    start: int
    end: int
    value: str


def find_entities(text: str, at: date | None = None) -> list[Entity]:
    """All in reading order, not overlapping. ``at``: the day of the call, which relative dates count from."""
    flat = normalise(text[:LONGEST])
    taken = bytearray(len(flat))
    found: list[Entity] = []
    for start, end, kind, value in _all(flat, at):
        if start < end and not any(taken[start:end]):
            taken[start:end] = b"\x01" * (end - start)
            found.append(Entity(kind, text[start:end], start, end, value))
    return sorted(found, key=lambda one: one.start)


def _all(flat: str, at: date | None) -> Iterator[tuple[int, int, str, str]]:
    for match, value in _dates(flat, at):
        yield match.start(), match.end(), "date", value
    for match in _TIME.finditer(flat):
        time = _clock(match)
        if time:
            dated = (match["part"] or "")[:1] in ("昨", "今", "明", "当")  # "昨晚" is a date, "10点" the time
            yield match.start("hour") if dated else match.start(), match.end(), "time", time
    for match in _AMOUNT.finditer(flat):
        amount = _yuan(match)
        if amount is not None:
            yield match.start(), match.end(), "amount", amount
    for match in _FIRM.finditer(flat):
        start = name_start(flat, match.start(), match.start("kind"))
        before = _BEFORE_FIRM.match(flat, start, match.end() - 2)
        start = before.end() if before else start
        name = flat[start : match.end()]
        if len(name) >= 4 and not _NO_FIRM.match(name):
            yield start, match.end(), "firm", name


def _dates(flat: str, at: date | None) -> Iterator[tuple[re.Match[str], str]]:
    for match in _FULL.finditer(flat):
        value = _iso(int(match[1]), int(match[2]), int(match[3]) if match[3] else None)
        if value:
            yield match, value
    for match in _MONTH_DAY.finditer(flat):
        near = _of_year(match, at)
        if near is not None:
            yield match, near
    for match in _DAY.finditer(flat):
        yield match, (at + timedelta(_DAYS[match[1]])).isoformat() if at else ""
    for match in _WEEKDAY.finditer(flat):
        yield match, _weekday(match[1], match[2] or "", at)
    for match in _AGO.finditer(flat):
        yield match, _ago(match, at)
    for match in _OF_MONTH.finditer(flat):
        yield match, _month(at, _WEEKS[match[1]], match[2]) if at else ""
    for match in _YEAR.finditer(flat):
        yield match, match[1] or (str(at.year + _YEARS[match[2]]) if at else "")


def _iso(year: int, month: int, day: int | None) -> str:
    """ "" for a day that the calendar does not have."""
    try:
        found = date(year, month, day or 1)
    except ValueError:
        return ""
    return found.isoformat() if day else f"{year:04}-{month:02}"


def _of_year(match: re.Match[str], at: date | None) -> str | None:
    """A month with or without its day; None where no calendar has it."""
    month, day = int(match["month"]), int(match["day"]) if match["day"] else None
    if not _iso(2000, month, day):
        return None
    if at is None:
        return ""
    if match["year"]:
        return _iso(at.year + _YEARS[match["year"][0]], month, day) or None
    year = at.year
    ahead = (month - at.month) * 30 + ((day or 1) - at.day)
    return _iso(year - 1 if ahead > AHEAD else year, month, day) or None


def _weekday(which: str, day: str, at: date | None) -> str:
    if at is None:
        return ""
    monday = at - timedelta(at.weekday()) + timedelta(weeks=_WEEKS[which])
    if not day:
        year, week, _ = monday.isocalendar()
        return f"{year}-W{week:02}"
    return (monday + timedelta(5 if day == "末" else _WEEK.index(day.replace("天", "日")))).isoformat()


def _ago(match: re.Match[str], at: date | None) -> str:
    if at is None:
        return ""
    half, unit = match[1] == "半", match[3]
    count = 0.5 if half else number_of(match[1])
    if count is None or count > 1000:
        return ""
    if unit == "年" and not half:
        return str(at.year - int(count))
    if unit == "月" and not half:
        return _month(at, -int(count), None)
    days = {"天": 1, "日": 1, "周": 7, "星期": 7, "礼拜": 7, "月": 30, "年": 365}[unit] * count
    return (at - timedelta(int(days))).isoformat()


def _month(at: date, months: int, day: str | None) -> str:
    number = at.year * 12 + at.month - 1 + months
    return _iso(number // 12, number % 12 + 1, int(day) if day else None)


def _clock(match: re.Match[str]) -> str:
    """ "" where it is no time of day: "一点也不", "25点", "3点建议" without anything that says when."""
    digits = match["hour"].isdigit()
    plain = not (match["part"] or match["exact"] or match["half"] or match["minute"] or "钟" in match.group())
    if plain and not (digits and re.match(r"左右|许|整|多|到|至|-|钟|开始|以?后|以?前", match.string[match.end() :])):
        return ""
    hour, minute = number_of(match["hour"]), number_of(match["exact"] or match["minute"] or "0")
    minute = {"半": 30.0, "一刻": 15.0, "三刻": 45.0}.get(match["half"] or "", minute)
    if hour is None or minute is None or hour > 24 or minute > 59:
        return ""
    if hour < 12 and (match["part"] or "") in (
        "下午",
        "傍晚",
        "晚上",
        "晚",
        "昨晚",
        "今晚",
        "明晚",
        "当晚",
        "夜间",
        "夜里",
    ):
        hour += 0 if hour < 5 and match["part"] not in ("下午", "傍晚") else 12
    elif hour < 3 and match["part"] == "中午":
        hour += 12
    return f"{int(hour) % 24:02}:{int(minute):02}"


_TIMES = {"百": 1e2, "千": 1e3, "万": 1e4, "亿": 1e8}


def _yuan(match: re.Match[str]) -> str | None:
    value = number_of(match["number"].replace(",", ""))
    if value is None:
        return None
    for unit in match["unit"] or "":
        value *= _TIMES[unit]
    return f"{value:.2f}".rstrip("0").rstrip(".")
