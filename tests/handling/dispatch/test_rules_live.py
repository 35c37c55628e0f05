"""A rule is checked, tried on past orders, holds by the moment, is replaced and rolled back."""

from datetime import timedelta

import pytest

from huying.base.audit.models import AuditEntry
from huying.base.calendars import clock
from huying.base.errors import Invalid
from huying.base.events import obligations
from huying.base.events.models import Event
from huying.handling.dispatch import actions, selectors
from huying.handling.dispatch.models import Ban, RuleTrial
from huying.handling.dispatch.understanding import understand
from tests import factories
from tests.handling.dispatch.conftest import LONG_AGO, County

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

NIGHT_MARKET = "东风社区夜市摊贩音响噪声很大，希望处理。"


def rule_of(county: County, **values):
    given = {"name": "夜市", "words": ["夜市"], "unit": county.units.street, "effective_from": LONG_AGO, **values}
    return actions.create_rule(actor=county.people["model_manager"], kind="directed-rules", **given)


def refusal(county: County, **values) -> list[dict]:
    with pytest.raises(Invalid) as refused:
        rule_of(county, **values)
    return refused.value.extra["errors"]


# ---- when it holds


def test_a_rule_holds_from_its_moment_to_its_moment_and_ends_by_itself(county, frozen_now):
    now = clock.now()
    rule_of(county, effective_from=clock.today(), begins_at=now + timedelta(hours=8), ends_at=now + timedelta(hours=20))

    assert understand(text=NIGHT_MARKET).proposed_unit is None
    frozen_now.advance(timedelta(hours=8))
    assert understand(text=NIGHT_MARKET).proposed_unit == county.units.street
    frozen_now.advance(timedelta(hours=12))
    assert understand(text=NIGHT_MARKET).proposed_unit is None


@pytest.mark.parametrize(
    ("hours", "holds"),
    [(0, False), (10, True), (15, True), (17, False), (24 + 10, False)],
    ids=["monday 10:00", "monday 20:00", "tuesday 01:00", "tuesday 03:00", "tuesday 20:00"],
)
def test_hours_of_the_week_reach_over_midnight(county, frozen_now, hours, holds):
    rule_of(county, weekly=[{"days": [1], "start": "20:00", "until": "02:00"}])

    frozen_now.advance(timedelta(hours=hours))

    assert (understand(text=NIGHT_MARKET).proposed_unit is not None) is holds


# ---- refused with the reason


def test_a_rule_for_what_is_banned_is_refused_and_a_ban_beats_a_rule(county):
    noise = county.categories.noise
    rule_of(county, category=noise, name="先有")
    Ban.objects.create(category=noise, unit_kind="street", basis="编办文件", effective_from=LONG_AGO)

    assert "不得分派" in refusal(county, category=noise, name="后有")[0]["message"]
    assert understand(text=NIGHT_MARKET, category=noise).proposed_unit is None


@pytest.mark.parametrize(
    ("values", "field", "words"),
    [
        ({"unit": "police"}, "unit", "条件完全相同"),
        ({"unit": "police", "words": ["夜市摊贩"], "priority": -1}, "priority", "永远轮不到"),
        ({"words": ["早市"], "effective_until": LONG_AGO}, "effective_until", "已经过期"),
        ({"words": ["早市"], "weekly": [{"days": [8], "start": "20:00", "until": "02:00"}]}, "weekly", "周"),
        ({"words": ["早市"], "unit": "ended"}, "unit", "已停用"),
    ],
    ids=["contradiction", "unreachable", "expired", "hours", "unit ended"],
)
def test_a_bad_rule_is_refused_with_the_reason(county, values, field, words):
    rule_of(county)
    county.units.heating.active_until = clock.today() - timedelta(days=1)
    county.units.heating.save()
    units = {"police": county.units.police, "ended": county.units.heating}
    if "unit" in values:
        values = {**values, "unit": units[values["unit"]]}

    (error,) = refusal(county, name="另一条", **values)

    assert error["field"] == field
    assert words in error["message"]


def test_what_is_to_be_weighed_is_told_beforehand(county, client_for):
    old = rule_of(county)
    body = {"name": "夜市专班", "words": ["夜市摊贩"], "unit": county.units.police.public_id}

    found = client_for(county.people["model_manager"]).post("/dispatch/directed-rules/check", body).json()
    silent = client_for(county.people["model_manager"]).post("/dispatch/directed-rules/check", {"name": "空"}).json()

    assert found["passes"] is True
    assert [(one["code"], one["rule"]) for one in found["findings"]] == [("overlap", old.public_id)]
    assert "以本规则为准" in found["findings"][0]["message"]
    assert silent["passes"] is False


# ---- tried on what was


def past_order(county: County, final, text: str = NIGHT_MARKET, **fields):
    order = factories.order(
        county.people["agent"], text=text, filed_at=clock.now() - timedelta(days=10), state="closed", **fields
    )
    factories.assignment(order, final, state="submitted")
    return order


def test_a_rule_is_tried_on_past_orders_before_it_goes_live(county, client_for):
    county.entry(category=county.categories.noise, unit=county.units.housing)
    for final in (county.units.street, county.units.street, county.units.housing, county.units.police):
        past_order(county, final, category=county.categories.noise)
    past_order(county, county.units.housing, text="小区供热管道漏水，停暖三天。", category=county.categories.heating)
    manager = client_for(county.people["model_manager"])
    body = {"name": "夜市专班", "words": ["夜市"], "unit": county.units.street.public_id}

    started = manager.post("/dispatch/directed-rules/try", body)
    waiting = manager.get(f"/dispatch/trials/{started.json()['id']}").json()
    obligations.run_due(kinds=["dispatch.try_rule"])
    done = manager.get(f"/dispatch/trials/{started.json()['id']}").json()
    made = manager.post("/dispatch/directed-rules", {**body, "trial": done["id"]})

    assert (started.status_code, waiting["state"], waiting["result"]) == (202, "waiting", None)
    result = done["result"]
    assert (done["state"], done["done"], done["total"]) == ("done", 4, 4)
    assert {name: result[name] for name in ("scanned", "matched", "changed", "right", "against", "neither")} == {
        "scanned": 5,
        "matched": 4,
        "changed": 4,
        "right": 2,
        "against": 1,
        "neither": 1,
    }
    assert result["examples"][0]["verdict"] == "against"
    assert result["gains"] == [{"unit": "东风街道", "orders": 4}]
    assert made.status_code == 201
    assert made.json()["tried"] is True


def test_a_rule_changed_after_its_trial_is_not_taken_as_tried(county, client_for):
    manager = client_for(county.people["model_manager"])
    body = {"name": "夜市专班", "words": ["夜市"], "unit": county.units.street.public_id}
    trial = manager.post("/dispatch/directed-rules/try", body).json()
    unfinished = manager.post("/dispatch/directed-rules", {**body, "trial": trial["id"]})
    obligations.run_due(kinds=["dispatch.try_rule"])

    other = manager.post("/dispatch/directed-rules", {**body, "words": ["早市"], "trial": trial["id"]})

    assert (unfinished.status_code, unfinished.json()["code"]) == (409, "trial_open")
    assert (other.status_code, other.json()["code"]) == (409, "trial_differs")


def test_a_trial_whose_unit_is_gone_fails_and_says_so(county):
    trial = actions.start_trial(
        actor=county.people["model_manager"], kind="directed-rules", name="夜市", words=["夜市"],
        unit=county.units.street, effective_from=LONG_AGO, instead_of=rule_of(county, name="旧"),
    )  # fmt: skip
    RuleTrial.objects.filter(pk=trial.pk).update(values={**trial.values, "instead_of": "nobody"})

    obligations.run_due(kinds=["dispatch.try_rule"])

    trial.refresh_from_db()
    assert trial.state == "failed"


# ---- versions


def test_a_rule_is_replaced_and_rolled_back_with_its_history(county, client_for):
    manager = client_for(county.people["model_manager"])
    first = manager.post(
        "/dispatch/directed-rules", {"name": "夜市", "words": ["夜市"], "unit": county.units.street.public_id}
    ).json()
    changed = {"name": "夜市", "words": ["夜市"], "unit": county.units.police.public_id}
    events, audits = Event.objects.count(), AuditEntry.objects.count()

    second = manager.post(
        f"/dispatch/directed-rules/{first['id']}/replace", {"version": first["version"], "rule": changed}
    )
    assert second.status_code == 201, second.content
    assert (Event.objects.count(), AuditEntry.objects.count()) == (events + 1, audits + 1)
    assert understand(text=NIGHT_MARKET).proposed_unit == county.units.police

    stale = manager.post(
        f"/dispatch/directed-rules/{first['id']}/replace", {"version": first["version"], "rule": changed}
    )
    again = manager.post(f"/dispatch/directed-rules/{second.json()['id']}/restore", {})
    restored = manager.post(f"/dispatch/directed-rules/{first['id']}/restore", {"reason": "试行效果不好"})
    history = manager.get(f"/dispatch/directed-rules/{first['id']}/history").json()["items"]

    assert (stale.status_code, again.status_code) == (409, 409)
    assert restored.status_code == 201, restored.content
    assert understand(text=NIGHT_MARKET).proposed_unit == county.units.street
    assert [row["unit"]["name"] for row in history] == ["东风街道", "公安局", "东风街道"]
    assert [row["in_force"] for row in history] == [True, False, False]


def test_a_catalogue_entry_is_replaced_by_the_day(county):
    noise = county.categories.noise
    entry = county.entry(category=noise, unit=county.units.housing)

    actions.replace_rule(
        actor=county.people["model_manager"], rule=entry, clause="3.2", category=noise, unit=county.units.police,
        effective_from=clock.today(),
    )  # fmt: skip

    yesterday = clock.today() - timedelta(days=1)
    assert understand(text=NIGHT_MARKET, category=noise).proposed_unit == county.units.police
    assert understand(text=NIGHT_MARKET, category=noise, on=yesterday).proposed_unit == county.units.housing
    assert [row.unit for row in selectors.rule_history("catalogue", entry)] == [
        county.units.police,
        county.units.housing,
    ]


def test_a_directed_rule_can_be_ended_at_a_moment(county, frozen_now, client_for):
    rule = rule_of(county)
    moment = clock.now() + timedelta(hours=2)

    client_for(county.people["model_manager"]).post(
        f"/dispatch/directed-rules/{rule.public_id}/end", {"at": moment.isoformat(), "version": 1}
    )

    assert understand(text=NIGHT_MARKET).proposed_unit == county.units.street
    frozen_now.advance(timedelta(hours=2))
    assert understand(text=NIGHT_MARKET).proposed_unit is None
