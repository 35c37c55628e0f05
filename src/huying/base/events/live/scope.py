"""Who may hear of what."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from huying.base.events.models import Event
from huying.base.events.outward import outward

Resolver = Callable[[Any, set[int]], Mapping[int, str]]
_resolvers: dict[str, Resolver] = {}


def register_scope(prefix: str, resolver: Resolver) -> None:
    """Let ``resolver(person, keys)`` say which rows of tables named ``prefix…`` (``orders.workorder``) a person may see.

    It returns a mapping from key to public id, of the visible rows only, in a fixed number of statements.
    """
    _resolvers[prefix] = resolver


def _resolver(subject_type: str) -> Resolver | None:
    fitting = [prefix for prefix in _resolvers if subject_type.startswith(prefix)]
    return _resolvers[max(fitting, key=len)] if fitting else None


def visible(person: Any, events: Iterable[Event]) -> list[dict[str, Any]]:
    """The events that this person may hear of, as they are sent."""
    asked: dict[str, set[int]] = defaultdict(set)
    for event in events:
        if event.subject_id is not None:
            asked[event.subject_type].add(event.subject_id)
    seen: dict[tuple[str, int], str] = {}
    for subject_type, keys in asked.items():
        resolver = _resolver(subject_type)
        if resolver is not None:
            seen |= {(subject_type, key): public for key, public in resolver(person, keys).items()}
    return [
        outward(event, seen[event.subject_type, event.subject_id])
        for event in events
        if event.subject_id is not None and (event.subject_type, event.subject_id) in seen
    ]


def audience(person: Any) -> tuple:
    """People with equal audience see the same rows, so that one look-up serves them all."""
    if person.reach == "centre":
        return ("centre",)
    return (str(person.reach), person.unit_id, person.firm_id, tuple(sorted(person.roles)))
