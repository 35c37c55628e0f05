"""Does somebody need 110, 119, 120 or 122 at once? Event, now, a person in danger — and what takes an event back.

Each mention of an event is judged where it stands. It weighs more when the text speaks of now or calls for help, less
when the clause denies it, fears it, advises against it, tells of last year, or when the text is about what followed
(compensation, a certificate, the ambulance's price). Figurative words ("跳楼价") are no event at all. The mention with
the greatest weight decides; between lines that weigh equally the one that must come first at the scene: fire and
rescue, police, traffic police, ambulance. Beside the lists the wording of the sentence is weighed (`emergency_words`).
"""

import re
from dataclasses import dataclass

from huying.engines.text import danger
from huying.engines.text.emergency_words import line_probabilities
from huying.engines.text.spans import Span

SURE = 0.4  # probability from which the wording alone tells of an emergency
SURE_RECORDED = 0.7
DENIES = 0.1  # probability below which the wording takes back an event of the lists
WINDOW = 75  # characters to either side of an event that are its wording
LIMIT = 1.2  # weight from which a mention is an emergency
LONGEST = 1500  # characters read: who needs help now says so at once
_ORDER = ("119", "110", "122", "120")
_CLAUSE = re.compile(r"[，。！？；,!?;\n]")
_SENTENCE = re.compile(r"[。！？；!?;\n]")
_MOST_MENTIONS = 12


@dataclass(frozen=True, slots=True)
class Emergency:
    """`line` to be called first, `others` that the words also call for, `weight`, and the words that say so."""

    line: str
    others: tuple[str, ...]
    weight: float
    why: tuple[Span, ...]


def read_emergency(words: str, *, recorded: bool = False) -> Emergency | None:
    """The emergency that these (normalised) words report as happening now; None where they do not.

    An event that the lists know counts unless the wording is that of an everyday matter; without one the wording alone
    must be that of an emergency. ``recorded``: an agent wrote the order down, so an emergency would have been passed on
    already; there the wording alone must be very sure.
    """
    event = by_events(words)
    if event is not None:
        middle = event.why[0].start
        near = words[max(0, middle - WINDOW) : middle + WINDOW]
        return event if 1.0 - line_probabilities(near)["0"] >= DENIES else None
    lines = line_probabilities(words.strip())
    wording = 1.0 - lines["0"]
    if wording < (SURE_RECORDED if recorded else SURE):
        return None
    ranked = sorted(_ORDER, key=lambda line: -lines[line])
    start = len(words) - len(words.lstrip())
    said = _SENTENCE.split(words[start : start + WINDOW])[0]
    return Emergency(ranked[0], (), round(wording, 2), (Span(said, start, start + len(said)),))


def by_events(words: str) -> Emergency | None:
    """By the lists of events and circumstances alone."""
    text = words[:LONGEST]
    unreal = [match.span() for match in danger.FIGURATIVE.finditer(text)]
    about = min(2.0, 1.2 * len(set(danger.MATTER.findall(text))))
    now = bool(danger.NOW.search(text))
    weights: dict[str, float] = {}
    why: dict[str, list[Span]] = {}
    for line, strength, pattern in danger.EVENTS:
        for count, match in enumerate(pattern.finditer(text)):
            if count == _MOST_MENTIONS:
                break
            if any(start < match.end() and match.start() < end for start, end in unreal):
                continue
            weight = strength + _circumstances(text, match.start(), match.end(), now) - about * (0.5 if now else 1.0)
            if weight >= LIMIT:
                weights[line] = max(weights.get(line, 0.0), weight)
                why.setdefault(line, []).append(Span(match.group(), match.start(), match.end()))
    if not weights:
        return None
    ranked = sorted(weights, key=lambda line: (-round(weights[line], 1), _ORDER.index(line)))
    first = _first_at_the_scene(ranked, weights)
    others = tuple(line for line in ranked if line != first)
    return Emergency(first, others, round(weights[first], 2), tuple(why[first][:3]))


def _first_at_the_scene(ranked: list[str], weights: dict[str, float]) -> str:
    """The weightiest, unless one that must come first at the scene weighs nearly as much."""
    return min((line for line in ranked if weights[line] >= weights[ranked[0]] - 0.5), key=_ORDER.index)


def _circumstances(text: str, start: int, end: int, now: bool) -> float:
    """What the words around a mention add or take."""
    clause_start = _begin(_CLAUSE, text, start, 40)
    sentence_start = _begin(_SENTENCE, text, start, 80)
    before, after = text[clause_start:start], text[end : end + 24]
    around = text[sentence_start : min(len(text), end + 40)]
    weight = 0.5 if now else 0.0
    if danger.NEGATED.search(before):
        weight -= 2.5
    if danger.HYPOTHETICAL.search(before + text[start : end - 1]) or danger.HYPOTHETICAL_AFTER.search(after):
        weight -= 1.8
    if danger.PAST.search(text[sentence_start:end]) or danger.PAST.match(after):
        weight -= 0.6 if now and not re.search(r"去年|前年|上个?月|[0-9]{4}年|年前|月前", around) else 1.6
    elif not now and danger.PAST.search(after):
        weight -= 1.0
    if danger.DONE.search(around):
        weight -= 1.2
    return weight


def _begin(boundary: re.Pattern[str], text: str, position: int, reach: int) -> int:
    """Where the clause or sentence that contains ``position`` begins, at most ``reach`` characters back."""
    begin = max(0, position - reach)
    last = None
    for match in boundary.finditer(text, begin, position):
        last = match
    return last.end() if last else begin
