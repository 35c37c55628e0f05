"""The county on paper and the way its people talk: no database."""

from collections import Counter
from datetime import date, datetime
from random import Random

from huying.base.calendars.clock import SHANGHAI
from huying.demo.arrivals import Plan
from huying.demo.county import county
from huying.demo.sources import LOCAL, families, matters, table
from huying.demo.speech import make_scene, tell


def test_the_county_is_as_large_as_it_says() -> None:
    land = county()
    assert land.population == 480_000
    assert Counter(town.urban for town in land.towns) == {True: 4, False: 8}
    assert len(land.villages) == 160
    assert len(table("county")["units"]) + len(land.towns) == 45
    assert len(land.spots) >= 300
    assert len({spot.name for spot in land.spots}) == len(land.spots)


def test_every_matter_has_a_unit_a_family_and_words() -> None:
    known = {unit["short"] for unit in table("county")["units"]} | {LOCAL}
    assert len(matters()) >= 300
    assert len({matter.code for matter in matters()}) == len(matters())
    for matter in matters():
        assert {matter.lead, *matter.assists} <= known, matter
        assert matter.family in families(), matter
        assert matter.phrases, matter


def test_families_have_enough_patterns() -> None:
    assert len(families()) >= 25
    assert min(len(lists["patterns"]) for lists in families().values()) >= 8


def test_two_orders_of_a_kind_seldom_read_alike() -> None:
    land = county()
    matter = next(one for one in matters() if one.name == "电梯故障停运")
    told = []
    for number in range(300):
        rng = Random(f"lift {number}")
        told.append(tell(rng, make_scene(rng, land, matter, rng.choice(land.villages))))
    assert len(set(told)) == len(told)
    assert not any("{" in text or "[" in text for text in told)


def test_all_slots_of_all_patterns_are_known() -> None:
    land = county()
    for matter in matters():
        for number in range(12):
            rng = Random(f"{matter.code} {number}")
            text = tell(rng, make_scene(rng, land, matter, rng.choice(land.villages)), again=number % 3 == 0)
            assert "{" not in text
            assert len(text) > 3


def test_calls_come_as_they_do_in_a_real_centre() -> None:
    calls = _calls(seed=1)
    kinds = Counter(call.kind for call in calls)
    for kind, share in table("figures")["request_types"].items():
        assert abs(kinds[kind] / len(calls) - share) < 0.03, kind
    weekdays = Counter(call.at.weekday() for call in calls)
    assert weekdays[0] == max(weekdays.values())
    assert weekdays[6] < weekdays[1] * 0.75
    hours = Counter(call.at.hour for call in calls)
    assert {hour for hour, _ in hours.most_common(5)} <= {8, 9, 10, 14, 15, 16}


def test_another_seed_tells_another_story() -> None:
    assert [call.text for call in _calls(1)[:40]] != [call.text for call in _calls(2)[:40]]
    assert [call.text for call in _calls(1)] == [call.text for call in _calls(1)]


def _calls(seed: int) -> list:
    return list(Plan(seed, county(), date(2026, 3, 2), datetime(2026, 3, 30, tzinfo=SHANGHAI)))
