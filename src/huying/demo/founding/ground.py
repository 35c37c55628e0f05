"""Divisions, named places, the working calendar, units and the category tree of the demo county."""

from dataclasses import dataclass
from datetime import date, timedelta

from huying.base.calendars import actions as calendars
from huying.base.calendars.models import ShiftPattern
from huying.base.org import actions as org
from huying.base.org.models import Person, Unit, UnitKind
from huying.base.places import actions as places
from huying.base.places.models import Division
from huying.base.taxonomy import actions as taxonomy
from huying.base.taxonomy.models import Category
from huying.demo.county import County
from huying.demo.sources import LOCAL, Matter, matters, table

CENTRE, FIRM = "centre", "firm"
RENAMED, MERGED = timedelta(days=120), timedelta(days=180)  # since when
REFORM = "机构改革方案（演示）"
PAST = timedelta(days=400)  # situations reach back so far, however short the demo
NORTH = ("北关街道", "北关区")  # where another company heats


@dataclass
class Ground:
    """What was founded, by the short names and codes that the data files use."""

    county: County
    units: dict[str, Unit]
    communities: dict[str, Unit]
    divisions: dict[str, Division]
    categories: dict[str, Category]
    areas: dict[str, str]

    def lead_of(self, matter: Matter, town: str) -> Unit:
        """Who answers for a matter in a town: by the county's own division of work, heating by its areas."""
        return self.unit(matter.lead, town)

    def unit(self, short: str, town: str) -> Unit:
        area = self.areas[town]
        if short in self.areas and short != LOCAL:
            area, short = self.areas[short], LOCAL
        if short == "城南供热公司" and area in NORTH:
            return self.units["城北供热公司"]
        return self.units[area if short == LOCAL else short]

    def by_name(self, name: str) -> Category:
        """A category by "second/third"."""
        return next(each for each in self.categories.values() if each.full_name.endswith(f"/{name}"))

    def below(self, unit: Unit, town: str, village: str) -> Unit | None:
        """To whom a unit hands work on at that place: a sub-centre to the street, a street to the community."""
        found = None
        if unit.kind == UnitKind.SUB_CENTRE:
            found = self.units[town]
        elif unit.kind == UnitKind.STREET:
            found = self.communities.get(village)
        return found if found is not None and found.path.startswith(unit.path) else None


def lay(actor: Person, county: County, start: date, end: date) -> Ground:
    """Write the ground of the county; rules hold from the day in ``rules.toml``."""
    divisions = _divisions(actor, county)
    _calendar(actor, start, end)
    units, communities = _units(actor, county)
    areas = {town.name: town.area for town in county.towns}
    return Ground(county, units, communities, divisions, _categories(actor, county.name), areas)


def reform(actor: Person, ground: Ground, today: date) -> None:
    """One unit was renamed and one went up in another some months ago; called once the clock has come to ``today``."""
    for entry in table("units")["units"]:
        unit = ground.units[entry["short"]]
        if "former" in entry:
            since = today - RENAMED
            ground.units[entry["short"]] = org.rename_unit(
                actor=actor, unit=unit, name=entry["name"], effective=since, basis=REFORM
            )
        if "merged_into" in entry:
            heir = ground.units[entry["merged_into"]]
            org.merge_units(actor=actor, units=[unit], successor=heir, effective=today - MERGED, basis=REFORM)


def _divisions(actor: Person, county: County) -> dict[str, Division]:
    rows = [places.DivisionRow(code=county.code, name=county.name, population=county.population)]
    rows += [places.DivisionRow(code=code, name=name) for name, code in county.districts]
    for town in county.towns:
        rows.append(places.DivisionRow(code=town.code, name=town.name, population=town.population))
        rows += [places.DivisionRow(code=v.code, name=v.name, population=v.population) for v in town.villages]
    _clean(places.import_divisions(actor=actor, rows=rows))
    spots = [places.PlaceRow(s.name, s.kind, s.village, s.aliases, s.longitude, s.latitude) for s in county.spots]
    _clean(places.import_places(actor=actor, rows=spots))
    return {division.code: division for division in Division.objects.all()}


def _clean(result) -> None:
    if result.errors:
        raise ValueError(f"the demo's own data is faulty: {result.errors[:3]}")


def _calendar(actor: Person, start: date, end: date) -> None:
    """The years touched, with the next one once it is near; the shifts of the county."""
    for year in range(min(start, end - PAST).year, (end + timedelta(days=60)).year + 1):
        calendars.fill_year(actor=actor, year=year)
    spans = table("rules")["shifts"]
    name = "机关作息（演示）"
    if not ShiftPattern.objects.filter(name=name).exists():
        first = date(min(start, end - PAST).year, 1, 1)
        calendars.set_shifts(actor=actor, name=name, effective_from=first, effective_until=None, spans=spans)


def _units(actor: Person, county: County) -> tuple[dict[str, Unit], dict[str, Unit]]:
    made = {
        CENTRE: org.create_unit(
            actor=actor,
            name=f"{county.name}12345热线中心（演示）",
            kind=str(UnitKind.CENTRE),
            short_name="热线中心",
            ordinal=1,
        ),
        FIRM: org.create_unit(
            actor=actor, name="某某呼叫服务公司", kind=str(UnitKind.FIRM), short_name="外包公司", ordinal=2
        ),
    }
    for ordinal, entry in enumerate(table("units")["units"], 10):
        made[entry["short"]] = org.create_unit(
            actor=actor,
            name=entry.get("former", entry["name"]).replace("{city}", county.name),
            kind=entry.get("kind", str(UnitKind.BUREAU)),
            short_name=entry["short"],
            aliases=[entry["short"], *entry["aliases"]],
            staff=entry["staff"],
            ordinal=ordinal,
        )
    for ordinal, (name, code) in enumerate(county.districts, 50):
        made[name] = org.create_unit(
            actor=actor,
            name=f"{name}12345分中心",
            kind=str(UnitKind.SUB_CENTRE),
            short_name=name,
            aliases=[f"{name}人民政府", f"{name}政府"],
            division_code=code,
            staff=6,
            ordinal=ordinal,
        )
    communities: dict[str, Unit] = {}
    for ordinal, town in enumerate(county.towns, 60):
        street = org.create_unit(
            actor=actor,
            name=f"{town.name}{'办事处' if town.urban else '人民政府'}",
            kind=str(UnitKind.STREET),
            parent=made.get(town.district),
            short_name=town.name,
            aliases=[town.name],
            division_code=town.code,
            staff=town.staff,
            ordinal=ordinal,
        )
        made[town.name] = street
        for serial, village in enumerate(town.villages, 1):
            communities[village.code] = org.create_unit(
                actor=actor,
                name=f"{village.name}{'居委会' if town.urban else '村委会'}",
                kind=str(UnitKind.COMMUNITY),
                parent=street,
                short_name=village.name,
                division_code=village.code,
                staff=1,
                ordinal=serial,
            )
    return made, communities


def _categories(actor: Person, city: str) -> dict[str, Category]:
    edition = table("rules")["effective_from"]
    tree = taxonomy.new_tree(
        actor=actor,
        code="main",
        name=f"{city}诉求事项分类（演示）",
        edition=edition[:4],
        effective_from=date.fromisoformat(edition),
    )
    rows: dict[str, taxonomy.CategoryRow] = {}
    for matter in matters():
        first, second = matter.code[:2], matter.code[:4]
        rows.setdefault(first, taxonomy.CategoryRow(first, matter.path[0]))
        rows.setdefault(second, taxonomy.CategoryRow(second, matter.path[1], first, matter.deciding, matter.must_ask))
        rows[matter.code] = taxonomy.CategoryRow(matter.code, matter.name, second, matter.deciding, matter.must_ask)
    _clean(taxonomy.load_categories(actor=actor, tree=tree, rows=list(rows.values())))
    return {category.code: category for category in tree.categories.all()}
