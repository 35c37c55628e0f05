"""One pass over a citizen's words: the steps of DESIGN §5 in order, and the gate. No query once the knowledge is warm."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from huying.base.calendars import arithmetic, clock
from huying.base.calendars.selectors import current_calendar
from huying.base.org.models import Unit
from huying.base.places.models import Division
from huying.base.taxonomy.models import Category, DecidingPlace
from huying.engines.classify.explain import Evidence
from huying.engines.text.facets import Facets, read_facets
from huying.engines.text.readable import readable
from huying.engines.text.title import make_title
from huying.handling.dispatch import knowledge, steps, wording
from huying.handling.dispatch.gating import held_back
from huying.handling.dispatch.handing import hand_over, handed_on
from huying.handling.dispatch.knowledge import Knowledge
from huying.handling.dispatch.models import Analysis
from huying.handling.dispatch.presenting import analysis_json, category_json, facets_json, unit_json
from huying.handling.dispatch.reading import Location, locate
from huying.handling.dispatch.recommending import ask_model, with_recent
from huying.handling.dispatch.steps import CATALOGUE, CategoryGuess, Matter, Proposal
from huying.handling.orders.limits import limit_for
from huying.handling.orders.models import WorkOrder

SHOWN = 5
NOON = time(12, 0)
_NAMED = 0.5  # probability that a category is meant whose name stands in the text, where there is no model


@dataclass(frozen=True)
class Understanding:
    """What one reading yielded. ``units`` are ranked; ``automatic``: the gate lets the first one go without a person."""

    model: str
    units: list[Proposal]
    assists: list[Unit]
    categories: list[CategoryGuess]
    category: Category | None
    facets: Facets
    urgency: str
    location: Location
    title: str
    filed_at: datetime
    missing: list[str]
    reasons: list[str]
    automatic: bool
    held: str
    threshold: float | None
    by_model: list[Proposal]

    @property
    def proposed_unit(self) -> Unit | None:
        return self.units[0].unit if self.units else None

    @property
    def due_at(self) -> datetime:
        """By when the citizen has to have an answer if this is filed at its moment."""
        return arithmetic.due(self.filed_at, limit_for(self, "handle"), current_calendar()).at

    @property
    def opinion(self) -> str:
        return wording.opinion(self.title, self.proposed_unit, self.assists, self.due_at)

    @property
    def step(self) -> str:
        return self.units[0].step if self.units else ""

    @property
    def confidence(self) -> float:
        return self.units[0].probability if self.units else 0.0

    @property
    def request_type(self) -> str:
        return self.facets.request_type.value

    @property
    def emotion(self) -> str:
        return self.facets.emotion.value

    @property
    def transfer(self) -> str:
        return self.facets.transfer.value

    @property
    def repeat(self) -> bool:
        return self.facets.repeat.value == "true"

    @property
    def not_accept(self) -> str:
        return self.facets.not_accept.value

    @property
    def incident_place(self) -> str:
        return self.location.place[:200]

    @property
    def incident_division(self) -> Division | None:
        return self.location.likely_division

    @property
    def places(self) -> list[dict[str, Any]]:
        """Likely divisions, best first, each with the place as it was said and where it stands in the text."""
        address = self.location.address
        span = {"start": address.start, "end": address.end} if address else {"start": -1, "end": -1}
        found = [
            {"division": {"id": division.code, "name": division.name}, "confidence": confidence}
            for division, confidence in self.location.candidates
        ]
        if not found and self.location.place:
            found = [{"division": None, "confidence": 0.0}]
        return [{**one, "place": self.location.place, **span} for one in found]

    def as_json(self) -> dict[str, Any]:
        """The shape of POST /dispatch/analyse, without what needs the database (load, the citizen's orders)."""
        return analysis_json(self.row(None))

    def row(self, order: WorkOrder | None) -> Analysis:
        """The unsaved row to keep with ``order``; :func:`selectors.latest_analysis` finds it there without a query."""
        row = Analysis(
            order=order,
            at=clock.now(),
            model=self.model,
            units=[unit_json(one) for one in self.units],
            categories=[category_json(one) for one in self.categories],
            facets={**facets_json(self.facets, self.urgency), **self._written(order)},
            places=self.places,
            step=self.step,
            reasons=self.reasons,
            confidence=self.confidence,
            threshold=self.threshold,
            automatic=self.automatic,
            held=self.held,
        )
        if order is not None:
            order.fresh_analysis = row  # type: ignore[attr-defined]
        return row

    def _written(self, order: WorkOrder | None) -> dict[str, Any]:
        """An order that runs already has a due time of its own."""
        due_at = (order.due_at if order is not None else None) or self.due_at
        assists = [{"id": unit.public_id, "name": unit.name} for unit in self.assists]
        said = [[one.unit.pk, round(one.probability, 5)] for one in self.by_model]
        return {
            "model_units": said,
            "title": self.title,
            "opinion": wording.opinion(self.title, self.proposed_unit, self.assists, due_at),
            "missing": self.missing,
            "assists": assists,
        }


def understand(
    *,
    text: str,
    channel: str = "phone",
    category: Category | None = None,
    incident_place: str = "",
    incident_division: Division | None = None,
    caller_division: Division | None = None,
    respondent_division: Division | None = None,
    urgency: str = "",
    on: date | None = None,
    at: datetime | None = None,
    known: Knowledge | None = None,
    keep_directions: bool = False,
) -> Understanding:
    """Read ``text`` (identifiers may already be tokens) and say who should answer, with what certainty and why.

    What a person gave (category, place, division, urgency) counts as certain. ``at``: the moment of the matter, now by
    default; ``on``: the rules of that day, by default of that moment's. ``known``: another rulebook, to try it.
    ``keep_directions`` leaves what an agent already wrote about the unit in the text; only to measure its effect.
    Never raises for odd text: there is nothing to say then, and it is never automatic.
    """
    known, words = known or knowledge.current(), readable(text)
    moment = at or (datetime.combine(on, NOON, clock.SHANGHAI) if on else clock.now())
    day = on or clock.local(moment).date()
    facets = read_facets(words)
    location = locate(known.gazetteer, words, incident_place, incident_division)
    by_model, guesses = ask_model(known, words, location, day, keep_directions)
    guesses = _with_given(category, guesses or _named_categories(known, words))
    top = guesses[0] if guesses and guesses[0].probability >= steps.SURE_CATEGORY else None
    division, certainty = _deciding(top.category if top else None, location, caller_division, respondent_division)
    matter = Matter(
        words=words,
        channel=channel,
        day=day,
        at=moment,
        category=top.category if top else None,
        category_probability=top.probability if top else 0.0,
        guesses=guesses,
        division=division,
        division_confidence=certainty,
        mentions=location.mentions,
    )
    advised = with_recent(known, words, day, handed_on(known, matter, by_model))
    answer = steps.by_catalogue(known, matter)
    proposals = [*steps.by_place(known, matter), *steps.by_rule(known, matter), *answer.leads, *advised.proposals]
    ranked, bans = steps.rank(known, matter, _with_precedents(known, matter, proposals))
    ranked = hand_over(known, matter, ranked)
    lead = ranked[0].unit if ranked else None
    assists = [unit for unit in answer.assists if unit != lead and steps.ban_on(known, matter, unit) is None]
    title = make_title(words)
    chosen_urgency = urgency or facets.urgency.value
    held = held_back(known, matter, ranked, by_model, facets, advised.doubted, text)
    return Understanding(
        model=known.model.name if known.model else "",
        units=ranked[:SHOWN],
        assists=assists,
        categories=guesses[:SHOWN],
        category=top.category if top else None,
        facets=facets,
        urgency=chosen_urgency,
        location=location,
        title=title,
        filed_at=moment,
        missing=wording.missing(top.category if top else None, location, words, facets.request_type.value),
        reasons=_reasons(known, ranked, bans, held, text),
        automatic=not held,
        held=held,
        by_model=by_model,
        threshold=known.gate.threshold if known.gate else None,
    )


def _with_given(category: Category | None, guesses: list[CategoryGuess]) -> list[CategoryGuess]:
    if category is None:
        return guesses
    return [CategoryGuess(category, 1.0), *(guess for guess in guesses if guess.category.pk != category.pk)]


def _named_categories(known: Knowledge, words: str) -> list[CategoryGuess]:
    """Without a model: the categories whose own name stands in the text, the longest names."""
    hits = [row for row in known.categories.by_pk.values() if len(row.name) >= 2 and row.name in words]
    longest = max((len(row.name) for row in hits), default=0)
    best = [row for row in hits if len(row.name) == longest]
    made = []
    for row in best:
        start = words.find(row.name)
        made.append(CategoryGuess(row, _NAMED / len(best), [Evidence(row.name, 1.0, start, start + longest)]))
    return made


def _deciding(
    category: Category | None, location: Location, caller: Division | None, respondent: Division | None
) -> tuple[Division | None, float]:
    """The division that decides: the category says whether that of the incident, the caller or the respondent."""
    deciding = category.deciding_place if category else DecidingPlace.INCIDENT
    named = {DecidingPlace.CALLER: caller, DecidingPlace.RESPONDENT: respondent}.get(DecidingPlace(deciding))
    return (named, 1.0) if named is not None else (location.division, location.confidence)


def _with_precedents(known: Knowledge, matter: Matter, proposals: list[Proposal]) -> list[Proposal]:
    """Precedents as reasons beside the units they speak for; a unit nobody else named is listed last."""
    reasons = steps.precedent_reasons(known, matter)
    named = {one.unit.pk for one in proposals}
    added = [
        Proposal(unit, CATALOGUE, 0.0, False, tuple(words))
        for pk, words in reasons.items()
        if (unit := known.units.present(pk, matter.day)) is not None
    ]
    return (
        proposals + [one for one in added if one.unit.pk in named] + [one for one in added if one.unit.pk not in named]
    )


def _reasons(known: Knowledge, ranked: list[Proposal], bans: list[str], held: str, text: str) -> list[str]:
    made = [*bans, *(ranked[0].reasons if ranked else (wording.NO_CANDIDATE,))]
    made += wording.held_reasons(held, text)
    return made if known.model else [*made, wording.NO_MODEL]
