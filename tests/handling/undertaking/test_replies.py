"""Texts to answer with: whose they are, from when to when, and what fills their gaps."""

from datetime import timedelta

import pytest

from huying.base.calendars import clock
from huying.base.errors import Invalid, NotAllowed
from huying.handling.orders import actions as orders
from huying.handling.undertaking import actions
from huying.handling.undertaking.replies import DEFAULTS, FIELDS, checked, filled
from tests import factories

pytestmark = pytest.mark.django_db


def test_a_gap_without_a_value_is_left_to_be_filled_by_hand():
    assert filled("{unit}于{contacted}联系", {"unit": "住建局"}) == "住建局于【联系群众的时间】联系"


@pytest.mark.parametrize("body", ["{phone}", "{unit!r}", "{unit.name}", "{unit", "", "长" * 2001])
def test_a_text_that_cannot_be_filled_is_not_kept(body):
    with pytest.raises(Invalid):
        checked(body, "")


def test_the_texts_that_are_shipped_can_be_kept_and_cover_gaps_only_of_the_list():
    for text in DEFAULTS:
        assert checked(text.body, text.conclusion) == text.body
        assert "{" not in filled(text.body, dict.fromkeys(FIELDS, "某"))


def test_a_centre_without_texts_gets_those_that_are_shipped_filled(town, housing):
    order = town.handling()
    lead = town.lead(order)
    orders.record_outreach(actor=town.clerks[lead.unit_id], assignment=lead, connected=True, summary="已联系")
    told = housing.get(f"/undertaking/assignments/{lead.public_id}/replies").json()
    assert [row["conclusion"] for row in told] == [text.conclusion for text in DEFAULTS]
    assert order.title in told[0]["text"]
    assert "【联系群众的时间】" not in told[0]["text"]
    assert "【处理措施】" in told[0]["text"]


def test_the_most_particular_text_stands_first_and_others_units_texts_stay_away(town, housing):
    admin, noise = town.people["system_admin"], factories.categories().noise
    said = {"actor": admin, "body": "您好。"}
    actions.add_template(name="通用", **said)
    actions.add_template(name="住建局", unit=town.units.housing, **said)
    actions.add_template(name="噪声", category=noise, **said)
    actions.add_template(name="公安", unit=town.units.police, **said)
    actions.add_template(name="以后", effective_from=clock.today() + timedelta(days=3), **said)
    ended = actions.add_template(name="停了", effective_from=clock.today() - timedelta(days=9), **said)
    actions.end_template(actor=admin, template=ended, effective_until=clock.today() - timedelta(days=1))
    lead = town.lead(town.handling(category=noise))
    told = housing.get(f"/undertaking/assignments/{lead.public_id}/replies").json()
    assert [row["name"] for row in told] == ["噪声", "住建局", "通用"]


def test_a_leader_keeps_the_texts_of_the_own_unit_and_no_others(town, client_for):
    leader = town.leaders[town.units.housing.pk]
    for unit in (None, town.units.police):
        with pytest.raises(NotAllowed):
            actions.add_template(actor=leader, name="通用", body="您好。", unit=unit)
    desk = client_for(leader)
    body = {"name": "夜间施工", "body": "{unit}已责令停工。", "unit": town.units.housing.public_id}
    made = desk.post("/undertaking/templates", body).json()
    changed = {"version": made["version"], "name": "夜间施工", "body": "{unit}已责令整改。"}
    assert desk.patch(f"/undertaking/templates/{made['id']}", changed).json()["body"] == "{unit}已责令整改。"
    assert desk.patch(f"/undertaking/templates/{made['id']}", changed).status_code == 409
    assert [row["name"] for row in desk.get("/undertaking/templates").json()["items"]] == ["夜间施工"]
    other = client_for(town.leaders[town.units.police.pk])
    assert other.get("/undertaking/templates").json()["items"] == []
