"""Orders that only quote another one, and nearly equal texts that went to different units."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from huying.engines.labels.alike import groups
from huying.engines.labels.proposals import RELABEL, Labelled, Proposal
from huying.engines.text.directions import remove_directions
from huying.engines.text.identifiers import find_identifiers

NEAR = 0.95
CLEAR = 2 / 3
SHOWN = 4
LEAST_WORDS = 12
_BOILERPLATE = re.compile(
    r"(?:政府)?(?:工单|办件|受理|热线)?(?:编号|单号|号)|工单内容|(?:市民|群众|来电人|其|现)?(?:再次|又)?(?:来电|微信|短信|公众号|致电|网上)?"
    r"(?:反映|咨询|反馈|补充|催办|询问|查询|要求|表示|回复)(?:关于)?|该?工单|上述|以上|前述|处理(?:情况|结果|进度|进展)|情况|结果|进度|进展|问题|"
    r"至今|尚未|未|没有|得到|仍|还|解决|回复|答复|处理|请|尽快|再次|跟进|核实|谢谢|如何|怎么样|具体|诉求|事宜|的|了|吗"
)
_MEANT = re.compile(r"[一-鿿A-Za-z]")


def quoting_only(orders: Sequence[Labelled]) -> list[Labelled]:
    """Orders that cite another order's number and say nothing of their own beside set phrases."""
    return [one for one in orders if len(one.text) <= 400 and _only_quotes(one.text)]


def _only_quotes(text: str) -> bool:
    cited = [one for one in find_identifiers(text) if one.kind == "order_no"]
    if not cited:
        return False
    for one in reversed(cited):
        text = text[: one.start] + text[one.end :]
    own = _BOILERPLATE.sub("", remove_directions(text))
    return len(_MEANT.findall(own)) < LEAST_WORDS


def contradictions(
    orders: Sequence[Labelled],
    texts: Sequence[str],
    pairs: Sequence[tuple[int, int]],
    merged: Mapping[str, str],
) -> list[Proposal]:
    """Groups of nearly equal `texts` (cosine ≥ 0.95, already tokenised) under different units, both sides shown.

    Names proposed as one unit (`merged`) do not contradict each other. Where two thirds went to one unit, the proposal
    is to learn all as that one's; else it only shows the group: a person may write the right unit beside it.
    """
    made = []
    for group in groups(pairs, len(orders)):
        units = Counter(merged.get(orders[row].unit, orders[row].unit) for row in group)
        if len(units) < 2:
            continue
        made.append(_contradiction([orders[row] for row in group], [texts[row] for row in group], units, merged))
    return made


def _contradiction(
    orders: Sequence[Labelled], texts: Sequence[str], units: Counter[str], merged: Mapping[str, str]
) -> Proposal:
    (first, most), total = units.most_common(1)[0], sum(units.values())
    other = [one for one in orders if merged.get(one.unit, one.unit) != first]
    sides = "，".join(f"{unit} {count} 件" for unit, count in units.most_common())
    clear = most >= CLEAR * total and most >= 2
    shown = [f"内容：{texts[0][:120]}"]
    for unit, _ in units.most_common(SHOWN):
        numbers = [one.number for one in orders if merged.get(one.unit, one.unit) == unit][:SHOWN]
        shown.append(f"{unit}：{'、'.join(numbers)}")
    effect = (
        f"训练时 {len(other)} 件改记为“{first}”，工单本身不变"
        if clear
        else "两边件数相近：请填写正确的单位再同意，训练时这几件都改记为它"
    )
    return Proposal(
        RELABEL,
        "、".join(unit for unit in units if unit != first),
        first if clear else "",
        len(other) if clear else len(orders),
        f"几乎相同的内容派了不同的单位：{sides}",
        tuple(shown),
        effect,
        round(most / total, 2),
        tuple(one.number for one in (other if clear else orders)),
    )
