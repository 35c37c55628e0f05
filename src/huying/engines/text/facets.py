"""What an order is, read by cues: request type, urgency, emotion, emergency line, repetition, reason not to accept.

Cues are data: a code, a pattern, a weight. Each answer carries the spans that led to it, so that an agent sees why and a
manager can argue with it. Where two values fit equally, the milder is taken. Values are those of the public annotation
guide used in our benchmarks:

    request_type  consult help complaint report suggest praise other
    urgency       general urgent emergency
    emotion       calm dissatisfied angry
    transfer      110 119 120 122 none
    not_accept    litigation petition secret emergency_line out_of_area other_body vague abuse civil or ""
"""

import re
from dataclasses import dataclass

from huying.engines.text import cues
from huying.engines.text.normalise import normalise


@dataclass(frozen=True, slots=True)
class Span:
    """The words that led to an answer, with their place in the text."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Facet:
    value: str
    why: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Facets:
    request_type: Facet
    urgency: Facet
    emotion: Facet
    transfer: Facet
    repeat: Facet
    not_accept: Facet


def read_facets(text: str) -> Facets:
    """All facets of one text in one pass per cue list."""
    flat = normalise(text)
    transfer = _transfer(flat)
    return Facets(
        request_type=_request_type(flat),
        urgency=_urgency(flat, transfer),
        emotion=_emotion(flat),
        transfer=transfer,
        repeat=_repeat(flat),
        not_accept=_not_accept(flat, transfer),
    )


def _spans(pattern: re.Pattern[str], flat: str, most: int = 3) -> list[Span]:
    found = []
    for match in pattern.finditer(flat):
        found.append(Span(match.group(), match.start(), match.end()))
        if len(found) == most:
            break
    return found


def _request_type(flat: str) -> Facet:
    """Weighted cues; the head "市民来电咨询：" counts as the agent's own judgement, but words can outweigh it."""
    totals: dict[str, float] = {}
    why: dict[str, list[Span]] = {}
    for code, pattern, weight in cues.REQUEST_TYPE:
        spans = _spans(pattern, flat)
        if spans:
            totals[code] = totals.get(code, 0.0) + weight
            why.setdefault(code, []).extend(spans)
    if not totals:
        return Facet("other" if len(flat.strip()) < 6 else "consult" if flat.rstrip().endswith(("?", "？")) else "help")
    best = max(totals, key=lambda code: (totals[code], -cues.MILD_FIRST.index(code)))
    return Facet(best, tuple(why[best][:4]))


def _transfer(flat: str) -> Facet:
    """The first emergency line with a cue that no negation, past or question about policy takes back."""
    for code, pattern in cues.TRANSFER:
        spans = [span for span in _spans(pattern, flat, 5) if not _taken_back(flat, span)]
        if spans:
            return Facet(code, tuple(spans[:3]))
    return Facet("none")


def _taken_back(flat: str, span: Span) -> bool:
    before, after = flat[max(0, span.start - 8) : span.start], flat[span.end : span.end + 10]
    around = flat[max(0, span.start - 30) : span.end + 30]
    return bool(
        cues.BEFORE_TAKES_BACK.search(before) or cues.AFTER_TAKES_BACK.match(after) or cues.SETTLED.search(around)
    )


def _urgency(flat: str, transfer: Facet) -> Facet:
    if transfer.value != "none":
        return Facet("emergency", transfer.why)
    danger = [span for span in _spans(cues.DANGER, flat, 5) if not _taken_back(flat, span)]
    if danger:
        return Facet("emergency", tuple(danger[:3]))
    pressing = [span for span in _spans(cues.PRESSING, flat, 5) if not _taken_back(flat, span)]
    return Facet("urgent", tuple(pressing[:3])) if pressing else Facet("general")


def _emotion(flat: str) -> Facet:
    for code, pattern in cues.EMOTION:
        spans = _spans(pattern, flat)
        if spans:
            return Facet(code, tuple(spans))
    return Facet("calm")


def _repeat(flat: str) -> Facet:
    spans = _spans(cues.REPEAT, flat)
    return Facet("true", tuple(spans)) if spans else Facet("false")


def _not_accept(flat: str, transfer: Facet) -> Facet:
    for code, pattern in cues.NOT_ACCEPT:
        spans = _spans(pattern, flat)
        if spans:
            return Facet(code, tuple(spans))
    if not any(char.isalpha() for char in flat):
        return Facet("vague")
    return Facet("emergency_line", transfer.why) if transfer.value != "none" else Facet("")
