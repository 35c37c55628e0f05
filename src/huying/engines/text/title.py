"""A title for an order: what it is about, in at most 30 characters."""

import re

from huying.engines.text.directions import remove_directions
from huying.engines.text.identifiers import TOKEN, tokenise
from huying.engines.text.normalise import squeeze

LONGEST = 30
_HEAD = re.compile(r"^(?:[^，。；\n：:]{0,14}(?:反映|咨询|投诉|建议|举报|表扬|求助|反馈|补充|要求))[ ]*[：:][ ]*")
_QUOTED = re.compile(r"《(?:关于)?([^《》\n]{4,60}?)(?:的?问题)?》")
_ABOUT = re.compile(r"^(?:关于)?([^，,]{3,60}?)的?(?:相关|有关)?(?:问题|情况|事宜)(?:$|[，,])")
_OPENING = re.compile(
    r"^(?:其(?:表示|称|认为|是)?|本人|我(?!家|们|村|爸|妈|孩|爱人|老)是?|您好|你好|喂|哎|唉|诶|那个|同志|打扰了?|请问|"
    r"故来电(?:咨询|反映)?|现|市民|来电人?|诉求人|称|我?想?(?:跟|和|同)(?:你们|您)(?:说|讲|反映)(?:一声|一下)?|"
    r"我?想?(?:说|问|反映)(?:一)?个事(?:儿|情)?啊?|[^，。]{2,4}让问(?:你们|您)|想?咨询|反映|投诉|问|一下|住在?(?=[^，。]{2,20}[，,])|[，,。！!：: ])+"
)
_WHO = re.compile(
    r"^(?:其|我|本人)?是?(?P<place>[^，。]{2,20}?(?:小区)?)的?[ ]*(?:一名)?(?:业主|居民|村民|住户|租户|员工|职工|家长|学生|商户|安保人员|工作人员|开发商)[，, ]+"
)
_TIME = re.compile(
    r"(?:\d{4}年)?\d{1,2}月\d{1,2}[日号](?:\d{1,2}[:：点时]\d{0,2}分?)?(?:左右|许)?|于(?=\d)|(?:昨|今)[天日](?:上午|下午|晚上|凌晨)?"
)
_BREAK = re.compile(r"[。！!？?；;\n]")
_COMMA = re.compile(r"[，,]")


def make_title(text: str) -> str:
    """ "关于…的问题", from the quoted subject of an earlier order or the first clause that says something.

    Never longer than 30 characters, never with a phone, id or plate number; "" for a text without words.
    """
    clean = squeeze(tokenise(remove_directions(text)).text)
    clean = TOKEN.sub("", clean)
    quoted = _QUOTED.search(clean)
    subject = quoted.group(1) if quoted else _first_matter(_HEAD.sub("", clean))
    subject = _TIME.sub("", _OPENING.sub("", _WHO.sub(_place_first, subject))).strip(' ，,。.、:：（(“"‹›')
    about = _ABOUT.match(subject)
    subject = (about.group(1) if about else subject).strip(" ，,。.、").removesuffix("的")
    if not any(char.isalnum() for char in subject):
        return ""
    room = LONGEST - len("关于的问题")
    return f"关于{_shorten(subject, room)}的问题"


def _place_first(match: re.Match[str]) -> str:
    """ "其是XX小区的业主，小区电梯坏了" is about the lift of XX, not about who speaks."""
    return re.sub(r"^(?:其是?|我是?|本人是?|是)", "", match["place"])


def _first_matter(text: str) -> str:
    for sentence in _BREAK.split(text):
        sentence = _OPENING.sub("", sentence.strip()).removeprefix("关于")
        if len(sentence) >= 4:
            return sentence
    return " ".join(text.split())


def _shorten(subject: str, room: int) -> str:
    """Whole clauses as long as they fit; a single long clause is cut."""
    if len(subject) <= room:
        return subject
    kept = ""
    for clause in _COMMA.split(subject):
        longer = f"{kept}，{clause}" if kept else clause
        if len(longer) > room:
            break
        kept = longer
    return kept if len(kept) >= 4 else subject[: room - 1].rstrip("，,、的") + "…"
