"""Units that end when another begins with the same kind of matters: renamed, merged, or their work handed on.

A unit has ended where its silence until the end of the history would be too unlikely at its former pace
(exp(-rate · silent days) < 0.1 %), and begun likewise. An end and a beginning belong together where they meet within
the time that three orders take, and where of all units that ended so the old one's texts are nearest the new one's.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix

from huying.engines.labels.names import SURE, alike
from huying.engines.labels.proposals import RENAME, Labelled, Proposal

LEAST_ORDERS = 8
UNLIKELY = 0.001
LIKENESS = 0.5
OVERLAP_SHARE = 0.1


@dataclass(frozen=True)
class _Life:
    unit: str
    days: np.ndarray
    centre: np.ndarray

    @property
    def rate(self) -> float:
        return len(self.days) / max(1.0, float(self.days[-1] - self.days[0] + 1))


def renames(orders: Sequence[Labelled], matrix: csr_matrix, known: set[tuple[str, str]]) -> list[Proposal]:
    """Proposals for pairs (ended, begun) that are not yet `known` from their names. `matrix`: (orders, terms)."""
    dated = [row for row, one in enumerate(orders) if one.day is not None]
    if not dated:
        return []
    numbers = np.array([orders[row].day.toordinal() for row in dated])  # type: ignore[union-attr]
    first, last = int(numbers.min()), int(numbers.max())
    lives = _lives(orders, matrix, dated, numbers)
    ended = [life for life in lives if math.exp(-life.rate * (last - life.days[-1])) < UNLIKELY]
    begun = [life for life in lives if math.exp(-life.rate * (life.days[0] - first)) < UNLIKELY]
    made = []
    for new in begun:
        met = [(float(old.centre @ new.centre), old) for old in ended if _meet(old, new)]
        likeness, old = max(met, key=lambda pair: pair[0], default=(0.0, new))
        if likeness >= LIKENESS and (old.unit, new.unit) not in known and (new.unit, old.unit) not in known:
            made.append(_rename(old, new, likeness, first))
    return made


def _lives(orders: Sequence[Labelled], matrix: csr_matrix, dated: list[int], numbers: np.ndarray) -> list[_Life]:
    rows: dict[str, list[int]] = {}
    for place, row in enumerate(dated):
        rows.setdefault(orders[row].unit, []).append(place)
    made = []
    for unit in sorted(rows):
        places = rows[unit]
        if len(places) >= LEAST_ORDERS:
            centre = np.asarray(matrix[[dated[place] for place in places]].mean(axis=0)).ravel()
            length = float(np.linalg.norm(centre)) or 1.0
            made.append(_Life(unit, np.sort(numbers[places]), centre / length))
    return made


def _meet(old: _Life, new: _Life) -> bool:
    """The old one is silent soon after the new one speaks, and no long gap lies between them."""
    if old.unit == new.unit:
        return False
    after = float((old.days >= new.days[0]).mean())
    before = float((new.days <= old.days[-1]).mean())
    gap = float(new.days[0] - old.days[-1])
    return after <= OVERLAP_SHARE and before <= OVERLAP_SHARE and gap <= 3.0 / min(old.rate, new.rate) + 7


def _rename(old: _Life, new: _Life, likeness: float, first: int) -> Proposal:
    from datetime import date

    until, since = date.fromordinal(int(old.days[-1])), date.fromordinal(int(new.days[0]))
    named = alike(old.unit, new.unit)
    evidence = [
        f"“{old.unit}”{len(old.days):,} 件，最后一件在 {until}",
        f"“{new.unit}”{len(new.days):,} 件，第一件在 {since}",
        f"两者的内容相似度 {likeness:.0%}，在这段时间停止出现的单位里最近",
    ]
    confidence = min(0.97, 0.4 + 0.5 * likeness + (0.1 if named >= 0.5 else 0.0) + (0.1 if named >= SURE else 0.0))
    return Proposal(
        RENAME,
        old.unit,
        new.unit,
        len(old.days),
        "一个名字不再出现时，另一个名字开始承办同样的事",
        tuple(evidence),
        f"训练时 {len(old.days):,} 件改记为“{new.unit}”，旧经验归到新名字下",
        round(confidence, 2),
    )
