"""Label care in the product: proposals on the settled orders, a named person's decision, and what training makes of it."""

from datetime import timedelta

import pytest

from huying.base.audit.models import AuditEntry
from huying.base.calendars import clock
from huying.base.errors import Invalid, NotAllowed
from huying.base.org.selectors import system_person
from huying.handling.dispatch import actions, knowledge
from huying.handling.dispatch.models import LabelProposal
from huying.handling.dispatch.training import training_orders
from tests import factories

pytestmark = pytest.mark.django_db

SAYINGS = ("东风社区烧烤摊占道经营，油烟很大", "和平社区门口有人无证卖早点", "市场里缺斤短两，要求退款不给退")


@pytest.fixture
def doubled(county) -> dict:
    """One unit under two names, an order that only quotes another, and one text sent to two units."""
    units = {name: factories.unit(name) for name in ("工商局", "工商行政管理局")}
    for number in range(12):
        text = f"市民反映：{SAYINGS[number % 3]}，已经是第{number + 1}天了，住在{number}号楼"
        _settled(county, text, units["工商行政管理局" if number % 4 == 0 else "工商局"], number)
    quoting = _settled(county, "再次来电催办工单号20250101123456，请尽快处理", units["工商局"], 20)
    text = "胜利路42号工地凌晨两点还在打桩，噪声大得全楼睡不着觉，要求马上停工"
    for number in range(2):
        _settled(county, text, county.units.housing, 30 + number)
    odd = _settled(county, text, county.units.police, 33)
    return {"units": units, "quoting": quoting, "odd": odd}


def _settled(county, text: str, unit, hours: int):
    at = clock.now() - timedelta(days=30) + timedelta(hours=hours)
    order = factories.order(county.people["agent"], text=text, filed_at=at, state="closed", lead_unit=unit)
    factories.assignment(order, unit, state="submitted", dispatched_at=at, due_from=at)
    return order


@pytest.fixture
def keeper(county):
    return factories.person("model_manager", unit=county.units.centre)


def proposal(kind: str) -> LabelProposal:
    return LabelProposal.objects.get(kind=kind)


def learned() -> dict[str, int]:
    made: dict[str, int] = {}
    for one in training_orders(knowledge.current()):
        made[one.unit] = made.get(one.unit, 0) + 1
    return made


def test_what_would_teach_wrongly_is_proposed_once_with_reason_and_count(doubled):
    assert actions.gather_labels(actor=system_person()) == (3, 0)
    assert actions.gather_labels(actor=system_person()) == (0, 0)

    merge = proposal("merge")
    assert (merge.subject, merge.target, merge.count) == (
        doubled["units"]["工商行政管理局"], doubled["units"]["工商局"], 3
    )  # fmt: skip
    assert merge.confidence > 0.9
    assert merge.evidence
    assert proposal("exclude").orders == [doubled["quoting"].pk]
    assert proposal("relabel").orders == [doubled["odd"].pk]
    stored = str(list(LabelProposal.objects.values_list("reason", "evidence", "effect")))
    assert "打桩" not in stored  # texts of citizens stay with their orders


def test_training_follows_only_what_was_agreed_and_orders_stay_as_they_are(county, doubled, keeper):
    actions.gather_labels(actor=system_person())
    before = learned()
    for kind in ("merge", "exclude", "relabel"):
        actions.settle_label(actor=keeper, proposal=proposal(kind), agree=kind != "exclude")
    after = learned()

    assert (before["工商局"], before["工商行政管理局"]) == (10, 3)
    assert after["工商局"] == 13
    assert "工商行政管理局" not in after
    assert after[county.units.housing.name] == 3
    doubled["odd"].refresh_from_db()
    assert doubled["odd"].lead_unit == county.units.police
    assert AuditEntry.objects.filter(verb="dispatch.label_settled", actor_id=keeper.pk).count() == 3

    actions.settle_label(actor=keeper, proposal=proposal("merge"), agree=False, words="两家不是一回事")
    assert learned()["工商行政管理局"] == 3


def test_names_in_a_circle_and_strangers_are_refused(county, doubled, keeper):
    actions.gather_labels(actor=system_person())
    merge = proposal("merge")
    with pytest.raises(NotAllowed):
        actions.settle_label(actor=county.people["agent"], proposal=merge, agree=True)
    actions.settle_label(actor=keeper, proposal=merge, agree=True)
    LabelProposal.objects.create(
        key="other", kind="rename", subject=merge.target, target=merge.subject, count=1, reason="", effect="",
        confidence=0.5, found_at=clock.now(),
    )  # fmt: skip
    with pytest.raises(Invalid, match="互相矛盾"):
        actions.settle_label(actor=keeper, proposal=proposal("rename"), agree=True)


def test_over_http_a_manager_reads_and_settles(doubled, keeper, county, client_for, django_assert_max_num_queries):
    actions.gather_labels(actor=system_person())
    client = client_for(keeper)
    with django_assert_max_num_queries(12):
        items = client.get("/api/v1/dispatch/label-proposals?state=open").json()["items"]
    relabel = next(one for one in items if one["kind"] == "relabel")
    assert [one["id"] for one in relabel["orders"]] == [doubled["odd"].public_id]

    path = f"/api/v1/dispatch/label-proposals/{relabel['id']}/settle"
    said = client.post(path, {"agree": True, "version": 1}).json()
    assert (said["state"], said["settled_by"]) == ("agreed", keeper.name)
    assert client.post(path, {"agree": False, "version": 1}).status_code == 409
    assert client_for(county.people["agent"]).post(path, {"agree": True, "version": 2}).status_code == 403
