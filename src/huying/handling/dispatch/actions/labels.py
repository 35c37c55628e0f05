"""标签治理: find what would teach a model wrongly; a named person agrees or not. Recorded orders are never changed.

A handover that is agreed to becomes a directed rule in the same transaction, live within a second like any other; not
agreed to after all, its rule ends.
"""

from django.db import transaction
from django.db.models import QuerySet

from huying.base.calendars import clock
from huying.base.errors import Invalid
from huying.base.events.recorder import record
from huying.base.org.access import require_role
from huying.base.org.models import Person, Unit
from huying.base.versions import hold
from huying.engines.labels.proposals import EXCLUDE, RELABEL, Proposal
from huying.engines.labels.propose import Progress
from huying.handling.dispatch import handovers, knowledge, labels
from huying.handling.dispatch.actions.rules import create_rule, end_rule
from huying.handling.dispatch.models import DirectedRule
from huying.handling.dispatch.models_labels import LabelProposal
from huying.handling.dispatch.periods import begins, ends

KEEPER = "model_manager"
State = LabelProposal.State
HANDOVER = LabelProposal.Kind.HANDOVER


def gather_labels(
    *, actor: Person, progress: Progress = lambda share, words: None, latest: int = labels.MOST
) -> tuple[int, int]:
    """Look through the ``latest`` settled orders: how many proposals are new, and how many open ones no longer hold.

    What a person has settled is not asked again.
    """
    require_role(actor, KEEPER)
    found = {one.key: one for one in labels.found_now(progress, latest)}
    with transaction.atomic():
        asked = LabelProposal.objects.exclude(kind=HANDOVER)
        return _keep(actor, asked, {key: _row(one) for key, one in found.items()}, "dispatch.labels_gathered")


def gather_handovers(*, actor: Person) -> tuple[int, int]:
    """As :func:`gather_labels`, for work that went over from one unit to another by what people corrected of late."""
    require_role(actor, KEEPER)
    found = {one.key: _handover(one) for one in handovers.found_now()}
    with transaction.atomic():
        asked = LabelProposal.objects.filter(kind=HANDOVER)
        return _keep(actor, asked, found, "dispatch.handovers_gathered")


def _keep(actor: Person, asked: QuerySet[LabelProposal], found: dict[str, LabelProposal], verb: str) -> tuple[int, int]:
    """Add what is new, open again what is back, close what no longer holds; a person's decision stands."""
    known = dict(asked.select_for_update().values_list("key", "state"))
    fresh = [row for key, row in found.items() if key not in known]
    LabelProposal.objects.bulk_create(fresh)
    back = [key for key, state in known.items() if state == State.GONE and key in found]
    gone = [key for key, state in known.items() if state == State.OPEN and key not in found]
    LabelProposal.objects.filter(key__in=back).update(state=State.OPEN)
    LabelProposal.objects.filter(key__in=gone).update(state=State.GONE)
    tell = {"tell": [KEEPER]} if verb == "dispatch.handovers_gathered" and (fresh or back) else {}
    new = len(fresh) + len(back)
    record(actor=actor, verb=verb, subject=None, payload={"new": new, "gone": len(gone), **tell})
    return new, len(gone)


def _row(one: Proposal) -> LabelProposal:
    by_name = knowledge.current().units.by_name
    own_orders = one.kind in (RELABEL, EXCLUDE)
    return LabelProposal(
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
        found_at=clock.now(),
    )


def _handover(one: handovers.Found) -> LabelProposal:
    return LabelProposal(
        key=one.key,
        kind=HANDOVER,
        subject=one.before,
        target=one.after,
        marks=list(one.marks),
        orders=list(one.orders),
        count=len(one.orders),
        reason=one.reason[:300],
        effect=one.effect[:300],
        confidence=one.confidence,
        found_at=clock.now(),
    )


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
        if present.kind == HANDOVER:
            present.rule = _follow(actor, present, agree)
        present.version += 1
        present.save()
        changes = {"state": [before["state"], present.state], "target": [before["target"], present.target_id]}
        payload = {"kind": present.kind, "agree": agree, "count": present.count}
        record(actor=actor, verb="dispatch.label_settled", subject=present, payload=payload, changes=changes)
    return present


def _follow(actor: Person, proposal: LabelProposal, agree: bool) -> DirectedRule | None:
    """The rule of an agreed handover: made, kept or ended. Raises what :func:`create_rule` does where it can't be one."""
    rule, before, after = proposal.rule, proposal.subject, proposal.target
    if rule is not None and begins(rule) <= clock.now() < ends(rule):
        if agree and rule.unit_id == proposal.target_id:
            return rule
        end_rule(actor=actor, rule=rule, last_day=clock.today(), at=clock.now(), reason=proposal.words)
    if not agree or before is None or after is None:
        return rule
    if before == after:
        raise Invalid("承接单位不能是原承办单位。", errors=[{"field": "target", "message": "与原承办单位相同"}])
    made = create_rule(
        actor=actor,
        kind="directed-rules",
        name=handovers.rule_name(before, after, proposal.marks),
        taken_from=before,
        unit=after,
        words=list(proposal.marks),
        basis=proposal.words or proposal.reason,
        priority=handovers.BY_WORDS if proposal.marks else handovers.REMAINDER,
        effective_from=clock.today(),
        begins_at=clock.now(),
    )
    return made if isinstance(made, DirectedRule) else None


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
