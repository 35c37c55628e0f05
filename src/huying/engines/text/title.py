"""A title for an order: where and what, as a clerk would head a list with it, in at most 30 characters.

"滨江路锦绣花园夜间施工噪声扰民", not "关于…的问题": the place first, then the clause that says what is the matter, without
the speaker, greetings, dates and who should do something about it.
"""

import re

from huying.engines.text.addresses import best_address
from huying.engines.text.directions import remove_directions
from huying.engines.text.identifiers import TOKEN, tokenise
from huying.engines.text.normalise import squeeze
from huying.engines.text.structure import read_structure

LONGEST = 30
_READ = 500  # characters in which the matter is looked for
_QUOTED = re.compile(r"《(?:关于)?([^《》\n]{4,60}?)(?:的?问题)?》")
_ABOUT = re.compile(r"^(?:关于)?([^，,]{3,60}?)的?(?:相关|有关)?(?:问题|情况|事宜)(?:$|[，,])")
_OPENING = re.compile(
    r"^(?:(?:诉求人|来电人|反映人|市民)[（(][^（()）]{1,12}[)）]|[\u4e00-\u9fff]{2}(?=[您你]好)|能听见不|总算打通了|不好意思打扰(?:你们|您)?|情绪激动|"
    r"我?(?:说|跟您反映|跟你们反映)个(?:事|情况)啊?|(?:我们|俺们?家?|咱们?家?)(?=[^，。]{2,12}?(?:路|街|道|村|镇|小区|社区|花园|苑|新城|名邸))|"
    r"其(?:表示|称|认为|是)?|本人|我(?!家|们|村|爸|妈|孩|爱人|老)是?|您好|你好|喂|哎|唉|诶|那个|同志|打扰了?|请问|"
    r"故来电(?:咨询|反映)?|现(?!场|代|浇)|市民(?!政|防|云)|来电人?|诉求人|(?:来电|来信)?(?:反映|咨询|投诉|建议|举报|求助|反馈|补充|要求)[ ]*[：:]?|称|"
    r"我?想?(?:跟|和|同)(?:你们|您)(?:说|讲|反映)(?:一声|一下)?|我?想?(?:说|问|反映)(?:一)?个事(?:儿|情)?啊?|[^，。]{2,4}让问(?:你们|您)|"
    r"想?咨询|问|一下|关于|住在?(?=[^，。]{2,20}[，,])|[，,。！!：: ])+"
)
_WHO = re.compile(
    r"^(?:其|我|本人)?是?(?P<place>[^，。]{2,30}?(?:小区)?)的?[ ]*(?:一名)?(?:业主|居民|村民|住户|租户|员工|职工|家长|学生|商户|安保人员|工作人员|开发商)[，, ]+(?:其(?:表示|认为|称|反映)?|现?在?想(?:要)?(?=咨询))?"
)
_TIME = re.compile(
    r"(?:\d{4}年)?\d{1,2}月\d{1,2}[日号](?:\d{1,2}[:：点时]\d{0,2}分?)?(?:左右|许)?|于(?=\d)|(?:早上|上午|中午|下午|晚上|凌晨)?\d{1,2}(?:点|[:：]\d{2})(?:\d{1,2}分|半|分)?(?:时|左右|许)?|(?:昨|今)[天日](?:上午|下午|晚上|凌晨)?"
)
# What is the matter, in the clause that says it; a clause without any leads up to it.
_TROUBLE = re.compile(
    r"不(?:处理|管|退|给|发|亮|通|合理|开门|到位|便|能|让|同意|作为|公平|办理|安全|足|理)|未|没(?:有)?(?:给|发|处理|人|水|电|解决|退|办)|无(?:法|证|人|牌|照)|"
    r"拖欠|欠薪|违|乱|坏|破|漏|堵|挡|停[水电气]|噪|吵|扰|脏|臭|异味|油烟|污|废水|废气|排放|倾倒|占用|占道|被?偷|骗|私自|收费|罚|涨|裂|塌|掉落|丢|遗失|遗落|"
    r"多[收加]|要求多|殴打|拒载|咨询|如何|是否|能否"
)
_JOINS = re.compile(r"^(?:且|但是?|却|而且?|并且?|故|现在?|当时|后来?|因此|所以|于是|致使|导致|结果|该|此)+")
_GROUNDS = re.compile(r"^(?:根据|按照|依据|据|由于|因为)")
_EMPTY_BRACKETS = re.compile(r"[（(]\s*[)）]")
_BREAK = re.compile(r"[。！!？?；;\n]")
_COMMA = re.compile(r"[，,]")
_AT_FIRST = re.compile(r"^(?:[在于]|现?住在?|位于|其)+")
_AT_LAST = re.compile(r"[，,](?:故|特|因此)?(?:来电|来信)?(?:投诉|反映|咨询|举报|求助)?$")
_DIVISION = re.compile(r"^[^，,路街巷]{2,4}?(?:区|县|市)(?=[^，,]{4})")
_EDGES = ' ，,。.、:：（(“"‹›'


def make_title(text: str) -> str:
    """Place and matter, from the quoted subject of an earlier order or the first clause that says something.

    Never longer than 30 characters, never with a phone, id or plate number; "" for a text without words.
    """
    clean = TOKEN.sub("", squeeze(tokenise(remove_directions(text[:_READ])).text))
    quoted = _QUOTED.search(clean)
    subject = quoted.group(1) if quoted else _first_matter(_spoken(clean))
    subject = _TIME.sub("", _OPENING.sub("", _WHO.sub(_place_first, subject))).strip(_EDGES)
    about = _ABOUT.match(subject)
    subject = (about.group(1) if about else subject).strip(" ，,。.、").removesuffix("的")
    if not any(char.isalnum() for char in subject):
        return ""
    subject = _EMPTY_BRACKETS.sub("", _AT_LAST.sub("", _AT_FIRST.sub("", subject)))
    return _shorten(_with_place(_with_trouble(subject, clean), clean))


def _spoken(clean: str) -> str:
    read = read_structure(clean)
    part = read.first("words")
    return read.flat[part.start : part.end] if part else clean


def _with_place(subject: str, clean: str) -> str:
    """The place before the matter where the subject does not name it and both fit."""
    address = best_address(clean)
    if address is None or address.text in subject or address.text[:4] in subject:
        return subject
    return f"{address.text}{subject}" if len(address.text) + len(subject) <= LONGEST else subject


def _with_trouble(subject: str, clean: str) -> str:
    """Of a long sentence the clause that says what is wrong, where the first only leads up to it ("其在广场做保安，…")."""
    clauses = _COMMA.split(subject)
    if len(subject) <= LONGEST or len(clauses) < 2 or _TROUBLE.search(clauses[0]):
        return subject
    for clause in clauses[1:]:
        said = _OPENING.sub("", _JOINS.sub("", clause.strip()))
        if len(said) >= 6 and _TROUBLE.search(said) and not _GROUNDS.match(said):
            address = best_address(clauses[0]) or best_address(clean)
            where = address.text if address and address.text[:4] not in said else ""
            return f"{where}{said}" if len(where) + len(said) <= LONGEST else said
    return subject


def _place_first(match: re.Match[str]) -> str:
    """ "其是XX小区的业主，小区电梯坏了" is about the lift of XX, not about who speaks."""
    return re.sub(r"^(?:其是?|我是?|本人是?|是)", "", match["place"])


def _first_matter(text: str) -> str:
    for sentence in _BREAK.split(text):
        sentence = _OPENING.sub("", sentence.strip()).removeprefix("关于")
        if len(sentence) >= 4:
            return sentence
    return " ".join(text.split())


def _shorten(subject: str) -> str:
    """Whole clauses as long as they fit; a single long clause is cut."""
    if len(subject) > LONGEST:
        subject = _DIVISION.sub("", subject)  # the list shows the division beside the title
    if len(subject) <= LONGEST:
        return subject
    kept = ""
    for clause in _COMMA.split(subject):
        longer = f"{kept}，{clause}" if kept else clause
        if len(longer) > LONGEST:
            break
        kept = longer
    return kept if len(kept) >= 4 else subject[: LONGEST - 1].rstrip("，,、的") + "…"
