"""Text to numbers: TF-IDF over character 1–3-grams, words 1–2 and given extra tokens, each block of unit length.

Terms are strings whose first letter tells the block (c character n-gram, w words, x extra). The vocabulary is a plain
list, so that a model file can be read, checked and explained without running anything from it.
"""

import itertools
import math
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy.sparse import csr_matrix

from huying.engines.text.normalise import squeeze
from huying.engines.text.segment import Segmenter, default_segmenter

_LONG_NUMBER = re.compile(r"\d{6,}")
_TOKEN = re.compile(r"‹([^‹›]{1,6}?)\d+›")


@dataclass(frozen=True, slots=True)
class FeatureConfig:
    """`*_weight` 0 leaves a block out; a term must occur in `min_df` texts and in at most `max_share` of them."""

    char_max: int = 3
    char_weight: float = 1.0
    word_max: int = 2
    word_weight: float = 0.0
    extra_weight: float = 0.6
    min_df: int = 3
    max_share: float = 0.5
    max_terms: int = 100_000
    max_chars: int = 2_000


def prepare(text: str, limit: int = 2_000) -> str:
    """The form features are taken from. Long numbers become one sign and identifiers' tokens lose their counter:
    which number it is says nothing about who handles it."""
    text = squeeze(text[: 4 * limit]).lower()
    return _TOKEN.sub(r"‹\1›", _LONG_NUMBER.sub("#", text))[:limit]


@dataclass
class FeatureSpace:
    """A fitted vocabulary. `idf` (terms,) is smooth inverse document frequency as in scikit-learn."""

    config: FeatureConfig
    terms: list[str]
    idf: np.ndarray
    segmenter: Segmenter = field(default_factory=default_segmenter)

    def __post_init__(self) -> None:
        self.index = {term: place for place, term in enumerate(self.terms)}

    @property
    def size(self) -> int:
        return len(self.terms)

    @classmethod
    def fit(
        cls,
        texts: Sequence[str],
        extra_tokens: Sequence[Sequence[str]] | None = None,
        config: FeatureConfig = FeatureConfig(),
        progress: Callable[[float], None] | None = None,
    ) -> "FeatureSpace":
        segmenter = default_segmenter()
        seen: Counter[str] = Counter()
        for place, text in enumerate(texts):
            extra = extra_tokens[place] if extra_tokens is not None else ()
            seen.update(set(_terms(prepare(text, config.max_chars), extra, config, segmenter)))
            if progress is not None and place % 500 == 0:
                progress(place / len(texts))
        most = max(config.min_df, config.max_share * len(texts))
        kept = [
            (count, term)
            for term, count in seen.items()
            if config.min_df <= count and (count <= most or term[0] == "x")
        ]
        kept.sort(key=lambda pair: (-pair[0], pair[1]))
        kept = kept[: config.max_terms]
        idf = np.array([math.log((1 + len(texts)) / (1 + count)) + 1.0 for count, _ in kept], dtype=np.float32)
        return cls(config, [term for _, term in kept], idf, segmenter)

    def row(self, text: str, extra: Sequence[str] = ()) -> tuple[np.ndarray, np.ndarray]:
        """Term numbers and values of one text."""
        counts = Counter(_terms(prepare(text, self.config.max_chars), extra, self.config, self.segmenter))
        index = self.index
        known = [(index[term], count, term[0]) for term, count in counts.items() if term in index]
        if not known:
            return np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.float32)
        places = np.fromiter((one[0] for one in known), dtype=np.int32, count=len(known))
        values = (1.0 + np.log(np.fromiter((one[1] for one in known), dtype=np.float32, count=len(known)))) * self.idf[
            places
        ]
        blocks = np.array([one[2] for one in known])
        weights = (("c", self.config.char_weight), ("w", self.config.word_weight), ("x", self.config.extra_weight))
        for block, weight in weights:
            chosen = blocks == block
            if chosen.any():
                values[chosen] *= weight / np.linalg.norm(values[chosen])
        return places, values.astype(np.float32)

    def matrix(self, texts: Sequence[str], extra_tokens: Sequence[Sequence[str]] | None = None) -> csr_matrix:
        """(texts, terms) sparse matrix of float32."""
        indices, data, starts = [], [], [0]
        for place, text in enumerate(texts):
            places, values = self.row(text, extra_tokens[place] if extra_tokens is not None else ())
            indices.append(places)
            data.append(values)
            starts.append(starts[-1] + len(places))
        joined = np.concatenate(indices) if indices else np.zeros(0, dtype=np.int32)
        numbers = np.concatenate(data) if data else np.zeros(0, dtype=np.float32)
        made = csr_matrix((numbers, joined, np.array(starts, dtype=np.int32)), shape=(len(starts) - 1, self.size))
        made.sort_indices()
        return made


def _terms(prepared: str, extra: Sequence[str], config: FeatureConfig, segmenter: Segmenter) -> Iterator[str]:
    if config.char_weight:
        for length in range(1, config.char_max + 1):
            for start in range(len(prepared) - length + 1):
                yield "c" + prepared[start : start + length]
    if config.word_weight:
        words = [word for word in segmenter.words(prepared) if not word.isspace()]
        yield from ("w" + word for word in words)
        if config.word_max >= 2:
            yield from ("w" + first + " " + second for first, second in itertools.pairwise(words))
    yield from ("x" + token for token in extra)
