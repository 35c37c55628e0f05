"""Making the demo centre, phase by phase: founding, three months of life, a first model, ready accounts."""

from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.conf import settings
from django.db import connection, transaction

from huying.base.calendars import clock
from huying.base.events.sequencer import sequence_pending
from huying.base.org.models import Person
from huying.base.org.selectors import system_person
from huying.demo import accounts, marker
from huying.demo.agenda import Agenda
from huying.demo.arrivals import Plan
from huying.demo.city import City
from huying.demo.county import county
from huying.demo.founding import ground, people, rulebook
from huying.demo.lives import calling, closing
from huying.demo.scenes import complete
from huying.handling.dispatch.training import TooFewOrders, train
from huying.handling.orders.models import WorkOrder
from huying.intake.contacts.models import Contact

LEARNED = 0.75  # the model learns after this share of the time and reads the orders of the rest
Progress = Callable[[str, float], None]


@dataclass(frozen=True)
class Built:
    """What was made, for the terminal."""

    contacts: int
    orders: int
    people: int
    password: str


def build(*, seed: int, days: int, learn: bool = True, progress: Progress = lambda phase, share: None) -> Built:
    """Make the demo in an empty installation. ``days`` of life end now; the same seed and moment give the same life."""
    end = clock.now()
    first = clock.local(end).date() - timedelta(days=days)
    manual = clock.ManualClock(datetime.combine(first, time(), clock.SHANGHAI))
    actor = system_person()
    with _quickly(), clock.use(manual):
        progress("设立中心", 0.0)
        with transaction.atomic():
            land = ground.lay(actor, county(), first, clock.local(end).date())
            progress("设立中心", 0.4)
            staff = people.hire(actor, land)
            progress("设立中心", 0.5)
            rulebook.write(actor, land, staff.first("model_manager"))
        progress("设立中心", 1.0)
        agenda = Agenda(manual, manual(), end)
        city = City(agenda, land, staff, closing.life)
        agenda.add(calling.life(city, Plan(seed, land.county, first, end)))
        midway = agenda.start + (end - agenda.start) * LEARNED
        agenda.run(midway, lambda share: progress("来话、工单与办理", share))
        if learn:
            _learn(staff.first("model_manager"), progress)
        agenda.run(end, lambda share: progress("来话、工单与办理", share))
        complete(city)
    sequence_pending()
    password = accounts.open_accounts(actor, staff, settings.DATA)
    marker.write(settings.DATA, seed=seed, days=days, made_at=end)
    sequence_pending()
    made = Person.objects.filter(is_system=False).count()
    return Built(Contact.objects.count(), WorkOrder.objects.count(), made, password)


def _learn(keeper: Person, progress: Progress) -> None:
    """Train on what was settled so far; too little of it is no fault of a short demo."""
    try:
        train(actor=keeper, progress=lambda share, words: progress("训练派单模型", share))
    except TooFewOrders:
        progress("训练派单模型", 1.0)


@contextmanager
def _quickly():
    """On SQLite do not wait for the disk after every step while the demo is made; a demo cut off is made anew."""
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous=OFF")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous=FULL")
