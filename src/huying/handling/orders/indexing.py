"""Orders in the full-text index: what they are found by, and which events make them be read again.

Found by their words: title, text, what the citizen added later, what supervision wrote, opinion and reply, places, the
respondent's name. Told apart by tags: units in whose reach it is (the reader's scope), state and the other columns a list
is narrowed by, so that a page of hits is a page that this reader may see and asked for. SQL checks every hit once more.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from huying.base.events.models import Event
from huying.base.search.sources import Source, ref_of, register, tag_of
from huying.engines.search.index import Document
from huying.handling.orders.models import Assignment, Step, UnitOrder, WorkOrder

KIND = "order"
# steps in which the citizen says more about the matter, and what supervision asks of the unit
ADDED = ("supplement", "add_words", "urge", "supervise")
TEXTS = (
    "title", "text", "incident_place", "incident_division__full_name", "respondent__name", "respondent_place",
    "opinion", "reply", "source_no",
)  # fmt: skip
TOLD_APART = ("state", "urgency", "channel", "request_type", "category_id", "lead_unit_id")
AT_ONCE = 500


def tag(name: str, value: object) -> str:
    return f"{name}={value}"


def touched(events: Sequence[Event]) -> set[int]:
    """Orders that the events are about: themselves, by an assignment, by their respondent, by a unit that moved."""
    by_type: dict[str, set[int]] = defaultdict(set)
    for event in events:
        if event.subject_id is not None and (event.subject_type != "org.unit" or event.type == "unit.move"):
            by_type[event.subject_type].add(event.subject_id)
    keys = by_type["orders.workorder"]
    if parts := by_type["orders.assignment"]:
        keys |= set(Assignment.objects.filter(pk__in=parts).values_list("order_id", flat=True))
    if respondents := by_type["parties.respondent"]:
        keys |= set(WorkOrder.objects.filter(respondent__in=respondents).values_list("pk", flat=True))
    if units := by_type["org.unit"]:
        keys |= set(UnitOrder.objects.filter(unit__in=units).values_list("order", flat=True))
    return keys


def documents(keys: Sequence[int]) -> Iterator[Document]:
    """Orders of these keys as documents, read some hundred at a time."""
    for start in range(0, len(keys), AT_ONCE):
        yield from _documents(keys[start : start + AT_ONCE])


def _documents(keys: Sequence[int]) -> Iterable[Document]:
    units, added = defaultdict(set), defaultdict(list)
    for order, unit in UnitOrder.objects.filter(order__in=keys).values_list("order", "unit"):
        units[order].add(unit)
    steps = Step.objects.filter(order__in=keys, action__in=ADDED).order_by("order_id", "at", "id")
    for order, note in steps.values_list("order_id", "note"):
        added[order].append(note)
    rows = WorkOrder.objects.filter(pk__in=keys).order_by("pk")
    for row in rows.values("pk", "filed_at", "due_at", "overdue", *TEXTS, *TOLD_APART):
        yield Document(
            ref=ref_of(KIND, row["pk"]),
            key=row["pk"],
            texts=[*(row[name] or "" for name in TEXTS), *added[row["pk"]]],
            tags=_tags(row, units[row["pk"]]),
            newest=int(row["filed_at"].timestamp()),
            due=int(row["due_at"].timestamp()) if row["due_at"] else None,
        )


def _tags(row: dict, units: set[int]) -> list[str]:
    told = [tag(name, row[name]) for name in TOLD_APART if row[name]]
    parts = [tag("unit", unit) for unit in sorted(units)]
    return [tag_of(KIND), *told, *parts, *([tag("overdue", 1)] if row["overdue"] else [])]


def keys_after(key: int, count: int) -> list[int]:
    return list(WorkOrder.objects.filter(pk__gt=key).order_by("pk").values_list("pk", flat=True)[:count])


register(Source(KIND, touched, documents, keys_after, WorkOrder.objects.count))
