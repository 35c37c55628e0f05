"""Who speaks in which part of a recorded order: the citizen, the agent who heads it, or a unit that answered earlier.

A recorded order grows: a head ("交警来电反馈: 工单号…《关于…的问题》"), the citizen's words, an answer of a unit with
its date, the citizen again ("市民再次来电反映：…"). What the citizen feels or needs is read from the citizen's words
alone; an answer that says "已无噪音" or "存在危险" is somebody else's.

    order  := head? (words | answer)*
    head   := CALLER 来电|微信|… VERB ":" (order number | 《title》 | 工单内容 …)*
    answer := (date time)? UNIT 答复|回复|反馈|… ":"   up to the next mark of the citizen
"""

import re
from dataclasses import dataclass

from huying.engines.text.normalise import normalise

LONGEST = 6000  # characters read; an order that is longer repeats itself

_VERBS = "反映|反馈|咨询|建议|投诉|举报|表扬|感谢|求助|补充|撤销|要求|申请|催办|表示|说明|告知|回电|退单"
_CHANNELS = "来电|来信|来函|来访|致电|微信|短信|公众号|市民云|网上|网站|邮件|通过市民云|云|APP|App|app"
_CITIZEN = re.compile(
    rf"(?:市?是?民|(?<![一-鿿])(?:群众|居民|网友|游客|企业|业主)|诉求人|来电人|投诉人)(?:通过)?(?:市民)?(?:再次|又|多次|今日|第.次|继续)?(?:{_CHANNELS}){{0,2}}"
    rf"(?:再次|又)?(?P<verb>{_VERBS})?(?:[(（][^)）\n]{{0,20}}[)）])?[ ]?[:：;；]"
)
_HEAD = re.compile(
    rf"\s*(?P<caller>[^\s:：，。；,;《》]{{0,16}}?)(?:再次|又)?(?:{_CHANNELS}){{1,2}}(?:再次)?(?P<verb>{_VERBS})"
    rf"(?:[(（][^)）\n]{{0,20}}[)）])?[ ]?[:：;；]"
)
_BARE_HEAD = re.compile(
    rf"\s*(?:市民|群众|居民|网友|诉求人|来电人)(?P<verb>{_VERBS})[ ]?[:：;；]|\s*(?P<only>{_VERBS})[ ]?[:：]"
)
_CITED_TITLE = re.compile(r"《(?:关于)?([^《》\n]{2,120})》?")
_CONTENT_MARK = re.compile(r"工单内容[ ]*[:：]?")
_ANSWER = re.compile(
    r"(?:^|(?<=\n)|(?<=[)）。]))[ ]*(?:于)?(?:"
    r"(?:20[0-9]{2}[-年./]|[0-9]{1,2}月)[0-9]{1,2}[-月日./]?(?:[0-9]{1,2}日?)?[ ]*(?:[0-9]{1,2}[:：.][0-9]{2}(?:[:：.][0-9]{2})?)?"
    r"[ ]*[^\n:：，。]{2,24}(?:(?:答复|回复|反馈|回报|办结|情况)[^\n:：，。]{0,6})?[:：]"
    r"|[^\n:：，。《》 ]{2,18}(?:局|政府|街道办|办事处|办公室|公司|集团|中心|支队|大队|派出所|委员会|管委会|医院|学校)"
    r"(?:[^\n:：，。]{0,6}(?:答复|回复|反馈|回报)[^\n:：，。]{0,4})?[:：])"
)
_ORDER_CITED = re.compile(
    r"[ ]*[(（]?(?:政府)?(?:工单|办件)?(?:编?号)?[^0-9\n《]{0,4}(?:[0-9]{8,24}[)）]?|[^\n《]{0,6}《)|[ ]*《关于"
)


@dataclass(frozen=True, slots=True)
class Part:
    """`kind`: head, title (quoted from an earlier order), words (the citizen's) or answer (a unit's earlier one)."""

    kind: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Structure:
    """`verb` of the head ("咨询", "" where none); `caller` is not empty where not a citizen but a unit calls."""

    flat: str
    verb: str
    caller: str
    parts: tuple[Part, ...]

    @property
    def words(self) -> str:
        """The citizen's words, every position kept: what others said is blank."""
        return self._only("words")

    @property
    def spoken(self) -> str:
        """Words and quoted title: what the matter is about, positions kept."""
        return self._only("words", "title")

    @property
    def rounds(self) -> int:
        """How often the citizen speaks; more than one means that the matter came back."""
        return sum(part.kind == "words" and bool(self.flat[part.start : part.end].strip()) for part in self.parts)

    def first(self, kind: str) -> Part | None:
        """The first part of a kind that is not blank."""
        found = (part for part in self.parts if part.kind == kind)
        return next((part for part in found if self.flat[part.start : part.end].strip()), None)

    def _only(self, *kinds: str) -> str:
        if len(self.parts) == 1 and self.parts[0].kind in kinds:
            return self.flat
        made, position = [], 0
        for part in self.parts:
            if part.kind in kinds:
                made += [_blank(self.flat, position, part.start), self.flat[part.start : part.end]]
                position = part.end
        return "".join([*made, _blank(self.flat, position, len(self.flat))])


def _blank(text: str, start: int, end: int) -> str:
    """As long as the original; the end of a line stays the end of a line."""
    return "".join("\n" if char == "\n" else " " for char in text[start:end])


def read_structure(text: str) -> Structure:
    """The parts of one text in reading order. A plain spoken text is one part of words."""
    flat = normalise(text[:LONGEST])
    verb, caller, position = _head(flat)
    marks = sorted(
        {
            **{match.start(): (match.end(), "words") for match in _CITIZEN.finditer(flat, position)},
            **{match.start(): (match.end(), "answer") for match in _ANSWER.finditer(flat, position)},
        }.items()
    )
    parts = [Part("head", 0, position)] if position else []
    speaker, begin = ("head" if caller or _ORDER_CITED.match(flat, position) else "words"), position
    for start, (end, kind) in [*marks, (len(flat), (len(flat), ""))]:
        if start < begin:
            continue
        parts += _split(flat, speaker, begin, start)
        speaker, begin = kind, end
    if not any(part.kind == "words" and flat[part.start : part.end].strip() for part in parts):
        parts = [
            Part("words", part.start, part.end) if part.kind == "head" and part.start >= position else part
            for part in parts
        ]
        parts = parts or [Part("words", 0, len(flat))]
    return Structure(flat, verb, caller, tuple(parts))


def _head(flat: str) -> tuple[str, str, int]:
    """Verb, calling unit and end of the head; a caller that is a citizen counts as none."""
    match = _CITIZEN.match(flat.lstrip()) if flat[:1].isspace() else _CITIZEN.match(flat)
    if match:
        return match["verb"] or "", "", match.end() + len(flat) - len(flat.lstrip())
    match = _HEAD.match(flat)
    if match:
        caller = match["caller"]
        citizen = not caller or re.search(r"市民(?!政)|群众|居民|网友|业主|先生|女士|^民$", caller)
        return match["verb"], "" if citizen else caller, match.end()
    match = _BARE_HEAD.match(flat)
    return (match["verb"] or match["only"], "", match.end()) if match else ("", "", 0)


def _split(flat: str, speaker: str, start: int, end: int) -> list[Part]:
    """A stretch between two marks; before the first mark of the citizen a quoted title stands out of the head."""
    if start >= end:
        return []
    title = _CITED_TITLE.search(flat, start, end) if speaker == "head" else None
    if title is None:
        content = _CONTENT_MARK.search(flat, start, end) if speaker == "head" else None
        if content is None:
            return [Part(speaker, start, end)]
        return [
            Part("head", start, content.end()),
            *([Part("words", content.end(), end)] if content.end() < end else []),
        ]
    parts = [Part("head", start, title.start(1)), Part("title", title.start(1), title.end(1))]
    content = _CONTENT_MARK.search(flat, title.end(1), end)
    if content and flat[content.end() : end].strip():
        return [*parts, Part("head", title.end(1), content.end()), Part("words", content.end(), end)]
    return [*parts, Part("head", title.end(1), end)] if title.end(1) < end else parts
