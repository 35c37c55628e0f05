"""Filling the index: from all rows, in steps that a crash may cut off, and from then on by event position.

The note of a commit: ``position`` and ``event`` (its id) up to which events are in the index, ``building`` (kind → the
last key read) while rows are still missing, ``kinds`` that are in it. A build keeps the position at which it began and
afterwards reads all events since, so that what changed meanwhile is read again.
"""

from collections.abc import Iterable
from typing import Any

from huying.base.events.models import Event
from huying.base.events.webhooks import latest_position
from huying.base.search.sources import ref_of, sources
from huying.engines.search.index import Writer

EVENTS = 1000  # events looked at in one step; their rows are put and committed together


class Discontinued(Exception):
    """The events do not go on where the index ends: they were purged meanwhile, or the database is another one."""


def beginning() -> dict[str, Any]:
    """The note of an empty index that is to be filled."""
    position = latest_position()
    kinds = sorted(sources())
    return {
        "position": position,
        "event": _event_at(position) or "",
        "kinds": kinds,
        "building": dict.fromkeys(kinds, 0),
        "done": 0,
    }


def with_new_kinds(note: dict[str, Any]) -> dict[str, Any]:
    """The note with kinds that this version has and the index has not, to be filled."""
    missing = [kind for kind in sorted(sources()) if kind not in note["kinds"]]
    if not missing:
        return note
    return {
        **note,
        "kinds": [*note["kinds"], *missing],
        "building": note["building"] | dict.fromkeys(missing, 0),
    }


def require_continuous(note: dict[str, Any]) -> None:
    """Raise :class:`Discontinued` where the index does not belong to this database as it is now."""
    position, newest = note["position"], latest_position()
    known = _event_at(position)
    if position > newest or (known is not None and known != note["event"]):
        raise Discontinued(f"index at {position}, database at {newest}")


def build_step(writer: Writer, note: dict[str, Any], rows: int) -> dict[str, Any]:
    """Take in the next ``rows`` rows of a kind that is not complete, commit, and return the new note."""
    kind, last = next(iter(note["building"].items()))
    source = sources()[kind]
    keys = source.keys_after(last, rows)
    for document in source.documents(keys):
        writer.add(document)
    rest = {other: key for other, key in note["building"].items() if other != kind}
    going_on = {kind: keys[-1], **rest} if len(keys) == rows else rest
    note = {**note, "building": going_on, "done": note["done"] + len(keys)}
    writer.commit(note)
    return note


def follow_step(writer: Writer, note: dict[str, Any]) -> tuple[dict[str, Any], int]:
    """Take in what the next events touched and commit; the new note and the number of events passed."""
    events = list(Event.objects.filter(position__gt=note["position"]).order_by("position")[:EVENTS])
    if not events:
        return note, 0
    if events[0].position != note["position"] + 1:
        raise Discontinued(f"index at {note['position']}, next event at {events[0].position}")
    for source in sources().values():
        keys = source.touched(events)
        _renew(writer, source.kind, keys, source.documents(sorted(keys)))
    note = {**note, "position": events[-1].position, "event": str(events[-1].event_id)}
    writer.commit(note)
    return note, len(events)


def _renew(writer: Writer, kind: str, keys: set[int], documents: Iterable) -> None:
    gone = {ref_of(kind, key) for key in keys}
    for document in documents:
        writer.put(document)
        gone.discard(document.ref)
    for ref in gone:
        writer.remove(ref)


def _event_at(position: int) -> str | None:
    found = Event.objects.filter(position=position).values_list("event_id", flat=True).first()
    return str(found) if found else None
