"""The whole chain over HTTP, by people of the roles with tokens of their own: every action of both state tables."""

import pytest

from huying.handling.orders.permissions import ASSIGNMENT_ACTIONS, ORDER_ACTIONS
from tests.walk.conftest import Walk

pytestmark = pytest.mark.postgres
DAY, LATER = "2025-07-16", "2025-07-30T17:00:00+08:00"


def objected_delegated_extended_redone_closed(walk: Walk) -> None:
    """A web order is reviewed, goes to the wrong unit, is worked on in a street, redone once and closed."""
    units = walk.town.units
    order = walk.file(channel="web")
    walk.act("reviewer", order, "approve", note="属实")
    walk.act("dispatcher", order, "dispatch", unit=units.police.public_id, assists=[units.heating.public_id])
    officer = walk.town.clerks[units.police.pk]
    suggested = units.street.public_id
    walk.work(officer, order, "object_to_dispatch", clause="权责清单 3.2", reason="非我局职责", suggested=suggested)
    walk.work("dispatcher", order, "uphold_dispatch", reason="先行处置")
    walk.work(officer, order, "sign")
    walk.act("dispatcher", order, "waive_assist", unit=units.heating.public_id, reason="与供热无关")
    walk.act("dispatcher", order, "reassign", unit=units.housing.public_id, reason="工地由住建局监管")
    walk.work(walk.clerk, order, "object_to_dispatch", clause="权责清单 5.1", reason="属地先行处置")
    walk.work("dispatcher", order, "accept_objection", unit=units.street.public_id, reason="由街道牵头")
    street = walk.town.people["street_dispatcher"]
    walk.work(street, order, "sign")
    walk.work(street, order, "delegate", unit=units.other_community.public_id, opinion="先上门")
    walk.work(street, order, "recall_child", unit=units.other_community.public_id, reason="应由东风社区办理")
    walk.work(street, order, "delegate", unit=units.community.public_id, opinion="先上门")
    grid = walk.grid_worker
    walk.work(grid, order, "sign")
    walk.work(grid, order, "record_outreach", connected=True, summary="已与诉求人见面")
    walk.work(grid, order, "finish", conclusion="solved", answer="已劝停")
    chief = walk.town.leaders[units.street.pk]
    walk.work(chief, order, "sign_off", at=units.community)
    walk.work(street, order, "extend", reason="需与施工方协商", days=2)
    walk.work("dispatcher", order, "decide_extension", granted=True, reason="同意")
    walk.work(street, order, "finish", conclusion="solved", answer="夜间不再施工。")
    walk.work(chief, order, "send_back", reason="写明措施")
    walk.work(street, order, "finish", conclusion="solved", answer="已责令夜间停工并每晚巡查。")
    walk.work(chief, order, "sign_off")
    walk.act("auditor", order, "fail_audit", reason="未说明何时起停工")
    walk.work(street, order, "finish", conclusion="solved", answer="自即日起夜间停工，每晚巡查。")
    walk.work(chief, order, "sign_off")
    walk.act("auditor", order, "pass_audit")
    assert walk.dissatisfied(order)["state"] == "to_judge"
    assert walk.act("judge", order, "judge", verdict="reasonable", reason="确有反复")["state"] == "in_hand"
    walk.work(street, order, "sign")
    walk.work(street, order, "finish", conclusion="solved", answer="已查处并约谈。")
    walk.work(chief, order, "sign_off")
    walk.act("auditor", order, "pass_audit")
    assert walk.satisfied(order)["state"] == "closed"
    lines = walk.client("duty_leader").get(f"/orders/{order}/timeline").json()
    assert [lines[0]["label"], lines[1]["label"], lines[-1]["to_state"]] == ["提交", "审核通过", "closed"]
    given = {line["action"]: [unit["name"] for unit in line["named"]] for line in lines}
    assert given["dispatch"] == ["公安局", "供热公司"]
    assert given["accept_objection"] == ["东风街道"]
    assert walk.act("judge", order, "reopen", reason="又开工了")["state"] == "to_dispatch"


def suspended_ruled_shelved_archived(walk: Walk) -> None:
    """A part is suspended and resumed, its demand is ruled on, the order is shelved, closed and archived."""
    order = walk.handling()
    walk.work(walk.clerk, order, "suspend", reason="列入明年计划", review_on=DAY)
    walk.work("duty_leader", order, "decide_suspension", granted=True, reason="同意")
    walk.work(walk.clerk, order, "resume")
    walk.work(walk.clerk, order, "ask_ruling", reason="要求过高")
    walk.work("judge", order, "decide_ruling", granted=False, reason="诉求合理")
    walk.answered(order)
    walk.dissatisfied(order)
    walk.act("judge", order, "judge", verdict="shelve", reason="待管网改造", review_on=DAY)
    assert walk.act("judge", order, "close_shelved")["state"] == "closed"
    assert walk.act("auditor", order, "archive")["state"] == "archived"


def flagged_and_assisted(walk: Walk) -> None:
    units = walk.town.units
    order = walk.dispatched()
    walk.act("dispatcher", order, "add_assist", unit=units.heating.public_id)
    walk.act("agent", order, "urge", words="请尽快")
    walk.act("agent", order, "add_words", words="今晚又开工")
    walk.act("reviewer", order, "mark_sensitive", reason="多人反映")
    walk.act("supervisor", order, "supervise", level="1")
    case = {"leader": "分管负责人", "unit": units.housing.public_id, "due": LATER, "milestones": f"{DAY} 完成勘查"}
    walk.act("duty_leader", order, "escalate_difficult", **case)
    walk.act("supervisor", order, "reach_milestone", title="完成勘查")
    walk.act("agent", order, "withdraw", reason="诉求人要求撤销")


def ends_before_dispatch(walk: Walk) -> None:
    """What an agent or a reviewer ends or sends another way."""
    draft = walk.file(submit=False)
    walk.act("agent", draft, "submit")
    walk.act("dispatcher", draft, "ask_info", question="具体哪一栋？")
    walk.act("agent", draft, "supplement", words="3 栋")
    walk.act("dispatcher", draft, "ask_info", question="几单元？")
    walk.act("team_leader", draft, "give_up_info", note="联系不上")
    walk.act("agent", walk.file(submit=False), "answer", answer="已告知办理流程。")
    walk.act("agent", walk.file(submit=False), "comfort", note="已安抚")
    back = walk.file(channel="web")
    walk.act("reviewer", back, "back", reason="地点不清")
    walk.act("agent", back, "decline", rule="vague")
    accepted = walk.file(submit=False)
    walk.act("agent", accepted, "transfer", target="110")
    walk.act("agent", accepted, "transfer_accepted", note="已出警")
    refused = walk.file(submit=False)
    walk.act("agent", refused, "transfer", target="enterprise")
    walk.act("agent", refused, "transfer_refused", reason="无人接听")
    walk.act("dispatcher", refused, "unclear", reason="职责交叉")
    walk.act("panelist", refused, "designate", unit=walk.town.units.housing.public_id, basis="三定规定")
    twin = walk.file()
    walk.act("dispatcher", twin, "merge", master=walk.look(refused)["order_no"])


def put_right(walk: Walk) -> None:
    """What was noted wrongly is amended before dispatch."""
    order = walk.file()
    fields = next(one for one in walk.look(order)["allowed_actions"] if one["action"] == "amend")["fields"]
    assert "title" in [one["name"] for one in fields]
    walk.act("agent", order, "amend", title="工地夜间施工噪声")


def test_every_action_is_reached_by_its_role(walk: Walk) -> None:
    objected_delegated_extended_redone_closed(walk)
    suspended_ruled_shelved_archived(walk)
    flagged_and_assisted(walk)
    ends_before_dispatch(walk)
    put_right(walk)
    assert walk.done == ORDER_ACTIONS | ASSIGNMENT_ACTIONS
