"""One versioned model of a centre in one folder: unit model, category model, gate and card, over one vocabulary."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix

from huying.engines.classify import store
from huying.engines.classify.explain import Evidence
from huying.engines.classify.features import FeatureConfig, Vocabulary
from huying.engines.classify.gate import GateChoice, choose_threshold
from huying.engines.classify.linear import Candidate, LinearModel, ranked
from huying.engines.classify.unit import UnitModel
from huying.engines.text.directions import remove_directions
from huying.engines.text.identifiers import tokenise

FORMAT = "huying-bundle-2"
SEPARATOR = "/"
ENOUGH_TERMS = 8
_BATCH = 500


@dataclass(frozen=True, slots=True)
class CategoryCandidate:
    path: tuple[str, ...]
    probability: float


@dataclass(frozen=True, slots=True)
class Prediction:
    """What one reading of a text yields. `automatic`: the gate would dispatch to the first unit without a person;
    `known`: enough of the text's terms are known for that at any limit."""

    units: list[Candidate]
    categories: list[CategoryCandidate]
    unit_evidence: list[Evidence]
    category_evidence: list[Evidence]
    confidence: float
    automatic: bool
    known: bool = True


@dataclass
class Bundle:
    """`later_confidence`, `later_correct`: the orders the gate was tested on (final probability scale);
    `family`: its thresholds, strict to loose, fixed on earlier orders."""

    unit: UnitModel
    category: LinearModel | None
    gate: GateChoice
    family: dict[float, list[float]]
    later_confidence: np.ndarray
    later_correct: np.ndarray
    unit_names: tuple[str, ...]
    card: dict[str, Any]

    @property
    def vocabulary(self) -> Vocabulary:
        return self.unit.vocabulary

    def read(self, text: str) -> str:
        """The form in which models see a text: identifiers as tokens, directions removed."""
        return tokenise(remove_directions(text, self.unit_names)).text

    def gate_at(self, limit: float) -> GateChoice:
        """What another limit would allow; limits between those of the family use that of the nearest one below."""
        nearest = max((known for known in self.family if known <= limit + 1e-9), default=min(self.family))
        return choose_threshold(self.later_confidence, self.later_correct, limit, self.gate.delta, self.family[nearest])

    def analyse(
        self,
        text: str,
        place_tokens: Sequence[str] = (),
        k: int = 5,
        evidence: int = 5,
        *,
        keep_directions: bool = False,
    ) -> Prediction:
        """Ranked units and categories with the words that decided. Never automatic on a text without content.

        ``keep_directions``: read what an agent already wrote about the unit, only to measure what that is worth.
        """
        seen = tokenise(text).text if keep_directions else self.read(text)
        (made,) = self._predictions(self.vocabulary.counts([seen], [place_tokens]), k)
        if not evidence:
            return made
        by_unit = _placed(self.unit.explain(seen, made.units[0].label, evidence, place_tokens), text)
        by_category = []
        if self.category is not None:
            label = SEPARATOR.join(made.categories[0].path)
            by_category = _placed(self.category.explain(seen, label, evidence, place_tokens), text)
        return Prediction(
            made.units, made.categories, by_unit, by_category, made.confidence, made.automatic, made.known
        )

    def predict_many(
        self,
        texts: Sequence[str],
        place_tokens: Sequence[Sequence[str]] | None = None,
        k: int = 5,
        *,
        keep_directions: bool = False,
    ) -> list[Prediction]:
        """`analyse` in bulk, without evidence: thousands of texts a second on one core."""
        made: list[Prediction] = []
        for start in range(0, len(texts), _BATCH):
            part = texts[start : start + _BATCH]
            seen = [tokenise(text).text if keep_directions else self.read(text) for text in part]
            extra = place_tokens[start : start + _BATCH] if place_tokens is not None else None
            made += self._predictions(self.vocabulary.counts(seen, extra), k)
        return made

    def _predictions(self, counts: csr_matrix, k: int) -> Iterator[Prediction]:
        units = ranked(self.unit.probabilities(counts), self.unit.labels, k)
        categories: list[list[Candidate]] = [[] for _ in units]
        if self.category is not None:
            categories = ranked(self.category.probabilities(counts), self.category.labels, k)
        enough = np.diff(counts.indptr) >= ENOUGH_TERMS
        for row, by_category, known in zip(units, categories, enough.tolist(), strict=True):
            paths = [CategoryCandidate(tuple(one.label.split(SEPARATOR)), one.probability) for one in by_category]
            first = row[0].probability
            yield Prediction(row, paths, [], [], first, known and self.gate.dispatches(first), known)

    def save(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "bundle.json").unlink(missing_ok=True)
        terms = {"config": asdict(self.vocabulary.config), "terms": self.vocabulary.terms}
        (folder / "terms.json").write_text(json.dumps(terms, ensure_ascii=False), encoding="utf-8")
        self.unit.save(folder / "unit")
        if self.category is not None:
            self.category.save(folder / "category")
        files = ["terms.json", "unit/header.json", *(["category/header.json"] if self.category is not None else [])]
        header = {
            "format": FORMAT,
            "gate": asdict(self.gate),
            "family": [[limit, thresholds] for limit, thresholds in self.family.items()],
            "later": {
                "confidence": [round(float(one), 8) for one in self.later_confidence],
                "correct": [int(one) for one in self.later_correct],
            },
            "unit_names": list(self.unit_names),
            "card": self.card,
            "sha256": {name: store.sha256(folder / name) for name in files},
        }
        (folder / "bundle.json").write_text(json.dumps(header, ensure_ascii=False), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> "Bundle":
        """Raises `store.BrokenModel` where anything is missing or altered."""
        path = folder / "bundle.json"
        if not path.is_file():
            raise store.BrokenModel(f"{folder}: no bundle here")
        header = json.loads(path.read_text(encoding="utf-8"))
        if header.get("format") != FORMAT:
            raise store.BrokenModel(f"{path}: format {header.get('format')!r}, expected {FORMAT!r}")
        store.check(folder, header["sha256"])
        saved = json.loads((folder / "terms.json").read_text(encoding="utf-8"))
        vocabulary = Vocabulary(FeatureConfig(**saved["config"]), saved["terms"])
        has_category = "category/header.json" in header["sha256"]
        return cls(
            UnitModel.load(folder / "unit", vocabulary),
            LinearModel.load(folder / "category", vocabulary) if has_category else None,
            GateChoice(**header["gate"]),
            dict(header["family"]),
            np.array(header["later"]["confidence"]),
            np.array(header["later"]["correct"], dtype=bool),
            tuple(header["unit_names"]),
            header["card"],
        )


def _placed(found: list[Evidence], text: str) -> list[Evidence]:
    """Evidence found in the text as the model saw it, placed in the text as it was written where it occurs there."""
    placed = []
    for one in found:
        start = text.find(one.term) if one.start >= 0 else -1
        placed.append(Evidence(one.term, one.weight, start, start + len(one.term) if start >= 0 else -1))
    return placed
