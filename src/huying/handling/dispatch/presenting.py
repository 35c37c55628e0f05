"""An analysis and its parts as they are kept and as they go over HTTP."""

from collections.abc import Sequence
from typing import Any

from huying.engines.classify.explain import Evidence
from huying.engines.text.facets import Facets
from huying.handling.dispatch.models import Analysis
from huying.handling.dispatch.steps import CategoryGuess, Proposal


def analysis_json(row: Analysis) -> dict[str, Any]:
    """An analysis as it goes over HTTP, whether just made or read back."""
    facets = {name: value for name, value in row.facets.items() if name != "model_units"}
    written = {
        name: facets.pop(name, empty)
        for name, empty in (("title", ""), ("opinion", ""), ("missing", []), ("assists", []))
    }
    return {
        "model": row.model,
        "at": row.at,
        "units": row.units,
        "categories": row.categories,
        "facets": facets,
        "places": row.places,
        **written,
        "step": row.step,
        "reasons": row.reasons,
        "confidence": row.confidence,
        "threshold": row.threshold,
        "would_dispatch": row.automatic,
        "held": row.held,
    }


def unit_json(one: Proposal) -> dict[str, Any]:
    return {
        "id": one.unit.public_id,
        "name": one.unit.name,
        "probability": round(one.probability, 4),
        "step": one.step,
        "reasons": list(one.reasons),
        "evidence": evidence_json(one.evidence),
    }


def category_json(one: CategoryGuess) -> dict[str, Any]:
    return {
        "id": one.category.pk,
        "name": one.category.full_name,
        "probability": round(one.probability, 4),
        "evidence": evidence_json(one.evidence),
    }


def evidence_json(evidence: Sequence[Evidence]) -> list[dict[str, Any]]:
    return [{"term": e.term, "weight": round(e.weight, 4), "start": e.start, "end": e.end} for e in evidence]


def facets_json(facets: Facets, urgency: str) -> dict[str, Any]:
    return {
        "request_type": facets.request_type.value,
        "urgency": urgency,
        "urgency_why": [{"start": span.start, "end": span.end, "term": span.text} for span in facets.urgency.why],
        "emotion": facets.emotion.value,
        "transfer": facets.transfer.value,
        "repeat": facets.repeat.value == "true",
        "not_accept": facets.not_accept.value,
    }
