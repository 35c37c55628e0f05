"""Making the demo centre, phase by phase: founding, three months of life, a first model, ready accounts."""

from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.db import connection, transaction

from huying.base.calendars import clock
from huying.base.events.sequencer import sequence_pending
from huying.base.org.models import Person
from huying.base.org.selectors import system_person
from huying.base.search import following
from huying.demo import accounts, marker
from huying.demo.agenda import Agenda
from huying.demo.arrivals import Plan
from huying.demo.city import City
from huying.demo.county import county
from huying.demo.founding import ground, papers, people, rulebook
from huying.demo.lives import calling, closing, desks
from huying.demo.scenes import BEFORE_END, MINUTE, complete, last_touch
from huying.demo.situations import telling
from huying.demo.sources import table
from huying.handling.dispatch.training import TooFewOrders, train
from huying.handling.orders.models import WorkOrder
from huying.intake.contacts.models import Contact

Progress = Callable[[str, float], None]


@dataclass(frozen=True)
class Built:
    """What was made, for the terminal."""

    contacts: int
    orders: int
    people: int
    password: str


def build(
    *,
    seed: int,
    days: int,
    size: str = "town",
    lived: int | None = None,
    learn: bool = True,
    progress: Progress = lambda phase, share: None,
) -> Built:
    """Make the demo in an empty installation. ``days`` of life end now; the same seed and moment give the same life.

    The last ``lived`` days (the size's own number if not given) are lived step by step by the real actions; those before
    are told in bulk, and the model learns from them.
    """
    lived = table("figures")["sizes"][size]["lived"] if lived is None else lived
    end = clock.now()
    first = clock.local(end).date() - timedelta(days=days)
    marker.write(settings.DATA, seed=seed, days=days, size=size, made_at=end, finished=False)
    manual = clock.ManualClock(datetime.combine(first, time(), clock.SHANGHAI))
    with _quickly(), clock.use(manual):
        land, staff = _found(size, first, clock.local(end).date(), progress)
        city = City(Agenda(manual, manual(), end), land, staff, closing.life, size)
        calls = list(Plan(seed, land.county, first, end, size))
        boundary = manual() + timedelta(days=max(0, days - lived))
        older = [call for call in calls if call.at < boundary]
        learnt = not learn
        for written in calling.before(city, older):
            progress("写往日来话和工单", min(1.0, (manual() - city.agenda.start) / (boundary - city.agenda.start)))
            if not learnt and written >= city.size["learn"]:
                learnt = True
                _learn(staff.first("model_manager"), progress)
        manual.advance_to(boundary)
        progress("写可按名查找的情形", 0.0)
        telling.tell_all(city)
        ground.reform(city.system, land, clock.today())
        progress("写可按名查找的情形", 1.0)
        if not learnt:
            _learn(staff.first("model_manager"), progress)
        desks.lay_out(city)
        city.agenda.add(calling.life(city, calls[len(older) :]))
        city.agenda.run(end - BEFORE_END, lambda share: progress("近日受理与办理", share))
        complete(city)
        desks.look_through(city)
        city.agenda.run(end - 2 * MINUTE, lambda share: None)
        last_touch(city)
        city.agenda.run(end, lambda share: None)
    password = accounts.open_accounts(system_person(), staff, settings.DATA)
    sequence_pending()
    following.rebuild(lambda done, whole: progress("建立全文检索", done / whole if whole else 1.0))
    marker.write(settings.DATA, seed=seed, days=days, size=size, made_at=end, finished=True)
    made = Person.objects.filter(is_system=False).count()
    return Built(Contact.objects.count(), WorkOrder.objects.count(), made, password)


def _found(size: str, first: date, last: date, progress: Progress) -> tuple[ground.Ground, people.Staff]:
    actor = system_person()
    progress("设立中心", 0.0)
    with transaction.atomic():
        land = ground.lay(actor, county(size), first, last)
        progress("设立中心", 0.5)
        staff = people.hire(actor, land)
        rulebook.write(actor, land, staff.first("model_manager"))
        papers.write(actor, land, staff)
    progress("设立中心", 1.0)
    return land, staff


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
