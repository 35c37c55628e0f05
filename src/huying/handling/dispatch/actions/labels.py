"""标签治理: find what would teach a model wrongly; a named person agrees or not. Recorded orders are never changed."""

from collections.abc import Sequence

from django.db import transaction

from huying.base.calendars import clock
from huying.base.errors import Invalid
from huying.base.events.recorder import record
from huying.base.org.access import require_role
from huying.base.org.models import Person, Unit
from huying.base.versions import hold
from huying.engines.labels.proposals import EXCLUDE, RELABEL, Proposal
from huying.engines.labels.propose import Progress
from huying.handling.dispatch import knowledge, labels
from huying.handling.dispatch.models_labels import LabelProposal

KEEPER = "model_manager"
State = LabelProposal.State


def gather_labels(
    *, actor: Person, progress: Progress = lambda share, words: None, latest: int = labels.MOST
) -> tuple[int, int]:
    """Look through the ``latest`` settled orders: how many proposals are new, and how many open ones no longer hold.

    What a person has settled is not asked again.
    """
    require_role(actor, KEEPER)
    found = {one.key: one for one in labels.found_now(progress, latest)}
    with transaction.atomic():
        known = dict(LabelProposal.objects.select_for_update().values_list("key", "state"))
        fresh = _rows([one for key, one in found.items() if key not in known])
        LabelProposal.objects.bulk_create(fresh)
        back = [key for key, state in known.items() if state == State.GONE and key in found]
        gone = [key for key, state in known.items() if state == State.OPEN and key not in found]
        LabelProposal.objects.filter(key__in=back).update(state=State.OPEN)
        LabelProposal.objects.filter(key__in=gone).update(state=State.GONE)
        record(
            actor=actor,
            verb="dispatch.labels_gathered",
            subject=None,
            payload={"new": len(fresh) + len(back), "gone": len(gone)},
        )
    return len(fresh) + len(back), len(gone)


def _rows(found: Sequence[Proposal]) -> list[LabelProposal]:
    by_name, now = knowledge.current().units.by_name, clock.now()
    made = []
    for one in found:
        own_orders = one.kind in (RELABEL, EXCLUDE)
        made.append(
            LabelProposal(
                key=one.key,
                kind=one.kind,
                subject_id=None if own_orders else by_name.get(one.subject),
                target_id=by_name.get(one.target) if one.target else None,
                orders=[int(number) for number in one.orders],
                count=one.count,
                reason=one.reason[:300],
                evidence=[] if own_orders else list(one.evidence),
                effect=one.effect[:300],
                confidence=one.confidence,
                found_at=now,
            )
        )
    return made


def settle_label(
    *,
    actor: Person,
    proposal: LabelProposal,
    agree: bool,
    target: Unit | None = None,
    words: str = "",
    expected_version: int | None = None,
) -> LabelProposal:
    """Agree or not; counts from the next training on, and may be changed later. ``target``: another unit than proposed.

    Raises :class:`Invalid` where there is no unit to learn the orders as, or where agreed names would go in a circle.
    """
    require_role(actor, KEEPER)
    with transaction.atomic():
        present = hold(proposal, expected_version)
        before = {"state": present.state, "target": present.target_id}
        if target is not None and present.kind != LabelProposal.Kind.EXCLUDE:
            present.target = target
        present.state = State.AGREED if agree else State.DECLINED
        if agree:
            _check(present)
        present.words, present.settled_by, present.settled_at = words.strip(), actor, clock.now()
        present.version += 1
        present.save()
        changes = {"state": [before["state"], present.state], "target": [before["target"], present.target_id]}
        payload = {"kind": present.kind, "agree": agree, "count": present.count}
        record(actor=actor, verb="dispatch.label_settled", subject=present, payload=payload, changes=changes)
    return present


def _check(proposal: LabelProposal) -> None:
    if proposal.kind == LabelProposal.Kind.EXCLUDE:
        return
    if proposal.target_id is None:
        raise Invalid("请选定这些工单应学成哪个单位。", errors=[{"field": "target", "message": "不能为空"}])
    others = LabelProposal.objects.filter(state=State.AGREED).exclude(pk=proposal.pk)
    try:
        labels.unit_changes([*others, proposal])
    except ValueError as circle:
        raise Invalid(
            "与已同意的建议互相矛盾：两个单位不能互相改成对方。", errors=[{"field": "target", "message": "成了圈"}]
        ) from circle
