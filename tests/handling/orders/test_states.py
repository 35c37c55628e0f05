"""The two tables: complete, closed in themselves, carried out by an action each. That the
reference page shows them is checked with the other pages made from code."""

import inspect

import pytest

from huying.base.org.roles import CENTRE_ROLES, ROLES, UNIT_ROLES
from huying.handling.orders import actions, forms, rules
from huying.handling.orders.permissions import ASSIGNMENT_ACTIONS, ORDER_ACTIONS, moves_named
from huying.handling.orders.states import (
    ASSIGNMENT_TABLE,
    OPEN_ASSIGNMENT_STATES,
    OPEN_STATES,
    ORDER_TABLE,
    TERMINAL_STATES,
    AssignmentState,
    Clock,
    OrderState,
)

TABLES = [ORDER_TABLE, ASSIGNMENT_TABLE]
MOVES = [(table, state, move) for table in TABLES for state, row in table.items() for move in row.moves]
CONSEQUENCES = {"units_done", "follow_master", "unmerge", "redo", "answer_again", "release", "cancel"}


def test_every_state_has_its_row():
    assert set(ORDER_TABLE) == set(OrderState)
    assert set(ASSIGNMENT_TABLE) == set(AssignmentState)


def test_every_move_leads_to_a_state_of_its_table():
    assert [(s, m.action) for table, s, m in MOVES if not set(m.to) <= set(table)] == []


def test_every_move_has_somebody_who_may_make_it():
    assert [m.action for _, _, m in MOVES if not m.roles and not m.system] == []
    assert [m.action for _, _, m in MOVES if not m.roles <= set(ROLES)] == []


def test_orders_are_moved_by_the_centre_and_assignments_by_units_too():
    assert [m.action for table, _, m in MOVES if table is ORDER_TABLE and m.roles & UNIT_ROLES] == []
    assert any(m.roles & UNIT_ROLES for table, _, m in MOVES if table is ASSIGNMENT_TABLE)
    assert all(m.roles <= CENTRE_ROLES | UNIT_ROLES for _, _, m in MOVES)


@pytest.mark.parametrize("action", sorted(ORDER_ACTIONS | ASSIGNMENT_ACTIONS))
def test_every_move_is_carried_out_by_an_action_that_takes_its_fields(action):
    function = getattr(actions, action)
    table = ORDER_TABLE if action in ORDER_ACTIONS else ASSIGNMENT_TABLE
    taken = inspect.signature(function).parameters
    assert {"actor", "expected_version", "order" if table is ORDER_TABLE else "assignment"} <= set(taken)
    for move in moves_named(table, action):
        for field in move.fields:
            assert field.name in taken, f"{action} does not take {field.name}"
            required = taken[field.name].default is inspect.Parameter.empty
            assert field.required or not required, f"{action} asks for {field.name}, the table does not"


def test_only_consequences_have_no_action():
    assert {m.action for _, _, m in MOVES if m.consequence} == CONSEQUENCES


def test_only_need_info_and_suspended_stop_the_clock():
    stopping = [state for table in TABLES for state, row in table.items() if row.clock is Clock.STOPS]
    assert stopping == ["need_info", "suspended"]


def test_terminal_states_are_left_by_nobody():
    for state in TERMINAL_STATES:
        assert all(move.consequence for move in ORDER_TABLE[state].moves), state
    assert OPEN_STATES.isdisjoint(TERMINAL_STATES)


def test_withdrawing_is_possible_in_every_open_state():
    assert [s for s in OPEN_STATES if not any(m.action == "withdraw" for m in ORDER_TABLE[s].moves)] == []


def test_every_open_assignment_can_be_ended_with_its_order():
    for state in OPEN_ASSIGNMENT_STATES:
        assert {"release", "cancel"} <= {move.action for move in ASSIGNMENT_TABLE[state].moves}, state


def test_every_state_can_be_reached():
    for table, start in ((ORDER_TABLE, "draft"), (ASSIGNMENT_TABLE, "to_sign")):
        reached, todo = {start}, [start]
        while todo:
            new = {to for move in table[todo.pop()].moves for to in move.to} - reached
            reached |= new
            todo += new
        assert reached == set(table)


def test_every_field_can_be_filled_in():
    kinds = {field.kind for _, _, move in MOVES for field in move.fields}
    assert kinds <= set(forms._TYPES)


def test_every_closing_is_named():
    assert {"visited", "no_visit", "visit_invalid", "no_info", "with_master"} <= set(rules.CLOSINGS)
