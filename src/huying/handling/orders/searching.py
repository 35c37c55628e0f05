"""One field for everything that the centre knows: orders, places, units, people, each within the reader's scope."""

from typing import Any

from huying.base.org import selectors as org
from huying.base.org.models import Person
from huying.base.org.roles import ROLES, Reach
from huying.base.places import selectors as places
from huying.handling.orders.filters import OrderFilters
from huying.handling.orders.listing import order_page

A_FEW = 6


def everything(reader: Person, words: str) -> dict[str, Any]:
    """A few of each kind. ``orders.shown`` are the keys whose citizens the answer shows, for the access audit.

    What orders a number, a telephone number, its last four digits or words mean is `finding`'s to say.
    """
    said = words.strip()
    orders = (
        order_page(reader, OrderFilters(words=said), limit=A_FEW)
        if said and reader.reach in (Reach.CENTRE, Reach.UNIT)
        else None
    )
    named = len(said) >= 2
    return {
        "orders": orders or {"items": [], "next": None, "count": 0, "count_capped": False, "notice": "", "shown": []},
        "places": _places(said) if named else [],
        "units": _units(said) if named else [],
        "people": _people(reader, said) if named else [],
    }


def _places(words: str) -> list[dict[str, str]]:
    found = [
        {"name": row.name, "hint": row.full_name or "区划", "kind": "division"}
        for row in places.divisions("", words, A_FEW)
    ]
    named = [
        {"name": row.name, "hint": f"{row.get_kind_display()} · {row.division.name}", "kind": "place"}
        for row in places.named(words, limit=A_FEW)
    ]
    return (named + found)[:A_FEW]


def _units(words: str) -> list[dict[str, str]]:
    return [
        {"id": row.public_id, "name": row.name, "hint": row.telephone}
        for row in org.unit_rows(words=words).prefetch_related(None)[:A_FEW]
    ]


def _people(reader: Person, words: str) -> list[dict[str, str]]:
    rows = org.people_page_rows(reader, words=words, unit="", role="", active=True).order_by("username")[:A_FEW]
    return [
        {
            "id": row.public_id,
            "name": row.name,
            "hint": " · ".join(
                part
                for part in (
                    row.unit.name if row.unit else "",
                    "、".join(ROLES[c].name for c in row.roles if c in ROLES),
                )
                if part
            ),
        }
        for row in rows
    ]
