"""Remove what an agent has already written about the handling unit, so that a model cannot read the answer off it.

Recorded orders are full of 交办 directions: "请市公安局核实处理，谢谢！", "（请职能局按规定在30分钟内联系市民，响应处置）",
a head that names the calling unit ("龙华区城管来电反馈："), "转城管处理". They are no words of the citizen and, at the
moment of dispatch, do not exist yet. A citizen's own wish ("请帮忙处理", "请问怎么办", "希望城管管一管") stays.

A small parser, not a list of sentences. The text is cut into clauses at punctuation; then three rules:

  head     := CALLER 来电|微信|…  反馈|咨询|反映|…  ":"      where CALLER is an organisation, not a citizen
  bracket  := "（" … "）"     whose content is a direction or only a handling limit ("30分钟内响应处置")
  direct   := CUE OBJECT ACTION      CUE = 请 | 交(由) | 转(交) | 由 …
              OBJECT an organisation, by name, by head word (局 队 中心 公司 …) or by position between CUE and ACTION
              ACTION routine (核实处理, 30分钟内联系市民 …): the whole clause goes;
                     of substance (督促开发商补办手续): CUE and OBJECT go, the substance stays

`unit_names` are the city's own names and aliases; they are recognised as OBJECT whatever they look like.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import islice

from huying.engines.text.units import is_organisation, organisation_at

_BREAKS = "，。！？；,!?;\n"
_OPEN, _CLOSE = "（(【[", "）)】]"
_BRACKET_REACH = 90
_OBJECT_REACH = 30
_CLAUSE_REACH = 200
_MOST = 200  # cues and brackets looked at in one text; whoever writes more is no agent

_HEAD = re.compile(
    r"(?P<caller>[^\s：:，。；,;！!？?（）()]{0,24}?)(?:工作人员)?(?:再次|又|今日|自行)?"
    r"(?:来电|来函|来信|微信|短信|致电|公众号|网上|传真)?"
    r"(?P<verb>反馈|反映|咨询|反咨询|回复|答复|补充|撤销|退单|要求|申请|表示|建议|告知|投诉|求助)(?:[（(][^）)\n]{0,20}[）)])?[ ]*[：:]"
)
_REPLIES = ("回复", "答复", "反馈", "告知", "表示")
_CITIZEN = re.compile(
    r"^$|市民(?!政|防|云)|群众|居民|业主|游客|旅客|乘客|网友|网民|司机|村民|家长|学生|老人|女士|先生|小姐|匿名|企业主|商户|本人|其|员工|"
    r"职工|12345|热线|投诉人|来电人|诉求人|当事人|读者|顾客|消费者|公众|车主|住户|网格员|物业|记者|开发商|^\d+$|^A[Pp][Pp]|^民$|^(?:是吗|再次)"
)
_HEAD_LINE = re.compile(r"(?:^|\n)[ ]*(?:市民[^\n：:，。]{0,8}[：:][ ]*)?")
_CUE = re.compile(
    r"(?P<please>(?:敬|特|烦|恳|故|现|并|再|也|请)?请)(?!问|求|假|病假|事假|客|示|教(?!育)|愿|帖|柬|战|功|罪|进|坐)"
    r"|(?P<pass>(?:建议|请|现|特|故|此件|该件)?(?:转交|转给|转办|转派|转往|转|交由|交办|派给|派往|派至))(?!达|接|移|让|账|弯|发|运|租|学|户|正)"
    r"|(?P<by>(?:现|拟|应|请)由)"
)
_NOT_BEFORE = re.compile(r"[申邀聘提报宴约延奏诚吁]$|未$|不$|须$|需$|再次提$")
_FILLER = re.compile(
    r"^(?:(?:按照?|根据|依据|依照)(?:相关|有关)?(?:规定|要求|职责|法规|流程)|依法|依规|在?规定|在|于|的|将|对此|对该|就此|"
    r"[0-9一二三四五六七八九十两]+个?(?:分钟|小时|工作日|日|天)(?:之?内)?|尽快|尽早|及时|立即|马上|速|迅速|赶快|抓紧|第一时间|给予|"
    r"予以|务必|认真|积极|高度|妥善|协助|配合|帮忙|帮助|继续|再次|加大力度|加强|能|可以|能够|进行|前往|到现场|到场|现场|派人|"
    r"安排人员|安排|工作人员|相关人员|人员|来|去|并|及|，|、|\s)+"
)
_ROUTINE = re.compile(
    r"核实|核查|核处|核办|处理|处置|办理|跟进|跟踪|回复|答复|回应|协调|解决|关注|重视|响应|联系(?:市民|群众|诉求人|来电人|其|居民|投诉人)|"
    r"查处|调查|落实|整改|对接|反馈|受理|知悉|酌情|研究|介入|支持|协办|督办|到达现场|到场|给予|予以|进行"
)
_ROUTINE_REST = re.compile(
    r"^(?:核实|核查|核处|核办|处理|处置|办理|跟进|跟踪|回复|答复|回应|协调|解决|关注|重视|响应|联系|市民|群众|诉求人|来电人|居民|"
    r"投诉人|客户|查处|调查|落实|整改|对接|反馈|受理|介入|督办|到达|现场|到场|给予|予以|进行|尽快|及时|立即|速|并|及|和|与|给|后|"
    r"该|此|件|问题|情况|事宜|诉求|其|一下|为盼|谢谢|感谢|了解|明确|妥善|详细|处|实|行|快|办|理|能局|规定|按|在|内|时间|"
    r"[0-9三十]+分钟|小时|[0-9：:.、“”\"'~\-—\s]|谢|结果|相关|工单|工作|的|将|再次|派人|赶|前往|查看|查实|核|意见|单)+$"
)
_LIMIT = re.compile(r"(?:[0-9一二三四五六七八九十]+\s*(?:分钟|小时|个?工作日))|响应.{0,2}处[置理]|职能[局部]")
_BOILERPLATE = re.compile(r"[0-9一二三四五六七八九十]+\s*分钟|响应.{0,2}处[置理]|职能局|核实处理")
_VAGUE = re.compile(
    r"^(?:政府|有关|相关|职能|主管|上级|领导|部门|单位|人员|工作人员|政府部门|政府机关|有关部门|相关部门|相关单位|有关单位|"
    r"职能部门|相关职能部门|政府职能部门|政府相关部门|政府有关部门|相关政府部门|贵[局司部委]?|热线|12345(?:热线)?|平台|话务员|你们?|您|各级|执法|"
    r"广大|市民|群众|大家|领导们|政府领导|市领导|市长|书记|区长)+$"
)
_PERSONAL = re.compile(
    r"你|您|我|他|她|咱|大家|自己|人们|师傅|医生|老师|律师|保姆|工人|开发商|物业|商家|房东|业主|车主|市民(?!政|防|云)|群众|尽|快|当事人|诉求人|说明|提供|告知"
)
_THANKS = re.compile(r"[，,。！!；; ]*(?:谢谢|感谢|多谢)[。！!~ ]*(?=$|\n|[（(])")


@dataclass(frozen=True, slots=True)
class Direction:
    """A span to cut; `rule` is head, bracket or direct."""

    start: int
    end: int
    rule: str


def remove_directions(text: str, unit_names: Collection[str] = ()) -> str:
    """`text` without directions. Order of the remaining words is kept, leftover punctuation is tidied."""
    spans = find_directions(text, unit_names)
    if not spans:
        return text.strip()
    parts, position = [], 0
    for span in spans:
        parts.append(text[position : span.start])
        position = span.end
    parts.append(text[position:])
    return _tidy("".join(parts))


def find_directions(text: str, unit_names: Collection[str] = ()) -> list[Direction]:
    """All directions in reading order, not overlapping."""
    names = frozenset(name for name in unit_names if len(name) >= 2)
    found = sorted(
        [*_heads(text, names), *_brackets(text, names), *_directs(text, names)], key=lambda d: (d.start, -d.end)
    )
    kept: list[Direction] = []
    for one in found:
        if kept and one.start < kept[-1].end:
            if one.end > kept[-1].end:
                kept[-1] = Direction(kept[-1].start, one.end, kept[-1].rule)
            continue
        kept.append(one)
    return kept


def _heads(text: str, names: frozenset[str]) -> Iterator[Direction]:
    for line in _HEAD_LINE.finditer(text):
        match = _HEAD.match(text, line.end())
        if match is None:
            continue
        caller = match["caller"].strip()
        if match["verb"] in _REPLIES and match.start() > 0 and "来电" not in match.group():
            continue  # an earlier reply quoted further down is part of the case, not of this dispatch
        if not _CITIZEN.search(caller) and (len(caller) <= 8 or is_organisation(caller, names)):
            yield Direction(match.start(), match.end(), "head")


def _brackets(text: str, names: frozenset[str]) -> Iterator[Direction]:
    for start in islice((at for at, char in enumerate(text) if char in _OPEN), _MOST):
        end = next((i for i in range(start + 1, min(len(text), start + _BRACKET_REACH)) if text[i] in _CLOSE), None)
        stop = end if end is not None else _line_end(text, start)
        content = text[start + 1 : stop].strip()
        if stop - start > _BRACKET_REACH or not content:
            continue
        if _is_bracket_direction(content, names):
            yield Direction(start, stop + (end is not None), "bracket")


def _is_bracket_direction(content: str, names: frozenset[str]) -> bool:
    if content.startswith("注"):
        return False
    asks = bool(_LIMIT.search(content)) and bool(_ROUTINE.search(content) or "办件" in content)
    if content.startswith(("请", "备注：请", "备注:请")) or (asks and len(content) <= 40):
        return asks or any(direction.start <= 4 for direction in _directs(content, names))
    return False


def _line_end(text: str, start: int) -> int:
    end = text.find("\n", start)
    return len(text) if end < 0 else end


def _directs(text: str, names: frozenset[str]) -> Iterator[Direction]:
    for cue in islice(_CUE.finditer(text), _MOST):
        if _NOT_BEFORE.search(text[max(0, cue.start() - 3) : cue.start()]):
            continue
        end = _direct_end(text, cue.end(), names, strict=cue["please"] is None)
        if end is not None:
            yield Direction(cue.start(), end, "direct")


def _direct_end(text: str, start: int, names: frozenset[str], *, strict: bool) -> int | None:
    """Where the direction that begins with a cue before `start` ends, or None where there is none."""
    stop = _clause_end(text, start)
    if stop - start > _CLAUSE_REACH:
        return None
    clause = text[start:stop]
    lead = _FILLER.match(clause)
    offset = lead.end() if lead else 0
    known = organisation_at(clause, offset, names)
    verb = _ROUTINE.search(clause, offset)
    if known is not None:
        return _named_end(text, start, stop, known, strict=strict)
    if strict or verb is None or not 0 < verb.start() - offset <= _OBJECT_REACH:
        return None
    obj = _FILLER.sub("", clause[offset : verb.start()])
    obj = re.sub(r"(?:给予|予以|尽快|及时|立即|加大力度|帮忙|认真|进行|能|的|[，、\s])+$", "", obj)
    if not 2 <= len(obj) <= 12 or _PERSONAL.search(obj) or _VAGUE.match(obj):
        return None
    return _swallow(text, stop) if _ROUTINE_REST.match(clause[verb.start() :]) else None


def _named_end(text: str, start: int, stop: int, object_end: int, *, strict: bool) -> int | None:
    clause = text[start:stop]
    rest = clause[object_end:]
    filler = _FILLER.match(rest)
    action = rest[filler.end() :] if filler else rest
    obj = clause[:object_end]
    routine = not action.strip() or bool(_ROUTINE_REST.match(action))
    if _VAGUE.match(_FILLER.sub("", obj)) and not _BOILERPLATE.search(clause):
        return None
    if routine:
        return _swallow(text, stop)
    if strict and not _ROUTINE.match(action):
        return None
    return start + object_end


def _swallow(text: str, stop: int) -> int:
    """The routine continuation after the clause belongs to it: "，响应处置", "，谢谢！"."""
    while stop < len(text):
        if text[stop] not in _BREAKS or text[stop] == "\n":
            return stop
        after = stop + 1
        while after < len(text) and text[after] in _BREAKS + " " and text[after] != "\n":
            after += 1
        end = _clause_end(text, after)
        clause = text[after:end].strip()
        if not clause or not _ROUTINE_REST.match(clause) or end - after > _OBJECT_REACH:
            return after
        stop = end
    return stop


def _clause_end(text: str, start: int) -> int:
    """The next break. Looked for a little further than a direction reaches, so that words without a break cost each
    cue the same."""
    last = min(len(text), start + _CLAUSE_REACH + 1)
    for position in range(start, last):
        if text[position] in _BREAKS or text[position] in _OPEN or text[position] in _CLOSE:
            return position
    return last


def _tidy(text: str) -> str:
    text = re.sub(r"[（(][\s，,。！!]*[）)]", "", text)
    text = _THANKS.sub("", text)
    text = re.sub(r"[，,；;、 ]+(?=[。！!？?\n]|$)", "", text)
    text = re.sub(r"([。！!？?])[。！!，,\s]*(?=[。！!])", "", text)
    text = re.sub(r"(?m)^[。，,；;！!、 ]+", "", text)
    return re.sub(r"\n{2,}", "\n", text).strip()
