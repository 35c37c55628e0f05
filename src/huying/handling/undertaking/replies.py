"""The texts units answer with: which gaps they may have, how they are filled, what a new centre begins with. Pure.

What only the handler knows is written between 【 】 and stays to be filled in by hand.
"""

from dataclasses import dataclass

from huying.base import placeholders
from huying.base.errors import Invalid
from huying.handling.orders.states import CONCLUSIONS

MAX_BODY = 2000
FIELDS: dict[str, str] = {
    "order_no": "工单编号",
    "title": "诉求标题",
    "place": "事发地址",
    "category": "事项",
    "unit": "承办单位",
    "filed": "反映时间",
    "promised": "承诺办结时间",
    "contacted": "联系群众的时间",
    "handler": "经办人",
    "today": "今天的日期",
}


@dataclass(frozen=True)
class Text:
    """A text ready to be shown: what it is called and which conclusion it goes with (empty: any)."""

    name: str
    conclusion: str
    body: str


DEFAULTS: tuple[Text, ...] = (
    Text(
        "已办好",
        "solved",
        "您好，您{filed}反映的“{title}”收悉。经核实，【核实情况】。{unit}已【处理措施】，于{today}办理完毕。"
        "{contacted}已与您联系告知。感谢您的监督和支持。",
    ),
    Text(
        "已部分办好",
        "partly_solved",
        "您好，您{filed}反映的“{title}”收悉。经核实，【核实情况】。目前已【已办事项】；【未办事项】因【原因】需要时间，"
        "预计【完成时间】前完成。{contacted}已与您沟通，后续进展会及时告知。",
    ),
    Text(
        "解释说明",
        "explained",
        "您好，您{filed}反映的“{title}”收悉。根据【政策依据】，【解释内容】。{contacted}已向您说明。如有疑问，可拨打{unit}电话【电话】。",
    ),
    Text(
        "列入计划",
        "planned",
        "您好，您{filed}反映的“{title}”收悉。经现场查看，{place}【现场情况】。该事项已列入【计划名称】，"
        "计划【完成时间】前实施。{contacted}已向您说明，请您谅解。",
    ),
    Text(
        "经查不属实",
        "untrue",
        "您好，您{filed}反映的“{title}”收悉。{today}前，工作人员到{place}核查，【核查经过】，未发现您反映的情况。"
        "{contacted}已告知您核查结果。如有新的线索，欢迎继续反映。",
    ),
)


def checked(body: str, conclusion: str) -> str:
    """The text, trimmed. :class:`Invalid` where it is empty, too long, uses an unknown gap, or no such conclusion."""
    clean = body.strip()
    if conclusion and conclusion not in CONCLUSIONS:
        raise _bad("conclusion", "没有这种办结类型")
    if not clean or len(clean) > MAX_BODY:
        raise _bad("body", f"内容须在 1 到 {MAX_BODY} 字之间")
    try:
        placeholders.names(clean, FIELDS)
    except ValueError as error:
        raise _bad("body", str(error)) from error
    return clean


def filled(body: str, values: dict[str, str]) -> str:
    """The text with its gaps filled; a gap without value is left to be filled by hand: ``【联系群众的时间】``."""
    return placeholders.fill(body, lambda name: values.get(name) or f"【{FIELDS[name]}】")


def _bad(field: str, message: str) -> Invalid:
    return Invalid(f"模板不能这样保存：{message}。", code="bad_template", errors=[{"field": field, "message": message}])
