"""Text to numbers: counted character n-grams, words and given extra tokens, weighted by what they say about the label.

A `Vocabulary` is a plain list of terms, so that a model file can be read, checked and explained without running
anything from it. The first letter of a term tells its block: c one or two characters, t three, w a word, x an extra
token. Texts are counted once; each model then looks at the counts through a `FeatureSpace` of its own.

A term's value in a text is (1 + ln count) · weight, and each group of blocks is scaled to its share of length. The
weight is how far the labels of the texts that hold the term differ from those of all texts, the Kullback-Leibler
divergence

    weight(t) = Σ_k P(k | t) · ln( P(k | t) / P(k) ),   P(k | t) = (n(t, k) + a P(k)) / (n(t) + a),  a = 2

so that "公交" outweighs "希望" however rare either is; without labels it is smooth inverse document frequency.
"""

import itertools
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix, vstack

from huying.engines.text.normalise import squeeze
from huying.engines.text.segment import Segmenter, default_segmenter

BLOCKS = "ctwx"
_LONG_NUMBER = re.compile(r"\d{6,}")
_TOKEN = re.compile(r"‹([^‹›]{1,6}?)\d+›")
_PRIOR = 2.0  # texts' worth of the general distribution mixed into each term's


@dataclass(frozen=True, slots=True)
class FeatureConfig:
    """A term must occur in `min_df` texts and in at most `max_share` of them; the commonest `max_terms` stay."""

    min_df: int = 3
    max_share: float = 0.5
    max_terms: int = 120_000
    max_chars: int = 2_000


@dataclass(frozen=True, slots=True)
class View:
    """Which blocks a model sees: each group is scaled to length `scale` by itself."""

    groups: tuple[tuple[str, float], ...] = (("ct", 1.0), ("x", 0.6))

    @classmethod
    def from_dict(cls, saved: dict[str, Any]) -> "View":
        return cls(tuple((letters, scale) for letters, scale in saved["groups"]))


def prepare(text: str, limit: int = 2_000) -> str:
    """The form features are taken from. Long numbers become one sign and identifiers' tokens lose their counter:
    which number it is says nothing about who handles it."""
    text = squeeze(text[: 4 * limit]).lower()
    return _TOKEN.sub(r"‹\1›", _LONG_NUMBER.sub("#", text))[:limit]


@dataclass
class Vocabulary:
    """The terms that count. `terms` carry their block letter; `block` (terms,) is its place in BLOCKS."""

    config: FeatureConfig
    terms: list[str]
    segmenter: Segmenter = field(default_factory=default_segmenter)

    def __post_init__(self) -> None:
        self.block = np.array([BLOCKS.index(term[0]) for term in self.terms], dtype=np.int8)
        self._places: dict[str, dict[str, int]] = {letter: {} for letter in "cwx"}
        for place, term in enumerate(self.terms):
            self._places["c" if term[0] == "t" else term[0]][term[1:]] = place

    @property
    def size(self) -> int:
        return len(self.terms)

    def place(self, term: str) -> int | None:
        """Number of a term with its block letter."""
        return self._places["c" if term[0] == "t" else term[0]].get(term[1:])

    @classmethod
    def fit(
        cls,
        texts: Sequence[str],
        extra_tokens: Sequence[Sequence[str]] | None = None,
        config: FeatureConfig = FeatureConfig(),
        progress: Callable[[float], None] = lambda share: None,
    ) -> "Vocabulary":
        segmenter = default_segmenter()
        seen: dict[str, Counter[str]] = {letter: Counter() for letter in "cwx"}
        for place, text in enumerate(texts):
            prepared = prepare(text, config.max_chars)
            seen["c"].update(set(_grams(prepared)))
            seen["w"].update(set(_words(prepared, segmenter)))
            seen["x"].update(set(extra_tokens[place]) if extra_tokens is not None else ())
            if place % 500 == 0:
                progress(place / len(texts))
        most = max(config.min_df, config.max_share * len(texts))
        kept = [
            (count, ("t" if letter == "c" and len(term) == 3 else letter) + term)
            for letter, counter in seen.items()
            for term, count in counter.items()
            if config.min_df <= count and (count <= most or letter == "x")
        ]
        kept.sort(key=lambda pair: (-pair[0], pair[1]))
        return cls(config, [term for _, term in kept[: config.max_terms]], segmenter)

    def counts(
        self, texts: Sequence[str], extra_tokens: Sequence[Sequence[str]] | None = None, batch: int = 1_000
    ) -> csr_matrix:
        """(texts, terms) number of times each known term occurs."""
        parts = [
            self._count(texts[at : at + batch], extra_tokens[at : at + batch] if extra_tokens is not None else None)
            for at in range(0, len(texts), batch)
        ]
        return parts[0] if len(parts) == 1 else vstack(parts, format="csr") if parts else csr_matrix((0, self.size))

    def _count(self, texts: Sequence[str], extra_tokens: Sequence[Sequence[str]] | None) -> csr_matrix:
        places: list[int] = []
        ends = []
        chars, words, extras = self._places["c"], self._places["w"], self._places["x"]
        for row, text in enumerate(texts):
            prepared = prepare(text, self.config.max_chars)
            places += [chars[term] for term in _grams(prepared) if term in chars]
            places += [words[term] for term in _words(prepared, self.segmenter) if term in words]
            if extra_tokens is not None:
                places += [extras[term] for term in extra_tokens[row] if term in extras]
            ends.append(len(places))
        starts = np.array([0, *ends], dtype=np.int32)
        ones = np.ones(len(places), dtype=np.float32)
        made = csr_matrix((ones, np.array(places, dtype=np.int32), starts), shape=(len(texts), self.size))
        made.sum_duplicates()
        return made


@dataclass
class FeatureSpace:
    """A model's look at a vocabulary. `weight` (terms of the vocabulary,) as in the module's docstring.

    Columns of the matrices made here are only the terms of the view's blocks, in the vocabulary's order (`terms`).
    """

    vocabulary: Vocabulary
    view: View
    weight: np.ndarray

    def __post_init__(self) -> None:
        group = np.full(len(BLOCKS), -1, dtype=np.int8)
        for number, (letters, _) in enumerate(self.view.groups):
            for letter in letters:
                group[BLOCKS.index(letter)] = number
        self._group = group[self.vocabulary.block]
        self._kept = np.flatnonzero(self._group >= 0)
        self._column = np.cumsum(self._group >= 0, dtype=np.int32) - 1
        self._scale = np.array([scale for _, scale in self.view.groups], dtype=np.float32)

    @property
    def size(self) -> int:
        return len(self._kept)

    @property
    def terms(self) -> list[str]:
        return [self.vocabulary.terms[place] for place in self._kept]

    @property
    def segmenter(self) -> Segmenter:
        return self.vocabulary.segmenter

    def term(self, column: int) -> str:
        return self.vocabulary.terms[self._kept[column]]

    @classmethod
    def fit(
        cls, vocabulary: Vocabulary, counts: csr_matrix, numbers: np.ndarray | None = None, view: View = View()
    ) -> "FeatureSpace":
        """`numbers` (texts,): label of each text as a number from 0; None weighs terms by their rarity alone."""
        return cls(vocabulary, view, _rarity(counts) if numbers is None else _divergence(counts, numbers))

    def of(self, counts: csr_matrix) -> csr_matrix:
        """(texts, terms of the view) values from the vocabulary's counts."""
        group = self._group[counts.indices]
        rows = np.repeat(np.arange(counts.shape[0]), np.diff(counts.indptr))
        seen = group >= 0
        group, rows, places = group[seen], rows[seen], counts.indices[seen]
        values = (1.0 + np.log(counts.data[seen])) * self.weight[places]
        cell = rows * len(self._scale) + group
        length = np.sqrt(np.bincount(cell, values * values, minlength=counts.shape[0] * len(self._scale)))
        values = values * self._scale[group] / np.maximum(length[cell], 1e-12)
        starts = np.concatenate([[0], np.cumsum(np.bincount(rows, minlength=counts.shape[0]))])
        shape = (counts.shape[0], self.size)
        return csr_matrix((values.astype(np.float32), self._column[places], starts.astype(np.int32)), shape=shape)

    def matrix(self, texts: Sequence[str], extra_tokens: Sequence[Sequence[str]] | None = None) -> csr_matrix:
        return self.of(self.vocabulary.counts(texts, extra_tokens))

    def row(self, text: str, extra: Sequence[str] = ()) -> tuple[np.ndarray, np.ndarray]:
        """Columns and values of one text."""
        made = self.matrix([text], [extra])
        return made.indices, made.data


def _rarity(counts: csr_matrix) -> np.ndarray:
    holding = np.bincount(counts.indices, minlength=counts.shape[1])
    return (np.log((1 + counts.shape[0]) / (1 + holding)) + 1.0).astype(np.float32)


def _divergence(counts: csr_matrix, numbers: np.ndarray, batch: int = 10_000) -> np.ndarray:
    texts, labels = counts.shape[0], int(numbers.max()) + 1
    which = csr_matrix((np.ones(texts, np.float32), (np.arange(texts), numbers)), shape=(texts, labels))
    general = np.bincount(numbers, minlength=labels) / texts
    present = csr_matrix((np.ones_like(counts.data), counts.indices, counts.indptr), shape=counts.shape)
    by_term = (present.T @ which).tocsr()
    weight = np.empty(counts.shape[1], dtype=np.float32)
    for start in range(0, len(weight), batch):
        held = by_term[start : start + batch].toarray()
        given = (held + _PRIOR * general) / (held.sum(axis=1, keepdims=True) + _PRIOR)
        ratio = np.where(general > 0, given / np.maximum(general, 1e-12), 1.0)
        weight[start : start + batch] = (given * np.log(ratio)).sum(axis=1)
    return np.maximum(weight, 1e-4)


def _grams(prepared: str) -> Iterable[str]:
    pairs = map("".join, itertools.pairwise(prepared))
    return itertools.chain(prepared, pairs, map("".join, zip(prepared, prepared[1:], prepared[2:], strict=False)))


def _words(prepared: str, segmenter: Segmenter) -> Iterator[str]:
    return (word for word in segmenter.words(prepared) if not word.isspace())
