"""A reading's answer and the words that led to it."""

import re
from dataclasses import dataclass


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


def spans_of(pattern: re.Pattern[str], flat: str, most: int = 3) -> list[Span]:
    """The first `most` places where the pattern is found."""
    found = []
    for match in pattern.finditer(flat):
        found.append(Span(match.group(), match.start(), match.end()))
        if len(found) == most:
            break
    return found
