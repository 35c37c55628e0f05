"""Reference data kept in memory of a process and read again when its tables changed."""

import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

from django.db.models import Count, Max, Model
from django.db.models.signals import post_delete, post_save

from huying.base.events.models import Event

T = TypeVar("T")


class Versioned(Generic[T]):
    """A value built from tables. Asked again within ``check_every`` seconds it costs no query; after that one look at
    ``version()`` decides whether ``load()`` runs again. So another process's change is seen ``check_every`` s later.

    Waiting is measured by the monotonic clock: it is about the machine, not about the centre's time.
    """

    def __init__(self, load: Callable[[], T], version: Callable[[], object], check_every: float = 2.0) -> None:
        self._load = load
        self._version = version
        self._check_every = check_every
        self._held: tuple[object, T] | None = None
        self._checked = 0.0
        self._loading = threading.Lock()

    def get(self) -> T:
        held = self._held
        if held is not None and time.monotonic() - self._checked < self._check_every:
            return held[1]
        with self._loading:
            version = self._version()
            if self._held is None or self._held[0] != version:
                self._held = (version, self._load())
            self._checked = time.monotonic()
            return self._held[1]

    def look_again(self, **_: object) -> None:
        """Compare versions at the next question (this process changed the tables itself); also a signal's receiver."""
        self._checked = 0.0

    def watch(self, *models: type[Model]) -> None:
        """See this process's own changes of these tables at once."""
        for model in models:
            for signal in (post_save, post_delete):
                signal.connect(self.look_again, sender=model, dispatch_uid=f"caching.{id(self)}.{model._meta.label}")


def version_of(*models: type[Model]) -> tuple[object, ...]:
    """What tells that these tables changed: every action leaves an event about a row of theirs; the number of rows and
    the last key also show what was written past the actions."""
    labels = [model._meta.label_lower for model in models]
    told = Event.objects.filter(subject_type__in=labels).aggregate(last=Max("id"))["last"]
    rows = (model._default_manager.aggregate(n=Count("pk"), last=Max("pk")) for model in models)
    return told, *((row["n"], row["last"]) for row in rows)
