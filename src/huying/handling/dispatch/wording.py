"""What is written out for people: the handling opinion, what is still to be asked, and the model's reason."""

import re
from datetime import datetime

from huying.base.calendars import clock
from huying.base.org.models import Unit
from huying.base.taxonomy.models import Category, DecidingPlace
from huying.engines.classify.explain import Evidence
from huying.engines.text.particulars import missing_particulars
from huying.engines.text.readable import why_a_person
from huying.handling.dispatch.reading import Location
from huying.handling.dispatch.steps import short

NO_MODEL = "本中心尚无派单模型，仅凭派单目录、规则和地名推荐。"
NO_CANDIDATE = "目录、规则和模型都看不出该由谁办，请派单员判断。"
_SUBJECT = re.compile(r"^关于(.*)的问题$")
_PLACE_WORDS = re.compile(r"地址|地点|位置|哪里|何处|区域|路段|小区|楼栋")
_TIME_WORDS = re.compile(r"时间|何时|什么时候|日期|时段")
_TIME_SAID = re.compile(
    r"\d{1,2}[月日号点时]|[今昨前明]天|[今昨]晚|凌晨|早上|上午|中午|下午|傍晚|夜间|深夜|半夜|每天|每晚|周[一二三四五六日末]|"
    r"[一二两三四五六七八九十几\d]+个?(?:小时|天|周|星期|月|年)|长期|一直|最近|近日"
)


def opinion(title: str, lead: Unit | None, assists: list[Unit], due_at: datetime | None = None) -> str:
    """交办意见 as a dispatcher would write it, with the moment by which the citizen has an answer; empty where nobody was
    found."""
    if lead is None:
        return ""
    match = _SUBJECT.match(title)
    subject = match.group(1) if match else title
    helpers = f"、{'、'.join(short(unit) for unit in assists)}协办" if assists else ""
    about = f"反映{subject}。" if subject else ""
    if due_at is None:
        return f"{about}请{short(lead)}主办{helpers}，及时联系诉求人核实处理，按期办结并答复。"
    until = clock.local(due_at)
    return f"{about}请{short(lead)}主办{helpers}，{until.month}月{until.day}日{until:%H:%M}前联系诉求人并答复。"


def missing(category: Category | None, location: Location, words: str, request_type: str = "") -> list[str]:
    """What the agent should still ask: what the category needs to be handled, or else what such matters usually need."""
    by_incident = category is None or category.deciding_place == DecidingPlace.INCIDENT
    if category is None or not category.must_ask:
        needs_place = by_incident and request_type != "consult"
        return missing_particulars(words, place=location.place, needs_place=needs_place)
    place_said, time_said = bool(location.place), bool(_TIME_SAID.search(words))
    left = [
        item
        for item in category.must_ask
        if not (place_said and _PLACE_WORDS.search(item)) and not (time_said and _TIME_WORDS.search(item))
    ]
    if by_incident and not place_said and not any(_PLACE_WORDS.search(item) for item in left):
        left.insert(0, "事发地点")
    return left


def recent_reason(unit: Unit, count: int) -> str:
    return f"近来 {count} 件相近工单由人定为{short(unit)}承办"


_HELD = {
    "doubt": "近来相近工单由人改派给其他单位，留给派单员判断。",
    "withdrawn": "因近期错派上升，该单位暂停自动派单。",
    "burst": "短时间内有大量相同内容，留给派单员判断。",
}


def held_reasons(held: str, text: str) -> list[str]:
    """Why it is left to a person, where that does not go without saying."""
    if held == "words":
        return [f"不自动派单：{why_a_person(text)}。"]
    return [_HELD[held]] if held in _HELD else []


def model_reason(evidence: list[Evidence]) -> str:
    terms = [f"“{one.term}”" for one in evidence if one.start >= 0][:4]
    return f"模型：{''.join(terms)}" if terms else "模型：与以往此类工单相近"
