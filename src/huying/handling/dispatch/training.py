"""训练派单模型: from the orders that found their unit, to a folder under ``<data>/models`` and a ``ModelVersion``.

A label is the unit that was finally right: the source's for imported orders; for our own the unit of the last lead
assignment that was signed, so neither released after an accepted objection nor still open to one. Units are called by
what answers for them today (renames and mergers followed); categories by their full name.
"""

import shutil
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.db import transaction

from huying.base.calendars import clock
from huying.base.errors import Problem
from huying.base.events.recorder import record
from huying.base.org.access import require_role
from huying.base.org.models import Person
from huying.engines.classify import store
from huying.engines.classify.bundle import Bundle, BundleConfig, TrainingOrder, train_bundle
from huying.handling.dispatch import keeping, knowledge, labels, outcomes
from huying.handling.dispatch.actions.models import KEEPER
from huying.handling.dispatch.knowledge import Knowledge
from huying.handling.dispatch.models import ModelVersion
from huying.handling.dispatch.reading import locate, place_tokens

LEAST_ORDERS = 100
LEAST_OF_A_UNIT = 2
READING_SHARE = 0.1
Progress = Callable[[float, str], None]


class TooFewOrders(Problem):
    """Not enough settled orders to learn from; dispatch works from catalogue, rules and gazetteer alone."""

    status, code, title = 409, "too_few_orders", "工单还不够训练模型"


def train(*, actor: Person, progress: Progress = lambda share, words: None, until: date | None = None) -> ModelVersion:
    """Train on all settled orders filed before ``until`` (default: all), register the model, and say how good it is.

    The figures were measured on the latest part of the window by models that had not seen it. The first model of a
    centre is put into use at once; any later one waits for a named person (:func:`actions.promote`).
    """
    require_role(actor, KEEPER)
    known = knowledge.current()
    orders = training_orders(known, until, lambda share: progress(READING_SHARE * share, "读取工单"))
    units = {order.unit for order in orders}
    if len(orders) < LEAST_ORDERS or len(units) < 2:
        raise TooFewOrders(
            f"已办结可供学习的工单 {len(orders)} 件，涉及单位 {len(units)} 个；至少要有 {LEAST_ORDERS} 件、两个单位。"
            "在此之前，派单按目录、规则和地名进行，不受影响。"
        )
    config = BundleConfig(limit=known.automation.limit, unit_names=_direction_names(known))
    scale = 1 - READING_SHARE
    bundle = train_bundle(orders, config, lambda share, words: progress(READING_SHARE + scale * share, words))
    return _register(actor, bundle)


def training_orders(
    known: Knowledge, until: date | None = None, progress: Callable[[float], None] = lambda share: None
) -> list[TrainingOrder]:
    """Settled orders with their final unit; a unit that answers for fewer than two orders can't be learned."""
    settled = labels.as_confirmed(list(outcomes.settled(until=until)))
    today = clock.today()
    made: list[TrainingOrder] = []
    for number, row in enumerate(settled):
        unit = known.units.present(row.unit, today)
        if unit is None or not row.text.strip():
            continue
        division = known.gazetteer.by_pk.get(row.division) if row.division else None
        location = locate(known.gazetteer, row.text, row.place, division)
        day = clock.local(row.filed_at).date()
        category = tuple(row.category.split("/")) if row.category else ()
        made.append(TrainingOrder(row.text, unit.name, category, day, place_tokens(known.gazetteer, location)))
        if number % 200 == 0:
            progress(number / len(settled))
    counts: dict[str, int] = {}
    for order in made:
        counts[order.unit] = counts.get(order.unit, 0) + 1
    return [order for order in made if counts[order.unit] >= LEAST_OF_A_UNIT]


def _direction_names(known: Knowledge) -> tuple[str, ...]:
    """All names by which an agent may have written the unit into the text; they are removed with the direction."""
    return tuple(sorted(known.units.by_name))


def _register(actor: Person, bundle: Bundle) -> ModelVersion:
    """The folder is complete before the row names it; a folder without a row is nobody's model."""
    name = _free_name()
    folder = knowledge.models_folder() / name
    making = folder.with_name(f".{name}.making")
    shutil.rmtree(making, ignore_errors=True)
    keeping.keep(bundle, making, source={"来源": "本中心已办结的工单", "训练日期": clock.today().isoformat()})
    making.rename(folder)
    with transaction.atomic():
        first = knowledge.promoted() is None
        now = clock.now()
        card = bundle.card
        row = ModelVersion.objects.create(
            name=name,
            folder=name,
            sha256=store.sha256(folder / "bundle.json"),
            trained_at=now,
            window_from=_day(card["first_day"]),
            window_until=_day(card["last_day"]),
            orders=card["orders"],
            figures={**card["figures"], "units": card["trained_units"], "coverage": bundle.gate.coverage},
            threshold=bundle.gate.threshold,
            promoted_at=now if first else None,
            promoted_by=actor if first else None,
        )
        payload = {"model": name, "orders": row.orders, "promoted": first}
        record(
            actor=actor,
            verb="dispatch.model_trained",
            subject=row,
            payload=payload,
            changes={"figures": [None, row.figures]},
        )
        knowledge.bump("models")
    return row


def _free_name() -> str:
    """By the moment of training; of two in one second the later is called a second later."""
    moment = clock.local(clock.now())
    while True:
        name = f"{moment:%Y%m%d-%H%M%S}"
        if not ModelVersion.objects.filter(name=name).exists() and not (knowledge.models_folder() / name).exists():
            return name
        moment += timedelta(seconds=1)


def _day(text: Any) -> date | None:
    return date.fromisoformat(text) if text else None
