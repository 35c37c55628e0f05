"""Work that went over is told from decisions: by a mark for a part, by everything for the rest, and never by chance."""

import random

from huying.engines.watch.handover import EVERYTHING, Decided, find

POLICE, SQUAD, REGISTRY, SECURITY, BUSES = 1, 2, 3, 4, 5
STREETS = ["长堤路", "海秀路", "滨海大道", "龙昆路", "青年路", "和平大道", "五指山路", "国兴大道"]
KINDS = ["违停", "拥堵", "红绿灯", "护栏", "驾照", "挪车"]


def decisions(rule, number: int, proposed: int = POLICE) -> list[Decided]:
    """``rule(marks)`` is the unit that people chose for an order with these marks."""
    chance = random.Random(3)
    made = []
    for key in range(number):
        marks = frozenset({chance.choice(STREETS), chance.choice(KINDS), chance.choice(["龙华", "美兰", "琼山"])})
        made.append(Decided(key, proposed, rule(marks), marks))
    return made


def test_a_street_that_got_its_own_unit_is_named_by_its_word():
    found = find(decisions(lambda marks: SQUAD if "龙华" in marks else POLICE, 60))

    assert [(one.before, one.after, one.marks, one.spoiled) for one in found] == [(POLICE, SQUAD, ("龙华",), 0)]
    assert found[0].right == found[0].seen == len(found[0].orders)


def test_what_third_units_got_does_not_hide_it():
    rows = decisions(lambda marks: SQUAD if "龙华" in marks else POLICE, 80)
    noisy = [Decided(one.key, one.proposed, BUSES, one.marks) if one.key % 5 == 0 else one for one in rows]

    assert ("龙华",) in [one.marks for one in find(noisy) if one.after == SQUAD]


def test_of_an_abolished_unit_a_part_is_named_by_words_and_the_rest_by_everything():
    found = find(decisions(lambda marks: REGISTRY if "驾照" in marks else SECURITY, 120))

    assert [(one.after, one.marks) for one in found] == [(REGISTRY, ("驾照",)), (SECURITY, (EVERYTHING,))]


def test_scattered_corrections_are_no_handover():
    chance = random.Random(5)

    assert find(decisions(lambda marks: SQUAD if chance.random() < 0.15 else POLICE, 150)) == []


def test_four_decisions_are_too_few():
    marks = frozenset({"龙华"})
    rows = [Decided(key, POLICE, SQUAD, marks) for key in range(4)]
    others = [Decided(10 + key, POLICE, POLICE, frozenset({"美兰"})) for key in range(20)]

    assert find([*rows, *others]) == []
    assert find([*rows, Decided(5, POLICE, SQUAD, marks), *others])[0].orders == (0, 1, 2, 3, 5)
