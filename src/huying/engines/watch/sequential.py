"""Has the share of wrong automatic dispatch risen above the limit, and has it been proved to be below again?

Both questions are asked after every outcome, so neither may be a test that is valid only once. They are betting tests
(e-processes): a stake of 1 is multiplied, at each outcome, by the likelihood ratio of a worse (or better) error rate
against the limit. While the true rate keeps the limit, no strategy can be expected to win.

* Rise: the Shiryaev-Roberts sum of such bets, one begun at every order, so that a change late in a long good history is
  seen as soon as an early one. Its average run length to a false alarm is at least ``patience`` orders (Shin, Ramdas,
  Rinaldo 2022, "E-detectors").
* Proof: one bet on rates below the limit; winning 1/level at any time has a probability of at most ``level`` where the
  true rate is at or above the limit (Ville 1939). 198 orders, all right, prove 2 % at 5 %.

Assumption: the outcomes are independent given the rate. Objections come late; what is not settled yet is not counted.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

PATIENCE = 500.0
LEVEL = 0.05
HIGHEST_RATE = 0.5
_WORSE = (2.0, 5.0, 10.0, 25.0)
_BETTER = (0.0, 0.25, 0.5)


@dataclass(frozen=True)
class Rise:
    """``alarm``: at which outcome (from 1) the rise was seen, None where it was not; ``evidence``: the highest sum."""

    alarm: int | None
    evidence: float
    outcomes: int
    wrong: int


def rise(wrong: Iterable[bool], limit: float, patience: float = PATIENCE) -> Rise:
    """Look for a rise above ``limit`` (0–1) in outcomes in the order in which they became known; stops at the alarm."""
    worse = [min(HIGHEST_RATE, times * limit) for times in _WORSE if times * limit <= 2 * HIGHEST_RATE]
    sums = [0.0] * len(worse)
    count = bad = 0
    highest = 0.0
    for one in wrong:
        count += 1
        bad += one
        for place, rate in enumerate(worse):
            ratio = rate / limit if one else (1 - rate) / (1 - limit)
            sums[place] = ratio * (1 + sums[place])
        highest = max(highest, sum(sums) / len(sums))
        if highest >= patience:
            return Rise(count, highest, count, bad)
    return Rise(None, highest, count, bad)


@dataclass(frozen=True)
class Proof:
    """``proved``: at which outcome (from 1) the rate was proved to be below the limit, None where it is not yet."""

    proved: int | None
    evidence: float
    outcomes: int
    wrong: int


def proof(wrong: Sequence[bool], limit: float, level: float = LEVEL) -> Proof:
    """Whether outcomes in the order in which they became known prove a rate below ``limit``."""
    wealth = [1.0] * len(_BETTER)
    for count, one in enumerate(wrong, 1):
        for place, times in enumerate(_BETTER):
            rate = times * limit
            wealth[place] *= rate / limit if one else (1 - rate) / (1 - limit)
        if sum(wealth) / len(wealth) >= 1 / level:
            return Proof(count, sum(wealth) / len(wealth), count, sum(wrong[:count]))
    return Proof(None, sum(wealth) / len(wealth), len(wrong), sum(wrong))
