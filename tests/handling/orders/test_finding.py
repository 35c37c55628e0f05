"""The search field: numbers, telephone numbers, words and places, each within the reader's reach."""

from datetime import timedelta

import pytest

from huying.base.calendars import clock
from huying.base.errors import Invalid
from huying.base.org import actions as org
from huying.base.parties import actions as parties
from huying.handling.orders import actions, selectors
from huying.handling.orders.filters import OrderFilters
from huying.handling.orders.models import OPEN
from huying.handling.orders.states import OPEN_STATES
from tests import factories

PHONE = "13800004321"


def numbers(reader, **conditions) -> list[str]:
    return [item["order_no"] for item in selectors.order_page(reader, OrderFilters(**conditions))["items"]]


def citizen(phone: str):
    return parties.find_or_create_citizen(phone=phone, name="示例", now=clock.now())


def test_the_index_of_open_orders_holds_exactly_the_open_states():
    assert set(OPEN) == OPEN_STATES


def test_by_number_and_its_beginning(town):
    first, second = town.file(), town.file()
    reader = town.people["agent"]
    assert numbers(reader, words=first.order_no) == [first.order_no]
    assert numbers(reader, words=f" {first.order_no[:8]} ") == [second.order_no, first.order_no]


@pytest.mark.parametrize("words", [PHONE, "138 0000 4321", "+86 13800004321", "4321"])
def test_by_the_citizens_number_and_its_last_four_digits(town, words):
    theirs = town.file(citizen=citizen(PHONE))
    town.file(citizen=citizen("13800005555"))
    assert numbers(town.people["agent"], words=words) == [theirs.order_no]


def test_a_confidential_callers_number_leads_a_unit_to_nothing(town):
    caller = citizen(PHONE)
    open_, hidden = town.dispatched(citizen=caller), town.dispatched(citizen=caller, confidential=True)
    clerk = town.clerks[town.units.housing.pk]
    assert numbers(clerk, words=PHONE) == [open_.order_no]
    assert numbers(town.people["agent"], words=PHONE) == [hidden.order_no, open_.order_no]


def test_telephone_numbers_are_not_in_the_index(town, index):
    town.file(text="请回电 13800004321，路灯不亮")
    index()
    agent = town.people["agent"]
    assert numbers(agent, words="13800004321") == []
    assert len(numbers(agent, words="路灯")) == 1


def test_words_and_two_sign_places_with_other_conditions(town, index):
    lamp = town.file(text="路灯不亮", title="路灯", incident_place="翠园小区东门", urgency="urgent")
    town.file(text="路灯不亮", title="路灯", incident_place="滨江路")
    index()
    agent = town.people["agent"]
    assert numbers(agent, words="翠园") == [lamp.order_no]
    assert numbers(agent, words="路灯", urgency="urgent") == [lamp.order_no]
    assert numbers(agent, words="路灯", state="closed") == []
    assert numbers(agent, words="路灯 翠园", sort="due") == [lamp.order_no]
    assert numbers(agent, words="路灯 翠园", from_day=lamp.filed_at.date() + timedelta(days=1)) == []


def test_what_the_index_does_not_know_yet_is_decided_by_the_rows(town, index):
    order = town.file(text="路灯不亮")
    index()
    actions.withdraw(actor=town.people["agent"], order=order, reason="不再反映")
    agent = town.people["agent"]
    assert numbers(agent, words="路灯", state="to_dispatch") == []
    assert numbers(agent, words="路灯", mine=True) == []


def test_a_unit_finds_its_own_among_a_citys_hits(town, index):
    own = town.dispatched(unit=town.units.community, text="路灯不亮")
    for _ in range(5):
        town.dispatched(unit=town.units.police, text="路灯不亮")
    index()
    assert numbers(town.people["street_dispatcher"], words="路灯") == [own.order_no]
    page = selectors.order_page(town.people["street_dispatcher"], OrderFilters(words="路灯"), "", 1)
    assert (page["count"], page["next"]) == (1, None)
    assert numbers(town.people["firm_admin"], words="路灯") == []
    assert selectors.order_page(town.people["firm_admin"], OrderFilters(words="路灯"))["count"] == 0


def test_pages_of_hits_follow_each_other(town, index):
    made = [town.file(text="路灯不亮").order_no for _ in range(5)]
    index()
    for sort in ("newest", "due"):
        seen, cursor = [], ""
        for _ in range(3):
            page = selectors.order_page(town.people["agent"], OrderFilters(words="路灯", sort=sort), cursor, 2)
            seen += [item["order_no"] for item in page["items"]]
            assert page["count"] == 5
            cursor = page["next"]
        assert cursor is None
        assert seen == sorted(made, reverse=sort == "newest")


def test_a_page_is_full_although_the_rows_refuse_hits(town, index, monkeypatch):
    monkeypatch.setattr("huying.handling.orders.finding.WIDE", 2)
    agent = town.people["agent"]
    mine = [town.file(text="路灯不亮", submit=False).order_no for _ in range(2)]
    for _ in range(5):
        town.file(text="路灯不亮")
    index()
    page = selectors.order_page(agent, OrderFilters(words="路灯", mine=True), "", 2)
    assert [item["order_no"] for item in page["items"]] == mine[::-1]
    assert page["count"] == 2


def test_where_the_index_is_absent_the_answer_says_so(town, index):
    order = town.file(text="路灯不亮")
    agent = town.people["agent"]
    assert selectors.order_page(agent, OrderFilters(words="路灯"))["notice"]
    assert selectors.order_page(agent, OrderFilters(words=order.order_no))["notice"] == ""
    index()
    assert selectors.order_page(agent, OrderFilters(words="路灯"))["notice"] == ""


def test_a_cursor_of_another_list_is_refused(town, index):
    for _ in range(3):
        town.file(text="路灯不亮")
    index()
    agent = town.people["agent"]
    plain = selectors.order_page(agent, OrderFilters(), "", 1)["next"]
    with pytest.raises(Invalid):
        selectors.order_page(agent, OrderFilters(words="路灯"), plain, 1)
    hits = selectors.order_page(agent, OrderFilters(words="路灯"), "", 1)["next"]
    with pytest.raises(Invalid):
        selectors.order_page(agent, OrderFilters(), hits, 1)


def test_a_units_lists_and_searches_follow_the_tree(town, index):
    order = town.dispatched(unit=town.units.community, text="路灯不亮")
    index()
    street = town.people["street_dispatcher"]
    police = factories.person("unit_clerk", unit=town.units.police)
    assert numbers(street) == [order.order_no]
    assert numbers(police) == []
    admin = factories.person("system_admin")
    org.move_unit(actor=admin, unit=town.units.community, parent=town.units.police)
    assert numbers(street) == []
    assert numbers(police) == [order.order_no]
    index()
    assert numbers(police, words="路灯") == [order.order_no]
    assert numbers(street, words="路灯") == []


@pytest.mark.parametrize("role", ["leader", "clerk"])
def test_looking_back_by_several_conditions_finds_the_same_with_and_without_the_index(town, index, role):
    for kind in ("complaint", "help"):
        for urgency in ("urgent", "general"):
            town.to_visit(request_type=kind, urgency=urgency)
            actions.withdraw(
                actor=town.people["agent"],
                order=town.dispatched(request_type=kind, urgency=urgency),
                reason="不再反映",
            )
    reader = town.people["leader"] if role == "leader" else town.clerks[town.units.housing.pk]
    asked = [
        {"urgency": "urgent", "type": "complaint"},
        {"urgency": "urgent", "overdue": True},
        {"state": "withdrawn", "type": "help"},
        {"urgency": "urgent", "unit": town.units.housing.public_id, "state": "withdrawn,merged"},
    ]
    by_rows = [numbers(reader, **conditions) for conditions in asked]
    index()
    assert [numbers(reader, **conditions) for conditions in asked] == by_rows
    assert any(by_rows)
    first = selectors.order_page(reader, OrderFilters(**asked[0]), "", 1)
    second = selectors.order_page(reader, OrderFilters(**asked[0]), first["next"], 1)
    assert [each["items"][0]["order_no"] for each in (first, second)] == by_rows[0][:2]
    assert first["count"] == len(by_rows[0])
