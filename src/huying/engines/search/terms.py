"""What is looked for, in two readings of the same text: its words, and its pairs of neighbouring signs.

Words (segmented, the shorter words inside a long one too) find a matter however a sentence orders them. Pairs find a
name of two characters and any piece of text exactly as it is written, whatever the segmenter made of it: a road, an
estate or a firm is seldom in a dictionary. Both ignore width, script and case. Tokens of identifiers are left out, and
so is any number of seven digits and more, should one have stayed in a text: it could be somebody's.
"""

import itertools
import re
from dataclasses import dataclass

import rjieba

from huying.engines.text.normalise import normalise

_IDENTIFIER = re.compile(r"‹[^›]*›|(?<![0-9a-z])[0-9]{7,}(?![0-9a-z])", re.IGNORECASE)
_RUN = re.compile(r"(?:[a-z0-9]|[\u3400-\u9fff])+")
_ATOM = re.compile(r"[a-z0-9]+|[\u3400-\u9fff]")
# Words that say nothing about the matter; a person's question may hold them, the text need not.
_EMPTY = frozenset("的了吗呢啊吧着过是在有和与及也都就")


@dataclass(frozen=True)
class Part:
    """A piece of a question without a gap: it is met by all its ``words`` in any order, or by its ``pairs`` in a row."""

    words: tuple[str, ...]
    pairs: tuple[str, ...]


def _runs(text: str) -> list[str]:
    return _RUN.findall(_IDENTIFIER.sub(" ", normalise(text)).lower())


def _pairs(run: str) -> list[str]:
    atoms = _ATOM.findall(run)
    return [first + second for first, second in itertools.pairwise(atoms)]


def words_of(text: str) -> list[str]:
    """The words a text is found by, shorter ones inside longer ones included."""
    return [word for run in _runs(text) for word in rjieba.cut_for_search(run)]


def pairs_of(text: str) -> list[str]:
    """Neighbouring signs in order; a number or a foreign word counts as one sign: 18号楼 → 18号, 号楼."""
    return [pair for run in _runs(text) for pair in _pairs(run)]


def parts_of(question: str) -> list[Part]:
    """The pieces of a person's question; every one of them has to be met. Empty where nothing can be looked for."""
    parts = []
    for run in _runs(question):
        said = rjieba.cut(run)
        telling = [word for word in said if word not in _EMPTY] or said
        parts.append(Part(tuple(dict.fromkeys(telling)), tuple(_pairs(run))))
    return parts
