"""An event as it is shown outside this process: public ids instead of keys, codes only, nothing a person wrote."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from django.apps import apps

from huying.base.events.models import Event

_CODE = re.compile(r"[A-Za-z0-9_.:+-]{1,60}\Z")


def codes_only(payload: Mapping[str, Any]) -> dict[str, Any]:
    """The members of a payload that are codes or yes/no. Numbers are inner keys; words might be a citizen's."""
    return {
        name: value
        for name, value in payload.items()
        if isinstance(value, bool) or (isinstance(value, str) and _CODE.match(value))
    }


def outward(event: Event, subject_public_id: str | None) -> dict[str, Any]:
    """One event for a browser or another system."""
    return {
        "position": event.position,
        "type": event.type,
        "subject_type": event.subject_type,
        "subject_id": subject_public_id,
        "payload": codes_only(event.payload),
    }


def public_ids(subject_type: str, keys: Iterable[int]) -> dict[int, str]:
    """Public ids of rows of one table; rows of a table that has none, or that are gone, are left out."""
    try:
        model = apps.get_model(subject_type)
    except (LookupError, ValueError):
        return {}
    if not any(field.name == "public_id" for field in model._meta.fields):
        return {}
    return dict(model._default_manager.filter(pk__in=set(keys)).values_list("pk", "public_id"))
