"""The unit model: a linear separator and a network answer together, and a third model says how far to trust them.

    score(unit | text) = sqrt( P_linear · P_network ),   P_linear = softmax(6 · margins)

The geometric mean asks both: a unit that one of them finds hopeless does not come first. Below the first candidate the
score is divided by P(unit)^τ, τ = 0.15 (logit adjustment, Menon et al. 2021, "Long-tail learning via logit adjustment"):
both models lean towards the units named most often, so that a rarer one is missed among three. The calibration then
tempers the whole row, and the first candidate gets the share of right answers that such answers had on later orders
(`confidence`, then a monotone map).
"""

import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix
from scipy.special import softmax
from threadpoolctl import threadpool_limits

from huying.engines.classify import store
from huying.engines.classify.calibrate import Calibration
from huying.engines.classify.confidence import Answers, Confidence
from huying.engines.classify.explain import Evidence
from huying.engines.classify.features import FeatureSpace, Vocabulary
from huying.engines.classify.linear import Candidate, LinearConfig, LinearModel, fit_on, label_numbers, ranked
from huying.engines.classify.meaning import Meaning
from huying.engines.classify.network import Network, NetworkConfig, Target, fit_network

FORMAT = "huying-unit-2"
MARGIN_SLOPE = 6.0
LEANING = 0.15  # τ
_NO_LEANING = 0.0  # of models saved before it was known
_FLOOR = 1e-4
_AHEAD = 1e-3  # by how much, in logarithms, the first candidate is put before a second that scores more
_QUOTED = "c#"  # what a long number becomes: order numbers, mostly


@dataclass
class UnitModel:
    """`linear` and `network` share a vocabulary and their labels; neutral calibration until `settled`. `leaning`: the
    τ with which calibration and confidence were learned."""

    linear: LinearModel
    network: Network
    calibration: Calibration = field(default_factory=lambda: Calibration(1.0, 0.5, 0.0))
    confidence: Confidence = field(default_factory=Confidence)
    card: dict[str, Any] = field(default_factory=dict)
    leaning: float = LEANING

    @property
    def labels(self) -> list[str]:
        return self.linear.labels

    @property
    def space(self) -> FeatureSpace:
        return self.linear.space

    @property
    def vocabulary(self) -> Vocabulary:
        return self.linear.space.vocabulary

    def answers(self, counts: csr_matrix) -> Answers:
        """What the two models say about counted texts."""
        by_linear = softmax(MARGIN_SLOPE * self.linear.margins(counts).astype(np.float64), axis=1)
        by_network = self.network.unit_probabilities(counts)
        return Answers(
            mix(by_linear, by_network, self.linear.prior, self.leaning),
            by_linear,
            by_network,
            np.diff(counts.indptr),
            quotes(self.vocabulary, counts),
        )

    def probabilities(self, counts: csr_matrix) -> np.ndarray:
        """Calibrated (texts, units); rows sum to one. A text without a known term gets the units' frequencies."""
        answers = self.answers(counts)
        made = self.calibration.apply(log_scores(answers.blend), self.confidence.of(answers))
        made[np.diff(counts.indptr) == 0] = self.linear.prior / self.linear.prior.sum()
        return made

    def predict_proba(self, texts: Sequence[str], extra_tokens: Sequence[Sequence[str]] | None = None) -> np.ndarray:
        return self.probabilities(self.vocabulary.counts(texts, extra_tokens))

    def top(
        self, texts: Sequence[str], k: int = 5, extra_tokens: Sequence[Sequence[str]] | None = None
    ) -> list[list[Candidate]]:
        """The k most probable units of each text, best first."""
        return ranked(self.predict_proba(texts, extra_tokens), self.labels, k)

    def explain(self, text: str, label: str, k: int = 5, extra: Sequence[str] = ()) -> list[Evidence]:
        """The words that speak most for `label`, by the linear part."""
        return self.linear.explain(text, label, k, extra)

    def save(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.linear.save(folder / "linear")
        self.network.save(folder / "network")
        parts = _PARTS
        if self.linear.meaning is not None:
            self.linear.meaning.save(folder / _MEANING)
            parts += (_MEANING,)
        header = {
            "format": FORMAT,
            "calibration": self.calibration.as_dict(),
            "confidence": self.confidence.as_dict(),
            "leaning": self.leaning,
            "card": self.card,
            "sha256": {f"{part}/header.json": store.sha256(folder / part / "header.json") for part in parts},
        }
        (folder / "header.json").write_text(json.dumps(header, ensure_ascii=False, indent=1), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path, vocabulary: Vocabulary) -> "UnitModel":
        """Raises `store.BrokenModel`."""
        header = store.read_header(folder, FORMAT)
        store.check(folder, header["sha256"])
        has_meaning = f"{_MEANING}/header.json" in header["sha256"]
        meaning = Meaning.load(folder / _MEANING, vocabulary) if has_meaning else None
        return cls(
            LinearModel.load(folder / "linear", vocabulary, meaning),
            Network.load(folder / "network", vocabulary),
            Calibration.from_dict(header["calibration"]),
            Confidence.from_dict(header["confidence"]),
            header["card"],
            float(header.get("leaning", _NO_LEANING)),
        )


_PARTS: tuple[str, ...] = ("linear", "network")
_MEANING = "meaning"  # a model saved before it was known has none


def mix(first: np.ndarray, second: np.ndarray, prior: np.ndarray, leaning: float = LEANING) -> np.ndarray:
    """Rows (n, units) of the two models' probabilities as one, each kept from hopelessness by a floor; `prior` (units,)
    is how often each unit is named. Rows sum to one, the best candidate has the most."""
    both = 0.5 * (np.log(first + _FLOOR) + np.log(second + _FLOOR))
    best = both.argmax(axis=1)
    made = both - leaning * np.log(prior.astype(np.float64))
    made[np.arange(len(made)), best] = made.max(axis=1) + _AHEAD
    return np.asarray(softmax(made, axis=1))


def log_scores(blend: np.ndarray) -> np.ndarray:
    return np.asarray(np.log(blend + 1e-6))


def quotes(vocabulary: Vocabulary, counts: csr_matrix) -> np.ndarray:
    """(texts,) 1.0 where a long number stands in the text."""
    place = vocabulary.place(_QUOTED)
    if place is None:
        return np.zeros(counts.shape[0])
    made = np.zeros(counts.shape[0])
    made[np.searchsorted(counts.indptr, np.flatnonzero(counts.indices == place), side="right") - 1] = 1.0
    return made


@dataclass(frozen=True, slots=True)
class Lessons:
    """What the unit model learns from, oldest first: `fine` the unit exactly as recorded, `matters` the category
    (empty where unknown), `weights` how much an order counts for which name a unit goes by today."""

    counts: csr_matrix
    units: Sequence[str]
    fine: Sequence[str]
    matters: Sequence[str]
    weights: np.ndarray

    def before(self, stop: int) -> "Lessons":
        return Lessons(
            self.counts[:stop], self.units[:stop], self.fine[:stop], self.matters[:stop], self.weights[:stop]
        )


def fit_unit(vocabulary: Vocabulary, lessons: Lessons, linear: LinearConfig, network: NetworkConfig) -> UnitModel:
    """The meaning of the texts, then both parts side by side in two threads, the arithmetic of each in its own alone: so
    the same orders give the same model, and two cores are used. Raises ValueError with fewer than two different units."""
    names = sorted(set(lessons.units))
    if len(names) < 2:
        raise ValueError("training needs at least two different labels")
    with threadpool_limits(1, "blas"), ThreadPoolExecutor(1) as beside:
        meaning = Meaning.fit(vocabulary, lessons.counts, network.view, network.seed)
        learning = beside.submit(_fit_network, vocabulary, lessons, names, network, meaning)
        separated = fit_on(vocabulary, lessons.counts, lessons.units, linear, meaning=meaning)
        return UnitModel(separated, learning.result())


def _fit_network(
    vocabulary: Vocabulary, lessons: Lessons, names: list[str], config: NetworkConfig, meaning: Meaning
) -> Network:
    units = label_numbers(lessons.units, names)
    pairs = sorted(set(lessons.fine))
    fine = label_numbers(lessons.fine, pairs)
    onto = np.zeros((len(pairs), len(names)), dtype=np.float32)
    np.add.at(onto, (fine, units), lessons.weights.astype(np.float32))
    onto /= onto.sum(axis=1, keepdims=True)
    matters = sorted({one for one in lessons.matters if one})
    beside = None
    if len(matters) >= 2:
        beside = Target(label_numbers(lessons.matters, matters), len(matters), config.beside)
    space = FeatureSpace.fit(vocabulary, lessons.counts, units, config.view)
    return fit_network(space, lessons.counts, Target(fine, len(pairs), 1.0), beside, onto, config, meaning)


def settings(linear: LinearConfig, network: NetworkConfig) -> dict[str, Any]:
    """The numbers chosen for a model, for its card."""
    chosen: dict[str, Any] = {"c": linear.c, "keep_energy": linear.keep_energy}
    chosen |= {name: value for name, value in asdict(network).items() if name != "view"}
    return chosen
