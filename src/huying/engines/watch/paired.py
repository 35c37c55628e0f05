"""Is one model better than another on the same orders? McNemar's exact test on where they differ."""

from collections.abc import Sequence
from dataclasses import dataclass

from scipy.stats import binomtest


@dataclass(frozen=True)
class Paired:
    """Orders by who was right. ``p_value``: two-sided exact binomial on the orders where only one of the two was."""

    both: int
    only_first: int
    only_second: int
    neither: int
    p_value: float

    @property
    def orders(self) -> int:
        return self.both + self.only_first + self.only_second + self.neither


def mcnemar(first: Sequence[bool], second: Sequence[bool]) -> Paired:
    """``first``, ``second``: whether each model was right on the same orders (McNemar 1947, exact form)."""
    if len(first) != len(second):
        raise ValueError("both models must have answered the same orders")
    pairs = list(zip(first, second, strict=True))
    only_first = sum(one and not other for one, other in pairs)
    only_second = sum(other and not one for one, other in pairs)
    differing = only_first + only_second
    p_value = float(binomtest(only_first, differing, 0.5).pvalue) if differing else 1.0
    both = sum(one and other for one, other in pairs)
    return Paired(both, only_first, only_second, len(pairs) - both - differing, p_value)
