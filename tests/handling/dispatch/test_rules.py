"""Rules are made, ended, exported and imported; a bad one is refused with the reason."""

from datetime import date, timedelta

import pytest

from huying.base.audit.models import AuditEntry
from huying.base.calendars import clock
from huying.base.errors import Conflict, Invalid, NotAllowed
from huying.base.events.models import Event
from huying.base.places.models import Place
from huying.base.tables import write_table
from huying.handling.dispatch import actions
from huying.handling.dispatch.actions.sheets import COLUMNS
from huying.handling.dispatch.models import Ban, CatalogueEntry, DirectedRule, PlaceRule
from huying.handling.dispatch.understanding import understand
from tests.handling.dispatch.conftest import LONG_AGO, County

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

NIGHT_MARKET = "东风社区夜市摊贩音响噪声很大，希望处理。"
YESTERDAY = timedelta(days=1)


def create(county: County, kind: str = "directed-rules", **values):
    given = {"name": "夜市", "words": ["夜市"], "unit": county.units.street, "effective_from": LONG_AGO, **values}
    return actions.create_rule(actor=county.people["model_manager"], kind=kind, **given)


def test_a_new_rule_holds_at_once_and_leaves_one_event_and_one_audit_row(county):
    understand(text=NIGHT_MARKET)
    events, audits = Event.objects.count(), AuditEntry.objects.count()

    create(county)

    assert understand(text=NIGHT_MARKET).proposed_unit == county.units.street
    assert (Event.objects.count(), AuditEntry.objects.count()) == (events + 1, audits + 1)


def test_an_ended_rule_holds_up_to_its_last_day(county):
    rule = create(county)

    actions.end_rule(actor=county.people["model_manager"], rule=rule, last_day=clock.today(), expected_version=1)

    assert understand(text=NIGHT_MARKET).proposed_unit == county.units.street
    assert understand(text=NIGHT_MARKET, on=clock.today() + YESTERDAY).proposed_unit is None


def test_a_rule_made_by_mistake_can_be_taken_back_altogether(county):
    rule = create(county, effective_from=clock.today())

    actions.end_rule(actor=county.people["model_manager"], rule=rule, last_day=clock.today() - YESTERDAY)

    assert understand(text=NIGHT_MARKET).proposed_unit is None


def test_who_read_an_older_state_is_told(county):
    rule = create(county)
    actions.end_rule(actor=county.people["model_manager"], rule=rule, last_day=clock.today(), expected_version=1)

    with pytest.raises(Conflict):
        actions.end_rule(actor=county.people["model_manager"], rule=rule, last_day=clock.today(), expected_version=1)


def test_only_the_manager_of_rules_writes_them(county):
    with pytest.raises(NotAllowed):
        actions.create_rule(actor=county.people["dispatcher"], kind="bans", effective_from=LONG_AGO)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"words": []}, "words"),
        ({"words": ["夜"]}, "words"),
        ({"name": " "}, "name"),
        ({"effective_until": date(2019, 1, 1)}, "effective_until"),
    ],
)
def test_a_rule_that_cannot_be_right_is_refused_naming_the_field(county, wrong, field):
    with pytest.raises(Invalid) as refused:
        create(county, **wrong)

    assert [error["field"] for error in refused.value.extra["errors"]] == [field]


def test_a_rule_for_an_abolished_unit_is_refused(county):
    county.units.street.active_until = clock.today()
    county.units.street.save()

    with pytest.raises(Invalid, match="已停用"):
        create(county)


def test_the_same_rule_twice_at_a_time_is_refused_and_later_allowed(county):
    first = create(county)
    with pytest.raises(Conflict):
        create(county)

    actions.end_rule(actor=county.people["model_manager"], rule=first, last_day=clock.today())

    create(county, effective_from=clock.today() + YESTERDAY)
    assert DirectedRule.objects.count() == 2


def one_of_each(county: County) -> None:
    place = Place.objects.create(name="滨江公园", kind="park", division=county.divisions.village)
    noise = county.categories.noise
    county.entry(category=noise, unit=county.units.housing)
    county.entry(category=noise, unit=county.units.street, division=county.divisions.town, part="assist", clause="3.3")
    Ban.objects.create(category=noise, unit_kind="community", basis="编办", effective_from=LONG_AGO)
    PlaceRule.objects.create(place=place, unit=county.units.police, effective_from=LONG_AGO)
    DirectedRule.objects.create(name="夜市", words=["夜市", "=1+1"], unit=county.units.street, effective_from=LONG_AGO)


@pytest.mark.parametrize("kind", ["catalogue", "bans", "place-rules", "directed-rules"])
def test_what_was_exported_is_read_again_without_change(county, kind):
    one_of_each(county)
    manager = county.people["model_manager"]

    result = actions.import_rules(actor=manager, kind=kind, source=actions.export_rules(actor=manager, kind=kind))

    assert (result.added, result.changed, result.errors) == (0, 0, [])
    assert result.unchanged >= 1


def sheet(kind: str, *rows: dict) -> bytes:
    return write_table("表", COLUMNS[kind], rows)


def test_good_rows_come_in_and_each_bad_one_is_told_with_its_line(county):
    noise = {
        "clause": "3.2",
        "category": "城乡建设/噪声/夜间施工",
        "unit": "住建局",
        "effective_from": date(2024, 1, 1),
    }
    events = Event.objects.count()

    result = actions.import_rules(
        actor=county.people["model_manager"],
        kind="catalogue",
        source=sheet(
            "catalogue",
            noise,
            {**noise, "unit": "没有的局"},
            {**noise, "category": "没有的事项"},
            {**noise, "unit": "公安局", "effective_until": date(2023, 1, 1)},
            {**noise, "clause": ""},
            {**noise, "division": "999"},
            {**noise, "effective_from": date(2024, 6, 1)},
            {**noise, "public_id": "nosuchrule"},
            {**noise, "category": "010201", "unit": "供热公司", "clause": "=HYPERLINK(1)"},
        ),
    )

    told = {error.line: error.column for error in result.errors}
    assert told == {3: "单位", 4: "事项", 5: "失效日期", 6: "条款号", 7: "区划代码", 8: "生效日期", 9: "编号"}
    assert (result.added, CatalogueEntry.objects.count()) == (2, 2)
    assert Event.objects.count() == events + 1
    assert understand(text="夜里施工噪声很大", category=county.categories.noise).proposed_unit == county.units.housing
    assert CatalogueEntry.objects.get(category=county.categories.heating).clause == "=HYPERLINK(1)"


def test_a_known_rule_may_be_ended_by_its_row_but_not_rewritten(county):
    entry = county.entry(category=county.categories.noise, unit=county.units.housing)
    row = {
        "public_id": entry.public_id,
        "clause": "3.2",
        "category": "010101",
        "unit": "住建局",
        "part": "lead",
        "basis": "三定方案",
        "effective_from": LONG_AGO,
    }
    manager = county.people["model_manager"]

    rewritten = actions.import_rules(
        actor=manager, kind="catalogue", source=sheet("catalogue", {**row, "unit": "公安局"})
    )
    ended = actions.import_rules(
        actor=manager, kind="catalogue", source=sheet("catalogue", {**row, "effective_until": date(2025, 1, 1)})
    )

    entry.refresh_from_db()
    assert [error.column for error in rewritten.errors] == ["单位"]
    assert (ended.changed, entry.effective_until, entry.version) == (1, date(2025, 1, 1), 2)
