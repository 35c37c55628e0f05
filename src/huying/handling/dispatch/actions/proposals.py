"""新事项建议: gathered → proposed → joint opinion of centre, 编办 and 司法 → the next edition of the tree with its crosswalk."""

from collections import Counter
from datetime import timedelta

from django.db import transaction

from huying.base.calendars import clock
from huying.base.errors import Conflict, Invalid
from huying.base.events.recorder import record
from huying.base.org.access import require_role
from huying.base.org.models import Person
from huying.base.taxonomy import actions as taxonomy
from huying.base.taxonomy.actions.crosswalks import write_crosswalk
from huying.base.taxonomy.models import Category, CategoryTree, Crosswalk
from huying.base.versions import hold
from huying.handling.dispatch import gathering
from huying.handling.dispatch.models import CategoryProposal, ProposalOpinion
from huying.handling.orders.models import WorkOrder

KEEPER, PANEL = "model_manager", "panelist"
State = CategoryProposal.State
Side = ProposalOpinion.Side


def allowed(person: Person, proposal: CategoryProposal) -> list[str]:
    """What ``person`` may do with it now: the buttons of its page. Costs no query where the opinions were fetched."""
    made, keeper = [], person.has_role(KEEPER)
    if keeper and proposal.state == State.GATHERED:
        made.append("propose")
    if open_sides(person, proposal):
        made.append("opinion")
    if keeper and proposal.state == State.PROPOSED and _agreed(proposal) == set(Side.values):
        made.append("adopt")
    if keeper and proposal.state in (State.GATHERED, State.PROPOSED):
        made.append("dismiss")
    return made


def open_sides(person: Person, proposal: CategoryProposal) -> list[str]:
    """The sides that have not spoken and for which this person may."""
    said = list(proposal.opinions.all())
    if proposal.state != State.PROPOSED or any(one.by_id == person.pk for one in said):
        return []
    silent = [side for side in Side.values if side not in {one.side for one in said}]
    return [side for side in silent if person.has_role(_speaker(side))]


def _speaker(side: str) -> str:
    return KEEPER if side == Side.CENTRE else PANEL


def _agreed(proposal: CategoryProposal) -> set[str]:
    return {one.side for one in proposal.opinions.all() if one.agrees}


def gather_proposals(*, actor: Person) -> int:
    """Gather anew; groups that share half of their orders with a known proposal are that one. The number of new ones."""
    require_role(actor, KEEPER)
    groups = gathering.gather()
    with transaction.atomic():
        CategoryProposal.objects.filter(state=State.GATHERED).delete()
        known = [set(orders) for orders in CategoryProposal.objects.values_list("orders", flat=True)]
        fresh = [one for one in groups if all(2 * len(seen & set(one.orders)) < len(one.orders) for seen in known)]
        for one in fresh:
            days = [clock.local(at).date() for at in _filed(one.orders)]
            CategoryProposal.objects.create(
                name=one.name, terms=one.terms, orders=one.orders, size=len(one.orders), first_on=min(days),
                last_on=max(days), gathered_at=clock.now(),
            )  # fmt: skip
        record(actor=actor, verb="dispatch.proposals_gathered", payload={"new": len(fresh)})
    return len(fresh)


def _filed(orders: list[int]) -> list:
    return list(WorkOrder.objects.filter(pk__in=orders).values_list("filed_at", flat=True))


def propose_category(
    *, actor: Person, proposal: CategoryProposal, name: str, parent: Category, reason: str, expected_version: int
) -> CategoryProposal:
    """提出: a name and a place in the tree; the three sides are asked."""
    require_role(actor, KEEPER)
    if not name.strip() or "/" in name:
        raise Invalid("请填写名称，不含“/”。", errors=[{"field": "name", "message": "不能为空，不含“/”"}])
    with transaction.atomic():
        row = _in_state(proposal, str(State.GATHERED), expected_version)
        row.state, row.name, row.parent, row.reason = State.PROPOSED, name.strip()[:80], parent, reason[:300]
        row.version += 1
        row.save(update_fields=["state", "name", "parent", "reason", "version"])
        payload = {"parent": parent.pk, "size": row.size, "tell": [PANEL]}
        record(actor=actor, verb="dispatch.category_proposed", subject=row, payload=payload)
    return row


def give_opinion(
    *, actor: Person, proposal: CategoryProposal, side: str, agrees: bool, words: str = ""
) -> ProposalOpinion:
    """Each side speaks once, and each by a person of its own: the centre by its manager, 编办 and 司法 by panelists."""
    require_role(actor, _speaker(side))
    if side not in Side.values:
        raise Invalid("请选择意见方。", errors=[{"field": "side", "message": "、".join(Side.values)}])
    with transaction.atomic():
        row = _in_state(proposal, str(State.PROPOSED), None)
        if row.opinions.filter(side=side).exists() or row.opinions.filter(by=actor).exists():
            raise Conflict("这一方或这个人已经发表过意见。", code="said_already")
        opinion = ProposalOpinion.objects.create(
            proposal=row, side=side, agrees=agrees, words=words[:300], by=actor, at=clock.now()
        )
        payload = {"side": side, "agrees": agrees}
        record(actor=actor, verb="dispatch.proposal_opinion", subject=row, payload=payload)
    return opinion


def dismiss_proposal(
    *, actor: Person, proposal: CategoryProposal, reason: str, expected_version: int
) -> CategoryProposal:
    """不单列: it stays known, so that it is not gathered again."""
    require_role(actor, KEEPER)
    with transaction.atomic():
        row: CategoryProposal = hold(proposal, expected_version)
        if row.state not in (State.GATHERED, State.PROPOSED):
            raise Conflict("这条建议已经处理。", code="not_now")
        row.state, row.reason, row.version = State.DISMISSED, reason[:300], row.version + 1
        row.save(update_fields=["state", "reason", "version"])
        record(actor=actor, verb="dispatch.proposal_dismissed", subject=row, reason=reason)
    return row


def adopt_proposal(
    *, actor: Person, proposal: CategoryProposal, tree: CategoryTree, parent: Category, code: str, expected_version: int
) -> CategoryProposal:
    """纳入下一版: once all three sides agree. ``tree`` is the next edition, made from the present one with its crosswalk.

    Figures of earlier orders follow: of each catch-all category (其他) the part that was of this kind goes to the new one.
    """
    require_role(actor, KEEPER)
    with transaction.atomic():
        row = _in_state(proposal, str(State.PROPOSED), expected_version)
        agreed = _agreed(row)
        if agreed != set(Side.values):
            missing = "、".join(str(Side(side).label) for side in Side.values if side not in agreed)
            raise Conflict(f"还缺{missing}的同意。", code="no_joint_opinion")
        if tree.effective_from <= clock.today():
            raise Invalid("须纳入尚未生效的下一版。", errors=[{"field": "tree", "message": "这一版已经生效"}])
        row.category = taxonomy.add_category(actor=actor, tree=tree, code=code, name=row.name, parent=parent)
        row.state, row.version = State.ADOPTED, row.version + 1
        row.save(update_fields=["state", "version", "category"])
        carried = _carry_over(row, row.category)
        payload = {"category": row.category.pk, "tree": tree.pk, "crosswalks": carried}
        record(actor=actor, verb="dispatch.proposal_adopted", subject=row, payload=payload)
    return row


def _carry_over(proposal: CategoryProposal, category: Category) -> int:
    """Lead the catch-all categories of the proposal's orders also to ``category``; the number of them.

    The share is what was counted when the orders were gathered: those of this kind among all that the catch-all held.
    """
    fitting = WorkOrder.objects.filter(category__name__in=gathering.CATCH_ALL, category__tree__code=category.tree.code)
    told = Counter(fitting.filter(pk__in=proposal.orders).values_list("category", flat=True))
    span = (proposal.gathered_at - timedelta(days=gathering.DAYS), proposal.gathered_at)
    held = Counter(fitting.filter(category__in=told, filed_at__range=span).values_list("category", flat=True))
    carried = 0
    for source in Category.objects.filter(pk__in=told).exclude(tree=category.tree):
        walks = list(Crosswalk.objects.filter(source=source, target__tree=category.tree).select_related("target"))
        copy = next((walk for walk in walks if walk.target.code == source.code), None)
        if copy is None:
            continue
        share = min(told[source.pk] / max(1, held[source.pk]), copy.share)
        rest = [(walk.target, walk.share - (share if walk is copy else 0)) for walk in walks]
        targets = [*((target, left) for target, left in rest if left > 0), (category, share)]
        write_crosswalk(source, targets, f"新事项“{category.name}”自“{source.name}”分出")
        carried += 1
    return carried


def _in_state(proposal: CategoryProposal, state: str, expected_version: int | None) -> CategoryProposal:
    row: CategoryProposal = hold(proposal, expected_version)
    if row.state != state:
        raise Conflict("这条建议现在不能这样处理。", code="not_now", current={"state": row.state})
    return row
