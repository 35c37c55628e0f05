"""Whether working time can be reckoned for the promises that are made today."""

from huying.base.calendars import clock
from huying.base.calendars.models import CalendarYear
from huying.base.checks import Finding, check, good, warn

NEXT_YEAR_KNOWN_FROM = 11  # the State Council announces next year's holidays in October or November


@check("日历")
def years() -> Finding:
    """This year must be known; next year's 调休 is announced each autumn and then has to be entered."""
    today = clock.today()
    known = dict(CalendarYear.objects.values_list("year", "provisional"))
    how = "请在系统管理的日历里填充全年，公布后确认。"
    if today.year not in known:
        return warn(f"{today.year} 年的节假日和调休还没有录入，期限只按每周规律计算。", how)
    if known[today.year]:
        return warn(f"{today.year} 年的安排还是暂定的。", how)
    if today.month >= NEXT_YEAR_KNOWN_FROM and known.get(today.year + 1, True):
        return warn(f"{today.year + 1} 年的安排还没有确认，跨年的承诺时间可能算错。", how)
    return good(f"{today.year} 年已确认" + ("，下一年也已确认。" if not known.get(today.year + 1, True) else "。"))
