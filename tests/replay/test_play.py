"""Made-up orders through the whole chain over HTTP: what is played, what is counted, what is never claimed."""

import io
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from rich.console import Console

from huying.base.calendars import clock
from huying.base.places.models import Place
from huying.federation.imports.parse import OrderFacts
from huying.handling.dispatch import actions as dispatch
from huying.handling.dispatch.models import ModelVersion, PlaceRule
from huying.handling.orders.models import WorkOrder
from huying.replay.play import play, spread, use_newest_model
from huying.replay.report import Tally, print_report
from tests import factories
from tests.handling.dispatch.conftest import LONG_AGO

DAY = datetime(2025, 6, 16, tzinfo=clock.SHANGHAI)
IN_THE_PARK = "滨江公园里的路灯坏了好几天，晚上看不见路，希望尽快维修。"
ELSEWHERE = "想问一下小区门口被拖走的电动车到哪里取，希望告知。"


def facts(number: int, text: str, unit: str, *, day_only: bool = True) -> OrderFacts:
    return OrderFacts(
        line=number,
        source_no=f"N{number}",
        text=text,
        title="",
        place="",
        reply="",
        filed_at=DAY,
        closed_at=None,
        due_at=None,
        day_only=day_only,
        category=(),
        unit=unit,
        request_type="help",
        channel="phone",
        urgency="general",
        status="",
        anonymous=False,
    )


@pytest.mark.django_db(transaction=True)
def test_five_orders_are_played_to_their_ends_and_counted():
    units = factories.unit_tree()
    park = Place.objects.create(name="滨江公园", kind="park", division=factories.divisions().village)
    PlaceRule.objects.create(place=park, unit=units.housing, effective_from=LONG_AGO)
    orders = [
        facts(1, IN_THE_PARK, "住房和城乡建设局"),
        facts(2, IN_THE_PARK, "公安局"),
        facts(3, IN_THE_PARK, "住房和城乡建设局"),
        facts(4, ELSEWHERE, "公安局"),
        facts(5, ELSEWHERE, "早已撤销的局"),
    ]
    tally, done = Tally(), []

    play(spread(orders), tally, 0, done.append)

    figures = tally.figures()
    assert done == [1, 2, 3, 4, 5]
    assert (tally.automatic, tally.automatic_right, tally.right) == (3, 2, 2)
    assert (figures["auto_rate"], figures["auto_accuracy"], figures["accuracy"]) == (0.6, 0.6667, 0.4)
    assert {"true": "公安局", "proposed": "住房和城乡建设局", "orders": 1} in figures["errors"]
    assert tally.stuck == [("N5", "没有名为“早已撤销的局”的单位")]
    assert sum(tally.states.values()) == 4
    corrected = WorkOrder.objects.get(reassign_count=1)
    assert (figures["objections"], corrected.lead_unit) == (1, units.police)
    assert figures["handling_hours_median"] == "not in source"


def test_a_day_is_spread_over_its_working_hours_and_known_times_stay():
    by_day = [facts(number, ELSEWHERE, "公安局") for number in (3, 1, 2)]
    known = replace(facts(4, ELSEWHERE, "公安局", day_only=False), filed_at=DAY + timedelta(days=1, hours=3))

    placed = spread([known, *by_day])

    assert [one.source_no for one in placed] == ["N1", "N2", "N3", "N4"]
    assert [(one.filed_at - DAY) / timedelta(hours=1) for one in placed] == [11, 14, 17, 27]


def test_a_report_claims_no_hours_and_no_share_of_nothing():
    tally, paper = Tally(orders=2), io.StringIO()

    print_report(tally, Console(file=paper, width=120))

    figures = tally.figures()
    assert (figures["auto_accuracy"], figures["orders_per_s"]) == (None, None)
    assert "办理时长（中位）" in paper.getvalue()
    assert "not in source" in paper.getvalue()


def test_hours_are_reported_where_the_source_has_them():
    assert Tally(hours=[2.0, 10.0, 4.0]).figures()["handling_hours_median"] == 4.0


def test_the_model_trained_last_is_tried_whatever_was_promoted(db, monkeypatch, frozen_now):
    for name, promoted in (("older", frozen_now()), ("newer", None)):
        ModelVersion.objects.create(name=name, sha256="", trained_at=frozen_now(), orders=0, promoted_at=promoted)
    promoted: list[str] = []
    monkeypatch.setattr(dispatch, "promote", lambda *, actor, model: promoted.append(model.name))

    assert use_newest_model(factories.person("model_manager")) == "newer"
    assert promoted == ["newer"]
