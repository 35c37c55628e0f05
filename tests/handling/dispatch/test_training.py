"""Training from settled orders to a model that dispatches; bringing one back; a broken one."""

import itertools
import random
from datetime import timedelta
from pathlib import Path

import pytest

from huying.base.calendars import clock
from huying.base.errors import Conflict, NotAllowed
from huying.base.org import actions as org
from huying.base.org.selectors import system_person
from huying.engines.classify import signature
from huying.handling.dispatch import actions, keeping, knowledge
from huying.handling.dispatch.models import ModelVersion
from huying.handling.dispatch.training import TooFewOrders, train, training_orders
from huying.handling.dispatch.understanding import understand
from tests import factories

pytestmark = pytest.mark.django_db

SAYINGS = {
    "noise": [
        "工地夜里还在打桩",
        "凌晨施工的噪声吵得人睡不着",
        "工地半夜浇混凝土，机器轰鸣",
        "夜间施工没有许可，噪声扰民",
    ],
    "heating": ["家里暖气不热", "暖气片冰凉，室温只有十二度", "小区供热管道漏水，停暖三天", "交了取暖费，暖气一直不热"],
    "pension": [
        "养老金没有按时发放",
        "养老待遇资格认证通不过",
        "退休手续办不了，养老金算错了",
        "社保缴费年限对不上，影响养老",
    ],
}


@pytest.fixture(autouse=True)
def models_folder(tmp_path, monkeypatch) -> Path:
    monkeypatch.setattr(knowledge, "models_folder", lambda: tmp_path / "models")
    return tmp_path / "models"


def settled_orders(county, count: int) -> dict:
    """Made-up orders of three kinds, one a few hours after the other, each settled by the kind's unit."""
    dice = random.Random(7)
    units = {"noise": county.units.housing, "heating": county.units.heating, "pension": county.units.police}
    start = clock.now() - timedelta(days=300)
    for number, kind in zip(range(count), itertools.cycle(SAYINGS), strict=False):
        text = f"市民来电反映：{dice.choice(['东风社区', '和平社区', '东区'])}{dice.choice(SAYINGS[kind])}，{dice.choice(['希望处理', '请尽快解决', '已经第二次反映'])}。"
        filed_at = start + timedelta(hours=6 * number)
        order = factories.order(
            county.people["agent"],
            text=text,
            category=getattr(county.categories, kind),
            filed_at=filed_at,
            state="closed",
            lead_unit=units[kind],
        )
        factories.assignment(order, units[kind], state="submitted", dispatched_at=filed_at, due_from=filed_at)
    return units


def test_a_model_is_trained_put_into_use_and_dispatches(county, models_folder):
    units = settled_orders(county, 300)
    told = []

    model = train(actor=system_person(), progress=lambda share, words: told.append(share))

    assert (model.orders, model.promoted_at is not None) == (300, True)
    assert {"accuracy", "top3", "ece", "coverage"} <= model.figures.keys()
    assert model.figures["accuracy"] > 0.9
    assert (models_folder / model.folder / "bundle.json").is_file()
    assert told == sorted(told)
    assert told[-1] == 1.0
    seen = understand(text="凌晨两点工地还在施工，噪声太大睡不着。")
    assert (seen.model, seen.step, seen.proposed_unit) == (model.name, "model", units["noise"])
    assert seen.category == county.categories.noise
    assert seen.units[0].reasons[0].startswith("模型：“")
    terms = {(one.term, one.start) for one in seen.units[0].evidence}
    assert all(start >= 0 for _, start in terms)


def test_a_reading_with_a_model_costs_no_query_either(county, django_assert_num_queries):
    settled_orders(county, 150)
    train(actor=system_person())
    understand(text="家里暖气不热，室温只有十二度。").as_json()  # limits and calendar too are read once

    with django_assert_num_queries(0):
        understand(text="凌晨两点工地还在施工，噪声太大睡不着。").as_json()


def test_the_model_does_not_see_what_the_agent_wrote_about_the_unit(county):
    settled_orders(county, 150)
    train(actor=system_person())

    plain = understand(text="家里暖气不热，室温只有十二度。")
    directed = understand(text="家里暖气不热，室温只有十二度。请公安局核实处理，谢谢！")

    assert [one.unit for one in directed.units] == [one.unit for one in plain.units]
    assert directed.confidence == pytest.approx(plain.confidence)


def test_a_model_follows_a_renamed_and_a_merged_unit(county):
    units = settled_orders(county, 150)
    train(actor=system_person())
    text = "家里暖气不热，室温只有十二度。"

    org.rename_unit(actor=system_person(), unit=units["heating"], name="城市热力集团", effective=clock.today())
    renamed = understand(text=text).proposed_unit.name
    org.merge_units(actor=system_person(), units=[units["heating"]], successor=units["noise"], effective=clock.today())
    merged = understand(text=text)

    assert renamed == "城市热力集团"
    assert merged.proposed_unit == units["noise"]
    assert len({one.unit for one in merged.units}) == len(merged.units)


def test_a_ban_beats_the_model(county):
    units = settled_orders(county, 150)
    train(actor=system_person())
    actions.create_rule(
        actor=county.people["model_manager"],
        kind="bans",
        category=county.categories.heating,
        unit=units["heating"],
        basis="县委编办",
        effective_from=clock.today(),
    )

    seen = understand(text="家里暖气不热，室温只有十二度。", category=county.categories.heating)

    assert units["heating"] not in [one.unit for one in seen.units]
    assert not seen.automatic


def test_the_catalogue_goes_before_the_model_where_a_person_chose_the_category(county):
    settled_orders(county, 150)
    train(actor=system_person())
    county.entry(category=county.categories.noise, unit=county.units.street)

    seen = understand(text="凌晨工地施工，噪声太大睡不着。", category=county.categories.noise)

    assert (seen.step, seen.proposed_unit) == ("catalogue", county.units.street)
    assert county.units.housing in [one.unit for one in seen.units]


def test_labels_are_the_units_that_were_finally_right(county):
    order = factories.order(county.people["agent"], text="工地夜间施工噪声很大，睡不着")
    factories.assignment(order, county.units.police, state="released", due_from=clock.now())
    factories.assignment(order, county.units.housing, state="handling", due_from=clock.now())
    pending = factories.order(county.people["agent"], text="暖气不热，一点都不热")
    factories.assignment(pending, county.units.heating, state="objected", due_from=clock.now())
    again = factories.order(county.people["agent"], text="工地夜间施工噪声很大，请处理")
    factories.assignment(again, county.units.housing, state="submitted", due_from=clock.now())

    assert [one.unit for one in training_orders(knowledge.current())] == ["住房和城乡建设局"] * 2


def test_orders_after_the_given_day_are_kept_out(county):
    settled_orders(county, 120)
    cut = clock.today() - timedelta(days=285)

    orders = training_orders(knowledge.current(), cut)

    assert 0 < len(orders) < 120
    assert max(one.day for one in orders) < cut


def test_too_few_orders_are_said_and_dispatch_goes_on_without_a_model(county):
    settled_orders(county, 30)
    county.entry(category=county.categories.noise, unit=county.units.housing)

    with pytest.raises(TooFewOrders, match="30 件"):
        train(actor=system_person())

    assert not ModelVersion.objects.exists()
    assert understand(text="工地夜间施工噪声很大", category=county.categories.noise).automatic


def test_a_later_model_waits_for_a_named_person_and_the_former_can_come_back(county):
    settled_orders(county, 150)
    manager = county.people["model_manager"]
    first = train(actor=system_person())
    second = train(actor=system_person())
    assert (second.promoted_at, understand(text="暖气不热").model) == (None, first.name)

    with pytest.raises(NotAllowed):
        actions.promote(actor=county.people["dispatcher"], model=second)
    actions.promote(actor=manager, model=second)
    in_use = understand(text="暖气不热").model
    actions.promote(actor=manager, model=first)

    assert in_use == second.name
    assert understand(text="暖气不热").model == first.name
    second.refresh_from_db()
    assert second.retired_at is not None
    with pytest.raises(Conflict):
        actions.promote(actor=manager, model=first)


def test_an_altered_model_is_refused_and_dispatch_goes_on_without(county, models_folder):
    settled_orders(county, 150)
    model = train(actor=system_person())
    knowledge._bundle.cache_clear()
    next((models_folder / model.folder).rglob("*.npy")).write_bytes(b"altered")
    knowledge.forget()

    seen = understand(text="暖气不热，室温只有十二度")

    assert seen.model == ""
    (models_folder / model.folder / "bundle.json").write_text("{}")
    ModelVersion.objects.update(promoted_at=None)
    with pytest.raises(Conflict, match="缺失或已被改动"):
        actions.promote(actor=county.people["model_manager"], model=ModelVersion.objects.get())


def test_the_limit_that_is_promised_moves_the_gate(county):
    settled_orders(county, 150)
    train(actor=system_person())

    actions.set_automation(actor=county.people["model_manager"], limit=0.1, enabled=True)

    known = knowledge.current()
    assert known.automation.limit == 0.1
    assert known.gate == known.model.bundle.gate_at(0.1)


def test_a_model_is_signed_by_the_centre_and_carries_its_card(county, models_folder, client_for):
    settled_orders(county, 150)
    model = train(actor=system_person())
    folder = models_folder / model.folder
    keeper = client_for(factories.person("model_manager", unit=county.units.centre))

    assert signature.signer(folder) == signature.public_key(keeping.seed())
    answer = keeper.get(f"/api/v1/dispatch/models/{model.name}/card")
    assert answer.status_code == 200, answer.content
    told = answer.json()
    assert told["orders"]["used"] == 150
    assert told["signed_by"] == signature.signer(folder)[:16]
    page = keeper.get(f"/api/v1/dispatch/models/{model.name}/card.html")
    assert told["signed_by"] in page.content.decode()

    signature.sign(folder, bytes(32))  # somebody else's key, over the very same files
    with pytest.raises(Conflict):
        actions.models.check_files(model)
