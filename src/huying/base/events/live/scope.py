"""Who may hear of what."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.db.models import Model

from huying.base.events.models import Event
from huying.base.events.outward import outward

Resolver = Callable[[Sequence[Any], set[int]], Sequence[Mapping[int, str]]]
_resolvers: dict[str, Resolver] = {}


def register_scope(prefix: str, resolver: Resolver) -> None:
    """Let ``resolver(people, keys)`` say which rows of tables named ``prefix…`` (``orders.workorder``) people may see.

    It returns for each of the people a mapping from key to public id, of the visible rows only, in a number of statements
    that is the same however many people listen.
    """
    _resolvers[prefix] = resolver


def to_the_centre(model: type[Model]) -> Resolver:
    """Everybody of the centre hears of these rows, and nobody else."""

    def resolve(people: Sequence[Any], keys: set[int]) -> list[dict[int, str]]:
        rows = dict(model._default_manager.filter(pk__in=keys).values_list("pk", "public_id"))
        return [rows if person.reach == "centre" else {} for person in people]

    return resolve


def _resolver(subject_type: str) -> Resolver | None:
    fitting = [prefix for prefix in _resolvers if subject_type.startswith(prefix)]
    return _resolvers[max(fitting, key=len)] if fitting else None


def visible(people: Mapping[tuple, Any], events: Sequence[Event]) -> dict[tuple, list[dict[str, Any]]]:
    """For each of the people the events that they may hear of, as they are sent."""
    asked: dict[str, set[int]] = defaultdict(set)
    for event in events:
        if event.subject_id is not None:
            asked[event.subject_type].add(event.subject_id)
    seen: list[dict[tuple[str, int | None], str]] = [{} for _ in people]
    for subject_type, keys in asked.items():
        resolver = _resolver(subject_type)
        if resolver is not None:
            for own, found in zip(seen, resolver(list(people.values()), keys), strict=True):
                own |= {(subject_type, key): public_id for key, public_id in found.items()}
    return {who: _told(own, events) for who, own in zip(people, seen, strict=True)}


def _told(seen: Mapping[tuple[str, int | None], str], events: Sequence[Event]) -> list[dict[str, Any]]:
    subjects = ((event, seen.get((event.subject_type, event.subject_id))) for event in events)
    return [outward(event, public_id) for event, public_id in subjects if public_id is not None]


def audience(person: Any) -> tuple:
    """People with equal audience see the same rows, so that one look-up serves them all."""
    unit = None if person.reach == "centre" else person.unit_id
    return (str(person.reach), unit, person.firm_id, tuple(sorted(person.roles)))
