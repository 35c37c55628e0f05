"""What an order is, read by cues: request type, urgency, emotion, emergency line, repetition, reason not to accept.

Cues are data: a code, a pattern, a weight. Each answer carries the spans that led to it, so that an agent sees why and a
manager can argue with it. Where two values fit equally, the milder is taken. What a unit answered earlier is not read
as the citizen's words (see `structure`). Values are those of the public annotation guide used in our benchmarks:

    request_type  consult help complaint report suggest praise other
    urgency       general urgent emergency
    emotion       calm dissatisfied angry
    transfer      110 119 120 122 none
    not_accept    litigation petition secret emergency_line out_of_area other_body vague abuse civil or ""
"""

from dataclasses import dataclass

from huying.engines.text import cues
from huying.engines.text.emergencies import read_emergency
from huying.engines.text.spans import Facet, Span, spans_of
from huying.engines.text.structure import Structure, read_structure


@dataclass(frozen=True, slots=True)
class Facets:
    request_type: Facet
    urgency: Facet
    emotion: Facet
    transfer: Facet
    repeat: Facet
    not_accept: Facet


def read_facets(text: str) -> Facets:
    """All facets of one text."""
    read = read_structure(text)
    words, spoken = read.words, read.spoken
    transfer = _transfer(read, words)
    return Facets(
        request_type=_request_type(read, spoken),
        urgency=_urgency(spoken, transfer),
        emotion=_emotion(read, words),
        transfer=transfer,
        repeat=_repeat(read),
        not_accept=_not_accept(words, transfer),
    )


def _request_type(read: Structure, spoken: str) -> Facet:
    """Weighted frames; the verb that the agent chose for the head weighs most, but not against everything."""
    totals: dict[str, float] = {}
    why: dict[str, list[Span]] = {}
    begins = len(spoken) - len(spoken.lstrip())
    stripped = spoken.strip()
    for code, pattern, weight in cues.REQUEST_TYPE:
        spans = spans_of(pattern, stripped)
        if spans:
            totals[code] = totals.get(code, 0.0) + weight
            why.setdefault(code, []).extend(Span(s.text, s.start + begins, s.end + begins) for s in spans)
    if read.verb in cues.HEAD_VERBS and not read.caller:
        code, weight = cues.HEAD_VERBS[read.verb]
        totals[code] = totals.get(code, 0.0) + weight
        why.setdefault(code, []).append(_head_span(read))
    elif read.verb and not totals and len(stripped) < cues.STATEMENT_LENGTH:
        return Facet("consult" if stripped else "other")
    if len(stripped) >= cues.STATEMENT_LENGTH:
        totals["complaint"] = totals.get("complaint", 0.0) + cues.STATEMENT_WEIGHT
    if read.rounds > 1:
        totals["complaint"] = totals.get("complaint", 0.0) + cues.REPEATED_WEIGHT
    if not totals:
        return Facet("other" if len(stripped) < 4 else "consult")
    best = max(totals, key=lambda code: (totals[code], -cues.MILD_FIRST.index(code)))
    return Facet(best, tuple(why.get(best, ())[:4]))


def _head_span(read: Structure) -> Span:
    start = read.flat.find(read.verb)
    return Span(read.verb, start, start + len(read.verb))


def _transfer(read: Structure, words: str) -> Facet:
    """The emergency line that must hear of it now. What already went through the centre once is not called in anew."""
    if read.caller or read.rounds > 1:
        return Facet("none")
    found = read_emergency(words, recorded=bool(read.verb))
    return Facet(found.line, found.why) if found else Facet("none")


def _urgency(spoken: str, transfer: Facet) -> Facet:
    if transfer.value != "none":
        return Facet("emergency", transfer.why)
    danger = [span for span in spans_of(cues.DANGER, spoken, 5) if not _taken_back(spoken, span)]
    if danger:
        return Facet("emergency", tuple(danger[:3]))
    pressing = [span for span in spans_of(cues.PRESSING, spoken, 5) if not _taken_back(spoken, span)]
    return Facet("urgent", tuple(pressing[:3])) if pressing else Facet("general")


def _taken_back(flat: str, span: Span) -> bool:
    before, after = flat[max(0, span.start - 8) : span.start], flat[span.end : span.end + 8]
    return bool(cues.TAKEN_BACK_BEFORE.search(before) or cues.TAKEN_BACK_AFTER.match(after))


def _emotion(read: Structure, words: str) -> Facet:
    """Who comes back after a unit's answer, and not to withdraw, is not content with it."""
    for code, pattern in cues.EMOTION:
        spans = spans_of(pattern, words)
        if spans:
            return Facet(code, tuple(spans))
    if read.verb != "撤销" and _came_back(read):
        return Facet("dissatisfied", (_last_words(read),))
    return Facet("calm")


def _came_back(read: Structure) -> bool:
    return read.rounds > 1 and any(part.kind == "answer" for part in read.parts)


def _last_words(read: Structure) -> Span:
    last = [part for part in read.parts if part.kind == "words"][-1]
    end = min(last.end, last.start + 12)
    return Span(read.flat[last.start : end], last.start, end)


def _repeat(read: Structure) -> Facet:
    """The text itself says that the matter was raised before: an earlier number, a second round, "多次反映"."""
    spans = spans_of(cues.REPEAT, read.flat)
    if spans:
        return Facet("true", tuple(spans))
    return Facet("true", (_last_words(read),)) if _came_back(read) else Facet("false")


def count_matters(text: str) -> int:
    """How many matters of different kinds the citizen numbers ("一、…二、…"); 1 where they are not numbered."""
    spoken = read_structure(text).words
    numbered = {match.group(1) for match in cues.NUMBERED.finditer(spoken)}
    steps = next((count for count in range(9) if cues.NUMERALS[count] not in numbered), 9)
    arabic = next((count for count in range(9) if str(count + 1) not in numbered), 9)
    return max(1, steps, arabic)


def _not_accept(words: str, transfer: Facet) -> Facet:
    for code, pattern in cues.NOT_ACCEPT:
        spans = spans_of(pattern, words)
        if spans:
            return Facet(code, tuple(spans))
    if not any(char.isalpha() for char in words):
        return Facet("vague")
    return Facet("emergency_line", transfer.why) if transfer.value != "none" else Facet("")
