"""Training, calibration, explanation and storage on small invented orders."""

import json
import random
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from huying.engines.classify.bundle import Bundle, BundleConfig, TrainingOrder, category_labels, train_bundle
from huying.engines.classify.calibrate import Calibration, ece, fit_calibration, reliability
from huying.engines.classify.confidence import Answers, Confidence, fit_confidence
from huying.engines.classify.features import FeatureConfig, FeatureSpace, View, Vocabulary, prepare
from huying.engines.classify.linear import LinearConfig, LinearModel, fit, train
from huying.engines.classify.network import NetworkConfig
from huying.engines.classify.store import BrokenModel
from huying.engines.classify.unit import UnitModel, mix

MATTERS = {
    "城管局": (("市容", "占道"), ["流动摊贩占道经营", "烧烤油烟扰民", "商贩摆摊堵住人行道", "广告牌乱贴"]),
    "供水公司": (("民生", "供水"), ["小区停水两天", "自来水发黄", "水管爆裂漏水", "水压不足"]),
    "交警支队": (("交通", "违停"), ["路口车辆违停", "红绿灯不亮", "道路拥堵无人指挥", "违章怎么处理"]),
    "人社局": (("社保", "工资"), ["老板拖欠工资", "社保卡怎么办理", "工地欠薪", "养老保险转移"]),
}
PLACES = ["滨江路", "解放路", "东门市场", "锦绣花园", "河口街道", "人民广场"]
ALL_TERMS = FeatureConfig(min_df=1, max_share=1.0)
SMALL = LinearConfig(features=ALL_TERMS)
QUICK = BundleConfig(features=ALL_TERMS, network=NetworkConfig(width=16, least_steps=120))


def make_orders(count: int, seed: int = 1, noise: float = 0.0) -> list[TrainingOrder]:
    draw = random.Random(seed)
    made = []
    for number in range(count):
        unit = draw.choice(list(MATTERS))
        category, matters = MATTERS[unit]
        text = f"市民来电反映: {draw.choice(PLACES)}{draw.choice(matters)}，请{unit}核实处理，谢谢！"
        wrong = draw.random() < noise
        made.append(
            TrainingOrder(
                text,
                draw.choice(list(MATTERS)) if wrong else unit,
                category,
                date(2025, 1, 1) + timedelta(number // 20),
            )
        )
    return made


@pytest.fixture(scope="module")
def bundle() -> Bundle:
    return train_bundle(make_orders(1600), QUICK)


@pytest.fixture(scope="module")
def model() -> LinearModel:
    orders = make_orders(400)
    return train([order.text for order in orders], [order.unit for order in orders], config=SMALL)


def test_the_right_unit_comes_first_with_the_words_that_decided(bundle: Bundle) -> None:
    text = "解放路附近自来水发黄有异味，请市政府核实处理"
    made = bundle.analyse(text)
    assert made.units[0].label == "供水公司"
    assert made.categories[0].path == ("民生", "供水")
    assert any("水" in one.term for one in made.unit_evidence)
    for one in made.unit_evidence:
        assert one.start < 0 or text[one.start : one.end] == one.term


def test_the_model_does_not_see_the_unit_an_agent_wrote(bundle: Bundle) -> None:
    assert "城管局" not in bundle.read("小区停水，请城管局核实处理")
    assert bundle.analyse("小区停水两天，请城管局核实处理").units[0].label == "供水公司"


def test_probabilities_sum_to_one_and_are_ranked(bundle: Bundle) -> None:
    made = bundle.unit.predict_proba(["停水", "", "占道经营" * 500])
    assert made.sum(axis=1) == pytest.approx(1.0)
    ranked = [one.probability for one in bundle.analyse("东门市场占道经营").units]
    assert ranked == sorted(ranked, reverse=True)


def test_an_easy_city_is_automatic_and_an_empty_text_never(bundle: Bundle) -> None:
    assert bundle.gate.threshold is not None
    assert bundle.gate.bound <= 0.02
    assert bundle.analyse("市民来电反映: 东门市场流动摊贩占道经营").automatic
    for text in ("", "！！！", "20180101114676", "？" * 20_000):
        assert not bundle.analyse(text).automatic


def test_noisy_labels_forbid_automation() -> None:
    noisy = train_bundle(make_orders(800, noise=0.5), QUICK)
    assert noisy.gate.threshold is None
    assert not noisy.analyse("东门市场流动摊贩占道经营").automatic


def test_a_looser_limit_never_sends_fewer(bundle: Bundle) -> None:
    assert bundle.gate_at(0.02).coverage <= bundle.gate_at(0.05).coverage


def test_a_bundle_comes_back_the_same_and_a_changed_file_is_refused(bundle: Bundle, tmp_path: Path) -> None:
    bundle.save(tmp_path)
    again = Bundle.load(tmp_path)
    texts = ["小区停水两天", "红绿灯不亮"]
    assert np.allclose(again.unit.predict_proba(texts), bundle.unit.predict_proba(texts), atol=5e-3)
    assert again.gate == bundle.gate
    assert again.card == bundle.card
    for part in (
        "unit/linear/bias.npy",
        "unit/network/bias.npy",
        "unit/meaning/centre.npy",
        "category/bias.npy",
        "terms.json",
    ):
        whole = (tmp_path / part).read_bytes()
        (tmp_path / part).write_bytes(b"changed")
        with pytest.raises(BrokenModel, match=part.rpartition("/")[2]):
            Bundle.load(tmp_path)
        (tmp_path / part).write_bytes(whole)


def test_an_unknown_format_is_refused(bundle: Bundle, tmp_path: Path) -> None:
    bundle.save(tmp_path)
    header = json.loads((tmp_path / "bundle.json").read_text("utf-8"))
    (tmp_path / "bundle.json").write_text(json.dumps({**header, "format": "other"}), "utf-8")
    with pytest.raises(BrokenModel, match="format"):
        Bundle.load(tmp_path)
    with pytest.raises(BrokenModel, match="no bundle"):
        Bundle.load(tmp_path / "nowhere")


def test_bulk_reading_says_what_single_reading_says(bundle: Bundle) -> None:
    texts = ["东门市场流动摊贩占道经营", "", "小区停水两天，请供水公司核实处理", "工地欠薪"] * 3
    for text, made in zip(texts, bundle.predict_many(texts), strict=True):
        alone = bundle.analyse(text)
        assert [one.label for one in made.units] == [one.label for one in alone.units]
        assert made.confidence == pytest.approx(alone.confidence)
        assert (made.automatic, made.known) == (alone.automatic, alone.known)
        assert made.unit_evidence == []


def test_training_a_bundle_again_gives_the_same_bundle() -> None:
    first, second = (train_bundle(make_orders(300), QUICK) for _ in range(2))
    assert np.array_equal(
        first.unit.predict_proba(["停水", "占道经营"]), second.unit.predict_proba(["停水", "占道经营"])
    )
    assert first.gate == second.gate


def test_two_names_of_one_office_are_told_apart_by_how_often_each_is_used_today() -> None:
    """Words cannot say which of two names was used; the frequency under the tree in force can."""
    orders = [replace(order, unit_raw=order.unit) for order in make_orders(400)]
    renamed = [
        replace(order, unit="自来水公司" if number % 4 else "供水公司") if order.unit == "供水公司" else order
        for number, order in enumerate(orders)
    ]
    made = train_bundle(renamed, QUICK).unit.network.unit_probabilities
    bundle = train_bundle(renamed, QUICK)
    row = made(bundle.vocabulary.counts(["小区停水两天"]))[0]
    by_name = dict(zip(bundle.unit.labels, row, strict=True))
    assert by_name["自来水公司"] / by_name["供水公司"] == pytest.approx(3, rel=0.35)


def test_a_hundred_orders_of_almost_as_many_units_still_train() -> None:
    orders = make_orders(100)
    odd = [replace(order, unit=f"{number}号单位") if number % 2 else order for number, order in enumerate(orders)]
    made = train_bundle(odd, QUICK)
    assert made.analyse("小区停水两天").units[0].probability < 1
    assert made.gate.threshold is None


def test_below_the_first_a_rare_unit_is_ranked_before_a_common_one_found_nearly_as_likely() -> None:
    prior = np.array([0.08, 0.9, 0.02])
    row = np.array([[0.5, 0.3, 0.2]])
    assert mix(row, row, prior)[0].argsort()[::-1].tolist() == [0, 2, 1]
    assert mix(row, row, prior, 0.0)[0].argsort()[::-1].tolist() == [0, 1, 2]
    often_first = mix(row, row, np.array([0.97, 0.02, 0.01]))[0]
    assert often_first.argmax() == 0
    assert often_first.sum() == pytest.approx(1.0)


def test_a_model_saved_before_the_leaning_was_known_answers_as_it_did(bundle: Bundle, tmp_path: Path) -> None:
    bundle.unit.save(tmp_path)
    header = json.loads((tmp_path / "header.json").read_text("utf-8"))
    assert UnitModel.load(tmp_path, bundle.vocabulary).leaning == bundle.unit.leaning
    del header["leaning"]
    (tmp_path / "header.json").write_text(json.dumps(header), "utf-8")
    assert UnitModel.load(tmp_path, bundle.vocabulary).leaning == 0.0


def answers(count: int, seed: int) -> tuple[Answers, np.ndarray]:
    """Two models of three units; the second unit's answers are right half the time whatever the score says."""
    draw = np.random.default_rng(seed)
    rows = draw.dirichlet([4.0, 1.0, 1.0], count)
    rows = rows[np.arange(count)[:, None], draw.permuted(np.tile(np.arange(3), (count, 1)), axis=1)]
    top = rows.argmax(axis=1)
    chance = np.where(top == 1, 0.5, np.minimum(0.99, rows.max(axis=1) + 0.2))
    correct = draw.uniform(size=count) < chance
    return Answers(rows, rows, rows, np.full(count, 30), np.zeros(count)), correct


def test_confidence_knows_the_unit_that_is_often_wrong() -> None:
    learned = fit_confidence(*answers(4000, 1))
    later, correct = answers(4000, 2)
    sure, top = learned.of(later), later.blend.argmax(axis=1)
    assert sure[top == 1].mean() == pytest.approx(correct[top == 1].mean(), abs=0.04)
    assert sure[top == 0].mean() == pytest.approx(correct[top == 0].mean(), abs=0.04)
    again = Confidence.from_dict(json.loads(json.dumps(learned.as_dict())))
    assert np.allclose(again.of(later), sure)


def test_without_enough_later_orders_the_score_stands() -> None:
    few, correct = answers(50, 3)
    assert fit_confidence(few, correct).of(few) == pytest.approx(few.blend.max(axis=1))


def test_progress_rises_to_one() -> None:
    seen: list[float] = []
    train_bundle(make_orders(200), QUICK, lambda fraction, message: seen.append(fraction))
    assert seen == sorted(seen)
    assert seen[-1] == 1.0


def test_too_little_to_learn_from_is_said() -> None:
    with pytest.raises(ValueError, match="two different labels"):
        train_bundle([TrainingOrder("停水", "供水公司", (), date(2025, 1, 1))] * 5)


def test_without_categories_there_is_no_category_model() -> None:
    orders = [replace(order, category=()) for order in make_orders(200)]
    made = train_bundle(orders, QUICK)
    assert made.category is None
    assert made.analyse("停水").categories == []


def test_two_labels_point_the_right_way() -> None:
    model = fit(["停水停水", "占道占道"] * 5, ["水", "城"] * 5, config=SMALL)
    assert [one[0].label for one in model.top(["停水", "占道"], 1)] == ["水", "城"]


def test_extra_tokens_decide_where_the_text_does_not() -> None:
    texts, labels, extra = ["路灯不亮"] * 40, ["东区", "西区"] * 20, [["d:11"], ["d:12"]] * 20
    model = fit(texts, labels, extra, SMALL)
    assert model.top(["路灯不亮"], 1, [["d:12"]])[0][0].label == "西区"
    assert any(one.term == "d:12" for one in model.explain("路灯不亮", "西区", extra=["d:12"]))


def test_training_is_repeatable(model: LinearModel) -> None:
    orders = make_orders(400)
    again = train([order.text for order in orders], [order.unit for order in orders], config=SMALL)
    assert np.array_equal(again.scores(["停水"]), model.scores(["停水"]))


def test_which_number_it_is_does_not_matter() -> None:
    assert prepare("工单号20180101114676") == prepare("工单号20190202225787")
    assert prepare("‹电话1›") == prepare("‹电话2›")


def test_a_text_has_unit_length_and_unknown_words_say_nothing() -> None:
    vocabulary = Vocabulary.fit(["停水", "停电"], config=ALL_TERMS)
    space = FeatureSpace.fit(vocabulary, vocabulary.counts(["停水", "停电"]))
    assert np.linalg.norm(space.matrix(["停水"]).toarray()) == pytest.approx(1.0)
    assert space.matrix(["从未见过"]).nnz == 0


def test_a_term_weighs_what_it_says_about_the_label() -> None:
    texts, labels = ["希望停水", "希望停电"] * 20, np.array([0, 1] * 20)
    vocabulary = Vocabulary.fit(texts, config=ALL_TERMS)
    space = FeatureSpace.fit(vocabulary, vocabulary.counts(texts), labels)
    weight = {term: space.weight[place] for place, term in enumerate(vocabulary.terms)}
    assert weight["c水"] > 100 * weight["c希"]


def test_each_group_of_blocks_has_its_share() -> None:
    texts = ["路灯不亮", "停水两天"]
    vocabulary = Vocabulary.fit(texts, [["d:1"], ["d:2"]], ALL_TERMS)
    space = FeatureSpace.fit(
        vocabulary, vocabulary.counts(texts, [["d:1"], ["d:2"]]), view=View((("w", 1.0), ("x", 0.5)))
    )
    places, values = space.row("路灯不亮", ["d:1"])
    by_block = {space.term(place)[0]: value for place, value in zip(places, values, strict=True)}
    assert set(by_block) == {"w", "x"}
    assert by_block["x"] == pytest.approx(0.5)


def test_counts_are_those_of_the_text() -> None:
    vocabulary = Vocabulary.fit(["停水停水停电"], config=ALL_TERMS)
    row = vocabulary.counts(["停水停水"]).toarray()[0]
    counted = {term: row[place] for place, term in enumerate(vocabulary.terms) if row[place]}
    assert counted["c停"] == 2
    assert counted["c停水"] == 2
    assert counted["t停水停"] == 1
    assert "c电" not in counted


def test_rare_leaves_become_their_parent() -> None:
    paths = [("a", "b", "c")] * 4 + [("a", "b", "d")] + [("a", "e", "f")]
    assert category_labels(paths, 4) == ["a/b/c"] * 4 + ["a", "a"]


@given(st.lists(st.lists(st.floats(-3, 3), min_size=4, max_size=4), min_size=1, max_size=20))
def test_calibration_keeps_the_first_candidate_and_sums_to_one(rows: list[list[float]]) -> None:
    scores = np.array(rows)
    made = Calibration(stated=(0.0, 0.5, 1.0), observed=(0.0, 0.3, 0.9)).apply(scores)
    assert made.sum(axis=1) == pytest.approx(1.0)
    assert (made[np.arange(len(made)), scores.argmax(axis=1)] >= made.max(axis=1) - 1e-9).all()


def test_calibration_mends_overconfidence() -> None:
    random_state = np.random.default_rng(3)
    truth = random_state.integers(0, 5, 4000)
    scores = random_state.normal(0, 1, (4000, 5))
    scores[np.arange(4000), truth] += 1.0
    overconfident = Calibration(beta=8.0, flat=4.0, mix=0.0)
    fitted = fit_calibration(scores[:2000], truth[:2000])

    def error(calibration: Calibration) -> float:
        made = calibration.apply(scores[2000:])
        return ece(made.max(axis=1), made.argmax(axis=1) == truth[2000:])

    assert error(fitted) < 0.04 < error(overconfident)


def test_figures_of_calibration() -> None:
    confidence, correct = np.array([0.95, 0.95, 0.55, 0.55]), np.array([True, True, True, False])
    assert ece(confidence, correct) == pytest.approx(0.05)
    assert [one.n for one in reliability(confidence, correct)] == [2, 2]
