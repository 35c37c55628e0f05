"""A model's candidates brought up to date by what people decided about like orders since it was trained.

The model is a prior worth ``PRIOR`` decisions; each like decision of late adds its likeness (Dirichlet-multinomial
updating). So one near-identical correction moves the candidates at once, and a single mistake is outvoted again by the
decisions that follow. The gate's promise was measured without memory: memory never lets an order through, it only keeps
one back where like orders were decided otherwise.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from huying.engines.watch.recall import Match

PRIOR = 1.0
LIKE = 0.3  # below this likeness two orders have little more than their form in common
DOUBT = 0.2


def weight(likeness: float) -> float:
    """0 at ``LIKE``, 1 for the same text."""
    return max(0.0, likeness - LIKE) / (1 - LIKE)


@dataclass(frozen=True)
class Blended:
    """``probabilities`` by label; ``support``: like decisions of late for each label, weighed."""

    probabilities: dict[int, float]
    support: dict[int, float]

    def doubts(self, label: int) -> bool:
        """Whether like orders of late were decided otherwise so often that a person should look."""
        against = sum(value for other, value in self.support.items() if other != label)
        return against / (PRIOR + sum(self.support.values())) > DOUBT


def blend(model: Sequence[tuple[int, float]], matches: Sequence[Match]) -> Blended:
    """``model``: labels with their probability (need not add up to 1); ``matches``: like decisions made since."""
    support: dict[int, float] = {}
    for match in matches:
        added = weight(match.likeness)
        if added:
            support[match.label] = support.get(match.label, 0.0) + added
    total = PRIOR + sum(support.values())
    mixed = {label: PRIOR * probability / total for label, probability in model}
    for label, value in support.items():
        mixed[label] = mixed.get(label, 0.0) + value / total
    return Blended(mixed, support)
