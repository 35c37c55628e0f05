"""How much the wording of a sentence is that of an emergency: a logistic regression on characters, pairs and
triples.

It generalises where lists of events end ("两台小车怼上了"). Learned by scripts/train_emergencies.py from the project's own
sentences; the file holds them with their weights. TF-IDF (sublinear, L2) and softmax as in scikit-learn.
"""

import json
import math
from collections import Counter
from functools import cache
from importlib.resources import files

LONGEST = 150  # characters looked at
LENGTHS = (1, 2, 3)


@cache
def _model() -> tuple[tuple[str, ...], list[float], dict[str, list[float]]]:
    read = json.loads(files("huying.engines.text").joinpath("emergency_words.json").read_text("utf-8"))
    return tuple(read["lines"]), read["bias"], read["grams"]


def line_probabilities(text: str) -> dict[str, float]:
    """Probability of "0" (no emergency) and of each line for a normalised sentence; they sum to 1."""
    lines, totals, grams = *_model()[:1], list(_model()[1]), _model()[2]
    text = text[:LONGEST]
    counts = Counter(text[at : at + size] for size in LENGTHS for at in range(len(text) - size + 1))
    known = [((1.0 + math.log(count)) * grams[gram][0], grams[gram]) for gram, count in counts.items() if gram in grams]
    norm = math.sqrt(sum(value * value for value, _ in known)) or 1.0
    for value, weights in known:
        for at in range(len(totals)):
            totals[at] += value / norm * weights[at + 1]
    highest = max(totals)
    powers = [math.exp(total - highest) for total in totals]
    return {line: power / sum(powers) for line, power in zip(lines, powers, strict=True)}
