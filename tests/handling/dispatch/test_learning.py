"""Corrections teach at once, the nights look for drift and train, a named person promotes."""

import itertools
import random
from datetime import timedelta

import pytest

from huying.base.calendars import clock
from huying.base.events import obligations
from huying.base.events.models import Event, Obligation
from huying.base.org import actions as org
from huying.base.org.selectors import system_person
from huying.handling.dispatch import actions, drift, knowledge, nightly
from huying.handling.dispatch.models import Comparison, DriftDay, ModelVersion
from huying.handling.dispatch.training import train
from huying.handling.dispatch.understanding import understand
from huying.handling.orders import actions as orders
from tests import factories
from tests.handling.dispatch.test_training import models_folder, settled_orders  # noqa: F401

pytestmark = pytest.mark.django_db

BIKES = "东风社区地铁口共享单车乱停乱放，占了整条人行道，推婴儿车过不去，希望处理。"
SAME = "和平社区菜场门口共享单车乱停乱放，人行道被占满，行人过不去，请处理。"
PIPES = "家里暖气不热，室温只有十二度，交了取暖费没人管。"


def decided(county, text: str, unit, proposed_text: str | None = None):
    """A dispatcher sends an order to ``unit``, whatever was proposed."""
    order = factories.order(county.people["agent"], text=text)
    understand(text=proposed_text or text).row(order).save()
    orders.dispatch(actor=county.people["dispatcher"], order=order, unit=unit)
    return order


def test_corrections_move_the_candidates_at_once_and_hold_automation_back(county, monkeypatch):
    monkeypatch.setattr(knowledge, "CHECK_EVERY_S", 0.0)
    county.entry(category=county.categories.noise, unit=county.units.housing)
    before = understand(text=SAME, category=county.categories.noise)
    assert before.automatic

    decided(county, BIKES, county.units.street)
    decided(county, SAME + "已经反映过两次。", county.units.street)

    after = understand(text=SAME, category=county.categories.noise)
    without_category = understand(text=SAME)
    other = understand(text=PIPES, category=county.categories.noise)
    assert (after.held, after.automatic) == ("doubt", False)
    assert "近来相近工单由人改派" in after.reasons[-2]
    assert without_category.proposed_unit == county.units.street
    assert "2 件相近工单由人定为东风街道承办" in without_category.units[0].reasons[0]
    assert other.automatic


def test_what_people_confirm_again_and_again_outvotes_one_correction(county, monkeypatch):
    monkeypatch.setattr(knowledge, "CHECK_EVERY_S", 0.0)
    county.entry(category=county.categories.noise, unit=county.units.housing)
    decided(county, SAME, county.units.street)
    assert understand(text=SAME, category=county.categories.noise).held == "doubt"

    for number in range(8):
        decided(county, f"{SAME}第{number}次反映。", county.units.housing)

    assert understand(text=SAME, category=county.categories.noise).automatic


def test_another_process_sees_the_correction_too(county, monkeypatch):
    monkeypatch.setattr(knowledge, "CHECK_EVERY_S", 0.0)
    understand(text=SAME)
    monkeypatch.setattr(knowledge, "forget", lambda *parts: None)

    decided(county, SAME, county.units.street)

    assert understand(text=SAME).proposed_unit == county.units.street


def test_the_work_of_a_unit_that_was_split_is_proposed_to_its_heirs(county):
    units = settled_orders(county, 300)
    train(actor=system_person())
    text = "凌晨两点工地还在施工，噪声太大睡不着。"
    assert understand(text=text).proposed_unit == units["noise"]
    heirs = [factories.unit("住房保障局"), factories.unit("建设工程局")]
    org.split_unit(
        actor=system_person(), unit=units["noise"], successors=heirs, effective=clock.today(), basis="机构改革"
    )

    seen = understand(text=text)

    assert {one.unit for one in seen.units[:2]} == set(heirs)
    assert not seen.automatic
    assert "职责已划分给几个单位" in seen.units[0].reasons[-1]


def test_a_night_finds_a_new_kind_of_matter_and_tells_the_manager(county):
    dice = random.Random(3)
    for day, matter in itertools.product(range(10, 60), ["noise", "heating"]):
        text = f"{dice.choice(['东风', '和平'])}社区{'夜里施工噪声' if matter == 'noise' else '暖气不热'}，希望处理。"
        factories.order(
            county.people["agent"], text=text, category=getattr(county.categories, matter),
            filed_at=clock.now() - timedelta(days=day),
        )  # fmt: skip
    for hour in range(60):
        factories.order(
            county.people["agent"], text=BIKES, category=county.categories.pension,
            filed_at=clock.now() - timedelta(hours=hour),
        )  # fmt: skip

    obligations.oblige(kind="dispatch.look", key="look", due_at=clock.now())
    obligations.run_due(kinds=["dispatch.look"])

    day = DriftDay.objects.get()
    assert day.figures["mix"] > 0.25
    assert ["单车", 60] in day.figures["terms"] or ["共享", 60] in day.figures["terms"]
    assert any("社会保障" in words for words in day.alarms)
    assert Event.objects.get(type="dispatch.drift_noticed").payload["tell"] == ["model_manager"]


def test_a_quiet_week_and_a_new_centre_raise_no_alarm(county):
    figures = drift.look()

    assert (figures["mix"], drift.alarms(figures)) == (None, [])


def test_a_night_trains_only_on_enough_new_orders_compares_and_waits_for_a_person(county, monkeypatch):
    monkeypatch.setattr(nightly, "LEAST_NEW", 100)
    monkeypatch.setattr(nightly, "KEPT_BACK", 100)
    settled_orders(county, 600)
    champion = train(actor=system_person(), until=clock.today() - timedelta(days=225))  # about the first 300

    night = nightly.run()

    assert night.reason == ""
    assert night.model.window_until > champion.window_until
    assert night.comparison.orders >= 100
    row = Comparison.objects.get()
    assert row.both + row.only_champion + row.only_challenger <= row.orders
    assert row.p_value <= 1.0
    champion.refresh_from_db()
    assert (night.promoted, champion.retired_at) == (False, None)
    monkeypatch.setattr(nightly, "LEAST_NEW", 1000)
    assert "还不够" in nightly.run().reason
    assert ModelVersion.objects.count() == 2


def test_a_better_model_is_promoted_by_itself_only_where_the_centre_chose_so(county, monkeypatch):
    monkeypatch.setattr(nightly, "LEAST_NEW", 100)
    monkeypatch.setattr(nightly, "KEPT_BACK", 100)
    units = settled_orders(county, 600)
    champion = train(actor=system_person(), until=clock.today() - timedelta(days=255))
    # since then the noise goes to another unit, which the champion can't know
    late = clock.now() - timedelta(days=255)
    heir = factories.unit("综合执法局")
    from huying.handling.orders.models import Assignment

    Assignment.objects.filter(unit=units["noise"], order__filed_at__gte=late).update(unit=heir)
    actions.set_automation(actor=county.people["model_manager"], limit=0.02, enabled=True, auto_promote=True)

    night = nightly.run()

    champion.refresh_from_db()
    assert night.comparison.better
    assert night.promoted
    assert champion.retired_at is not None


def test_a_server_started_by_day_does_not_train(county, monkeypatch):
    monkeypatch.setattr(nightly, "LEAST_NEW", 1)
    settled_orders(county, 120)
    obligations.oblige(
        kind="dispatch.nightly_training", key="late", due_at=clock.now() - timedelta(hours=8), payload={}
    )

    obligations.run_due(kinds=["dispatch.nightly_training"])

    assert Obligation.objects.get(key="late").done_at is not None
    assert ModelVersion.objects.count() == 0


def test_models_comparisons_drift_and_labels_are_shown(county, client_for, monkeypatch):
    monkeypatch.setattr(knowledge, "CHECK_EVERY_S", 0.0)
    decided(county, SAME, county.units.street)
    drift.keep_day(actor=system_person())
    reader = client_for(county.people["model_manager"])

    labels = reader.get("/dispatch/labels/sources").json()
    seen = reader.get("/dispatch/drift").json()
    refused = reader.post("/dispatch/comparisons", {"challenger": "x"})

    assert (labels["corrected"], labels["confirmed"], labels["needed_for_training"]) == (1, 0, 300)
    assert (len(seen["items"]), seen["memory"]) == (1, 1)
    assert refused.status_code == 409
    assert reader.get("/dispatch/comparisons").json() == {"items": []}
