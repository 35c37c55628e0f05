"""Learn which characters, pairs and triples tell of an emergency; writes src/huying/engines/text/emergency_words.json.

Learned from the project's own sentences only: benchmarks/data/emergencies_dev.tsv and, as ordinary matters, the phrases
of the demo city. Run it after these change: .venv/bin/python scripts/train_emergencies.py
"""

import json
import re
from collections import Counter
from pathlib import Path

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from huying.engines.text.emergencies import by_events
from huying.engines.text.normalise import normalise

ROOT = Path(__file__).parents[1]
SENTENCES = ROOT / "benchmarks/data/emergencies_dev.tsv"
MATTERS = ROOT / "src/huying/demo/data/matters.txt"
OUT = ROOT / "src/huying/engines/text/emergency_words.json"
LINES = ("0", "110", "119", "120", "122")
ORDINARY_WEIGHT = 0.2  # a phrase of the demo beside a written sentence


def ordinary() -> list[str]:
    """Phrases of matters that are urgent for nobody; those that read like an emergency are left out."""
    rows = [line for line in MATTERS.read_text("utf-8").splitlines() if ":" in line and not line.startswith(("#", "="))]
    phrases = [part.strip() for row in rows if "!" not in row for part in row.split(":", 1)[1].split("/")]
    return [phrase for phrase in phrases if len(phrase) > 3 and by_events(normalise(phrase)) is None]


def main() -> None:
    written = [line.split("\t") for line in SENTENCES.read_text("utf-8").splitlines()]
    others = ordinary()
    texts = [normalise(text) for _, text in written] + [normalise(text) for text in others]
    labels = [line for line, _ in written] + ["0"] * len(others)
    weights = np.array([1.0] * len(written) + [ORDINARY_WEIGHT] * len(others))
    often = Counter(text[at : at + 3] for text in texts for at in range(len(text) - 2))
    known = {text[at : at + size] for text in texts for size in (1, 2, 3) for at in range(len(text) - size + 1)}
    kept = sorted(gram for gram in known if len(gram) < 3 or often[gram] > 1)
    vectoriser = TfidfVectorizer(
        analyzer="char", ngram_range=(1, 3), sublinear_tf=True, lowercase=False, vocabulary=kept
    )
    model = LogisticRegression(C=30, max_iter=3000).fit(vectoriser.fit_transform(texts), labels, sample_weight=weights)
    assert tuple(model.classes_) == LINES
    grams = {
        gram: [round(float(vectoriser.idf_[at]), 2), *[round(float(value), 2) for value in model.coef_[:, at]]]
        for gram, at in sorted(vectoriser.vocabulary_.items())
        if not re.fullmatch(r"\s+", gram)
    }
    made = {"lines": LINES, "bias": [round(float(value), 3) for value in model.intercept_], "grams": grams}
    OUT.write_text(json.dumps(made, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")
    print(
        f"{len(written)} sentences, {len(others)} ordinary phrases, {len(grams)} characters, pairs and triples → {OUT.relative_to(ROOT)}"
    )


if __name__ == "__main__":
    main()
