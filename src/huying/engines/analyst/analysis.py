"""One order read whole: who should answer, what it is about, how urgent, where, and the words that led to it."""

from datetime import date
from typing import Any

from huying.engines.analyst.bulk import Answer
from huying.engines.analyst.model import FileModel
from huying.engines.classify.explain import Evidence
from huying.engines.text.addresses import best_address
from huying.engines.text.entities import find_entities
from huying.engines.text.facets import Facet, count_matters, read_facets
from huying.engines.text.identifiers import PERSONAL, TOKEN_NAMES, find_identifiers, tokenise
from huying.engines.text.readable import readable
from huying.engines.text.title import make_title

FACETS = ("request_type", "urgency", "emotion", "transfer", "repeat", "not_accept")
SHOWN_WORDS = 5


def analysis(model: FileModel, answer: Answer, *, keep_directions: bool = False) -> dict[str, Any]:
    """The row of analysis.jsonl. Values as in the annotation guide of the public work orders.

    Positions count characters of the text as given. What identifies a citizen is named by kind and position only.
    """
    words = readable(answer.order.text)
    facets = read_facets(words)
    place = best_address(words, model.lexicon.index)
    division, certainty = model.lexicon.division(words)
    told = {name: getattr(facets, name) for name in FACETS}
    return {
        "order_no": answer.order.number,
        "category": [{"path": list(one.path), "probability": round(one.probability, 4)} for one in answer.categories],
        "units": [{"unit": one.label, "probability": round(one.probability, 4)} for one in answer.units],
        "automatic": answer.automatic,
        "why_not": answer.why_not,
        **{name: facet.value for name, facet in told.items()},
        "repeat": facets.repeat.value == "true",
        "matters": count_matters(words),
        "place": place.text if place else "",
        "division": division,
        "division_confidence": round(certainty, 4),
        "entities": entities(words, answer.order.day),
        "title": make_title(words),
        "evidence": {**_model_words(model, answer, words, keep_directions), **_cue_words(told)},
    }


def entities(words: str, day: date | None) -> list[dict[str, Any]]:
    """What identifies somebody, by kind only, then dates, times, amounts and firms with their values, in reading order.

    ``day``: when the order came in; dates said relative to it ("昨晚") have no value without it.
    """
    found, taken = [], set[int]()
    for one in find_identifiers(words):
        shown = f"‹{TOKEN_NAMES[one.kind]}›" if one.kind in PERSONAL else one.value
        found.append({"kind": one.kind, "text": shown, "start": one.start, "end": one.end, "valid": one.valid})
        taken.update(range(one.start, one.end))
    for said in find_entities(words, day):
        if taken.isdisjoint(range(said.start, said.end)):
            place = {"start": said.start, "end": said.end}
            found.append({"kind": said.kind, "text": said.text, "value": said.value, **place})
    return sorted(found, key=lambda one: int(str(one["start"])))


def _model_words(model: FileModel, answer: Answer, words: str, keep_directions: bool) -> dict[str, Any]:
    """The words that spoke for the first unit and the first category."""
    bundle = model.bundle
    read = tokenise(words).text if keep_directions else bundle.read(words)
    said: dict[str, Any] = {"unit": [], "category": []}
    if answer.units:
        said["unit"] = _placed(bundle.unit.explain(read, answer.units[0].label, SHOWN_WORDS), words)
    if answer.categories and bundle.category is not None:
        label = "/".join(answer.categories[0].path)
        said["category"] = _placed(bundle.category.explain(read, label, SHOWN_WORDS), words)
    return said


def _placed(found: list[Evidence], words: str) -> list[dict[str, Any]]:
    """Words by where they stand in the text as it was given; none is shown that does not stand there."""
    made = []
    for one in found:
        start = words.find(one.term)
        if start >= 0:
            end = start + len(one.term)
            made.append({"text": one.term, "start": start, "end": end, "weight": round(one.weight, 4)})
    return made


def _cue_words(told: dict[str, Facet]) -> dict[str, Any]:
    return {
        name: [{"text": span.text, "start": span.start, "end": span.end} for span in facet.why]
        for name, facet in told.items()
        if facet.why
    }
