"""When the city changes overnight, how many go wrong before automation stops, and how soon are the right units proposed?

A real city's May arrives order by order at the model trained to April, with the parts that dispatch itself uses: the
gate, the memory of recent decisions, the test of outcomes. On 1 May, and nobody tells the system:

* split: 公安局 is abolished, its work goes to two new units (household registration to one, the rest to the other);
* street: a district gets a traffic police team of its own, which takes over that district's orders from the city's;
* matter: orders about 交通设施, of which the training had none, begin to come and belong to a new unit.

Every night the corrections are looked through for work that went over (`engines.watch.handover`), as the product does. The
person of the benchmark agrees the next morning to whatever is proposed, the least careful one could be: a proposal shows
at least 5 decisions, at least 8 of 10 of the two units' for the new one. What such rules put wrong is counted too.

A person's decision is known at once; an automatic dispatch is objected to, or signed, a day's orders later. All wrong
automatic dispatches of changed orders count until the last one in May, not only those before a withdrawal: what stops
them may be the test of outcomes or the memory. An order counts as recovered where, of the last 50 changed ones, as many
were proposed rightly (9 of 10 of it) as the model proposed before the change.
"""

import csv
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from benchmarks.harness.runner import Result
from benchmarks.harness.shared import shared
from huying.engines.classify.bundle import Bundle, BundleConfig, TrainingOrder, train_bundle
from huying.engines.watch import blend, handover, sequential
from huying.engines.watch.recall import CAPACITY, NEIGHBOURS, Rarity, Shelf, places
from huying.engines.watch.residual import Residual

LATEST = 8000  # of the training orders, so that a run takes minutes
DELAY = 112  # orders in a day
LIMITS = (0.02, 0.05, 0.1)
LEFT = 0.7  # as in handling/dispatch/recommending.py
WINDOW = 50
ENOUGH = 0.9
Order = dict[str, str]
Change = Callable[[Order], str]
NEW_KIND = "交通设施"


def split(order: Order) -> str:
    if order["unit"] != "公安局":
        return order["unit"]
    return "户政服务局" if order["category_3"] == "户口身份登记" or "落户" in order["text"] else "治安管理局"


def street(order: Order) -> str:
    moved = order["unit"] == "公安局交通警察支队" and "龙华" in order["text"]
    return "龙华交警中队" if moved else order["unit"]


def matter(order: Order) -> str:
    return "交通设施管理中心" if order["category_3"] == NEW_KIND else order["unit"]


@dataclass
class Course:
    """What happened to the changed orders of one scenario."""

    changed: int = 0
    wrong: int = 0
    labels: int = 0
    recovered: int | None = None
    reference: float = 0.0
    late_right: deque[bool] = field(default_factory=lambda: deque(maxlen=WINDOW))
    automatic: int = 0
    withdrawn: list[str] = field(default_factory=list)
    rules: list[str] = field(default_factory=list)
    mended: int = 0  # first candidates right only with memory and handovers, of all of May
    spoiled: int = 0  # right only without them, the model alone
    right_elsewhere: int = 0
    right_elsewhere_alone: int = 0
    elsewhere: int = 0

    def figures(self, name: str) -> dict[str, object]:
        return {
            f"{name}_changed_orders": self.changed,
            f"{name}_wrong": self.wrong,
            f"{name}_labels_to_recover": self.recovered if self.recovered is not None else "not in May",
            f"{name}_accuracy_before": round(self.reference, 3),
            f"{name}_accuracy_last_{WINDOW}": round(sum(self.late_right) / max(1, len(self.late_right)), 3),
            f"{name}_withdrawn": len(self.withdrawn),
            f"{name}_rules": self.rules,
            f"{name}_mended": self.mended,
            f"{name}_spoiled": self.spoiled,
        }


class Handed:
    """Handovers that were agreed to, and the decisions that the next ones are looked for in."""

    def __init__(self) -> None:
        self.rules: list[tuple[int, int, tuple[str, ...]]] = []
        self.decided: list[tuple[handover.Decided, str]] = []

    def learn(self, key: int, said: int, chosen: int, words: str) -> None:
        one = handover.Decided(key, said, chosen, handover.marks_of(words))
        self.decided.append((one, words))

    def night(self) -> None:
        """Look through what no rule says yet; all that is found is agreed to by the morning."""
        open_ones = [one for one, words in self.decided if not self._says(one, words)]
        for found in handover.find(open_ones):
            self.rules.append((found.before, found.after, tuple(mark for mark in found.marks if mark)))
        self.rules.sort(key=lambda rule: not rule[2])  # words before "everything else"

    def _says(self, one: handover.Decided, words: str) -> bool:
        return any(
            (before, after) == (one.proposed, one.chosen) and _has(marks, words) for before, after, marks in self.rules
        )

    def to(self, first: int, words: str) -> int:
        return next((after for before, after, marks in self.rules if before == first and _has(marks, words)), first)


def _has(marks: tuple[str, ...], words: str) -> bool:
    return not marks or any(mark in words for mark in marks)


class Desk:
    """Dispatch as handling/dispatch does it, without the database: the same gate, memory and test."""

    def __init__(self, bundle: Bundle) -> None:
        self.bundle = bundle
        self.limit, self.gate = next(
            (limit, gate)
            for limit in LIMITS
            if (gate := bundle.gate_at(limit)).threshold is not None or limit == LIMITS[-1]
        )
        rarity = Rarity()
        self.rarity, self.shelf, self.residual = rarity, Shelf(rarity, CAPACITY), Residual(rarity)
        self.said: dict[str, list[tuple[int, float]]] = {}
        self.otherwise: dict[str, str] = {}  # the first unit of the model alone
        self.numbers: dict[str, int] = {}
        self.names: list[str] = []
        self.outcomes: dict[str, list[bool]] = {"": []}
        self.withdrawn: list[str] = []
        self.handed = Handed()

    def number(self, unit: str) -> int:
        if unit not in self.numbers:
            self.numbers[unit] = len(self.names)
            self.names.append(unit)
        return self.numbers[unit]

    def read(self, order: Order) -> tuple[str, str, bool]:
        """First unit, first unit of the model alone, and whether it goes by itself."""
        words = self.bundle.read(order["text"])
        seen = self.bundle.analyse(order["text"], k=8, evidence=0)
        by_model = [(self.number(one.label), one.probability) for one in seen.units]
        self.said[order["order_no"]] = by_model
        found = places(words)
        handed: dict[int, float] = {}
        for unit, probability in by_model:
            after = self.handed.to(unit, words)
            handed[after] = handed.get(after, 0.0) + probability
        corrected = self.residual.correct(found, list(handed.items()))
        matches = self.shelf.like(found, NEIGHBOURS, blend.LIKE)
        mixed = blend.blend(list(corrected.probabilities.items()), matches)
        first = max(mixed.probabilities, key=lambda label: mixed.probabilities[label])
        self.otherwise[order["order_no"]] = seen.units[0].label
        first = self.handed.to(first, words)
        alone = dict(by_model).get(first, 0.0)
        automatic = self.gate.dispatches(alone) and corrected.moved >= LEFT and not mixed.doubts(first)
        stopped = "" in self.withdrawn or self.names[first] in self.withdrawn
        return self.names[first], seen.units[0].label, automatic and not stopped

    def learn(self, order: Order, unit: str) -> None:
        words = self.bundle.read(order["text"])
        found = places(words)
        said = max(self.said[order["order_no"]], key=lambda one: one[1])[0]
        self.handed.learn(int(order["order_no"]), said, self.number(unit), words)
        self.rarity.count(found)
        self.residual.learn(found, self.said[order["order_no"]], self.number(unit))
        self.shelf.add(int(order["order_no"]), self.number(unit), found)

    def watch(self, unit: str, wrong: bool) -> None:
        for name in (unit, ""):
            history = self.outcomes.setdefault(name, [])
            history.append(wrong)
            if wrong and name not in self.withdrawn and sequential.rise(history, self.limit).alarm is not None:
                self.withdrawn.append(name)


def live(bundle: Bundle, orders: list[Order], change: Change) -> Course:
    desk, course = Desk(bundle), Course()
    pending: deque[tuple[int, Order, str, str]] = deque()
    before = [bundle.analyse(one["text"], k=1, evidence=0).units[0].label == one["unit"] for one in orders]
    moved = [change(one) != one["unit"] for one in orders]
    known = [right for right, is_moved in zip(before, moved, strict=True) if is_moved]
    course.reference = sum(known) / len(known) if change is not matter else sum(before) / len(before)
    for place, order in enumerate(orders):
        if place and order["date"] != orders[place - 1]["date"]:
            desk.handed.night()
        while pending and pending[0][0] <= place:
            _settle(desk, course, pending.popleft(), change)
        true = change(order)
        first, alone, automatic = desk.read(order)
        otherwise = desk.otherwise[order["order_no"]]
        course.mended += first == true != otherwise
        course.spoiled += first != true == otherwise
        if moved[place]:
            course.changed += 1
            course.late_right.append(first == true)
            enough = sum(course.late_right) >= ENOUGH * course.reference * WINDOW
            if course.recovered is None and len(course.late_right) == WINDOW and enough:
                course.recovered = course.labels
            course.wrong += automatic and first != true
        else:
            course.elsewhere += 1
            course.right_elsewhere += first == true
            course.right_elsewhere_alone += alone == true
        course.automatic += automatic
        if automatic:
            pending.append((place + DELAY, order, first, true))
        else:
            desk.learn(order, true)
            course.labels += moved[place]
    course.withdrawn = desk.withdrawn
    course.rules = [
        f"{desk.names[before]} → {desk.names[after]}: {'、'.join(marks) or 'everything else'}"
        for before, after, marks in desk.handed.rules
    ]
    return course


def _settle(desk: Desk, course: Course, item: tuple[int, Order, str, str], change: Change) -> None:
    _, order, first, true = item
    desk.watch(first, first != true)
    if first != true:
        desk.learn(order, true)
        course.labels += change(order) != order["unit"]


def run() -> Result:
    past = _read("data/haikou/orders_train.csv")[-LATEST:]
    may = _read("data/haikou/orders_valid.csv")
    figures: dict[str, object] = {}
    courses: dict[str, Course] = {}
    bundles = {"all": _train(past), "without": _train([one for one in past if one["category_3"] != NEW_KIND])}
    for name, change, bundle in (("split", split, "all"), ("street", street, "all"), ("matter", matter, "without")):
        courses[name] = live(bundles[bundle], may, change)
        figures |= courses[name].figures(name)
    steady = courses["street"]
    worst = max(one.wrong for one in courses.values())
    slowest = [one.recovered for one in courses.values()]
    desk = Desk(bundles["all"])
    summary: dict[str, object] = {
        "wrong_before_withdrawal": worst,
        "labels_to_recover": max(slowest) if None not in slowest else "not in May",  # type: ignore[type-var]
        "limit": desk.limit,
        "share_automatic": round(steady.automatic / len(may), 3),
        "accuracy_elsewhere_with_memory": round(steady.right_elsewhere / steady.elsewhere, 4),
        "accuracy_elsewhere_model_alone": round(steady.right_elsewhere_alone / steady.elsewhere, 4),
    }
    failed = []
    if worst > 30:
        failed.append(f"{worst} wrong automatic dispatches, more than 30")
    if None in slowest or max(one for one in slowest if one is not None) > 300:
        failed.append("a change was not recovered from within 300 labels")
    return Result(summary | figures, {}, tuple(failed))


def _read(relative: str) -> list[Order]:
    with shared(relative).open(encoding="utf-8-sig", newline="") as file:
        return sorted(csv.DictReader(file), key=lambda one: one["date"])


def _train(orders: list[Order]) -> Bundle:
    names = tuple({one["unit"] for one in orders})
    rows = [TrainingOrder(one["text"], one["unit"], (), date.fromisoformat(one["date"])) for one in orders]
    return train_bundle(rows, BundleConfig(unit_names=names))
