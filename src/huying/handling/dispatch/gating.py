"""The gate: what goes without a person, and why an order is left to one. Pure."""

from collections.abc import Callable, Sequence

from huying.engines.text.facets import Facets
from huying.engines.text.readable import why_a_person
from huying.handling.dispatch import steps
from huying.handling.dispatch.known import Knowledge
from huying.handling.dispatch.steps import Matter, Proposal

OFF, NOBODY, WORDS, ELSEWHERE, UNSURE, BAN = "off", "nobody", "words", "elsewhere", "unsure", "ban"
DOUBT, WITHDRAWN, BURST = "doubt", "withdrawn", "burst"


def held_back(
    known: Knowledge,
    matter: Matter,
    ranked: list[Proposal],
    by_model: Sequence[Proposal],
    facets: Facets,
    doubted: Callable[[int], bool],
    text: str,
) -> str:
    """Why a person decides; empty where it goes by itself: a rule makes it certain, or the model is sure enough.

    ``doubted(unit key)``: like orders of late were decided otherwise. ``withdrawn`` is looked at last, so that an order
    kept back by it alone can prove that automation may return.
    """
    if not known.automation.enabled:
        return OFF
    if not ranked:
        return NOBODY
    if why_a_person(text):
        return WORDS
    if facets.transfer.value != "none" or facets.not_accept.value:
        return ELSEWHERE
    first = ranked[0]
    if not first.certain:
        probability = next((one.probability for one in by_model if one.unit == first.unit), 0.0)
        if known.gate is None or not known.gate.dispatches(probability):
            return UNSURE
        if steps.doubtful_ban(known, matter, first.unit):
            return BAN
    if doubted(first.unit.pk):
        return DOUBT
    return WITHDRAWN if known.all_withdrawn or first.unit.pk in known.withdrawn else ""
