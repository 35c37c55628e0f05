"""Try on a centre's own history: learn from the earlier part, dispatch the later part, compare with what was done.

The later part is the last quarter of the orders, moved so that no day is cut in two. What happened there is what people
decided; where the model differs, the record may be wrong as well, which the page says.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date

from huying.engines.analyst.bulk import Answer, predict
from huying.engines.analyst.model import FileModel, train_model
from huying.engines.analyst.orders import FileOrder, TooLittle
from huying.engines.classify.bundle import LIMITS
from huying.engines.labels.proposals import Proposal
from huying.engines.labels.propose import propose
from huying.engines.text.facets import read_facets
from huying.engines.text.readable import readable

LATER_SHARE = 0.25
EXAMPLES = 8
EXCERPT = 140
Progress = Callable[[float, str], None]


@dataclass(frozen=True)
class Promise:
    """At a limit: how many of the later orders would have gone by themselves, and how many of those otherwise than done."""

    limit: float
    provable: bool
    automatic: int
    wrong: int


@dataclass(frozen=True)
class Example:
    """Text with tokens for what identifies a person. `said` with its probability, `done` as recorded."""

    number: str
    text: str
    said: str
    probability: float
    done: str


@dataclass
class Trial:
    """`emergencies`: (example, emergency number, words that led to it)."""

    earlier: tuple[date, date, int]
    later: tuple[date, date, int]
    right: int
    in_three: int
    model: FileModel
    promises: list[Promise]
    right_examples: list[Example] = field(default_factory=list)
    wrong_examples: list[Example] = field(default_factory=list)
    confusions: list[tuple[str, str, int]] = field(default_factory=list)
    unknown_units: list[tuple[str, int]] = field(default_factory=list)
    emergencies: list[tuple[Example, str, str]] = field(default_factory=list)
    urgent: int = 0
    repeats: int = 0
    reasons: list[tuple[str, int]] = field(default_factory=list)
    proposals: list[Proposal] = field(default_factory=list)
    limit: float = 0.02


def split(orders: Sequence[FileOrder]) -> tuple[list[FileOrder], list[FileOrder]]:
    """Earlier and later orders, by day. Raises :class:`TooLittle` where all lie on one day."""
    dated = sorted((one for one in orders if one.day is not None), key=lambda one: one.day or date.min)
    cut = int(len(dated) * (1 - LATER_SHARE))
    days = [one.day for one in dated]
    while 0 < cut < len(dated) and days[cut] == days[cut - 1]:
        cut -= 1
    if cut <= 0:
        raise TooLittle("工单都在同一天，分不出较早和较晚的两部分。请换一段更长的历史工单。")
    return dated[:cut], dated[cut:]


def hold_trial(
    orders: Sequence[FileOrder], *, limit: float = 0.02, progress: Progress = lambda share, words: None
) -> Trial:
    """Raises :class:`TooLittle` where the earlier part can't teach a model."""
    earlier, later = split(orders)
    model = train_model(earlier, limit=limit, progress=lambda share, words: progress(0.6 * share, words))
    progress(0.6, "在较晚的工单上试派")
    answers = list(predict(model.bundle, later, limit=limit))
    trial = Trial(
        earlier=_span(earlier),
        later=_span(later),
        right=sum(one.units[0].label == one.order.unit for one in answers),
        in_three=sum(one.order.unit in [unit.label for unit in one.units[:3]] for one in answers),
        model=model,
        promises=_promises(model, later, sorted({*LIMITS, limit})),
        limit=limit,
    )
    _compare(trial, answers)
    progress(0.75, "看紧急、重复")
    _flag(trial, answers)
    trial.proposals = propose(orders, lambda share, words: progress(0.8 + 0.2 * share, words))
    progress(1.0, "完成")
    return trial


def _span(orders: Sequence[FileOrder]) -> tuple[date, date, int]:
    days = [one.day for one in orders if one.day is not None]
    return min(days), max(days), len(orders)


def _promises(model: FileModel, later: Sequence[FileOrder], limits: Sequence[float]) -> list[Promise]:
    made = []
    for limit in limits:
        provable = model.bundle.gate_at(limit).threshold is not None
        gone = [one for one in predict(model.bundle, later, limit=limit) if one.automatic] if provable else []
        made.append(Promise(limit, provable, len(gone), sum(one.units[0].label != one.order.unit for one in gone)))
    return made


def _example(answer: Answer, model: FileModel) -> Example:
    """The text as the model saw it: an agent's direction, which names the unit, was not read and is not shown."""
    shown = " ".join(model.bundle.read(readable(answer.order.text)).split())
    text = shown[:EXCERPT] + ("…" if len(shown) > EXCERPT else "")
    first = answer.units[0]
    return Example(answer.order.number, text, first.label, first.probability, answer.order.unit)


def _compare(trial: Trial, answers: Sequence[Answer]) -> None:
    """Examples are the surest ones; each unit at most once, so that the page shows the breadth of the city."""
    known = set(trial.model.bundle.unit.labels)
    surest = sorted(answers, key=lambda one: -one.units[0].probability)
    trial.right_examples = _varied(trial.model, [one for one in surest if one.units[0].label == one.order.unit])
    trial.wrong_examples = _varied(trial.model, [one for one in surest if one.units[0].label != one.order.unit])
    missed = Counter((one.order.unit, one.units[0].label) for one in answers if one.units[0].label != one.order.unit)
    trial.confusions = [(done, said, count) for (done, said), count in missed.most_common(10)]
    trial.unknown_units = Counter(one.order.unit for one in answers if one.order.unit not in known).most_common()
    trial.reasons = Counter(one.why_not for one in answers if one.why_not).most_common()


def _varied(model: FileModel, answers: Sequence[Answer]) -> list[Example]:
    shown: dict[str, Example] = {}
    for one in answers:
        if len(shown) == EXAMPLES:
            break
        if len(one.order.text) >= 15:
            shown.setdefault(one.order.unit, _example(one, model))
    return list(shown.values())


def _flag(trial: Trial, answers: Sequence[Answer]) -> None:
    for one in answers:
        facets = read_facets(readable(one.order.text))
        trial.urgent += facets.urgency.value == "urgent"
        trial.repeats += facets.repeat.value == "true"
        if facets.transfer.value != "none":
            words = "、".join(dict.fromkeys(span.text for span in facets.transfer.why))
            trial.emergencies.append((_example(one, trial.model), facets.transfer.value, words))
