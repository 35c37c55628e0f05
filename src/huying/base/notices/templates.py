"""The texts of notices: which fields they may hold, how they are filled, and the texts a new centre begins with. Pure.

Filling replaces names by values and nothing else: no attribute, index, conversion or format is understood, so that a
template can't reach anything but its fields. An SMS holds 70 characters, each part of a longer one 67 (3GPP TS 23.040).
"""

import re
from datetime import date, datetime
from typing import Any

from huying.base import placeholders
from huying.base.calendars import clock
from huying.base.errors import Invalid

MAX_BODY = 500
MAX_SEGMENTS = 2
SECRET = {"link": "（链接）", "query_code": "******"}

# field → what it is, and the most characters of it that go into a notice
FIELDS: dict[str, tuple[str, int]] = {
    "order_no": ("工单编号", 24),
    "query_code": ("查询码", 12),
    "title": ("诉求标题", 16),
    "unit": ("承办单位", 16),
    "promised": ("承诺办结时间", 12),
    "reply": ("答复内容", 60),
    "reason": ("原因", 40),
    "question": ("需要补充的内容", 40),
    "target": ("转往的热线或单位", 16),
    "link": ("网页链接", 64),
}
CODES: dict[str, str] = {
    "accepted": "受理告知",
    "dispatched": "交办告知",
    "need_info": "请补充告知",
    "extended": "延期告知",
    "suspended": "挂账告知",
    "concluded": "办结答复",
    "visit": "回访评价",
    "closed": "办结告知",
    "declined": "不予受理告知",
    "transferred": "转接告知",
}
DEFAULTS: dict[str, str] = {
    "accepted": "【12345】您好，您反映的“{title}”已受理，编号{order_no}，查询码{query_code}，预计{promised}前答复您。请放心，我们会跟进。",
    "dispatched": "【12345】您好，您反映的“{title}”（{order_no}）已交{unit}办理，预计{promised}前答复，请保持电话畅通。",
    "need_info": "【12345】您好，您反映的“{title}”（{order_no}）需要您补充：{question}。请拨打12345告诉我们，谢谢配合。",
    "extended": "【12345】您好，您反映的“{title}”（{order_no}）因{reason}需多一些时间，新的答复时间为{promised}前，请您谅解。",
    "suspended": "【12345】您好，您反映的“{title}”（{order_no}）因{reason}暂不能办成，我们会定期复查，有进展即告知您。",
    "concluded": "【12345】您好，“{title}”（{order_no}），{unit}答复：{reply}",
    "visit": "【12345】您好，您反映的“{title}”已办理，请您评价：{link} ，您的意见帮助我们改进，谢谢。",
    "closed": "【12345】您好，您反映的“{title}”（{order_no}）已办结。如有新情况，请随时拨打12345，感谢您的支持。",
    "declined": "【12345】您好，您反映的“{title}”（{order_no}）不属热线受理范围：{reason}。如有疑问请拨打12345咨询。",
    "transferred": "【12345】您好，您反映的“{title}”（{order_no}）已转{target}处理，如未联系您请再拨12345。",
}

_SPACES = re.compile(r"\s+")
_FIRST_SEGMENT, _LATER_SEGMENT = 70, 67


def names(body: str) -> list[str]:
    """The fields a template uses. :class:`Invalid` where braces don't match or a field is none of `FIELDS`."""
    try:
        return placeholders.names(body, FIELDS)
    except ValueError as error:
        raise _bad(str(error)) from error


def check(body: str) -> str:
    """The template, trimmed. :class:`Invalid` where it is empty, too long, or uses an unknown field."""
    clean = body.strip()
    if not clean:
        raise _bad("内容不能为空")
    if len(clean) > MAX_BODY:
        raise _bad(f"内容不超过 {MAX_BODY} 个字")
    names(clean)
    longest = segments(fill(clean, {field: "字" * limit for field, (_, limit) in FIELDS.items()}))
    if longest > MAX_SEGMENTS:
        raise _bad(f"填满后要 {longest} 条短信，最多 {MAX_SEGMENTS} 条，请写短些")
    return clean


def fill(body: str, fields: dict[str, Any], *, hide_secrets: bool = False) -> str:
    """The text with its fields filled; a long value is cut with an ellipsis. A field without value reads as “—”.

    ``hide_secrets`` writes a mark instead of links and query codes: so a notice is kept.
    """
    return placeholders.fill(
        body, lambda name: SECRET[name] if hide_secrets and name in SECRET else _value(name, fields.get(name))
    )


def _value(name: str, value: Any) -> str:
    if isinstance(value, datetime):
        value = moment(value)
    elif isinstance(value, date):
        value = f"{value.month}月{value.day}日"
    clean = _SPACES.sub(" ", str(value if value is not None else "")).strip()
    limit = FIELDS[name][1]
    return (clean if len(clean) <= limit else f"{clean[: limit - 1]}…") or "—"


def moment(value: datetime) -> str:
    """``6月20日17时30分`` on the wall clock of the centre; the full hour without minutes."""
    local = clock.local(value)
    minutes = f"{local.minute}分" if local.minute else ""
    return f"{local.month}月{local.day}日{local.hour}时{minutes}"


def segments(text: str) -> int:
    """How many SMS a Chinese text takes (UCS-2)."""
    units = len(text.encode("utf-16-le")) // 2
    return 1 if units <= _FIRST_SEGMENT else -(-units // _LATER_SEGMENT)


def _bad(message: str) -> Invalid:
    return Invalid(
        f"模板不能这样保存：{message}。", code="bad_template", errors=[{"field": "body", "message": message}]
    )
