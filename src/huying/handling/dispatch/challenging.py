"""Champion and challenger on the same later orders: who is right more often, by McNemar's exact test."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction

from huying.base.calendars import clock
from huying.base.errors import Conflict
from huying.base.events.recorder import record
from huying.base.org.access import require_role
from huying.base.org.models import Person
from huying.handling.dispatch import knowledge, outcomes
from huying.handling.dispatch.actions.models import KEEPER
from huying.handling.dispatch.knowledge import Knowledge
from huying.handling.dispatch.models import Comparison, ModelVersion
from huying.handling.dispatch.outcomes import Settled
from huying.handling.dispatch.reading import locate, place_tokens

MOST = 3000
LEAST = 50
SURE = 0.05


@dataclass
class _Answers:
    right: list[bool]
    top3: int = 0
    automatic: int = 0
    automatic_wrong: int = 0

    def figures(self) -> dict[str, float | None]:
        count = len(self.right)
        return {
            "accuracy": round(sum(self.right) / count, 4),
            "top3": round(self.top3 / count, 4),
            "automatic": round(self.automatic / count, 4),
            "automatic_wrong": round(self.automatic_wrong / self.automatic, 4) if self.automatic else None,
        }


def compare(*, actor: Person, champion: ModelVersion, challenger: ModelVersion) -> Comparison:
    """Let both read the settled orders filed after either was trained, the latest ``MOST``; keep who was right.

    The challenger is *better* where it alone was right more often than the champion alone, with a two-sided p below
    5 %. Raises ``Conflict`` where fewer than ``LEAST`` orders came later.
    """
    from huying.engines.watch.paired import mcnemar

    require_role(actor, KEEPER)
    known = knowledge.current()
    since = _first_day(champion, challenger)
    orders = list(outcomes.settled(since=since))[-MOST:]
    if len(orders) < LEAST:
        raise Conflict(
            f"两个模型训练之后只有 {len(orders)} 件已定单位的工单，不足 {LEAST} 件，还不能比较。", code="too_few"
        )
    answers = [_answers(known, model, orders) for model in (champion, challenger)]
    paired = mcnemar(answers[0].right, answers[1].right)
    better = paired.only_second > paired.only_first and paired.p_value < SURE
    with transaction.atomic():
        row = Comparison.objects.create(
            champion=champion,
            challenger=challenger,
            at=clock.now(),
            since=since,
            until=clock.local(orders[-1].filed_at).date(),
            orders=paired.orders,
            both=paired.both,
            only_champion=paired.only_first,
            only_challenger=paired.only_second,
            p_value=paired.p_value,
            figures={"champion": answers[0].figures(), "challenger": answers[1].figures()},
            better=better,
        )
        payload = {"champion": champion.name, "challenger": challenger.name, "better": better}
        record(actor=actor, verb="dispatch.models_compared", subject=row, payload=payload)
    return row


def _first_day(*models: ModelVersion) -> date:
    seen = [model.window_until for model in models if model.window_until is not None]
    return max(seen, default=clock.today() - timedelta(days=30)) + timedelta(days=1)


def _answers(known: Knowledge, model: ModelVersion, orders: list[Settled]) -> _Answers:
    from huying.handling.dispatch import keeping

    bundle = keeping.read(knowledge.models_folder() / model.folder, model.sha256)
    gate = bundle.gate_at(known.automation.limit)
    today = clock.today()
    made = _Answers([])
    for order in orders:
        division = known.gazetteer.by_pk.get(order.division) if order.division else None
        location = locate(known.gazetteer, order.text, order.place, division)
        seen = bundle.analyse(order.text, place_tokens(known.gazetteer, location), k=3, evidence=0)
        wanted = known.units.present(order.unit, today)
        named = [known.units.named(candidate.label, today) for candidate in seen.units]
        right = bool(named) and named[0] is not None and named[0] == wanted
        automatic = bool(seen.units) and gate.dispatches(seen.units[0].probability)
        made.right.append(right)
        made.top3 += wanted is not None and wanted in named
        made.automatic += automatic
        made.automatic_wrong += automatic and not right
    return made
