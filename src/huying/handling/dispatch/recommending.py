"""推荐派: the model's ranked candidates as units are called today, brought up to date by what people decided of late."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from huying.base.org.models import Unit
from huying.handling.dispatch import wording
from huying.handling.dispatch.known import Knowledge, answering
from huying.handling.dispatch.reading import Location, place_tokens
from huying.handling.dispatch.steps import MODEL, CategoryGuess, Proposal, split_reason

_ASKED = 8  # of the model, so that five remain where some may not be proposed
LEFT = 0.7  # of the first candidate's probability; where decisions of late left less, a person looks
_LIKELY = 0.02  # a unit that only one distant order of late speaks for is not worth a line


def ask_model(
    known: Knowledge, words: str, location: Location, day: date, keep_directions: bool
) -> tuple[list[Proposal], list[CategoryGuess]]:
    """The model's units, renames, mergers and splits followed, and its categories."""
    if known.model is None:
        return [], []
    extra = place_tokens(known.gazetteer, location)
    seen = known.model.bundle.analyse(words, extra, k=_ASKED, keep_directions=keep_directions)
    totals: dict[Unit, float] = {}
    changed: dict[Unit, str] = {}
    for candidate in seen.units:
        units = _today(known, candidate.label, location, day)
        for unit in units:
            totals[unit] = totals.get(unit, 0.0) + candidate.probability / len(units)
            if len(units) > 1:
                changed[unit] = split_reason(candidate.label)
    shown = [one for one in seen.unit_evidence if one.start >= 0]
    first = known.units.named(seen.units[0].label, day) if seen.units else None
    proposals = []
    for unit, probability in totals.items():
        reasons: tuple[str, ...] = (wording.model_reason(shown),) if unit == first else ()
        reasons += (changed[unit],) if unit in changed else ()
        proposals.append(Proposal(unit, MODEL, probability, False, reasons, tuple(shown) if unit == first else ()))
    guesses: list[CategoryGuess] = []
    for guess in seen.categories:
        found = known.categories.by_name.get("/".join(guess.path))
        if found is not None:
            evidence = [one for one in seen.category_evidence if one.start >= 0] if not guesses else []
            guesses.append(CategoryGuess(found, guess.probability, evidence))
    return proposals, guesses


def _today(known: Knowledge, label: str, location: Location, day: date) -> list[Unit]:
    """Who answers today for what the model knows by this name."""
    pk = known.units.by_name.get(label)
    return answering(known, pk, day, location.likely_division) if pk is not None else []


@dataclass(frozen=True)
class Advised:
    """Proposals after a look at what people decided of late; ``doubted(unit key)``: like orders went elsewhere."""

    proposals: list[Proposal]
    doubted: Callable[[int], bool]


def with_recent(known: Knowledge, words: str, day: date, by_model: list[Proposal]) -> Advised:
    """Like decisions of late move the candidates at once. Without any, the model's candidates as they are."""
    if not len(known.recent):
        return Advised(by_model, lambda pk: False)
    from huying.engines.watch import blend

    matches = known.recent.like(words)
    corrected = known.recent.correct(words, [(one.unit.pk, one.probability) for one in by_model])
    today: dict[int, float] = {}
    for pk, probability in corrected.probabilities.items():
        answering = known.units.present(pk, day)
        if answering is not None:
            today[answering.pk] = today.get(answering.pk, 0.0) + probability

    counts: dict[int, int] = {}
    present = []
    for match in matches:
        unit = known.units.present(match.label, day)
        if unit is not None:
            present.append(replace(match, label=unit.pk))
            counts[unit.pk] = counts.get(unit.pk, 0) + 1
    mixed = blend.blend(list(today.items()), present)
    moved = corrected.moved < LEFT
    known_before = {one.unit.pk: one for one in by_model}
    made = []
    for pk, probability in sorted(mixed.probabilities.items(), key=lambda pair: -pair[1]):
        before = known_before.get(pk) or Proposal(known.units.by_pk[pk], MODEL, 0.0)
        if before.probability or probability >= _LIKELY:
            said = (wording.recent_reason(before.unit, counts[pk]),) if pk in counts else ()
            made.append(replace(before, probability=probability, reasons=before.reasons + said))
    return Advised(made, lambda pk: moved or mixed.doubts(pk))
