"""New kinds of matter gather, are proposed, agreed on by three sides, and enter the next edition with its crosswalk."""

from datetime import timedelta

import pytest

from huying.base.calendars import clock
from huying.base.org.selectors import system_person
from huying.base.taxonomy import actions as taxonomy
from huying.base.taxonomy.models import Category, Crosswalk
from huying.handling.dispatch.actions import proposals
from huying.handling.dispatch.models import CategoryProposal
from tests import factories

pytestmark = pytest.mark.django_db

PLACES = ["地铁口", "菜市场门口", "小学门前", "公园北门", "医院对面", "车站广场", "写字楼下", "河边步道"]


@pytest.fixture
def bikes(county):
    """Eight orders about shared bicycles without a category, two about other things."""
    for place in PLACES:
        text = f"{place}共享单车乱停乱放占道，盲道走不了，希望清理共享单车。"
        factories.order(county.people["agent"], text=text)
    factories.order(county.people["agent"], text="咨询异地就医备案需要什么材料，怎么办理。")
    factories.order(county.people["agent"], text="养老金这个月没有到账，请核实。", category=county.categories.pension)
    return county


def test_what_fits_no_category_gathers_and_becomes_one_of_the_next_edition(bikes, client_for):
    manager = client_for(bikes.people["model_manager"])

    (found,) = manager.post("/dispatch/proposals/gather").json()["items"]
    seen = manager.get(f"/dispatch/proposals/{found['id']}").json()
    assert (found["size"], found["state"]) == (8, "gathered")
    assert "共享" in found["name"] or "单车" in found["name"]
    assert len(seen["examples"]) == 8

    parent = Category.objects.get(full_name="城乡建设")
    proposed = manager.post(
        f"/dispatch/proposals/{found['id']}/propose",
        {"version": found["version"], "name": "共享单车占道", "parent": parent.pk, "reason": "近期集中反映"},
    )
    assert proposed.json()["state"] == "proposed"
    nxt = taxonomy.new_edition(
        actor=system_person(), tree=bikes.categories.tree, edition="2099", effective_from=clock.today() + timedelta(30)
    )
    above = Category.objects.get(tree=nxt, full_name="城乡建设")
    body = {"version": proposed.json()["version"], "tree": nxt.pk, "parent": above.pk, "code": "0199"}
    early = manager.post(f"/dispatch/proposals/{found['id']}/adopt", body)

    others = [factories.person("panelist"), factories.person("panelist")]
    manager.post(f"/dispatch/proposals/{found['id']}/opinions", {"side": "centre", "agrees": True})
    client_for(others[0]).post(f"/dispatch/proposals/{found['id']}/opinions", {"side": "staffing", "agrees": True})
    twice = client_for(others[0]).post(
        f"/dispatch/proposals/{found['id']}/opinions", {"side": "justice", "agrees": True}
    )
    client_for(others[1]).post(f"/dispatch/proposals/{found['id']}/opinions", {"side": "justice", "agrees": True})
    adopted = manager.post(f"/dispatch/proposals/{found['id']}/adopt", body)

    assert (early.status_code, early.json()["code"]) == (409, "no_joint_opinion")
    assert twice.status_code == 409
    assert adopted.json()["category"] == "城乡建设/共享单车占道"
    assert Category.objects.get(full_name="城乡建设/共享单车占道").tree == nxt
    assert Crosswalk.objects.filter(source=bikes.categories.noise, target__tree=nxt).exists()


def test_what_was_dismissed_is_not_gathered_again(bikes, client_for):
    manager = client_for(bikes.people["model_manager"])
    (found,) = manager.post("/dispatch/proposals/gather").json()["items"]

    manager.post(f"/dispatch/proposals/{found['id']}/dismiss", {"version": found["version"], "reason": "归入市容"})

    assert manager.post("/dispatch/proposals/gather").json()["items"] == []
    assert proposals.gather_proposals(actor=system_person()) == 0


def test_each_side_sees_what_it_may_do_now(bikes, client_for):
    manager, side = client_for(bikes.people["model_manager"]), client_for(factories.person("panelist"))
    (found,) = manager.post("/dispatch/proposals/gather").json()["items"]
    parent = Category.objects.get(full_name="城乡建设")
    path = f"/dispatch/proposals/{found['id']}"

    manager.post(
        f"{path}/propose", {"version": found["version"], "name": "共享单车", "parent": parent.pk, "reason": "多"}
    )
    waiting = [client.get(path).json() for client in (manager, side)]
    said = side.post(f"{path}/opinions", {"side": "justice", "agrees": True}).json()

    assert found["allowed_actions"] == ["propose", "dismiss"]
    assert [one["open_sides"] for one in waiting] == [["centre"], ["staffing", "justice"]]
    assert [one["allowed_actions"] for one in waiting] == [["opinion", "dismiss"], ["opinion"]]
    assert (said["open_sides"], said["allowed_actions"]) == ([], [])


def test_a_page_of_proposals_costs_the_same_however_long(bikes, client_for, django_assert_max_num_queries):
    rows = [
        CategoryProposal(
            name=f"新事项{n}", size=n, first_on=clock.today(), last_on=clock.today(), gathered_at=clock.now()
        )
        for n in range(30)
    ]
    CategoryProposal.objects.bulk_create(rows)
    reader = client_for(bikes.people["model_manager"])

    with django_assert_max_num_queries(8):
        first = reader.get("/dispatch/proposals?limit=20").json()
    second = reader.get(f"/dispatch/proposals?limit=20&cursor={first['next']}").json()

    assert [one["size"] for one in first["items"] + second["items"]] == list(range(29, -1, -1))
    assert second["next"] is None


def test_figures_of_earlier_orders_follow_from_the_catch_all_to_the_new_kind(county, client_for):
    agent, tree = county.people["agent"], county.categories.tree
    parent = Category.objects.get(full_name="城乡建设")
    other = taxonomy.add_category(actor=system_person(), tree=tree, code="0198", name="其他", parent=parent)
    bikes = [factories.order(agent, text=f"{place}共享单车占道", category=other) for place in PLACES[:6]]
    for n in range(2):
        factories.order(agent, text=f"别的事 {n}", category=other)
    row = CategoryProposal.objects.create(
        name="共享单车占道", orders=[one.pk for one in bikes], size=6, state="proposed", parent=parent,
        first_on=clock.today(), last_on=clock.today(), gathered_at=clock.now(),
    )  # fmt: skip
    for side, role in (("centre", "model_manager"), ("staffing", "panelist"), ("justice", "panelist")):
        proposals.give_opinion(actor=factories.person(role), proposal=row, side=side, agrees=True)
    nxt = taxonomy.new_edition(
        actor=system_person(), tree=tree, edition="2099", effective_from=clock.today() + timedelta(30)
    )
    proposals.adopt_proposal(
        actor=county.people["model_manager"], proposal=row, tree=nxt, code="0199", expected_version=row.version,
        parent=Category.objects.get(tree=nxt, full_name="城乡建设"),
    )  # fmt: skip

    shares = {walk.target.name: walk.share for walk in Crosswalk.objects.filter(source=other, target__tree=nxt)}
    assert shares == {"其他": 0.25, "共享单车占道": 0.75}
