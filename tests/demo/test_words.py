"""The county on paper and the way its people talk: no database."""

from collections import Counter
from datetime import date, datetime
from random import Random

from huying.base.calendars.clock import SHANGHAI
from huying.demo import seasons
from huying.demo.arrivals import Plan
from huying.demo.county import county
from huying.demo.shares import Shares
from huying.demo.sources import LOCAL, families, matters, table
from huying.demo.speech import make_scene, tell


def test_the_county_is_as_large_as_it_says() -> None:
    land = county()
    assert land.population == 480_000
    assert Counter(town.urban for town in land.towns) == {True: 4, False: 8}
    assert len(land.villages) == 160
    assert len(table("units")["units"]) + len(land.towns) == 46  # one of them went up in another
    assert len(land.spots) >= 300
    assert len({spot.name for spot in land.spots}) == len(land.spots)


def test_the_city_has_six_districts_and_ninety_units() -> None:
    land = county("city")
    assert len(land.districts) == 6
    assert len(land.towns) == 50
    assert 390 <= len(land.villages) <= 420
    assert len(table("units")["units"]) + len(land.districts) + len(land.towns) == 90
    assert len({village.name for _, village in land.villages}) == len(land.villages)
    assert len({spot.name for spot in land.spots}) == len(land.spots)
    codes = dict(land.districts)
    for town in land.towns:
        assert town.code.startswith(codes[town.district])
        assert all(village.code.startswith(town.code) for village in town.villages)


def test_shares_come_out_as_stated() -> None:
    drawn, rng = Shares(), Random(5)
    assert abs(sum(drawn.happens("late", 0.077, rng) for _ in range(1000)) - 77) <= 2
    kinds = Counter(drawn.draw("ends", {"a": 0.62, "b": 0.2, "c": 0.18}, rng) for _ in range(500))
    assert abs(kinds["a"] - 310) <= 3


def test_seasons_follow_the_lunar_calendar() -> None:
    assert (seasons.spring_festival(2026), seasons.spring_festival(2027)) == (date(2026, 2, 17), date(2027, 2, 6))
    assert seasons.factor("欠薪", date(2026, 1, 20)) > 3 > seasons.factor("欠薪", date(2026, 2, 20))
    assert seasons.factor("供热", date(2026, 11, 15)) > 5 > seasons.factor("供热", date(2026, 11, 14))


def test_every_matter_has_a_unit_a_family_and_words() -> None:
    known = {unit["short"] for unit in table("units")["units"]} | {LOCAL}
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
    asked = [call for call in calls if call.text]
    kinds = Counter(call.kind for call in asked)
    for kind, share in table("figures")["request_types"].items():
        assert abs(kinds[kind] / len(asked) - share) < 0.03, kind
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
